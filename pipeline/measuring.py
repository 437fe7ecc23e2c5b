"""Asking for the numbers: which posts are due for a look, and what came back for posts, accounts and links.

Comes after publishing; hands samples and failures to the lake. A network that fails is a row, not an exception.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.analytics.days import DayValue, day_values
from pipeline.analytics.samples import account_samples, digest, link_samples, post_samples, withdrawn
from pipeline.cadence import SELDOM, Look, next_look
from pipeline.records import Sample
from social.client import SocialClient
from social.contract.analytics import AnalyticsAnswer, PostAnalyticsRequest, SocialAnalyticsRequest
from social.contract.links import LinksAnswer, LinksQuery
from social.errors import RateLimited, Refused, SocialError
from social.instants import Clock, parse_instant
from social.networks import NETWORKS
from social.networks.base import Feature

Answered = TypeVar("Answered")

# What to wait when told to wait but not how long: the contract's window is five minutes (analytics.md 12.1).
_UNTOLD_WAIT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostToMeasure:
    """A published post, and what was learnt of it at the last look, None when there was none."""

    post_id: str
    networks: tuple[str, ...]
    published_at: datetime
    look: Look | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFailure:
    """Numbers that could not be had. `network` is empty when the whole call failed, `code` None when none was given."""

    observed_at: datetime
    post_id: str
    network: str
    code: int | None
    message: str
    source: str


class AccountOptions(BaseModel):
    """What is asked of accounts beside their totals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    daily: bool = Field(
        default=False, description="Values day by day too (Facebook, Instagram, Pinterest, Snapchat, TikTok, YouTube)."
    )
    quarters: int = Field(
        default=0,
        ge=0,
        le=4,
        description="Quarters back (Facebook, Instagram, YouTube); 0 is the network's own period.",
    )
    tiktok_60_days: bool = Field(default=False, description="TikTok's totals of sixty days.")
    youtube_lifetime: bool = Field(default=False, description="All likes the channel's public videos ever got.")

    def requests(self, networks: Sequence[str], *, fill_up: bool = False) -> list[SocialAnalyticsRequest]:
        """The calls that bring it; sixty days go with nothing else (analytics.md 4.1).

        With `fill_up` days are asked for a quarter back, whatever the options say: days that are known come again.
        """
        quarters, lifetime = self.quarters or None, {"lifetime": True} if self.youtube_lifetime else None
        by_day = [name for name in networks if name in DAILY] if self.daily else []
        sixty = [name for name in networks if name == "tiktok"] if self.tiktok_60_days else []
        asked = [
            SocialAnalyticsRequest(platforms=list(networks), quarters=quarters, youtube=lifetime),
            SocialAnalyticsRequest(platforms=by_day, quarters=quarters or (1 if fill_up else None), daily=True),
            SocialAnalyticsRequest(platforms=sixty, period60_days=True),
        ]
        return [request for request in asked if request.platforms]


TOTALS = AccountOptions()
DAILY = frozenset({"facebook", "instagram", "pinterest", "snapchat", "tiktok", "youtube"})
"""Networks that tell account metrics by day (analytics.md 4.1, 4.2)."""


@dataclass(slots=True, kw_only=True)
class Measured:
    """What a round brought. `asked` counts the calls that were answered.

    `days` are account metrics by day; `looks` say by post what was learnt and when to ask again.
    """

    samples: list[Sample] = field(default_factory=list)
    errors: list[MeasureFailure] = field(default_factory=list)
    days: list[DayValue] = field(default_factory=list)
    looks: dict[str, Look] = field(default_factory=dict)
    asked: int = 0


def measurable(networks: Iterable[str]) -> list[str]:
    """Those of `networks` that have post analytics at all (analytics.md 3.5), alphabetically."""
    return sorted(name for name in networks if name in NETWORKS and Feature.POST_ANALYTICS in NETWORKS[name].features)


async def measure(
    posts: Sequence[PostToMeasure],
    *,
    client: SocialClient,
    clock: Clock,
    in_flight: int = 5,
    source: str,
    advance: Callable[[int], None] = lambda _: None,
) -> Measured:
    """Look at these posts; `in_flight` calls at a time. `source` is `sandbox` or `api`.

    `advance` hears how many are done.

    Raises nothing for what a network or the API says: see `Measured.errors`. A call that stays rate-limited after one
    wait ends the round, since 1,000 such answers a day suspend the profile (analytics.md 12.1); posts not asked about
    stay due.
    """
    queue = iter(enumerate(posts))
    look = _Round(client, clock, source)
    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, in_flight)):
            group.create_task(look.work(queue, advance))
    return look.measured


async def measure_accounts(
    networks: Sequence[str],
    *,
    client: SocialClient,
    clock: Clock,
    source: str,
    account: str = "",
    options: AccountOptions = TOTALS,
    fill_up: bool = False,
) -> Measured:
    """Look at the accounts behind `networks`. `account` names the profile where a network gives no id.

    One call for the totals, one for the values by day, one for TikTok's sixty days: what `options` asks for. With
    `fill_up` days are asked for a quarter back.
    """
    look = _Round(client, clock, source)
    able = [name for name in networks if name in NETWORKS and Feature.ACCOUNT_ANALYTICS in NETWORKS[name].features]

    def samples(answer: AnalyticsAnswer) -> list[Sample]:
        return account_samples(answer, observed_at=clock.now(), source=source, account=account)

    def days(answer: AnalyticsAnswer) -> list[Sample]:
        look.measured.days += day_values(answer, observed_at=clock.now(), source=source, account=account)
        return []

    for request in options.requests(able, fill_up=fill_up):
        kept = days if request.daily else samples
        await look.ask("", partial(client.analytics.social, request), kept)
    return look.measured


async def measure_links(
    *, client: SocialClient, clock: Clock, source: str, query: LinksQuery | None = None
) -> Measured:
    """Read the clicks of all short links, or of those `query` selects."""
    look = _Round(client, clock, source)

    def samples(answer: LinksAnswer) -> list[Sample]:
        return link_samples(answer, observed_at=clock.now(), source=source)

    await look.ask("", lambda: client.links.list(query or LinksQuery()), samples)
    return look.measured


class _Round:
    """One round of asking: what it has brought so far, and whether the API asked for a pause."""

    def __init__(self, client: SocialClient, clock: Clock, source: str) -> None:
        self._client = client
        self._clock = clock
        self._source = source
        self._limited = False
        self.measured = Measured()

    async def work(self, queue: Iterator[tuple[int, PostToMeasure]], advance: Callable[[int], None]) -> None:
        """Take posts from the shared queue until it is empty or the round has ended."""
        for before, post in queue:
            if self._limited:
                return
            await self._post(post, measurable(post.networks))
            advance(before + 1)

    async def ask(
        self,
        post_id: str,
        call: Callable[[], Awaitable[Answered]],
        samples: Callable[[Answered], list[Sample]],
    ) -> Answered | None:
        """Keep what the call answers, after at most one wait; a call without an answer becomes a failure."""
        try:
            answer = await self._patiently(call)
            self.measured.samples += samples(answer)
            if isinstance(answer, AnalyticsAnswer):
                self._keep(answer, post_id)
            self.measured.asked += 1
        except SocialError as error:
            self._limited = self._limited or isinstance(error, RateLimited)
            self.measured.errors += self._refusals(error, post_id)
        except ValidationError as error:
            reason = f"an answer outside the contract, nothing taken from it: {error}"
            self.measured.errors.append(self._failure(post_id, "", None, reason))
        else:
            return answer
        return None

    async def _post(self, post: PostToMeasure, networks: list[str]) -> None:
        if not networks:
            self.measured.looks[post.post_id] = Look(next_look=self._clock.now() + SELDOM)
            return
        request = PostAnalyticsRequest(id=post.post_id, platforms=networks)

        found: list[Sample] = []

        def samples(answer: AnalyticsAnswer) -> list[Sample]:
            found.extend(post_samples(answer, post_id=post.post_id, observed_at=self._clock.now(), source=self._source))
            return found + withdrawn(found, post.look.told if post.look else ())

        answer = await self.ask(post.post_id, lambda: self._client.analytics.post(request), samples)
        if not self._limited:
            self.measured.looks[post.post_id] = self._learnt(post, answer, found)

    def _learnt(self, post: PostToMeasure, answer: AnalyticsAnswer | None, found: Sequence[Sample]) -> Look:
        now, before = self._clock.now(), post.look or Look(next_look=post.published_at)
        if answer is None:
            # Posts deleted at the network are asked about less and less too.
            unchanged = before.unchanged + 1
            return replace(
                before, unchanged=unchanged, next_look=next_look(post.published_at, now, unchanged=unchanged)
            )
        blocks = dict(answer.networks())
        told, numbers = digest(found, blocks, before.told)
        unchanged = before.unchanged + 1 if numbers == before.numbers else 0
        updates = [at for block in blocks.values() if (at := _advised(block.next_update))]
        advised = min(updates) if updates else None
        after = next_look(post.published_at, now, unchanged=unchanged, advised=advised)
        return Look(next_look=after, unchanged=unchanged, numbers=numbers, told=told)

    async def _patiently(self, call: Callable[[], Awaitable[Answered]]) -> Answered:
        try:
            return await call()
        except RateLimited as error:
            await self._clock.sleep(error.retry_after or _UNTOLD_WAIT)
            return await call()

    def _keep(self, answer: AnalyticsAnswer, post_id: str) -> None:
        self.measured.errors += [
            self._failure(post_id, item.platform or "", item.code, item.message) for item in answer.errors
        ]

    def _refusals(self, error: SocialError, post_id: str) -> list[MeasureFailure]:
        body = error.body if isinstance(error, Refused) and isinstance(error.body, dict) else {}
        rows = [self._listed(post_id, item) for item in body.get("errors") or [] if isinstance(item, dict)]
        return rows or [self._failure(post_id, "", error.code if isinstance(error, Refused) else None, str(error))]

    def _listed(self, post_id: str, item: dict[str, Any]) -> MeasureFailure:
        code = item.get("code")
        platform, message = str(item.get("platform") or ""), str(item.get("message") or "")
        return self._failure(post_id, platform, code if isinstance(code, int) else None, message)

    def _failure(self, post_id: str, network: str, code: int | None, message: str) -> MeasureFailure:
        return MeasureFailure(
            observed_at=self._clock.now(),
            post_id=post_id,
            network=network,
            code=code,
            message=message,
            source=self._source,
        )


def _advised(text: str | None) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except ValueError:  # advice only: without it the cadence alone decides
        return None
