"""What a run leaves in the lake: items and their ends, posts and receipts, feed health, the run's sum, samples.

Every append carries a batch id, so repeating a step after a crash adds nothing twice. What a run settled in the ledger
and could not tell the lake any more (it was killed, the disk was full) the next run tells, whichever flow it is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pipeline.analytics.days import DAY
from pipeline.analytics.gaps import day_gaps, fresh
from pipeline.analytics.rows import item_rows, post_rows, receipt_rows, run_row
from pipeline.desk import Desk
from pipeline.ledger import Standing
from pipeline.measuring import Measured
from pipeline.others import SPAN, Others
from pipeline.parts import PART, Part
from pipeline.publishing import Publishing
from pipeline.records import Outcome

if TYPE_CHECKING:
    import pandas as pd


QUARTER = timedelta(days=90)
LAG_DAYS = 3
"""Days that a network may be behind with its numbers before one is looked for again."""
_TOLD = {
    "posts": ("key", "network", "status", "social_id", "scheduled_for"),
    "receipts": ("key", "network", "outcome"),
}


async def keep_publishing(run: Publishing) -> None:
    """Append everything a publish run read, decided, sent and was answered, and what earlier runs left untold."""
    await _keep_ended(run)
    await _keep(run, run.part)
    await run.desk.at_lake(_append_run, run)


async def keep_ended(run: Publishing, most: int = PART) -> None:
    """Append what became of the items of a large run so far, and let go of them: for `Publishing.take`."""
    if len(run.part.verdicts) >= most:
        run.end_part()
    await _keep_ended(run)


async def _keep_ended(run: Publishing) -> None:
    # A part stays as it is until it is kept: its rows carry its name, and only once.
    while run.parts:
        await _keep(run, run.parts[0])
        run.parts.pop(0)


async def _keep(run: Publishing, part: Part) -> None:
    ledger = run.desk.ledger
    # What the run's other parts sent is told with them.
    others = {key for one in (*run.parts, run.part) if one is not part for _, key in one.sent}
    marks = {key: mark for key, mark in (await ledger.take_unkept(run.campaign.name)).items() if key not in others}
    standings = await ledger.standings(set(marks) - {key for _, key in part.sent})
    await run.desk.at_lake(_append_part, run, part, standings, set(marks))
    await ledger.kept(marks)


async def keep_settled(desk: Desk, *, run_id: str) -> None:
    """Append how every post stands that was settled since the lake was last told, by this run or by one that died."""
    marks = await desk.ledger.take_unkept()
    if marks:
        standings = await desk.ledger.standings(marks)
        await desk.at_lake(_append_settled, desk, standings, run_id)
        await desk.ledger.kept(marks)


def _append_part(run: Publishing, part: Part, standings: Sequence[Standing], unkept: Collection[str]) -> None:
    for table, rows in _tables(run, part, unkept):
        run.desk.lake.append(table, rows, batch=f"{part.name}/{table}")
    _append_settled(run.desk, standings, f"{part.name}/settled")


def _append_run(run: Publishing) -> None:
    now, lake = run.desk.clock.now(), run.desk.lake
    lake.append("feed_health", run.health, batch=f"{run.run_id}/feed_health")
    row = run_row(
        run.account.counts,
        run_id=run.run_id,
        flow="publish",
        campaign=run.campaign.name,
        read=run.admission.read,
        started_at=run.started_at,
        ended_at=now,
        source=run.desk.source,
    )
    lake.append("runs", [row], batch=f"{run.run_id}/runs")


def _append_settled(desk: Desk, standings: Sequence[Standing], run_id: str) -> None:
    if not standings:
        return
    now, source = desk.clock.now(), desk.source
    posts = [
        row
        for one in standings
        if one.receipt.post_id
        for row in post_rows(one.draft, one.receipt, observed_at=now, source=source, out_at=one.published_at)
    ]
    answers = [
        row
        for one in standings
        for row in receipt_rows(
            [one.receipt], run_id=run_id, campaign=one.draft.campaign, observed_at=now, source=source
        )
    ]
    # A run that died between the lake and its mark in the ledger has told already: looked up, not told again.
    since = {"posts": min(one.settled_at for one in standings), "receipts": min(one.claimed_at for one in standings)}
    for table, rows in (("posts", posts), ("receipts", answers)):
        new = _untold(desk.lake.frame(table, since=since[table], columns=_TOLD[table]), rows, _TOLD[table])
        desk.lake.append(table, new, batch=f"{run_id}/{table}/{_digest(standings)}")


def _digest(standings: Sequence[Standing]) -> str:
    # Repeated after a failure, a run may find more to tell than the first time.
    told = "\n".join(sorted(f"{one.receipt.key} {one.settled_at}" for one in standings))
    return sha256(told.encode()).hexdigest()[:16]


def _untold(read: "pd.DataFrame", rows: Sequence[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    told = {_words(row) for row in read.astype(object).where(read.notna(), None).itertuples(index=False, name=None)}
    return [row for row in rows if _words(row[name] for name in names) not in told]


def _words(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(value or "") for value in values)


def record_measured(desk: Desk, measured: dict[str, Measured], *, run_id: str) -> int:
    """Append samples by table, and the numbers that could not be had; returns how many samples were added.

    Blocks, since the lake does: from async code call it in a thread.
    """
    added = sum(desk.lake.append(table, found.samples, batch=f"{run_id}/{table}") for table, found in measured.items())
    if days := [day for found in measured.values() for day in found.days]:
        known = desk.lake.frame("account_days", since=min(one.day for one in days))
        added += desk.lake.append("account_days", fresh(days, known), batch=f"{run_id}/account_days")
    errors = [error for found in measured.values() for error in found.errors]
    desk.lake.append("measure_errors", errors, batch=f"{run_id}/measure_errors")
    return added


def lacks_days(desk: Desk) -> bool:
    """Whether days of the profile's accounts are lacking that a look a quarter back may bring. Blocks.

    False for a day after days came in; while none come, each run looks so far back, in the call it makes anyway.
    """
    now = desk.clock.now()
    known = desk.lake.frame("account_days", since=now - QUARTER, profile=desk.profile)
    if not known.empty and known["observed_at"].max() > now - DAY:
        return False
    return known.empty or bool((day_gaps(known, since=now - QUARTER, until=now)["days"] > LAG_DAYS).any())


def others_known(desk: Desk) -> tuple[dict[str, datetime], dict[str, set[str]]]:
    """When each network's history was last read within the span looked at, and whose posts are known. Blocks."""
    since = desk.clock.now() - SPAN
    looks = desk.lake.frame("other_metrics", since=since, columns=["network", "observed_at"], profile=desk.profile)
    posts = desk.lake.frame("other_posts", columns=["network", "social_id"], profile=desk.profile)
    newest = looks.astype({"network": "str"}).groupby("network")["observed_at"].max()
    seen: dict[str, set[str]] = {}
    for network, social_id in posts.astype({"network": "str"}).itertuples(index=False, name=None):
        seen.setdefault(network, set()).add(social_id)
    return {str(network): at.to_pydatetime() for network, at in newest.items()}, seen


def record_others(desk: Desk, found: Others, *, run_id: str) -> int:
    """Append posts not sent through the API and their numbers; returns how many samples were added. Blocks."""
    desk.lake.append("other_posts", found.posts, batch=f"{run_id}/other_posts")
    desk.lake.append("measure_errors", found.errors, batch=f"{run_id}/other_errors")
    return desk.lake.append("other_metrics", found.samples, batch=f"{run_id}/other_metrics")


def _tables(run: Publishing, part: Part, unkept: Collection[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    # One after the other: the rows of all tables at once are the most memory a large run would need.
    now, source = run.desk.clock.now(), run.desk.source
    about: dict[str, Any] = {"run_id": run.run_id, "campaign": run.campaign.name, "source": source}
    items = {(draft.item.source, draft.item.identity): draft.item for draft in part.drafts}
    final = (Outcome.ACCEPTED, Outcome.REFUSED)
    # A settled post without a mark was kept by another run meanwhile.
    receipts = [one for one in part.receipts if one.outcome not in final or one.key in unkept]
    told = {receipt.key: receipt for receipt in receipts}
    yield "items", item_rows(part.verdicts, observed_at=now, items=items, **about)
    yield "receipts", receipt_rows(receipts, observed_at=now, **about)
    yield (
        "posts",
        [
            row
            for draft, key in part.sent
            if (receipt := told.get(key)) and receipt.post_id
            for row in post_rows(draft, receipt, observed_at=now, source=source)
        ],
    )
    yield (
        "thumbnails",
        [
            {"observed_at": now, "key": key, "jpeg": part.thumbnails[key]}
            for _, key in part.sent
            if key in told and key in part.thumbnails
        ],
    )
