"""Claims: the right to send one draft, won before the first byte leaves, and the lease on the attempt that follows."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.compose.requests import body
from pipeline.ledger.items import mark_claimed
from pipeline.ledger.key import post_key
from pipeline.ledger.schema import claims
from pipeline.ledger.sql import free, insert, of_profile, parts, way_clear
from pipeline.ledger.updating import mark_updated, said
from pipeline.records import EDIT, Claim, Draft, Outcome, Slot

OPEN = (Outcome.PENDING, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who works on a claim, and until when nobody else may."""

    owner: str
    now: datetime
    length: timedelta

    def values(self) -> dict[str, Any]:
        """The columns that record it."""
        return {"lease_owner": self.owner, "lease_until": self.now + self.length}


def make_claims(drafts: Iterable[Draft], now: datetime) -> dict[str, tuple[Claim, Draft]]:
    """The claim each draft asks for, by key, body included. No database is touched."""
    asked: dict[str, tuple[Claim, Draft]] = {}
    for draft in drafts:
        item = draft.item
        key = post_key(draft.campaign, item.source, item.identity, draft.target, draft.occurrence)
        if key not in asked:
            asked[key] = _claim(draft, key, now), draft
    return asked


async def claim(connection: AsyncConnection, given: dict[str, tuple[Claim, Draft]], lease: Lease) -> list[Claim]:
    """Record the claims that nobody holds yet, with a lease, and return those won, in the order asked for.

    A draft also loses when an earlier claim already takes the same item to one of its networks under another target:
    changing a campaign's networks must not post an item twice.
    """
    if not given:
        return []
    asked = await _as_known(connection, given)
    await mark_claimed(connection, [draft for _, draft in asked.values()], lease.now)
    taken = await _networks_taken(connection, asked)
    rows = [
        _row(claim, draft) | lease.values() | {"rank": rank}
        for rank, (claim, draft) in enumerate(asked.values())
        if taken[_errand(claim.source, claim.identity, draft.occurrence, draft.target)].isdisjoint(draft.platforms)
    ]
    if not rows:
        return []
    statement = insert(connection, claims).on_conflict_do_nothing().returning(claims.c.key)
    won = set(await connection.scalars(statement, rows))
    await mark_updated(connection, [draft for key, (_, draft) in asked.items() if key in won])
    return [claim for key, (claim, _) in given.items() if key in won]


async def _as_known(
    connection: AsyncConnection, asked: dict[str, tuple[Claim, Draft]]
) -> dict[str, tuple[Claim, Draft]]:
    """What is asked for, under the identity that the item of a post to be replaced goes by now.

    Another process may have read a later edit of the row meanwhile, and with it the row's new name.
    """
    replaced = [claim.replaces for claim, _ in asked.values() if claim.replaces]
    names: dict[str, str] = {}
    for part in parts(replaced):
        rows = await connection.execute(select(claims.c.key, claims.c.identity).where(claims.c.key.in_(part)))
        names |= {row.key: row.identity for row in rows}
    return {
        key: (replace(claim, identity=name), replace(draft, item=replace(draft.item, identity=name)))
        if (name := names.get(claim.replaces)) and name != claim.identity
        else (claim, draft)
        for key, (claim, draft) in asked.items()
    }


async def begin(connection: AsyncConnection, asked: Sequence[Claim], lease: Lease) -> set[str]:
    """Record that these claims are about to be sent; returns the keys that may be. Compare-and-set on the attempts.

    A claim whose number of attempts is not what the caller last saw was sent by somebody else meanwhile. One that
    replaces a post is held back until that post is out of the way.
    """
    by_attempts: defaultdict[int, list[str]] = defaultdict(list)
    for claim in asked:
        by_attempts[claim.attempts].append(claim.key)
    begun: set[str] = set()
    for attempts, keys in sorted(by_attempts.items()):
        for part in parts(keys):
            ours = (
                update(claims)
                .where(claims.c.key.in_(part), claims.c.attempts == attempts, claims.c.outcome.in_(OPEN))
                .where(free(lease.now, lease.owner), way_clear())
                .values(attempts=attempts + 1, attempted_at=lease.now, **lease.values())
                .returning(claims.c.key)
            )
            begun.update(await connection.scalars(ours))
    return begun


async def renew(connection: AsyncConnection, keys: Collection[str], lease: Lease) -> set[str]:
    """Prolong the lease of attempts begun but not yet made; returns the keys still held."""
    held = (
        update(claims)
        .where(claims.c.key.in_(list(keys)), claims.c.lease_owner == lease.owner, claims.c.outcome.in_(OPEN))
        .values(attempted_at=lease.now, **lease.values())
        .returning(claims.c.key)
    )
    return set(await connection.scalars(held))


async def unsettled(
    connection: AsyncConnection, campaign: str | None, profile: str | None, now: datetime
) -> list[Claim]:
    """Claims without a final outcome that nobody is working on, oldest first."""
    ours = claims.c.outcome.in_(OPEN), free(now), of_profile(profile)
    waiting = select(claims).where(*ours).order_by(claims.c.claimed_at, claims.c.rank)
    if campaign is not None:
        waiting = waiting.where(claims.c.campaign == campaign)
    return [claim_of(row) for row in await connection.execute(waiting)]


async def taken_slots(
    connection: AsyncConnection, profile: str | None, since: datetime
) -> list[tuple[datetime, frozenset[str]]]:
    """Instants from `since` on at which a post of the profile goes out, with its networks, in order of time."""
    slots = (
        select(claims.c.slot_at, claims.c.body)
        .where(claims.c.slot_at >= since, claims.c.outcome.not_in((Outcome.REFUSED, Outcome.WITHDRAWN)))
        .where(of_profile(profile))
        .order_by(claims.c.slot_at)
    )
    # Not the networks of the target, which are the campaign's: some of them could not take the item.
    return [(row.slot_at, frozenset(json.loads(row.body)["platforms"])) for row in await connection.execute(slots)]


async def owner(connection: AsyncConnection, campaign: str) -> str | None:
    """The profile a campaign posts for, None while it has posted nothing."""
    target = await connection.scalar(select(claims.c.target).where(claims.c.campaign == campaign).limit(1))
    return split_target(target)[0] if target else None


async def profiles(connection: AsyncConnection) -> set[str]:
    """The profiles that have claims."""
    targets = await connection.scalars(select(claims.c.target).distinct())
    return {split_target(target)[0] for target in targets}


async def state(connection: AsyncConnection, campaign: str) -> str:
    """Hash of the keys a campaign has claimed: 16 hex digits."""
    keys = await connection.scalars(select(claims.c.key).where(claims.c.campaign == campaign).order_by(claims.c.key))
    return sha256("\n".join(keys).encode()).hexdigest()[:16]


async def series(connection: AsyncConnection, campaign: str) -> dict[tuple[str, str], frozenset[str]]:
    """By item the occurrences claimed."""
    columns = (claims.c.source, claims.c.identity, claims.c.occurrence)
    named = claims.c.occurrence != "", claims.c.occurrence.not_like(f"{EDIT}%")
    recurring = select(*columns).where(claims.c.campaign == campaign, *named)
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in await connection.execute(recurring):
        found[row.source, row.identity].add(row.occurrence)
    return {place: frozenset(names) for place, names in found.items()}


async def identities(connection: AsyncConnection, campaign: str, source: str) -> dict[str, datetime]:
    """By identity of an item when it was claimed first."""
    mine = (claims.c.campaign == campaign) & (claims.c.source == source)
    found = select(claims.c.identity, func.min(claims.c.claimed_at).label("at")).where(mine).group_by(claims.c.identity)
    return {row.identity: row.at for row in await connection.execute(found)}


def claim_of(row: Row[Any]) -> Claim:
    """The record of a row of `claims`."""
    return Claim(
        key=row.key,
        campaign=row.campaign,
        source=row.source,
        identity=row.identity,
        title=row.title,
        target=row.target,
        digest=row.digest,
        body=row.body,
        slot=Slot(at=row.slot_at, zone=row.slot_zone, wall=row.slot_wall, auto_schedule=row.slot_auto),
        outcome=Outcome(row.outcome),
        attempts=row.attempts,
        key_refusals=row.key_refusals,
        claimed_at=row.claimed_at,
        attempted_at=row.attempted_at,
        replaces=row.replaces or "",
    )


def split_target(target: str) -> tuple[str, frozenset[str]]:
    """The profile and the networks of a target such as `default:bluesky,facebook`."""
    account, _, networks = target.partition(":")
    return account, frozenset(networks.split(","))


def _claim(draft: Draft, key: str, now: datetime) -> Claim:
    return Claim(
        key=key,
        campaign=draft.campaign,
        source=draft.item.source,
        identity=draft.item.identity,
        title=draft.item.title,
        target=draft.target,
        digest=draft.digest,
        body=body(draft, key),
        slot=draft.slot,
        claimed_at=now,
        replaces=draft.item.replaces.key if draft.item.replaces else "",
    )


def _row(claim: Claim, draft: Draft) -> dict[str, Any]:
    return {
        "key": claim.key,
        "campaign": claim.campaign,
        "source": claim.source,
        "identity": claim.identity,
        "occurrence": draft.occurrence,
        "title": claim.title,
        "target": claim.target,
        "digest": claim.digest,
        "said": said(draft.item),
        "replaces": claim.replaces or None,
        "body": claim.body,
        "slot_at": claim.slot.at,
        "slot_zone": claim.slot.zone,
        "slot_wall": claim.slot.wall,
        "slot_auto": claim.slot.auto_schedule,
        "outcome": Outcome.PENDING,
        "claimed_at": claim.claimed_at,
    }


def _errand(source: str, identity: str, occurrence: str, target: str) -> tuple[str, str, str, str]:
    return source, identity, occurrence, split_target(target)[0]


async def _networks_taken(
    connection: AsyncConnection, asked: dict[str, tuple[Claim, Draft]]
) -> defaultdict[tuple[str, str, str, str], set[str]]:
    taken: defaultdict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    columns = (claims.c.source, claims.c.identity, claims.c.occurrence, claims.c.target)
    identities: defaultdict[str, set[str]] = defaultdict(set)
    for claim, _ in asked.values():
        identities[claim.campaign].add(claim.identity)
    for campaign, wanted in identities.items():
        for part in parts(sorted(wanted)):
            earlier = select(*columns).where(claims.c.campaign == campaign, claims.c.identity.in_(part))
            for row in await connection.execute(earlier):
                taken[_errand(*row)] |= split_target(row.target)[1]
    return taken
