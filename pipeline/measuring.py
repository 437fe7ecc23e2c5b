"""Asking for the numbers: which posts are due for a look, and what came back for posts, accounts and links.

Comes after publishing; hands samples and failures to the lake. A network that fails is a row, not an exception.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from pipeline.analytics.samples import account_samples, link_samples, post_samples
from pipeline.records import Sample
from social.client import SocialClient
from social.contract.analytics import AnalyticsAnswer, PostAnalyticsRequest, SocialAnalyticsRequest
from social.contract.links import LinksAnswer, LinksQuery
from social.errors import RateLimited, Refused, SocialError
from social.instants import Clock, parse_instant
from social.networks import NETWORKS
from social.networks.base import Feature

Answered = TypeVar("Answered")

CADENCE = (
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta(days=7), timedelta(hours=3)),
    (timedelta(days=90), timedelta(days=1)),
)
"""Up to which age a post is looked at how often; older ones weekly."""

_LATER = timedelta(days=7)
# A schedule that fires every 30 minutes fires some seconds early now and then; that must not cost a whole turn.
_EARLY = 0.9
# What to wait when told to wait but not how long: the contract's window is five minutes (analytics.md 12.1).
_UNTOLD_WAIT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostToMeasure:
    """A published post. `next_update` is the API's word on when new numbers exist (analytics.md 3.2, `nextUpdate`)."""

    post_id: str
    networks: tuple[str, ...]
    published_at: datetime
    last_measured_at: datetime | None = None
    next_update: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFailure:
    """Numbers that could not be had. `network` is empty when the whole call failed, `code` None when none was given."""

    observed_at: datetime
    post_id: str
    network: str
    code: int | None
    message: str
    source: str


@dataclass(slots=True, kw_only=True)
class Measured:
    """What a round brought. `next_updates`: per post, when asking again makes sense; `asked`: calls answered."""

    samples: list[Sample] = field(default_factory=list)
    errors: list[MeasureFailure] = field(default_factory=list)
    next_updates: dict[str, datetime] = field(default_factory=dict)
    asked: int = 0


def due(published_at: datetime, last: datetime | None, now: datetime, next_update: datetime | None = None) -> bool:
    """Whether a post should be looked at now: by age as `CADENCE` says, and not before the API has new numbers."""
    if published_at > now or (next_update is not None and now < next_update):
        return False
    if last is None:
        return True
    step = next((step for age, step in CADENCE if now - published_at < age), _LATER)
    return now - last >= step * _EARLY


def measurable(networks: Iterable[str]) -> list[str]:
    """Those of `networks` that have post analytics at all (analytics.md 3.5), alphabetically."""
    return sorted(name for name in networks if name in NETWORKS and Feature.POST_ANALYTICS in NETWORKS[name].features)


async def measure(
    posts: Sequence[PostToMeasure], *, client: SocialClient, clock: Clock, in_flight: int = 5, source: str
) -> Measured:
    """Look at every post that is due; `in_flight` calls at a time. `source` is `sandbox` or `api`.

    Raises nothing for what a network or the API says: see `Measured.errors`. A call that stays rate-limited after one
    wait ends the round, since 1,000 such answers a day suspend the profile (analytics.md 12.1); posts not asked about
    stay due.
    """
    now = clock.now()
    queue = iter(
        [
            (post, networks)
            for post in posts
            if due(post.published_at, post.last_measured_at, now, post.next_update)
            and (networks := measurable(post.networks))
        ]
    )
    look = _Round(client, clock, source)
    async with asyncio.TaskGroup() as group:
        for _ in range(max(1, in_flight)):
            group.create_task(look.work(queue))
    return look.measured


async def measure_accounts(
    networks: Sequence[str], *, client: SocialClient, clock: Clock, source: str, account: str = ""
) -> Measured:
    """Look at the accounts behind `networks`, in one call. `account` names the profile where a network gives no id."""
    look = _Round(client, clock, source)
    asked = [name for name in networks if name in NETWORKS and Feature.ACCOUNT_ANALYTICS in NETWORKS[name].features]
    if asked:
        request = SocialAnalyticsRequest(platforms=asked)

        def samples(answer: AnalyticsAnswer) -> list[Sample]:
            return account_samples(answer, observed_at=clock.now(), source=source, account=account)

        await look.ask("", lambda: client.analytics.social(request), samples)
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

    async def work(self, queue: Iterator[tuple[PostToMeasure, list[str]]]) -> None:
        """Take posts from the shared queue until it is empty or the round has ended."""
        for post, networks in queue:
            if self._limited:
                return
            await self._post(post, networks)

    async def ask(
        self,
        post_id: str,
        call: Callable[[], Awaitable[Answered]],
        samples: Callable[[Answered], list[Sample]],
    ) -> None:
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

    async def _post(self, post: PostToMeasure, networks: list[str]) -> None:
        request = PostAnalyticsRequest(id=post.post_id, platforms=networks)

        def samples(answer: AnalyticsAnswer) -> list[Sample]:
            return post_samples(answer, post_id=post.post_id, observed_at=self._clock.now(), source=self._source)

        await self.ask(post.post_id, lambda: self._client.analytics.post(request), samples)

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
        updates = [at for _, block in answer.networks() if (at := _advised(block.next_update))]
        if updates:
            self.measured.next_updates[post_id] = min(updates)

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
