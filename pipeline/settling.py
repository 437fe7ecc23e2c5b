"""Settling: every claim without a final outcome is read back from the API's history and brought to an end (promise 1).

Runs after a crash and at intervals. Found by its own `notes` → settled with what history says. Proven absent after a
quiet time → sent again under the same key. Never attempted → sent, once what it replaces is out of the way (see
`pipeline.replacing`). Scheduled posts whose time has come get their ids.
"""

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from pipeline.campaign import Late
from pipeline.ledger import AcceptedPost, Ledger, noted_key
from pipeline.ledger.answers import platforms_of, receipt_of
from pipeline.records import Claim, Outcome, Receipt
from pipeline.replacing import clear_the_way
from pipeline.sending import send
from pipeline.timing.lateness import Expired, on_time
from social.client import SocialClient
from social.contract.posts import StoredPost
from social.errors import Refused
from social.instants import Clock

QUIET_SECONDS = 300.0
"""How long after an attempt absence proves nothing. Longer than an answer may take plus the minute for which the API
repeats old histories (content.md 3.1, "cached")."""

KEY_REFUSALS = 3
"""So often a key may be refused as seen, with nothing in history, before only a person can help."""

OVERDUE = timedelta(days=1)
"""A scheduled post this late without a result is an alert."""

EXPIRED = "expired"
"""Status of a claim that was never sent, because its time had passed."""

GONE = "gone"
"""Status of an accepted post that the API no longer knows."""

_MARGIN = timedelta(days=1)
# Refused as said before: by the API, by X, by Facebook (posts.md 9.2).
_DUPLICATE = (137, 110, 107)
_RESTLESS = ("pending", "processing", "scheduled")
# One call each: history shows all but those that somebody moved to another day.
_LOOKUPS = 50
_EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
_RANK = {Outcome.PENDING: 0, Outcome.UNKNOWN: 1, Outcome.REFUSED: 2, Outcome.ACCEPTED: 3}

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a settling did. `waiting` claims stay unknown for now; `alerts` need a person, by key.

    `updated` are edits that ended without a post of their own: moved, too late, or not to the API's liking.
    """

    found: tuple[Receipt, ...] = ()
    sent: tuple[Receipt, ...] = ()
    refreshed: tuple[Receipt, ...] = ()
    updated: tuple[Receipt, ...] = ()
    waiting: tuple[Claim, ...] = ()
    alerts: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """Claims that still have no final outcome."""
        unsettled = sum(receipt.outcome in {Outcome.PENDING, Outcome.UNKNOWN} for receipt in self.sent)
        return len(self.waiting) + unsettled


def together(settlements: Iterable[Settlement]) -> Settlement:
    """What several profiles' settlings did, as one."""
    every = list(settlements)
    names = [one.name for one in fields(Settlement) if one.name != "alerts"]
    joined = {name: tuple(chain.from_iterable(getattr(one, name) for one in every)) for name in names}
    return Settlement(**joined, alerts=dict(ChainMap(*(one.alerts for one in every))))


async def settle(
    ledger: Ledger,
    *,
    client: SocialClient,
    clock: Clock,
    quiet_seconds: float = QUIET_SECONDS,
    campaign: str | None = None,
    late: Late | None = None,
    in_flight: int = 8,
) -> Settlement:
    """Bring open claims of one campaign, or of all, to an end, and fetch the results of scheduled posts.

    What was never sent and is overdue by now is posted late or expires as the campaign's `late` says; without it, it is
    left to the run of its campaign. The client's profile must be the ledger's. Raises the errors of `social.errors`
    when history cannot be read: without it nothing is proven, and nothing is sent.
    """
    now = clock.now()
    claims = await ledger.unsettled(campaign)
    attempted = [claim for claim in claims if claim.attempted_at is not None]
    alerts: dict[str, str] = {}
    found = await _read_back(attempted, client, alerts, now)
    await ledger.settle(found)
    settled = {receipt.key for receipt in found}
    absent = [claim for claim in attempted if claim.key not in settled]
    quiet = [claim for claim in absent if claim.attempted_at and _age(claim.attempted_at, now) >= quiet_seconds]
    stuck = [claim for claim in quiet if claim.key_refusals >= KEY_REFUSALS]
    waiting = [claim for claim in absent if claim not in quiet]
    await ledger.settle([*map(_stuck, stuck), *(_waiting(claim, quiet_seconds) for claim in waiting)])
    alerts |= {claim.key: _stuck(claim).reason for claim in stuck}
    cleared = await clear_the_way(_to_send(claims, quiet, stuck), client=client, ledger=ledger, clock=clock)
    again, expired, overdue = _in_time(cleared.ready, late, now)
    await ledger.settle(expired)
    sent = await send(again, client=client, ledger=ledger, clock=clock, in_flight=in_flight)
    own = await _own_duplicates(again, sent, client, alerts, now)
    await ledger.settle(list(own.values()))
    sent = [own.get(receipt.key, receipt) for receipt in sent]
    alerts |= cleared.troubles | {receipt.key: receipt.reason for receipt in expired} | _lost(again, sent)
    refreshed = await _refresh(ledger, campaign, client, alerts, clock.now())
    return Settlement(
        found=tuple(found),
        sent=tuple(sent),
        refreshed=tuple(refreshed),
        updated=cleared.ended,
        waiting=(*waiting, *stuck, *overdue, *cleared.blocked),
        alerts=alerts,
    )


def _to_send(claims: Sequence[Claim], quiet: Sequence[Claim], stuck: Sequence[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.attempted_at is None] + [one for one in quiet if one not in stuck]


def _lost(claims: Sequence[Claim], sent: Iterable[Receipt]) -> dict[str, str]:
    # What they replaced is gone: a refusal leaves the item without a post.
    replacing = {claim.key for claim in claims if claim.replaces}
    return {one.key: one.reason for one in sent if one.key in replacing and one.outcome is Outcome.REFUSED}


def _in_time(
    claims: Sequence[Claim], late: Late | None, now: datetime
) -> tuple[list[Claim], list[Receipt], list[Claim]]:
    """Claims to send now, receipts of those expired, and claims left to the run of their campaign."""
    overdue = [claim for claim in claims if claim.slot.at and claim.slot.at < now]
    if late is None:
        return [claim for claim in claims if claim not in overdue], [], overdue
    judged = {claim.key: on_time(claim.slot, late, now) for claim in overdue}
    expired = {key: one for key, one in judged.items() if isinstance(one, Expired)}
    receipts = [
        Receipt(key=key, outcome=Outcome.REFUSED, status=EXPIRED, reason=one.reason) for key, one in expired.items()
    ]
    return [claim for claim in claims if claim.key not in expired], receipts, []


async def _read_back(
    claims: Sequence[Claim], client: SocialClient, alerts: dict[str, str], now: datetime
) -> list[Receipt]:
    if not claims:
        return []
    sought = {claim.key: claim for claim in claims}
    rows: defaultdict[str, list[StoredPost]] = defaultdict(list)
    async for row in client.history.everything(*_window(claims, now)):
        if (key := noted_key(row.notes)) in sought:
            rows[key].append(row)
    read = {key: [receipt_of(key, row, platforms_of(sought[key])) for row in several] for key, several in rows.items()}
    for key, receipts in read.items():
        taken = [receipt.post_id for receipt in receipts if receipt.outcome is Outcome.ACCEPTED]
        alerts |= {key: f"posts {', '.join(taken)} carry the same key: delete all but one"} if len(taken) > 1 else {}
    return [_best(receipts) for receipts in read.values()]


async def _own_duplicates(
    claims: Sequence[Claim], sent: Iterable[Receipt], client: SocialClient, alerts: dict[str, str], now: datetime
) -> dict[str, Receipt]:
    # Sent once more, a post may be refused for repeating itself: the first attempt, late in the history, got through.
    refused = {one.key for one in sent if one.outcome is Outcome.REFUSED and one.code in _DUPLICATE}
    doubtful = [replace(claim, key_refusals=1) for claim in claims if claim.attempted_at and claim.key in refused]
    found = await _read_back(doubtful, client, alerts, now)
    return {receipt.key: receipt for receipt in found if receipt.outcome is Outcome.ACCEPTED}


def _window(claims: Sequence[Claim], now: datetime) -> Window:
    # A refused key says that something was done once: then history is searched from end to end.
    if any(claim.key_refusals or claim.slot.auto_schedule for claim in claims):
        return _EVER
    instants = [at for claim in claims for at in (claim.claimed_at, claim.slot.at) if at]
    return min(instants) - _MARGIN, max(*instants, now) + _MARGIN


async def _refresh(
    ledger: Ledger, campaign: str | None, client: SocialClient, alerts: dict[str, str], now: datetime
) -> list[Receipt]:
    posts = {post.post_id: post for post in await ledger.under_way(campaign) if post.post_id}
    if not posts:
        return []
    news: dict[str, Receipt] = {}
    start = min(_due(post) for post in posts.values()) - _MARGIN
    async for row in client.history.everything(start, now + _MARGIN):
        if row.id in posts:
            news[row.id] = _news(posts[row.id], row)
    for post_id in [post_id for post_id in posts if post_id not in news][:_LOOKUPS]:
        news[post_id] = await _looked_up(posts[post_id], client)
    for post_id, receipt in news.items():
        if receipt.status in _RESTLESS and now - (receipt.scheduled_for or _due(posts[post_id])) > OVERDUE:
            alerts[receipt.key] = f"post {post_id} is overdue and still {receipt.status!r}: ask the API's support"
        elif receipt.status == GONE:
            alerts[receipt.key] = receipt.reason
    await ledger.settle(list(news.values()))
    return list(news.values())


async def _looked_up(post: AcceptedPost, client: SocialClient) -> Receipt:
    try:
        return _news(post, await client.posts.get(post.post_id))
    except Refused as error:
        reason = f"the API no longer knows post {post.post_id} ({error}); was it deleted for good?"
        return Receipt(key=post.key, outcome=Outcome.ACCEPTED, post_id=post.post_id, status=GONE, reason=reason)


def _news(post: AcceptedPost, row: StoredPost) -> Receipt:
    # Even if every network refused it at publish time, the API took it: accepted, with status `error`.
    return replace(receipt_of(post.key, row, post.networks), outcome=Outcome.ACCEPTED)


def _due(post: AcceptedPost) -> datetime:
    return post.scheduled_for or post.claimed_at


def _age(instant: datetime, now: datetime) -> float:
    return (now - instant).total_seconds()


def _best(receipts: Iterable[Receipt]) -> Receipt:
    return max(receipts, key=lambda receipt: _RANK[receipt.outcome])


def _waiting(claim: Claim, quiet_seconds: float) -> Receipt:
    reason = f"history does not show it; that counts from {quiet_seconds:g} s after the attempt on"
    return Receipt(key=claim.key, outcome=Outcome.UNKNOWN, reason=reason)


def _stuck(claim: Claim) -> Receipt:
    reason = (
        f"the API refused the key {claim.key} as seen {claim.key_refusals} times, yet its history shows no such post: "
        f"look for it on the networks; it is never sent under another key"
    )
    return Receipt(key=claim.key, outcome=Outcome.UNKNOWN, reason=reason)
