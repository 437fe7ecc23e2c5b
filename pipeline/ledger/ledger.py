"""The ledger: which item became which post. All processes of a campaign share one database; each call is a transaction.

A post's way through it: `admit` (item seen and taken) → `claim` (key won) → `begin_attempt` (before the first byte
leaves) → `settle` (what became of it). A crash in between loses nothing: the next run finds the item or the claim where
it stood.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from sqlalchemy import select, text

from pipeline.cadence import Look
from pipeline.campaign import Campaign
from pipeline.database import make_tables, open_engine, reader_of
from pipeline.ledger import (
    accepted,
    boosts,
    claims,
    frames,
    holding,
    items,
    keeping,
    receipts,
    replacing,
    replies,
    waiting,
)
from pipeline.ledger.accepted import AcceptedPost
from pipeline.ledger.admitting import Admission
from pipeline.ledger.boosts import BoostState, KnownBoost
from pipeline.ledger.frames import FrameName, Run
from pipeline.ledger.keeping import Mark, Standing
from pipeline.ledger.replacing import Replacement
from pipeline.ledger.replies import Reply, ReplyState
from pipeline.ledger.schema import feeds, metadata
from pipeline.records import Claim, Draft, Item, Receipt, Verdict
from pipeline.sources.feeds import FeedReading, FeedState
from social.instants import Clock

if TYPE_CHECKING:
    import pandas as pd

LEASE_SECONDS = 180.0
"""How long a claim belongs to the process that works on it, unless prolonged: longer than any single call may take."""

# No ANALYZE: most claims are alike, so that what it learns turns SQLite away from the indexes that find the others.
_SQLITE_UPKEEP = ("PRAGMA wal_checkpoint(TRUNCATE)",)
# Any number will do, as long as every process takes the same.
_TABLES_LOCK = 0x646F7665


class Ledger:
    """The memory of all campaigns, shared by every process that works for them. Use as `async with Ledger(url, clock)`.

    `url` is a database URL, `sqlite:///ledger.db` or `postgresql://…`. `lease_seconds` must be the same everywhere.
    Profiles share a ledger, but what is to be read back, sent or measured is asked for one `profile`, whose API is at
    hand: another's history knows nothing of its posts, and would let them be sent a second time. None is all of them,
    for looking only.
    """

    def __init__(
        self, url: str, clock: Clock, *, lease_seconds: float = LEASE_SECONDS, profile: str | None = "default"
    ) -> None:
        self.clock = clock
        self.lease_seconds = lease_seconds
        self.profile = profile
        self._owner = uuid.uuid4().hex
        self._engine = open_engine(url)
        self._reader = reader_of(self._engine)

    async def open(self) -> None:
        """Make the tables that are missing. Any number of processes may do this at once."""
        async with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _TABLES_LOCK})
            await connection.run_sync(make_tables, metadata)

    async def tidy(self) -> None:
        """Let PostgreSQL look at its tables anew, so that it chooses the right indexes; shrink SQLite's log."""
        words = ("VACUUM (ANALYZE)",) if self._engine.dialect.name == "postgresql" else _SQLITE_UPKEEP
        # Neither is allowed within a transaction.
        async with self._engine.execution_options(isolation_level="AUTOCOMMIT", read_only=True).connect() as connection:
            for statement in words:
                await connection.exec_driver_sql(statement)

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def feed_states(self, campaign: str) -> dict[str, FeedState]:
        """What a conditional request needs, by source, for sources read successfully before."""
        read = select(feeds).where(feeds.c.campaign == campaign, feeds.c.primed_at.is_not(None))
        async with self._reader.connect() as connection:
            rows = (await connection.execute(read)).all()
        return {
            row.source: FeedState(url=row.url, etag=row.etag, last_modified=row.last_modified, title=row.title)
            for row in rows
        }

    async def admit(
        self,
        campaign: Campaign,
        readings: Iterable[FeedReading],
        *,
        backfill: int | None = None,
        dry_run: bool = False,
        outlined: bool = False,
    ) -> Admission:
        """Record what was read and decide what is taken, one transaction per source. See `Admission`.

        Left-overs of a broken run come along. `backfill` is the campaign's own unless given; a source that is not a
        feed and has nothing old, such as a sheet, is read with `backfill` as high as its number of rows. `dry_run`
        tells the same and writes nothing; `outlined` tells of admitted items only what `waiting` needs to give them
        whole, so that memory need not hold them. Raises ValueError for a campaign of another profile: its items count
        as seen, so nothing of them would ever go out here.
        """
        await self._check_owner(campaign.name)
        if campaign.accept_new_ids and not dry_run:
            async with self._engine.begin() as connection:
                await holding.release(connection, campaign.name)
        async with self._reader.connect() as connection:
            left = await waiting.leftovers(connection, campaign, outlined=outlined)
        around = items.Round(
            campaign=campaign,
            backfill=campaign.backfill if backfill is None else backfill,
            now=self.clock.now(),
            dry_run=dry_run,
            outlined=outlined,
            leftovers=left,
        )
        for reading in readings:
            async with self._reader.connect() if dry_run else self._engine.begin() as connection:
                await items.admit_reading(connection, reading, around)
        return around.admission()

    async def waiting(self, campaign: str, outlines: Sequence[Item]) -> tuple[list[Item], list[Verdict]]:
        """Admitted items whole, in the order of their outlines, and a verdict on each that another run took."""
        async with self._reader.connect() as connection:
            return await waiting.waiting(connection, campaign, outlines)

    async def quarantine(self, campaign: str, verdicts: Iterable[Verdict]) -> None:
        """Take admitted items out for good: those of `verdicts`, filtered or quarantined, each with its reason."""
        async with self._engine.begin() as connection:
            await items.quarantine(connection, campaign, list(verdicts))

    async def claim(self, drafts: Iterable[Draft]) -> list[Claim]:
        """Win the right to send these drafts; returns the claims won. The others belong to another run.

        All in one transaction; uniqueness is a constraint of the database. The claims are this ledger's for
        `lease_seconds`. Raises ValueError for a draft of another profile.
        """
        lease = self._lease()
        asked = claims.make_claims(drafts, lease.now)
        if others := {draft.profile for _, draft in asked.values()} - {self.profile}:
            raise ValueError(f"posts for profile {min(others)!r} cannot be sent as {self.profile!r}: plan them for it")
        async with self._engine.begin() as connection:
            return await claims.claim(connection, asked, lease)

    async def begin_attempt(self, asked: Sequence[Claim]) -> set[str]:
        """Commit, before the first byte leaves, that these claims are about to be sent; only the returned keys may be.

        A claim that another process sent since it was read, or holds a lease on, is not among them.
        """
        async with self._engine.begin() as connection:
            return await claims.begin(connection, asked, self._lease())

    async def renew(self, keys: Collection[str]) -> set[str]:
        """Prolong the lease of attempts under way; returns the keys this ledger still holds."""
        async with self._engine.begin() as connection:
            return await claims.renew(connection, keys, self._lease())

    async def settle(self, found: Sequence[Receipt]) -> None:
        """Record what became of claims. Idempotent; an accepted claim stays accepted.

        Also takes later news of accepted posts: ids given at publish time, networks that failed then.
        """
        if found:
            async with self._engine.begin() as connection:
                await receipts.settle(connection, found, self._owner, self.clock.now())

    async def replacement(self, key: str) -> Replacement | None:
        """What an unsent claim replaces, as both stand now; None when it replaces nothing, was sent or has ended."""
        async with self._reader.connect() as connection:
            return await replacing.replacement(connection, key)

    async def hold(self, key: str, step: str = "") -> bool:
        """Commit what is about to be done for an unsent claim; False when another process has it."""
        async with self._engine.begin() as connection:
            return await replacing.hold(connection, key, step, self._lease())

    async def withdraw(self, found: Replacement) -> bool:
        """Record that the post which a claim replaces is gone and was never out; False when it may still be sent."""
        async with self._engine.begin() as connection:
            return await replacing.withdraw(connection, found, self._lease())

    async def give_up(self, found: Replacement, end: Receipt) -> None:
        """End a claim that replaces a post without sending it, as `end` says; the post stays, or has been moved."""
        async with self._engine.begin() as connection:
            await replacing.give_up(connection, found, end, self._lease())

    async def unsettled(self, campaign: str | None = None) -> list[Claim]:
        """Claims without a final outcome that no live process is working on, oldest first.

        Those with `attempted_at` None were certainly never sent.
        """
        async with self._reader.connect() as connection:
            return await claims.unsettled(connection, campaign, self.profile, self.clock.now())

    async def outcomes(self, keys: Collection[str]) -> dict[str, Receipt]:
        """What the ledger knows of these claims, by key; unknown keys are left out."""
        async with self._reader.connect() as connection:
            return await receipts.outcomes(connection, keys)

    async def outcomes_of(self, campaign: str, source: str) -> dict[str, Receipt]:
        """What the ledger knows of the posts of one source, by identity of items; of several the one that stands."""
        async with self._reader.connect() as connection:
            return await receipts.outcomes_of(connection, campaign, source)

    async def accepted_posts(self, campaign: str | None = None, *, published: bool = True) -> list[AcceptedPost]:
        """Posts the API took, oldest first; by default only those already out, which is what can be measured."""
        async with self._reader.connect() as connection:
            return await accepted.accepted_posts(connection, campaign, self.profile, published=published)

    async def under_way(self, campaign: str | None = None) -> list[AcceptedPost]:
        """Accepted posts whose time has come and whose result is not known yet."""
        async with self._reader.connect() as connection:
            return await accepted.under_way(connection, campaign, self.profile, self.clock.now())

    async def to_measure(self, most: int) -> list[AcceptedPost]:
        """Posts that are out and whose numbers should be looked at by now; of more than `most` the youngest."""
        async with self._reader.connect() as connection:
            return await accepted.to_measure(connection, self.profile, self.clock.now(), most)

    async def social_ids(self, networks: Collection[str]) -> dict[str, set[str]]:
        """The networks' own ids of every post that went out through the API, by network."""
        async with self._reader.connect() as connection:
            return await accepted.social_ids(connection, networks)

    async def mark_measured(self, looks: Mapping[str, Look]) -> None:
        """Remember what was learnt of these posts just now, by post id, and when to look again."""
        async with self._engine.begin() as connection:
            await accepted.mark_measured(connection, looks, self.clock.now())

    async def profiles(self) -> set[str]:
        """The profiles that have claims."""
        async with self._reader.connect() as connection:
            return await claims.profiles(connection)

    async def taken_slots(self) -> list[tuple[datetime, frozenset[str]]]:
        """Instants from now on at which the profile has a post, each with the networks it goes to; in order of time."""
        async with self._reader.connect() as connection:
            return await claims.taken_slots(connection, self.profile, self.clock.now())

    async def state(self, campaign: str) -> str:
        """A short hash that changes whenever the campaign claims another post: what a saved plan was made on."""
        async with self._reader.connect() as connection:
            return await claims.state(connection, campaign)

    async def unkept(self, campaign: str | None = None) -> dict[str, Mark]:
        """Claims settled since the lake was last told about them, by key, each with its mark for `kept`."""
        async with self._reader.connect() as connection:
            return await keeping.marks(connection, campaign)

    async def take_unkept(self, campaign: str | None = None) -> dict[str, Mark]:
        """As `unkept`, for telling the lake: whoever takes them is the only one to do so for the time of a lease."""
        async with self._engine.begin() as connection:
            now = self.clock.now()
            until = now + timedelta(seconds=self.lease_seconds)
            return await keeping.take(connection, campaign, owner=self._owner, now=now, until=until)

    async def standings(self, keys: Collection[str]) -> list[Standing]:
        """How settled claims stand and what was said with them, oldest first."""
        async with self._reader.connect() as connection:
            return await keeping.standings(connection, keys)

    async def kept(self, marks: Mapping[str, Mark]) -> None:
        """Say that the lake was told about these claims. One settled anew since `unkept` stays marked."""
        async with self._engine.begin() as connection:
            await keeping.kept(connection, marks)

    async def series(self, campaign: str) -> dict[tuple[str, str], frozenset[str]]:
        """By item (source and identity) the occurrences of its series that have a claim, whatever became of it."""
        async with self._reader.connect() as connection:
            return await claims.series(connection, campaign)

    async def identities(self, campaign: str, source: str) -> dict[str, datetime]:
        """The items of a source that have a claim, whatever became of it, and since when."""
        async with self._reader.connect() as connection:
            return await claims.identities(connection, campaign, source)

    async def claim_reply(self, key: str, *, engagement: str, rule: str, text: str) -> bool:
        """Win the right to answer a remark; False when it was answered, or somebody is about to."""
        async with self._engine.begin() as connection:
            now = self.clock.now()
            return await replies.claim(connection, key, engagement=engagement, rule=rule, text=text, now=now)

    async def settle_reply(self, key: str, state: ReplyState, *, reason: str = "", answer_id: str = "") -> None:
        """Write down what became of an answer."""
        async with self._engine.begin() as connection:
            await replies.settle(connection, key, state, self.clock.now(), reason=reason, answer_id=answer_id)

    async def release_reply(self, key: str) -> None:
        """Let a remark be answered after all."""
        async with self._engine.begin() as connection:
            await replies.release(connection, key)

    async def replies(self, keys: Collection[str]) -> dict[str, Reply]:
        """What is remembered of answers to these remarks, by key."""
        async with self._reader.connect() as connection:
            return await replies.known(connection, keys)

    async def claim_boost(
        self, network: str, post_id: str, *, budget: str, amount: Decimal, limit: Decimal, since: datetime
    ) -> bool:
        """Win the right to boost a post; False when it was boosted, or what `budget` committed would exceed `limit`."""
        async with self._engine.begin() as connection:
            now = self.clock.now()
            return await boosts.claim(
                connection, network, post_id, budget=budget, amount=amount, limit=limit, since=since, now=now
            )

    async def settle_boost(self, key: str, state: BoostState, *, reason: str = "", ad_id: str = "") -> None:
        """Write down what became of a boost."""
        async with self._engine.begin() as connection:
            await boosts.settle(connection, key, state, self.clock.now(), reason=reason, ad_id=ad_id)

    async def release_boost(self, key: str) -> None:
        """Let a post be boosted after all."""
        async with self._engine.begin() as connection:
            await boosts.release(connection, key)

    async def boosts(self, network: str) -> dict[str, KnownBoost]:
        """What is remembered of boosts on a network, by key."""
        async with self._reader.connect() as connection:
            return await boosts.known(connection, network)

    async def committed(self, budget: str, since: datetime) -> Decimal:
        """What boosts of a budget claimed since then may cost."""
        async with self._reader.connect() as connection:
            return await boosts.committed(connection, budget, since)

    async def record_run(self, run: Run) -> None:
        """Write down a run's sum; the same `run_id` again overwrites it."""
        async with self._engine.begin() as connection:
            await frames.record_run(connection, run)

    async def frame(self, name: FrameName) -> "pd.DataFrame":
        """A table as a frame with declared types; see `pipeline.ledger.frames.frame`."""
        async with self._reader.connect() as connection:
            return await frames.frame(connection, name)

    async def _check_owner(self, campaign: str) -> None:
        async with self._reader.connect() as connection:
            owner = await claims.owner(connection, campaign)
        if None not in {owner, self.profile} and owner != self.profile:
            raise ValueError(
                f"campaign {campaign!r} belongs to profile {owner!r}: publish it as {owner!r}, or give profile "
                f"{self.profile!r} a campaign of another name"
            )

    def _lease(self) -> claims.Lease:
        return claims.Lease(owner=self._owner, now=self.clock.now(), length=timedelta(seconds=self.lease_seconds))
