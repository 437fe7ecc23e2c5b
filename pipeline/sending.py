"""Sending claims: each at most once, and what became of it written down. Comes after `Ledger.claim`.

Per chunk: the attempt is committed, then the posts leave several at a time, then the receipts are committed. What ends
without an answer stays unknown and is left to `pipeline.settling`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from pipeline.ledger import Ledger
from pipeline.ledger.answers import platforms_of, receipt_of, receipt_of_error, unsent
from pipeline.records import Claim, Outcome, Receipt
from social.client import SocialClient
from social.errors import NotAllowed, NotSent, RateLimited, SocialError
from social.instants import Clock

CHUNK = 250
"""Claims whose attempt is committed at once: so many at most must be read back after a crash."""

BACKOFF = (0.2, 1.0, 5.0)
"""Seconds between tries while nothing can be sent."""

WAITS = 5
"""How often a post lets itself be told to wait before the rest is left for a later run."""

UNTOLD_WAIT = 60.0
"""Seconds to wait when told to wait but not how long (analytics.md 12.1 knows no `Retry-After`)."""

# What is under way must have ended before a lease that could not be prolonged runs out.
_MISSES = 2

log = logging.getLogger(__name__)


async def send(
    claims: Sequence[Claim],
    *,
    client: SocialClient,
    ledger: Ledger,
    clock: Clock,
    in_flight: int = 8,
    chunk: int = CHUNK,
    in_order: bool = True,
    answered: Callable[[], None] = lambda: None,
) -> list[Receipt]:
    """Send the claims, `in_flight` at a time, and settle them; one receipt per claim, in their order.

    Posts without an instant of their own go out in the order in which they arrive (at once, or in the next slot of the
    API's auto-schedule): with `in_order` these leave one after another. `answered` is called after each post.

    When the API cannot be reached, keeps saying "later", or does not let this key in, the rest is put back: pending,
    certainly unsent, with the reason. Claims that another process took over meanwhile come with what the ledger knows
    of them. Raises only what is a fault of the program or of the ledger's database; what was answered until then is
    settled all the same.
    """
    sender = _Sender(client, ledger, clock, in_flight, answered, in_order=in_order)
    for start in range(0, len(claims), chunk):
        await sender.send(claims[start : start + chunk])
    lost = [claim.key for claim in claims if claim.key not in sender.receipts]
    known = sender.receipts | (await ledger.outcomes(lost) if lost else {})
    return [known[claim.key] for claim in claims if claim.key in known]


class _Sender:
    def __init__(
        self,
        client: SocialClient,
        ledger: Ledger,
        clock: Clock,
        in_flight: int,
        answered: Callable[[], None],
        *,
        in_order: bool,
    ) -> None:
        self._answered = answered
        self._client = client
        self._ledger = ledger
        self._clock = clock
        self._in_flight = max(1, in_flight)
        self._in_order = in_order
        self._stopped = ""
        self.receipts: dict[str, Receipt] = {}

    async def send(self, claims: Sequence[Claim]) -> None:
        if self._stopped:
            self.receipts |= {claim.key: unsent(claim, self._stopped) for claim in claims}
            await self._settle(claims)
            return
        begun = await self._ledger.begin_attempt(claims)
        ours = [claim for claim in claims if claim.key in begun]
        done = asyncio.Event()
        heartbeat = asyncio.create_task(self._hold(ours, done))
        try:
            async with asyncio.TaskGroup() as group:
                for lane in self._lanes(ours):
                    group.create_task(self._work(lane))
        finally:
            done.set()
            await self._settle(ours)
            await heartbeat

    def _lanes(self, claims: Sequence[Claim]) -> list[Iterator[Claim]]:
        at_arrival = [claim for claim in claims if self._in_order and claim.slot.at is None]
        timed = [claim for claim in claims if not (self._in_order and claim.slot.at is None)]
        shared = iter(timed)
        return [iter(at_arrival), *[shared] * min(self._in_flight, len(timed))]

    async def _settle(self, claims: Sequence[Claim]) -> None:
        await self._ledger.settle([self.receipts[claim.key] for claim in claims if claim.key in self.receipts])

    async def _hold(self, claims: Sequence[Claim], done: asyncio.Event) -> None:
        # In real time whatever the clock says: pacing and slow answers take real time too. Answered claims are held as
        # well: until the chunk is settled, nobody else can know their answers.
        missed = 0
        while not done.is_set():
            try:
                await asyncio.wait_for(done.wait(), self._ledger.lease_seconds / 3)
            except TimeoutError:
                missed = 0 if await self._renewed(claims) else missed + 1
            if missed == _MISSES:
                self._stopped = "the ledger could not be written for too long to go on"

    async def _renewed(self, claims: Sequence[Claim]) -> bool:
        try:
            await self._ledger.renew([claim.key for claim in claims])
        except (SQLAlchemyError, OSError) as error:
            log.warning("the lease on %s posts could not be prolonged: %s", len(claims), error)
            return False
        return True

    async def _work(self, queue: Iterator[Claim]) -> None:
        for claim in queue:
            receipt = unsent(claim, self._stopped) if self._stopped else await self._attempt(claim)
            if receipt is not None:
                self.receipts[claim.key] = _with_loss(claim, receipt)
            self._answered()

    async def _attempt(self, claim: Claim) -> Receipt | None:
        tries = 0
        while True:
            try:
                answer = await self._client.posts.create(claim.body)
                return receipt_of(claim.key, answer, platforms_of(claim))
            except NotAllowed as error:
                self._stopped = str(error)
                return unsent(claim, self._stopped)
            except (NotSent, RateLimited) as error:
                pause = pause_after(error, tries)
                if pause is None:
                    self._stopped = str(error)
                    return receipt_of_error(claim, error)
            except SocialError as error:
                return receipt_of_error(claim, error)
            tries += 1
            await self._clock.sleep(pause)
            if not await self._ledger.renew([claim.key]):
                return None


def _with_loss(claim: Claim, receipt: Receipt) -> Receipt:
    if not claim.replaces or receipt.outcome is not Outcome.REFUSED:
        return receipt
    return replace(receipt, reason=f"{receipt.reason}; what it replaces was taken back: nothing is scheduled any more")


def pause_after(error: NotSent | RateLimited, tries: int) -> float | None:
    """Seconds to wait before the next try, after so many `tries`; None when it is time to leave it to a later run."""
    if isinstance(error, RateLimited):
        return (error.retry_after or UNTOLD_WAIT) if tries < WAITS else None
    return BACKOFF[tries] if tries < len(BACKOFF) else None
