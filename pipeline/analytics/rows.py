"""Records of the journey as rows of the lake's tables: what was read, what was sent, what was answered, what a run did.

`source` is `sandbox` or `api` everywhere in the lake, so an item's own source is called `feed` there.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pipeline.records import Disposition, Draft, Item, NetworkReceipt, Outcome, Receipt, Verdict

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
            "campaign": draft.campaign,
            "feed": draft.item.source,
            "key": receipt.key,
            "identity": draft.item.identity,
            "title": draft.item.title,
            "post_id": receipt.post_id,
            "text": draft.texts[answer.platform],
            "link": draft.item.link or None,
            "scheduled_for": receipt.scheduled_for or draft.slot.at,
            "zone": draft.slot.zone,
            "wall": draft.slot.wall or None,
            "source": source,
            **_standing(receipt, answer, out_at or observed_at),
        }
        for answer in _per_network(draft, receipt)
    ]


def run_row(
    verdicts: Iterable[Verdict],
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
    counts = dict.fromkeys((disposition.value for disposition in Disposition), 0)
    for verdict in verdicts:
        counts[verdict.disposition.value] += 1
    return {
        "observed_at": ended_at,
        "run_id": run_id,
        "flow": flow,
        "campaign": campaign,
        "started_at": started_at,
        "ended_at": ended_at,
        "read": read,
        **counts,
        "closes": sum(counts.values()) == read,
        "source": source,
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
