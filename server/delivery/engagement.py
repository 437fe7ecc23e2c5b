"""The sandbox's engagement, as the analytics calls give it: the metrics of a post or an account at an instant.

Pure functions of who, what and when. Nothing is stored, so every process answers the same and history can be replayed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from server.delivery.accounts import Account, account_of
from server.delivery.fields import DAY, given
from server.delivery.metrics import DAILY, FLOWS, LAG_DAYS, POSTS, QUARTERLY, STATES, linkedin, pinterest
from server.delivery.metrics.facebook import page_likes
from server.delivery.metrics.instagram import DEMOGRAPHICS
from server.delivery.pulse import (
    PERIOD_DAYS,
    QUARTER_DAYS,
    AccountPulse,
    PostFacts,
    account_pulse,
    pulse,
    since_opened,
)

STORY_HOURS = 24
TIKTOK_PERIOD_DAYS = 60
AUDIENCE_LEAST = 100
MANY_VIDEOS = 1000
WITHHELD = {"code": 395, "message": "Demographic data is withheld: fewer than 100 people are in the set."}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The instant whose numbers are given, and when newer ones will be (analytics.md 3.2)."""

    last_updated: datetime
    next_update: datetime


def snapshot(now: datetime, refresh: timedelta, anchor: datetime) -> Snapshot:
    """The refresh window `now` lies in. Windows are counted from `anchor`, so nothing need be stored to stand still."""
    passed = max(now - anchor, timedelta(0)) // refresh
    return Snapshot(anchor + passed * refresh, anchor + (passed + 1) * refresh)


def post_metrics(facts: PostFacts, at: datetime) -> dict[str, Any]:
    """The metrics of one delivered post at `at`, named and typed as its network does (analytics.md 5).

    Counts never fall as `at` moves on. A metric the network does not give (yet) is absent; TikTok declines some for
    good with -1. Raises KeyError for a network without post analytics.
    """
    return dict(given(POSTS[facts.network], pulse(facts, at)))


def insights_expired(facts: PostFacts, at: datetime) -> bool:
    """Whether an Instagram story is older than the 24 hours in which it has insights (code 485, analytics.md 3.3)."""
    over = at - facts.published_at >= timedelta(hours=STORY_HOURS)
    return facts.network == "instagram" and facts.story and over


def foreign_video(video_id: str) -> PostFacts:
    """A video of a channel that is not the caller's, for YouTube describes those too (analytics.md 3.1)."""
    account = account_of(f"stranger:{video_id}", "youtube")
    url = f"https://www.youtube.com/watch?v={video_id}"
    text = f"A day at the loft\n{account.description}"
    return PostFacts(
        account=account, social_id=video_id, url=url, published_at=account.opened, text=text, media="video", options={}
    )


def too_small(account: Account, at: datetime) -> bool:
    """Whether a Facebook page has too few likes for analytics of any kind (analytics.md 4.4)."""
    return account.network == "facebook" and page_likes(account.followers(at)) < AUDIENCE_LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAsk:
    """What was asked of an account: `quarters` back, day by day, TikTok's 60 days, YouTube's likes of all time."""

    quarters: int = 0
    daily: bool = False
    period60_days: bool = False
    lifetime: bool = False


def account_metrics(account: Account, at: datetime, *, posts: int, ask: AccountAsk) -> dict[str, Any]:
    """The metrics of one account at `at`; `posts` were published through this server. Empty for Telegram."""
    seen = account_pulse(account, at, days=_days(account, ask), posts=posts, lag_days=LAG_DAYS.get(account.network, 0))
    if account.network == "tiktok" and ask.period60_days:
        return _tiktok_period(seen)
    if account.kind == "personal":
        return linkedin.personal(seen)
    metrics = {name: read(seen) for name, read in STATES.get(account.network, {}).items()}
    metrics |= _flows(seen, daily=ask.daily and account.network in DAILY)
    if account.network == "pinterest":
        metrics |= pinterest.totals(seen.total)
    if account.network == "instagram":
        metrics |= _demographics(seen)
    if account.network == "youtube" and ask.lifetime:
        metrics["lifetimeLikes"] = None if seen.posts > MANY_VIDEOS else _lifetime_likes(account, at)
    if account.network == "tiktok" and seen.followers < AUDIENCE_LEAST:
        metrics |= {name: [] for name in metrics if name.startswith("audience")}
    return metrics


def account_warnings(account: Account, metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """What a network held back: Instagram's demographics of a small audience (analytics.md 4.2, code 395)."""
    short = any(name not in metrics for name in (*DEMOGRAPHICS, *map(_engaged, DEMOGRAPHICS)))
    return [WITHHELD] if account.network == "instagram" and short else []


def _days(account: Account, ask: AccountAsk) -> int:
    if account.network == "tiktok" and ask.period60_days:
        return TIKTOK_PERIOD_DAYS
    return ask.quarters * QUARTER_DAYS if ask.quarters and account.network in QUARTERLY else PERIOD_DAYS


def _flows(seen: AccountPulse, *, daily: bool) -> dict[str, Any]:
    metrics: dict[str, Any] = {}
    for name, read in FLOWS.get(seen.account.network, {}).items():
        values = [(end, read(flow)) for end, flow in seen.days]
        total = sum(value for _, value in values)
        metrics[name] = {"values": [_day_value(*value) for value in values], "total": total} if daily else total
    return metrics


def _day_value(end: datetime, value: int) -> dict[str, Any]:
    return {"value": value, "endTime": end.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")}


def _lifetime_likes(account: Account, at: datetime) -> int:
    return since_opened(account, snapshot(at, DAY, account.opened).last_updated).likes


def _tiktok_period(seen: AccountPulse) -> dict[str, Any]:
    counts = {"comment": seen.total.comments, "share": seen.total.shares, "view": seen.total.views}
    label = f"{TIKTOK_PERIOD_DAYS} days"
    return {f"{name}CountTotal": count for name, count in counts.items()} | {
        f"{name}CountPeriod": label for name in counts
    }


def _engaged(name: str) -> str:
    return f"{name}EngagedAudienceDemographics"


def _demographics(seen: AccountPulse) -> dict[str, Any]:
    engaged = sum(flow.interactions for _, flow in seen.days[-30:])
    people = dict.fromkeys(DEMOGRAPHICS, seen.followers) | {_engaged(name): engaged for name in DEMOGRAPHICS}
    shares = DEMOGRAPHICS | {_engaged(name): of for name, of in DEMOGRAPHICS.items()}
    return {
        name: {label: int(count * share) for label, share in shares[name].items()}
        for name, count in people.items()
        if count >= AUDIENCE_LEAST
    }
