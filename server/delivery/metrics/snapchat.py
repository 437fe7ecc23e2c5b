"""What Snapchat tells: our choice, the contract leaves it open (analytics.md 5.8)."""

from server.delivery.fields import Flows, Group, Posts, States, part

POST: Posts = (
    Group(
        {
            "views": lambda p: p.impressions,
            "viewers": lambda p: p.reach,
            "shares": lambda p: p.shares,
            "replies": lambda p: p.comments,
            "interactions": lambda p: p.interactions,
            "screenshots": lambda p: part(p.saves, 0.5),
            "viewTime": lambda p: p.impressions * p.seconds * 1000,
            "avgViewTime": lambda p: p.seconds * 1000,
            "completionRate": lambda p: p.complete,
            "subscribers": lambda p: p.follows,
        }
    ),
)

STATE: States = {
    "subscribers": lambda a: a.followers,
    "completionRate": lambda a: round(0.3 + 0.4 * a.account.draw(5), 4),
    "avgViewTime": lambda a: 2000 + int(4000 * a.account.draw(6)),
}

FLOW: Flows = {
    "views": lambda d: d.impressions,
    "viewers": lambda d: d.reach,
    "shares": lambda d: d.shares,
    "replies": lambda d: d.comments,
    "interactions": lambda d: d.interactions,
    "screenshots": lambda d: int(d.saves * 0.5),
    "viewTime": lambda d: d.minutes * 60_000,
}
