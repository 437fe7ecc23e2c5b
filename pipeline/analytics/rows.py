"""Records of the journey as rows of the lake's tables: what was read, what was sent, what was answered, what a run did.

`source` is `sandbox` or `api` everywhere in the lake, so an item's own source is called `feed` there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.records import Disposition, Draft, Item, NetworkReceipt, Outcome, Receipt, Verdict
from pipeline.showing import shown

if TYPE_CHECKING:
    from pipeline.ledger import Admission
    from pipeline.sources.feeds import FeedReading

Row = dict[str, Any]


def item_rows(
    verdicts: Iterable[Verdict],
    *,
    run_id: str,
    campaign: str,
    observed_at: datetime,
    source: str,
    items: Mapping[tuple[str, str], Item] | None = None,
) -> list[Row]:
    """Rows of `items`. With `items` (by source and identity) links and dates are filled in."""
    known = items or {}
    return [
        {
            "observed_at": observed_at,
            "run_id": run_id,
            "campaign": campaign,
            "feed": verdict.source,
            "place": verdict.place,
            "identity": verdict.identity,
            "title": verdict.title,
            "disposition": verdict.disposition.value,
            "reason": verdict.reason or None,
            "link": item.link if (item := known.get((verdict.source, verdict.identity))) else None,
            "categories": item.categories or None if item else None,
            "published_at": item.published if item else None,
            "source": source,
        }
        for verdict in verdicts
    ]


def receipt_rows(
    receipts: Iterable[Receipt], *, run_id: str, campaign: str, observed_at: datetime, source: str
) -> list[Row]:
    """Rows of `receipts`: one per network answered for, or one with an empty network when the answer named none."""
    return [
        {
            "observed_at": observed_at,
            "run_id": run_id,
            "key": receipt.key,
            "post_id": receipt.post_id or None,
            "campaign": campaign,
            "network": network.platform,
            "outcome": network.outcome.value,
            "status": receipt.status or None,
            "code": network.code,
            "reason": network.message or None,
            "social_id": network.social_id or None,
            "post_url": network.url or None,
            "scheduled_for": receipt.scheduled_for,
            "source": source,
        }
        for receipt in receipts
        for network in receipt.networks or (_whole(receipt, ""),)
    ]


def post_rows(
    draft: Draft, receipt: Receipt, *, observed_at: datetime, source: str, out_at: datetime | None = None
) -> list[Row]:
    """Rows of `posts` for one draft and what was answered: one per network of the draft.

    A post that is out was published at `out_at`, by default `observed_at`; a scheduled one has no publication time yet.
    """
    return [
        {
            "observed_at": observed_at,
            "profile": draft.profile or None,
            "campaign": draft.campaign,
            "feed": draft.item.source,
            "key": receipt.key,
            "identity": draft.item.identity,
            "title": draft.item.title,
            "post_id": receipt.post_id,
            "text": draft.texts[answer.platform],
            "link": draft.item.link or None,
            "categories": draft.item.categories or None,
            "scheduled_for": receipt.scheduled_for or draft.slot.at,
            "zone": draft.slot.zone,
            "wall": draft.slot.wall or None,
            "source": source,
            **_standing(receipt, answer, out_at or observed_at),
        }
        for answer in _per_network(draft, receipt)
    ]


def run_row(
    counts: Mapping[Disposition, int],
    *,
    run_id: str,
    flow: str,
    campaign: str,
    read: int,
    started_at: datetime,
    ended_at: datetime,
    source: str,
) -> Row:
    """The row of `runs`: items read, how many ended in which disposition, and whether the sum closes (promise 2)."""
    return {
        "observed_at": ended_at,
        "run_id": run_id,
        "flow": flow,
        "campaign": campaign,
        "started_at": started_at,
        "ended_at": ended_at,
        "read": read,
        **{disposition.value: counts.get(disposition, 0) for disposition in Disposition},
        "closes": sum(counts.values()) == read,
        "source": source,
    }


def health_rows(
    readings: Iterable["FeedReading"], admission: "Admission", *, run_id: str, observed_at: datetime
) -> list[Row]:
    """Rows of `feed_health`, one per reading. An item is new unless it was seen before or cannot be read."""
    fresh: defaultdict[str, set[str]] = defaultdict(set)
    for item in admission.admitted:
        fresh[item.source].add(item.identity)
    for verdict in admission.verdicts:
        if verdict.disposition is Disposition.FILTERED:
            fresh[verdict.source].add(verdict.identity)
    return [_health(one, fresh[one.source], run_id=run_id, observed_at=observed_at) for one in readings]


def _health(reading: "FeedReading", fresh: Collection[str], *, run_id: str, observed_at: datetime) -> Row:
    parsed = reading.parsed
    items = parsed.items if parsed else ()
    return {
        "observed_at": observed_at,
        "run_id": run_id,
        "feed": shown(reading.source),
        "status": reading.status,
        "title": parsed.title if parsed else None,
        "reason": shown(reading.reason) or None,
        "items": len(items) if parsed else None,
        "new_items": sum(item.identity in fresh for item in items) if parsed else None,
        "quarantined": len(parsed.quarantined) if parsed else None,
        "newest_item_at": max(
            (item.published for item in items if item.published and item.published <= observed_at), default=None
        ),
    }


def _per_network(draft: Draft, receipt: Receipt) -> Iterator[NetworkReceipt]:
    answered = {network.platform: network for network in receipt.networks}
    for name in draft.platforms:
        yield answered.get(name) or _whole(receipt, name)


def _whole(receipt: Receipt, network: str) -> NetworkReceipt:
    return NetworkReceipt(platform=network, outcome=receipt.outcome, code=receipt.code, message=receipt.reason)


def _standing(receipt: Receipt, answer: NetworkReceipt, observed_at: datetime) -> Row:
    accepted = answer.outcome is Outcome.ACCEPTED
    # `error` speaks of the whole post: at least one network failed, but not one that took it.
    told = "success" if receipt.status in ("", "error") else receipt.status
    status = told if accepted else answer.outcome.value
    return {
        "network": answer.platform,
        "status": status,
        "social_id": answer.social_id or None,
        "post_url": answer.url or None,
        "published_at": observed_at if accepted and status != "scheduled" else None,
        "reason": answer.message or None,
        "code": answer.code,
    }
