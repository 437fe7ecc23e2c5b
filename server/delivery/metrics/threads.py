"""What Threads tells (analytics.md 5.10)."""

from server.delivery.fields import Flows, Group, Posts, States, part, quotes

POST: Posts = (
    Group(
        {
            "views": lambda p: p.impressions,
            "likes": lambda p: p.likes,
            "replies": lambda p: p.comments,
            "reposts": lambda p: p.shares - quotes(p),
            "quotes": quotes,
            "shares": lambda p: part(p.shares, 0.4),
        }
    ),
)

STATE: States = {"followersCount": lambda a: a.followers}

FLOW: Flows = {
    "views": lambda d: d.impressions,
    "likes": lambda d: d.likes,
    "replies": lambda d: d.comments,
    "reposts": lambda d: d.shares - int(d.shares * 0.2),
    "quotes": lambda d: int(d.shares * 0.2),
}
