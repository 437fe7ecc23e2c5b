"""What a publish run tells people: its sum, its table, its troubles, and the same as text for a terminal."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.parts import Part
from pipeline.planning import Plan
from pipeline.records import Disposition, Draft, Receipt, Verdict
from pipeline.showing import as_markdown, shown
from social.networks import NETWORKS

WARNINGS = 20
"""Warnings of one sheet that the notes tell; the others are counted."""

ROWS = 1_000
"""Rows of the table of a run that sends: what people look through, and what is kept of a large run."""

_ILL = frozenset({Disposition.UNKNOWN, Disposition.REFUSED, Disposition.QUARANTINED})
_PARAMETERS = re.compile(r"(?<=\S)\?\S+=\S+")

if TYPE_CHECKING:
    from pipeline.publishing import Publishing
    from pipeline.settling import Settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`headline` is the conservation sum; `table` has one row per item; `troubles` is empty when all went well.

    Of a run that sent more than `ROWS` items the table has the first rows, then those of items that did not go well;
    `more` counts the others, which are in the lake's table `items`.

    `sheets` tells how each sheet was read, `notes` what of that their authors should look at; neither is a trouble.
    """

    headline: str
    counts: dict[str, int]
    table: list[dict[str, Any]]
    lines: list[str]
    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0

    def told(self) -> dict[str, Any]:
        """The story for machines."""
        return {
            "headline": self.headline,
            "counts": self.counts,
            "items": self.table,
            "more": self.more,
            "troubles": self.troubles,
            "notes": self.notes,
            "sheets": self.sheets,
        }

    @property
    def text(self) -> str:
        """For a terminal: what happened to every item, notes, troubles, the sum."""
        rows = [
            f"   {row['disposition']:<11} {_cut(row['title'], 44):<44}  {_cut(row[_telling(row)], 90)}"
            for row in self.table
        ]
        notes = [f"   · {note}" for note in self.notes]
        more = [f"   … and {self.more} more, in the lake's table items"] if self.more else []
        return "\n".join(
            [*rows, *more, *notes, *(f"   ! {trouble}" for trouble in self.troubles), f"   {self.headline}"]
        )


def tell(run: "Publishing") -> Story:
    """The story of a run whose sum closed."""
    account = run.account
    headline = account.line(run.admission.read)
    counts = {disposition.value: count for disposition, count in account.counts.items()}
    rows = [*run.rows, *rows_of(run.part)]
    table = rows if run.dry_run else first_rows(rows)
    troubles = _troubles(run, account.counts)
    notes = [shown(f"{sheet.source}: {note}") for sheet in run.sheets for note in sheet.notes(WARNINGS)]
    lines = [f"**{headline}**", *(f"- {as_markdown(said)}" for said in (*troubles, *notes))]
    return Story(
        headline=headline,
        counts=counts,
        table=table,
        lines=lines,
        troubles=troubles,
        notes=notes,
        sheets=[sheet.told() for sheet in run.sheets],
        more=sum(counts.values()) - len(table),
    )


def rows_of(part: Part) -> list[dict[str, Any]]:
    """The rows of the table for one part of a run."""
    # Of an item with several posts the first one speaks for it.
    drafts = {(draft.item.source, draft.item.identity): draft for draft in reversed(part.drafts)}
    receipts = {receipt.key: receipt for receipt in part.receipts}
    keys = {(draft.item.source, draft.item.identity): key for draft, key in reversed(part.sent)}
    return [
        _row(verdict, drafts.get(place), receipts.get(keys.get(place, "")))
        for verdict in part.verdicts
        for place in [(verdict.source, verdict.identity)]
    ]


def first_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first `ROWS` rows, and of the others those that did not go well, as many at most."""
    others = (row for row in rows[ROWS:] if row["disposition"] in _ILL)
    return [*rows[:ROWS], *islice(others, ROWS)]


def _row(verdict: Verdict, draft: Draft | None, receipt: Receipt | None) -> dict[str, Any]:
    left_out = [f"{network}: {why}" for network, why in draft.left_out.items()] if draft else []
    refused = [f"{one.platform}: {one.message}" for one in receipt.networks if one.message] if receipt else []
    notes = [
        *([verdict.reason] if verdict.reason else []),
        *left_out,
        *(gathered(draft.warnings) if draft else ()),
        *refused,
    ]
    return {
        "disposition": verdict.disposition.value,
        "title": _cut(verdict.title or verdict.identity, 80),
        "networks": ", ".join(draft.platforms) if draft else "",
        "when": _when(draft, receipt),
        "post": receipt.post_id if receipt else "",
        "reason": shown("; ".join(dict.fromkeys(notes))),
        "source": shown(verdict.source),
        "place": verdict.place,
    }


def _when(draft: Draft | None, receipt: Receipt | None) -> str:
    at = (receipt.scheduled_for if receipt else None) or (draft.slot.at if draft else None)
    if draft is None:
        return ""
    if at is None:
        return f"auto-schedule {draft.slot.auto_schedule}" if draft.slot.auto_schedule else "now"
    wall = f" ({draft.slot.wall} {draft.slot.zone})" if draft.slot.wall and draft.slot.zone != "UTC" else ""
    return f"{at:%Y-%m-%d %H:%M} UTC{wall}"


def _troubles(run: "Publishing", counts: Mapping[Disposition, int]) -> list[str]:
    failed = {**run.admission.failed, **run.admission.held}.items()
    unread = [reason if reason.startswith(source) else f"{source}: {reason}" for source, reason in failed]
    unknown, refused = counts[Disposition.UNKNOWN], counts[Disposition.REFUSED]
    settlement = run.settlement
    told = [
        *unread,
        *run.unwritten,
        *([f"{unknown} with unknown outcome: reconcile settles them"] if unknown else []),
        *([f"{refused} refused by the API: see the reasons in the table"] if refused else []),
        *(settlement.alerts.values() if settlement else ()),
        *([f"{settlement.open} of earlier runs still open"] if settlement and settlement.open else []),
    ]
    return [shown(trouble) for trouble in told]


def _cut(text: str, width: int) -> str:
    flat = " ".join(shown(text).split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def settled_rows(settlement: "Settlement") -> list[dict[str, Any]]:
    """One row per post that a settling touched: how it was dealt with and how it stands."""
    done = {
        "found in history": settlement.found,
        "sent": settlement.sent,
        "result read": settlement.refreshed,
        "edited": settlement.updated,
    }
    rows = [
        {
            "key": receipt.key,
            "how": how,
            "outcome": receipt.outcome.value,
            "post": receipt.post_id,
            "status": receipt.status,
            "reason": shown(settlement.alerts.get(receipt.key, receipt.reason)),
        }
        for how, receipts in done.items()
        for receipt in receipts
    ]
    waiting = [
        {
            "key": claim.key,
            "how": "waiting",
            "outcome": "unknown",
            "reason": shown(settlement.alerts.get(claim.key, "")),
        }
        for claim in settlement.waiting
    ]
    return rows + waiting


def planned_text(drafts: Sequence[Draft]) -> str:
    """The drafts for a terminal: when, then each different wording with its networks, pictures and warnings."""
    return "\n".join(shown(line) for draft in drafts for line in _planned(draft))


def whole_text(plan: Plan) -> str:
    """The plan for a terminal with every text letter by letter, network by network: account, length, cost, pictures."""
    return "\n".join(shown(line) for draft in plan.drafts for line in _whole(draft, plan.accounts))


def _telling(row: dict[str, Any]) -> str:
    went_well = row["disposition"] in (Disposition.SCHEDULED, Disposition.PLANNED)
    return "when" if went_well else "reason"


def gathered(warnings: Sequence[str]) -> list[str]:
    """Warnings that differ only in the network they begin with as one, with all its networks."""
    networks: dict[str, list[str]] = {}
    for warning in warnings:
        name, colon, rest = warning.partition(": ")
        known = bool(colon) and name in NETWORKS
        networks.setdefault(rest if known else warning, []).extend([name] if known else [])
    return [f"{', '.join(names)}: {text}" if names else text for text, names in networks.items()]


def _whole(draft: Draft, accounts: Mapping[str, str]) -> Iterator[str]:
    yield from _heading(draft)
    for row in Plan([draft], accounts=accounts).rows():
        if row["left_out"]:
            yield f"      left out {row['network']}: {row['left_out']}"
            continue
        length = f"{row['length']:,}" + (f" of {row['limit']:,}" if row["limit"] else "")
        cost = f" · {row['cost_usd']:.3f} USD" if row["cost_usd"] else ""
        yield f"      {row['network']} · {row['account']} · {length}{cost}"
        yield from (f"      | {line}" for line in row["text"].splitlines())
        yield from (f"      picture {url}" for url in row["media"].splitlines())
    yield from (f"      first comment: {line}" for line in draft.first_comment.splitlines())
    yield from (f"      ! {warning}" for warning in gathered(draft.warnings))


def _heading(draft: Draft) -> Iterator[str]:
    yield f"   {_when(draft, None)}  {_cut(draft.item.name, 80)}"
    if draft.item.replaces:
        yield f"      {draft.item.replaces.words}"


def _planned(draft: Draft) -> Iterator[str]:
    yield from _heading(draft)
    wordings: dict[str, list[str]] = {}
    for network, text in sorted(draft.texts.items()):
        # Texts that differ only in their links' parameters are one wording to the eye.
        wordings.setdefault(_PARAMETERS.sub("?…", text), []).append(network)
    for text, networks in wordings.items():
        yield f"      {_cut(text, 150)}  → {', '.join(networks)}"
    pictures = {url for urls in draft.media.values() for url in urls}
    yield from (f"      picture {url}" for url in sorted(pictures))
    yield from (f"      left out {network}: {why}" for network, why in sorted(draft.left_out.items()))
    yield from (f"      ! {_cut(warning, 150)}" for warning in gathered(draft.warnings))
