"""What Bluesky tells (analytics.md 5.1)."""

from server.delivery.fields import Flows, Group, Posts, States, quotes
from social.instants import wire

POST: Posts = (
    Group(
        {
            "created": lambda p: wire(p.facts.published_at),
            "post": lambda p: p.facts.text,
            "likeCount": lambda p: p.likes,
            "quoteCount": quotes,
            "replyCount": lambda p: p.comments,
            "repostCount": lambda p: p.shares - quotes(p),
        }
    ),
)

STATE: States = {
    "id": lambda a: a.account.id,
    "handle": lambda a: a.account.username,
    "displayName": lambda a: a.account.name,
    "description": lambda a: a.account.description,
    "created": lambda a: wire(a.account.opened),
    "followersCount": lambda a: a.followers,
    "followsCount": lambda a: a.following,
    "postsCount": lambda a: a.posts,
    "avatar": lambda a: a.account.picture,
    "indexedAt": lambda a: wire(a.account.opened),
    "labels": lambda _: [],
    "associated": lambda _: {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
    "viewer": lambda _: {"muted": False, "blockedBy": False},
}

FLOW: Flows = {}
