"""What Reddit tells; of posts our choice, the contract leaves it open (analytics.md 5.7)."""

from server.delivery.fields import Flows, Group, Posts, States
from social.instants import wire

POST: Posts = (
    Group(
        {
            "ups": lambda p: p.likes + 1,
            "downs": lambda _: 0,
            "score": lambda p: p.likes + 1,
            "upvoteRatio": lambda p: round(0.7 + 0.3 * p.complete, 2),
            "numComments": lambda p: p.comments,
            "created": lambda p: wire(p.facts.published_at),
            "title": lambda p: p.facts.title,
            "subreddit": lambda p: str(p.facts.options.get("subreddit", "")).removeprefix("r/").strip("/"),
            "url": lambda p: p.facts.url,
        }
    ),
)

STATE: States = {
    "id": lambda a: a.account.id,
    "name": lambda a: a.account.username,
    "url": lambda a: a.account.url,
    "iconImg": lambda a: a.account.picture,
    "profileImageUrl": lambda a: a.account.picture,
    "created": lambda a: wire(a.account.opened),
    "totalKarma": lambda a: a.all_time.likes + a.all_time.comments,
    "linkKarma": lambda a: a.all_time.likes,
    "commentKarma": lambda a: a.all_time.comments,
    "awardeeKarma": lambda _: 0,
    "awarderKarma": lambda _: 0,
    "verified": lambda _: True,
    "hasVerifiedEmail": lambda _: True,
    "isGold": lambda _: False,
    "isMod": lambda _: False,
    "isEmployee": lambda _: False,
    "isFriend": lambda _: False,
    "isBlocked": lambda _: False,
    "hasSubscribed": lambda _: True,
    "hideFromRobots": lambda _: False,
    "profileImageSize": lambda _: [256, 256],
    "acceptFollowers": lambda _: True,
}

FLOW: Flows = {}
