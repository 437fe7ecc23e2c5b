"""One run of a campaign, step by step: settle what was left, read, admit, draft, claim, send, account.

Each step can be repeated, and a run that dies between two of them is finished by the next run: the ledger remembers.
Flows, the command line and the simulation all run these same steps.
"""

import asyncio
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Self

from pipeline.accounting import Account, verdicts_on
from pipeline.analytics.rows import Row, health_rows
from pipeline.campaign import Campaign, TimingPolicy
from pipeline.compose.album import Album
from pipeline.compose.shortening import shorten_chosen
from pipeline.compose.uploads import upload_pictures
from pipeline.desk import Desk
from pipeline.ledger import Admission, Run
from pipeline.lookahead import Lookahead
from pipeline.parts import Batch, Part
from pipeline.planning import Plan, draft_all, networks_of, planned
from pipeline.records import Disposition, Draft, Item, Place, Receipt, Verdict
from pipeline.replacing import clear_the_way
from pipeline.saved import key_of
from pipeline.sending import send
from pipeline.settling import Settlement, settle
from pipeline.step import DRY, IN_BATCHES, WET, Step
from pipeline.story import first_rows, rows_of
from pipeline.timing.automatic import check_auto_schedule
from pipeline.timing.bursts import check_bursts
from pipeline.timing.evergreens import due_again
from pipeline.timing.occupied import Occupied, waiting_at_api
from pipeline.timing.timetable import Timetable

if TYPE_CHECKING:
    from pipeline.fetching import Fetcher
    from pipeline.sources.feeds import FeedReading, FeedState
    from pipeline.sources.sheets import SheetReading

_QUEUED = (TimingPolicy.AT, TimingPolicy.SLOTS, TimingPolicy.SPREAD)

BATCH = 500
"""Items drafted, claimed and sent together: what a crash can leave unfinished, and what memory must hold."""


class NoSources(ValueError):
    """The campaign names no source."""


Advance = Callable[[int], None]
Relieve = Callable[["Publishing"], Awaitable[None]]


class Publishing:
    """A run of `campaign` at `desk`. The attributes hold what the steps have brought so far.

    `part` holds what became of the items, of a large run only of the last ones: what has ended can be let go of with
    `end_part`, and `parts` are those the lake has not been told of yet.
    """

    def __init__(
        self, campaign: Campaign, desk: Desk, *, dry_run: bool = False, run_id: str = "", batch: int = BATCH
    ) -> None:
        if not campaign.sources:
            raise NoSources(
                f"campaign {campaign.name!r} has no sources: add a feed URL, file or folder to campaign.sources"
            )
        self.campaign = campaign
        self.desk = desk
        self.dry_run = dry_run
        self.run_id = run_id or uuid.uuid4().hex
        self.started_at = desk.clock.now()
        self.settlement: Settlement | None = None
        self.readings: Iterable[FeedReading] = []
        self.health: list[Row] = []
        self.sheets: list[SheetReading] = []
        self.unwritten: list[str] = []
        self.admission = Admission()
        self.part = Part(name=self.run_id)
        self.parts: list[Part] = []
        self.ended: Counter[Disposition] = Counter()
        self.rows: list[Row] = []
        self.accounts: dict[str, str] = {}
        self._pictured = 0
        self._waiting: list[Item] = []
        self._open: Batch | None = None
        self._batch = batch
        self._batches = Lookahead(self._prepare)
        self._answered = 0
        self._tell: Callable[[], None] = _nobody
        self._linked: frozenset[str] = frozenset()
        self._occupied = Occupied()
        self._posted: dict[Place, frozenset[str]] = {}
        self._guarded = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of this run, in their order."""
        return DRY if self.dry_run else WET

    async def run(self, relieve: Relieve | None = None) -> Self:
        """Take every step; returns the run itself. What can be raised is told by the steps."""
        for step in self.steps:
            await self.take(step, relieve=relieve)
        return self

    async def take(self, step: Step, advance: Advance | None = None, relieve: Relieve | None = None) -> None:
        """Take one step to its end; taken again after a failure, it goes on where it stopped.

        Items are drafted and sent in batches: `advance` hears how many were done since this call, as they are done, and
        `relieve` is given the run after each batch, see `pipeline.recording.keep_ended`.
        """
        acts: dict[Step, Callable[[], Awaitable[object]]] = {
            Step.SETTLE: self.settle,
            Step.READ: self.read,
            Step.ADMIT: self.admit,
            Step.DRAFT: self.draft,
            Step.SEND: self.send,
            Step.CLOSE: self.close,
        }
        if step not in IN_BATCHES:
            await acts[step]()
            return
        total = self.waiting
        self._tell = (lambda: advance(max(0, total - self.waiting))) if advance else _nobody
        while self.waiting:
            await acts[step]()
            self._tell()
            if relieve and not self.dry_run:
                await relieve(self)

    def end_part(self) -> None:
        """Let go of what became of the items so far, once the lake is told: their numbers and first rows stay."""
        self.ended.update(verdict.disposition for verdict in self.part.verdicts)
        self.rows = first_rows([*self.rows, *rows_of(self.part)])
        self.parts.append(self.part)
        self.part = Part(name=f"{self.run_id}/{self.ended.total()}")

    @property
    def account(self) -> Account:
        """The account of the items so far."""
        return Account(self.part.verdicts, ended=self.ended)

    async def settle(self) -> None:
        """Settle what earlier runs of this campaign left open."""
        self.settlement = await settle(
            self.desk.ledger,
            client=self.desk.client,
            clock=self.desk.clock,
            quiet_seconds=self.desk.quiet_seconds,
            campaign=self.campaign.name,
            late=self.campaign.timing.late,
        )

    async def read(self) -> None:
        """Read every source. A source that fails is a reading with its reason; it stops no other."""
        from pipeline.sources.reading import read_sources  # noqa: PLC0415  (feedparser is slow to import)

        states = await self._states()
        copies = None if self.dry_run else self.desk.reports.parent / "sheets"
        async with self._fetcher() as fetcher:
            self.readings, self.sheets = await read_sources(
                self.campaign, fetcher=fetcher, states=states, copies=copies, google=self.desk.google
            )

    async def admit(self) -> None:
        """Record what was read, decide what is taken, find out which networks are linked and which slots are free."""
        admission = await self.desk.ledger.admit(
            self.campaign, self.readings, dry_run=self.dry_run, outlined=self._outlined
        )
        self.part.verdicts = list(admission.verdicts)
        self._waiting = list(admission.admitted)
        # Each item is kept in one place only, and goes when it has been sent.
        self.admission = replace(admission, admitted=(), verdicts=())
        self.health = health_rows(self.readings, admission, run_id=self.run_id, observed_at=self.started_at)
        if self.campaign.timing.policy is TimingPolicy.RECURRENCE:
            await self._revive()
        if self._waiting:
            user = await self.desk.client.user.get()
            self._linked = frozenset(user.active_social_accounts)
            self.accounts = {one.platform: one.display_name or one.username or "" for one in user.display_names}
        if self._waiting and self.campaign.timing.policy is TimingPolicy.AUTO:
            await check_auto_schedule(self.desk.client, self.campaign.timing)
        if self._waiting and self.campaign.timing.policy in _QUEUED:
            ours = await self.desk.ledger.taken_slots()
            theirs = await waiting_at_api(self.desk.client, self.desk.clock.now())
            self._occupied = Occupied([*ours, *theirs])
        if not self.dry_run:
            self.readings = []

    def guard(self) -> None:
        """Look at the whole plan before anything of it is sent. Raises BurstRefused when it would flood a network."""
        if self._guarded:
            return
        timing, now = self.campaign.timing, self.desk.clock.now()
        goes_to = partial(networks_of, self.campaign, self._linked)
        table = Timetable(
            timing, self._waiting, now=now, networks=goes_to, occupied=self._occupied, posted=self._posted
        )
        # Rows with dates of their own, of all batches: the queue of an earlier batch fits around them too.
        for at, networks in table.own():
            self._occupied.hold(at, networks)
        posts = (
            (timed.slot.at or now, goes_to(item))
            for item, times in table.run()
            for timed in times
            if not timed.slot.auto_schedule
        )
        check_bursts(timing, posts)
        self._guarded = True

    @property
    def waiting(self) -> int:
        """Admitted items not drafted or not sent yet."""
        ahead = self._batches.ready
        sending = max(1, len(self._open.drafts) - self._answered) if self._open else 0
        return len(self._waiting) + sending + (max(1, len(ahead.drafts)) if ahead else 0)

    async def draft(self) -> list[Draft]:
        """Draft the next items, pictures included, without sending. What cannot be said is quarantined."""
        with Album() as album:
            items, composed, unsaid = await self._compose(album)
        drafts = await shorten_chosen(composed, self.campaign, client=None)
        await self._take(items, drafts, unsaid)
        self.part.drafts += drafts
        self.part.verdicts += planned(drafts)
        return drafts

    async def send(self) -> list[Receipt]:
        """Claim and send the next items, drafting those after them meanwhile.

        Repeated after a failure it goes on where it stopped.
        """
        batch = self._open = self._open or await self._batches.take()
        if batch.claims is None:
            batch.claims = await self.desk.ledger.claim(batch.drafts)
        self._answered = 0
        async with self._batches.meanwhile() if self._waiting else nullcontext():
            receipts = await self._sent(batch)
            self._open = None
        return receipts

    async def _sent(self, batch: Batch) -> list[Receipt]:
        desk, claims = self.desk, batch.claims or []
        cleared = await clear_the_way(claims, client=desk.client, ledger=desk.ledger, clock=desk.clock)
        sent = await send(
            cleared.ready,
            client=desk.client,
            ledger=desk.ledger,
            clock=desk.clock,
            in_order=not self.campaign.timing.allow_burst,
            answered=self._one_answered,
        )
        receipts = [*cleared.receipts, *sent]
        by_key = {key_of(draft): draft for draft in batch.drafts}
        self.part.drafts += batch.drafts
        self.part.thumbnails |= batch.thumbnails
        self.part.sent += [(by_key[claim.key], claim.key) for claim in claims]
        self.part.receipts += receipts
        self.part.verdicts += verdicts_on(batch.drafts, claims, receipts)
        return receipts

    async def _prepare(self) -> Batch:
        with Album() as album:
            items, composed, unsaid = await self._compose(album)
            uploading = upload_pictures(composed, client=self.desk.client, fetched=album, clock=self.desk.clock)
            uploaded, lost = await uploading
            small = await asyncio.to_thread(self._thumbnails, composed, album)
        drafts = await shorten_chosen(uploaded, self.campaign, client=self.desk.client)
        await self._take(items, drafts, unsaid + lost)
        self._pictured += len(small)
        return Batch(drafts=drafts, thumbnails=small)

    def _thumbnails(self, drafts: Sequence[Draft], album: Album) -> dict[str, str]:
        from pipeline.compose.thumbnails import MOST, thumbnails  # noqa: PLC0415  (only for posts with pictures)

        if not album:
            return {}
        return {key_of(draft): small for draft, small in islice(thumbnails(drafts, album), MOST - self._pictured)}

    def _one_answered(self) -> None:
        self._answered += 1
        self._tell()

    @property
    def _outlined(self) -> bool:
        # The ledger has the items whole, but for those of a dry run, and those that a series revives.
        return not self.dry_run and self.campaign.timing.policy is not TimingPolicy.RECURRENCE

    async def _compose(self, album: Album) -> tuple[list[Item], list[Draft], list[Verdict]]:
        self.guard()
        items, desk = self._waiting[: self._batch], self.desk
        whole, gone = await desk.ledger.waiting(self.campaign.name, items) if self._outlined else (items, [])
        async with self._fetcher() as fetcher:
            drafts, unsaid = await draft_all(
                self.campaign,
                whole,
                linked=self._linked,
                fetcher=fetcher,
                now=desk.clock.now(),
                occupied=self._occupied,
                posted=self._posted,
                profile=desk.profile,
                album=album,
            )
        return items, drafts, unsaid + gone

    async def _take(self, items: Sequence[Item], drafts: Sequence[Draft], unsaid: Sequence[Verdict]) -> None:
        # What another run has taken is that run's own.
        out = [verdict for verdict in unsaid if verdict.disposition is not Disposition.KNOWN]
        if out and not self.dry_run:
            await self.desk.ledger.quarantine(self.campaign.name, out)
        self._waiting = self._waiting[len(items) :]
        for draft in drafts:
            self._occupied.hold(draft.slot.at, draft.platforms)
        self.part.verdicts += [_with_stay(verdict, items) for verdict in unsaid]

    async def close(self) -> None:
        """Check that the sum closes, write the run down and its results into sheets. Raises SumDoesNotClose."""
        account = self.account
        account.close(self.admission.read)
        if not self.dry_run:
            await self.desk.ledger.record_run(
                Run(
                    run_id=self.run_id,
                    campaign=self.campaign.name,
                    started_at=self.started_at,
                    finished_at=self.desk.clock.now(),
                    read=self.admission.read,
                    counts=account.counts,
                )
            )
            if self.campaign.sheet.write_back:
                await self._write_back()

    async def _write_back(self) -> None:
        from pipeline.sources.reading import settings_of  # noqa: PLC0415  (only for sheets)
        from pipeline.sources.results import write_results  # noqa: PLC0415

        settings, now, google = settings_of(self.campaign), self.desk.clock.now(), self.desk.google
        for sheet in self.sheets:
            if sheet.ok and (ends := await self.desk.ledger.outcomes_of(self.campaign.name, sheet.source)):
                write = partial(write_results, sheet, ends, settings=settings, now=now, google=google)
                fault = await asyncio.to_thread(write)
                self.unwritten += [fault] if fault else []

    @property
    def plan(self) -> Plan:
        """What was drafted, as a plan."""
        others = [one for one in self.part.verdicts if one.disposition is not Disposition.PLANNED]
        return Plan(self.part.drafts, others, self.accounts)

    async def _revive(self) -> None:
        """Let items of a series come again: what is known and still in its source, but has an occurrence due."""
        self._posted = await self.desk.ledger.series(self.campaign.name)
        again = due_again(self.campaign.timing, self.readings, self._posted, now=self.desk.clock.now())
        for item in again:
            known = next((one for one in self.part.verdicts if _same(one, item)), None)
            if known is not None:
                self.part.verdicts.remove(known)
                self._waiting.append(item)

    async def _states(self) -> dict[str, "FeedState"]:
        # The items of a series are needed even when their source has not changed.
        whole = self.dry_run or self.campaign.timing.policy is TimingPolicy.RECURRENCE
        return {} if whole else await self.desk.ledger.feed_states(self.campaign.name)

    def _fetcher(self) -> "Fetcher":
        from pipeline.fetching import Fetcher  # noqa: PLC0415  (not needed for files)

        return Fetcher(allow_private=self.campaign.allow_private_addresses)


def _nobody() -> None:
    """Nobody wants to hear."""


def _same(verdict: Verdict, item: Item) -> bool:
    return verdict.disposition is Disposition.KNOWN and _place(verdict) == _place(item)


def _with_stay(verdict: Verdict, items: Sequence[Item]) -> Verdict:
    edited = any(item.replaces and item.replaces.slot and _place(item) == _place(verdict) for item in items)
    return replace(verdict, reason=f"{verdict.reason}; its post stays as it was") if edited else verdict


def _place(one: Item | Verdict) -> Place:
    return one.source, one.identity
