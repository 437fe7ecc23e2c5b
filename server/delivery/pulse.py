"""How much attention a sandbox post or account gets: a pure function of who posted what, when, and how old it is.

Every number is drawn from a hash and one saturating curve, so it is the same in every process, grows fast in the first
hours and never falls. The tables `post_fields.py` and `account_fields.py` give the numbers their names on each network.
"""

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from server.delivery.accounts import Account

PERIOD_DAYS = 28
"""Days of an account's totals when no quarters were asked for: the network default of analytics.md 4.1."""

QUARTER_DAYS = 90
VIRAL = 0.97
CALMING = 0.75
LATER = 1.4
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Temper:
    """How a network treats a post: share of followers reached, shares of the reached who act, hours until it calms."""

    reach: float
    like: float
    comment: float
    share: float
    save: float
    click: float
    hours: float
    best_hour: int
    weekend: float = 1.0


TEMPERS = {
    "bluesky": Temper(0.30, 0.045, 0.006, 0.010, 0.002, 0.020, 5, 16),
    "facebook": Temper(0.12, 0.035, 0.006, 0.006, 0.003, 0.022, 14, 13, 1.05),
    "gmb": Temper(0.20, 0.010, 0.001, 0.001, 0.001, 0.030, 48, 11, 0.8),
    "instagram": Temper(0.25, 0.070, 0.005, 0.006, 0.012, 0.006, 18, 18, 1.10),
    "linkedin": Temper(0.18, 0.030, 0.006, 0.004, 0.003, 0.030, 26, 8, 0.45),
    "pinterest": Temper(0.40, 0.012, 0.001, 0.004, 0.035, 0.015, 400, 20, 1.25),
    "reddit": Temper(0.60, 0.050, 0.015, 0.004, 0.004, 0.030, 9, 14),
    "snapchat": Temper(0.35, 0.020, 0.004, 0.006, 0.002, 0.010, 8, 19, 1.15),
    "telegram": Temper(0.45, 0.030, 0.002, 0.010, 0.001, 0.030, 10, 17),
    "threads": Temper(0.28, 0.040, 0.007, 0.006, 0.002, 0.010, 7, 17),
    "tiktok": Temper(0.55, 0.080, 0.008, 0.010, 0.012, 0.006, 40, 19, 1.15),
    "twitter": Temper(0.22, 0.020, 0.004, 0.005, 0.003, 0.018, 4, 15, 0.85),
    "youtube": Temper(0.35, 0.040, 0.006, 0.005, 0.010, 0.010, 120, 18, 1.2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFacts:
    """What of a delivered post moves its numbers. `media`: `image`, `video` or empty; `options`: as sent."""

    account: Account
    social_id: str
    url: str
    published_at: datetime
    text: str = ""
    media: str = ""
    media_count: int = 0
    options: dict[str, Any]

    @property
    def network(self) -> str:
        """The network's name on the wire."""
        return self.account.network

    @property
    def seed(self) -> str:
        """What the post's numbers are drawn from: who said what, when; not its id and short links, which are random."""
        return f"{self.account.digest.hex()}:{self.published_at.timestamp():.0f}:{_ADDRESS.sub('', self.text)}"

    @property
    def video(self) -> bool:
        """Whether the post is a video."""
        return self.media == "video"

    @property
    def story(self) -> bool:
        """Whether the post is a story, gone after 24 hours."""
        return bool(self.options.get("stories"))

    @property
    def tags(self) -> list[str]:
        """The hashtags of the text, without `#`."""
        return _HASHTAG.findall(self.text)

    @property
    def title(self) -> str:
        """The title option, else the first line of the text."""
        return str(self.options.get("title") or self.text.strip().partition("\n")[0])


@dataclass(frozen=True, slots=True)
class Pulse:
    """The attention a post has had so far. Counts; `impressions ≥ reach ≥ likes + comments + shares + saves`.

    `recent` are the views of the last seven days, `seconds` the mean watch time, `complete` the share who saw it all.
    """

    facts: PostFacts
    age: timedelta
    reach: int
    impressions: int
    likes: int
    comments: int
    shares: int
    saves: int
    clicks: int
    visits: int
    follows: int
    views: int
    viewers: int
    recent: int
    seconds: int
    complete: float

    @property
    def interactions(self) -> int:
        """Everything people did with the post itself."""
        return self.likes + self.comments + self.shares + self.saves


def pulse(facts: PostFacts, at: datetime) -> Pulse:
    """The attention `facts` has had at the instant `at`. Before publication: none. Never falls as `at` moves on."""
    temper, draw = TEMPERS[facts.network], _draws(facts.seed)
    age = max(at - facts.published_at, timedelta(0))
    hours = age.total_seconds() / 3600
    grown = _grown(hours, temper.hours)
    crowd = _crowd(facts, temper, draw)
    # Reactions trail the audience: a power above 1 of a curve below 1 lies under it, and still never falls.
    late, later = grown**1.15, grown**LATER
    keen = _keen(draw)
    views = int(crowd * late * 0.8) if facts.video else 0
    week_ago = _grown(hours - 168, temper.hours) ** 1.15
    return Pulse(
        facts=facts,
        age=age,
        reach=int(crowd * grown),
        impressions=int(crowd * grown) + int(crowd * (0.15 + 0.5 * draw[4]) * later),
        likes=int(crowd * temper.like * keen * late),
        comments=int(_comments_ever(facts, crowd, keen) * later),
        shares=int(crowd * temper.share * keen * late),
        saves=int(crowd * temper.save * keen * later),
        clicks=int(crowd * temper.click * keen * late) if "://" in facts.text else int(crowd * 0.004 * late),
        visits=int(crowd * 0.012 * draw[5] * late),
        follows=int(crowd * 0.004 * draw[6] * later),
        views=views,
        viewers=int(crowd * late * 0.66) if facts.video else 0,
        recent=int(crowd * (late - week_ago)),
        seconds=4 + int(26 * draw[7]),
        complete=round(0.15 + 0.5 * draw[8], 4),
    )


def commented_at(facts: PostFacts, number: int) -> datetime:
    """When the `number`-th comment came, counted from 1: the inverse of `pulse(facts, at).comments`.

    Raises ValueError for a comment that never comes.
    """
    temper, draw = TEMPERS[facts.network], _draws(facts.seed)
    ever = _comments_ever(facts, _crowd(facts, temper, draw), _keen(draw))
    if not 0 < number < ever:
        raise ValueError(f"a post with {ever:.1f} comments for good has no comment number {number}")
    grown = (number / ever) ** (1 / LATER)
    hours = temper.hours * (-math.log1p(-grown)) ** (1 / CALMING)
    return facts.published_at + timedelta(hours=hours)


def _comments_ever(facts: PostFacts, crowd: float, keen: float) -> float:
    return crowd * TEMPERS[facts.network].comment * keen * (1.6 if "?" in facts.text else 1)


def _keen(draw: tuple[float, ...]) -> float:
    return 0.6 + 0.8 * draw[3]


@lru_cache(maxsize=8192)
def _draws(seed: str) -> tuple[float, ...]:
    digest = hashlib.sha256(f"post:{seed}".encode()).digest()
    return tuple(int.from_bytes(digest[place : place + 2]) / 65536 for place in range(0, 32, 2))


def _grown(hours: float, calm: float) -> float:
    return 1 - math.exp(-((hours / calm) ** CALMING)) if hours > 0 else 0.0


def _crowd(facts: PostFacts, temper: Temper, draw: tuple[float, ...]) -> float:
    # The sum of three draws stands in for a normal one; its exponential is the long tail that social reach has.
    luck = math.exp(1.1 * (draw[0] + draw[1] + draw[2] - 1.5))
    viral = 5.0 if draw[9] > VIRAL else 1.0
    when = facts.published_at
    daytime = 1 + 0.35 * math.cos((when.hour - temper.best_hour) / 12 * math.pi)
    weekday = temper.weekend if when.weekday() >= 5 else 1.0  # noqa: PLR2004 -- Saturday
    media = {"video": 1.5, "image": 1.3}.get(facts.media, 1.0)
    tags = len(facts.tags)
    tagged = 1 + 0.08 * min(tags, 3) - 0.05 * max(0, min(tags, 12) - 5)
    followers = facts.account.followers(facts.published_at)
    return followers * temper.reach * luck * viral * daytime * weekday * media * tagged


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened to an account within a day, or summed over several. Counts; `minutes` watched."""

    reach: int
    impressions: int
    likes: int
    comments: int
    shares: int
    saves: int
    clicks: int
    visits: int
    views: int
    follows: int
    unfollows: int
    minutes: int

    @property
    def interactions(self) -> int:
        """Everything people did with the account's posts."""
        return self.likes + self.comments + self.shares + self.saves


@dataclass(frozen=True, slots=True)
class AccountPulse:
    """An account at an instant: `followers`, `posts` ever, `total` over the asked days, `all_time` since it opened.

    `days` holds (first instant of the next day, flow), oldest first.
    """

    account: Account
    at: datetime
    followers: int
    following: int
    posts: int
    days: tuple[tuple[datetime, Flow], ...]
    total: Flow
    all_time: Flow


def account_pulse(account: Account, at: datetime, *, days: int, posts: int, lag_days: int = 0) -> AccountPulse:
    """The account at `at` with its last `days` full days (UTC), the newest `lag_days` held back by the network.

    `posts` is what was published through this server; the account had some before.
    """
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=lag_days)
    ends = [midnight - timedelta(days=back) for back in range(days - 1, -1, -1)]
    flows = [_day(account, end) for end in ends]
    return AccountPulse(
        account=account,
        at=at,
        followers=account.followers(at),
        following=40 + int(360 * account.draw(2)),
        posts=20 + int(180 * account.draw(3)) + posts,
        days=tuple(zip(ends, flows, strict=True)),
        total=_total(flows),
        all_time=since_opened(account, at),
    )


@lru_cache(maxsize=16384)
def _day(account: Account, end: datetime) -> Flow:
    temper = TEMPERS[account.network]
    digest = hashlib.blake2b(account.digest + int(end.timestamp()).to_bytes(8), digest_size=8).digest()
    mood = 0.5 + digest[0] / 255
    weekday = temper.weekend if (end - timedelta(days=1)).weekday() >= 5 else 1.0  # noqa: PLR2004 -- Saturday
    return _flow(account.followers(end) * temper.reach * mood * weekday, temper, unfollows=digest[1] % 4)


def _flow(crowd: float, temper: Temper, *, unfollows: int) -> Flow:
    return Flow(
        reach=int(crowd),
        impressions=int(crowd * 1.4),
        likes=int(crowd * temper.like),
        comments=int(crowd * temper.comment),
        shares=int(crowd * temper.share),
        saves=int(crowd * temper.save),
        clicks=int(crowd * temper.click),
        visits=int(crowd * 0.03),
        views=int(crowd * 1.1),
        follows=int(crowd * 0.006),
        unfollows=unfollows,
        minutes=int(crowd * 0.4),
    )


def _total(flows: list[Flow]) -> Flow:
    return Flow(*(sum(getattr(flow, name) for flow in flows) for name in Flow.__slots__))


def since_opened(account: Account, at: datetime) -> Flow:
    """Everything that happened to an account until `at`."""
    # A closed form instead of a sum over years of days; it grows with every second and so never falls.
    days = max(0.0, (at - account.opened).total_seconds() / 86400)
    mean = account.followers(account.opened) * TEMPERS[account.network].reach * 0.7
    return _flow(mean * days, TEMPERS[account.network], unfollows=int(days))
