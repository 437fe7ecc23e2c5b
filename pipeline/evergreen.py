"""Evergreens by numbers: the posts that did best are posted again, by policy, never while they would be duplicates.

What did best comes from the lake, what was said from the ledger; each repeat is an item of its own (`KEY~2`), so it is
posted exactly once like any other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from pipeline.campaign import Campaign
from pipeline.desk import Desk
from pipeline.forms import Settings
from pipeline.ledger import Standing
from pipeline.publishing import Publishing
from pipeline.records import Item, Picture
from pipeline.sources.feeds import FeedReading, FeedState, ParsedFeed

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "the posts that did best"
_MARK = "~"


class Evergreen(Settings):
    """Which posts are repeated, and how often."""

    campaign: Campaign = Field(
        default=Campaign(name="evergreen", template="{{ item.title }}\n\n{{ item.link }}"),
        description="How a repeat is said, where and when: as in publish, but without sources.",
    )
    most: int = Field(default=1, ge=1, le=50, description="Posts repeated in one run, the best first.")
    # The API refuses the same text within 48 hours around (posts.md 9.2); networks have rules of their own besides.
    rest_days: int = Field(
        default=30,
        ge=3,
        description="Days a post rests after it, or its last repeat, went out. At least 3: duplicates.",
    )
    times: int = Field(default=3, ge=1, description="How often one post is repeated at most.")
    above: float = Field(
        default=1.5, ge=1, description="Only posts that did so many times as well as the usual post of their networks."
    )
    within_days: int = Field(default=365, ge=1, description="Only posts first out within so many days.")
    campaigns: list[str] = Field(default=[], description="Only posts of these campaigns. Empty: of all.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A post to repeat: its key, which repeat it will be (1 the first), and how many times the usual it did."""

    key: str
    repeat: int
    score: float

    @property
    def identity(self) -> str:
        """What names the repeat for good."""
        return f"{self.key}{_MARK}{self.repeat}"


def choose(
    ranked: "pd.DataFrame", stood: "pd.DataFrame", had: Mapping[str, datetime], policy: Evergreen, *, now: datetime
) -> list[Choice]:
    """The posts to repeat now, best first.

    `ranked` comes from `questions.worth_repeating`, `stood` from `figures.standing`; `had` are the identities of
    earlier repeats with the instant of their claim.
    """
    out = stood[stood["state"].isin(["out", "waiting"])]
    last: dict[str, datetime] = {}
    for key, identity, at in zip(out["key"], out["identity"].fillna(""), out["out_at"], strict=True):
        original, _, repeat = str(identity).rpartition(_MARK)
        name = original if repeat.isdecimal() and original else str(key)
        last[name] = max(last.get(name, at), at)
    times: dict[str, int] = {}
    for identity, at in had.items():
        name, _, repeat = identity.rpartition(_MARK)
        times[name] = max(times.get(name, 0), int(repeat))
        last[name] = max(last.get(name, at), at)
    rested = now - timedelta(days=policy.rest_days)
    first = stood.groupby("key")["out_at"].min()
    campaigns = dict(zip(stood["key"], stood["campaign"].astype("str"), strict=True))
    found = [
        Choice(key=str(key), repeat=times.get(str(key), 0) + 1, score=float(score))
        for key, score in zip(ranked["key"], ranked["score"], strict=True)
        if score >= policy.above
        and campaigns.get(key) != policy.campaign.name
        and (not policy.campaigns or campaigns.get(key) in policy.campaigns)
        and now - timedelta(days=policy.within_days) <= first[key]
        and last.get(str(key), now) <= rested
        and times.get(str(key), 0) < policy.times
    ]
    return sorted(found, key=lambda one: -one.score)[: policy.most]


class Repeating(Publishing):
    """A run that posts again what did best. Without numbers enough to tell, it reads nothing."""

    def __init__(self, policy: Evergreen, desk: Desk, *, dry_run: bool = False, run_id: str = "") -> None:
        campaign = policy.campaign.model_copy(update={"sources": [SOURCE]})
        super().__init__(campaign, desk, dry_run=dry_run, run_id=run_id)
        self.policy = policy
        self.choices: list[Choice] = []

    async def read(self) -> None:
        """Choose from the lake, and read from the ledger what was said then."""
        had = await self.desk.ledger.identities(self.campaign.name, SOURCE)
        self.choices = await self.desk.at_lake(self._choose, had)
        standings = {_key(one): one for one in await self.desk.ledger.standings({one.key for one in self.choices})}
        items = [_item(one, standings[one.key]) for one in self.choices if one.key in standings]
        self.readings = [_reading(items)]

    def _choose(self, had: Mapping[str, datetime]) -> list[Choice]:
        from pipeline import questions  # noqa: PLC0415  (pandas is slow to import)

        now = self.desk.clock.now()
        since = now - timedelta(days=self.policy.within_days)
        asked = questions.numbers(self.desk.lake, since=since, profile=self.desk.profile)
        try:
            ranked = questions.worth_repeating(asked, most=len(asked.posts))
        except questions.TooFewPosts:
            return []
        return choose(ranked, asked.posts, had, self.policy, now=now)


def _key(standing: Standing) -> str:
    return standing.receipt.key


def _item(choice: Choice, standing: Standing) -> Item:
    item, said = standing.draft.item, next(iter(standing.draft.texts.values()), "")
    return Item(
        source=SOURCE,
        place=f"repeat {choice.repeat}",
        identity=choice.identity,
        content_hash=f"{item.content_hash}{_MARK}{choice.repeat}",
        title=item.title,
        text=said,
        link=item.link,
        tags=item.tags,
        pictures=tuple(Picture(url=url) for url in _first(standing.draft.media.values())),
    )


def _first(media: Collection[Sequence[str]]) -> Sequence[str]:
    return next(iter(media), ())


def _reading(items: Sequence[Item]) -> FeedReading:
    parsed = ParsedFeed(
        title=SOURCE, link="", language="", items=tuple(items), quarantined=(), format="lake", oddities=()
    )
    state = FeedState(url=SOURCE, title=SOURCE)
    return FeedReading(source=SOURCE, status="ok", state=state, parsed=parsed, chosen=True)
