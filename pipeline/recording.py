"""What a run leaves in the lake: items and their ends, posts and receipts, feed health, the run's sum, samples.

Blocking, since the lake is: from async code call through a thread. Every append carries a batch id, so repeating a step
after a crash adds nothing twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.analytics.rows import item_rows, post_rows, receipt_rows, run_row, settled_rows
from pipeline.desk import Desk
from pipeline.ledger import AcceptedPost
from pipeline.measuring import Measured
from pipeline.publishing import Publishing
from pipeline.settling import Settlement

if TYPE_CHECKING:
    from pipeline.sources.feeds import FeedReading


def record_publishing(run: Publishing, posts: Iterable[AcceptedPost]) -> None:
    """Append everything a publish run read, decided, sent and was answered.

    `posts` are the campaign's accepted posts as the ledger knows them by now: the run may have settled some first.
    """
    for table, rows in _tables(run):
        run.desk.lake.append(table, rows, batch=f"{run.run_id}/{table}")
    if run.settlement:
        record_published(run.desk, posts, run.settlement, run_id=f"{run.run_id}/settled")


def record_measured(desk: Desk, measured: dict[str, Measured], *, run_id: str) -> int:
    """Append samples by table, and the numbers that could not be had; returns how many samples were added."""
    added = sum(desk.lake.append(table, found.samples, batch=f"{run_id}/{table}") for table, found in measured.items())
    errors = [error for found in measured.values() for error in found.errors]
    desk.lake.append("measure_errors", errors, batch=f"{run_id}/measure_errors")
    return added


def record_published(desk: Desk, posts: Iterable[AcceptedPost], settlement: Settlement, *, run_id: str) -> None:
    """Append how those of `posts` stand that a settling learnt about: the newest row of a post says how it ended."""
    learnt = {one.key: one for one in (*settlement.found, *settlement.sent, *settlement.refreshed)}
    rows = [
        row
        for post in posts
        if (receipt := learnt.get(post.key))
        for row in settled_rows(post, receipt, observed_at=desk.clock.now(), source=desk.source)
    ]
    desk.lake.append("posts", rows, batch=f"{run_id}/posts")


def _tables(run: Publishing) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    # One after the other: the rows of all tables at once are the most memory a large run would need.
    now, source = run.desk.clock.now(), run.desk.source
    about: dict[str, Any] = {"run_id": run.run_id, "campaign": run.campaign.name, "source": source}
    items = {draft.item.identity: draft.item for draft in run.drafts}
    told = {receipt.key: receipt for receipt in run.receipts}
    yield "items", item_rows(run.verdicts, observed_at=now, items=items, **about)
    yield "receipts", receipt_rows(run.receipts, observed_at=now, **about)
    yield (
        "posts",
        [
            row
            for draft, key in run.sent
            if (receipt := told.get(key)) and receipt.post_id
            for row in post_rows(draft, receipt, observed_at=now, source=source)
        ],
    )
    yield "feed_health", [_health(reading, run) for reading in run.readings]
    read, started_at = run.admission.read, run.started_at
    yield "runs", [run_row(run.verdicts, flow="publish", read=read, started_at=started_at, ended_at=now, **about)]


def _health(reading: "FeedReading", run: Publishing) -> dict[str, Any]:
    parsed = reading.parsed
    fresh = {verdict.identity for verdict in run.verdicts if verdict.disposition.value not in ("known", "quarantined")}
    items: Sequence[Any] = parsed.items if parsed else ()
    dates = [item.published for item in items if item.published and item.published <= run.started_at]
    return {
        "observed_at": run.started_at,
        "run_id": run.run_id,
        "feed": reading.source,
        "status": reading.status,
        "title": parsed.title if parsed else None,
        "reason": reading.reason or None,
        "items": len(items) if parsed else None,
        "new_items": sum(item.identity in fresh for item in items) if parsed else None,
        "quarantined": len(parsed.quarantined) if parsed else None,
        "newest_item_at": max(dates, default=None),
    }
