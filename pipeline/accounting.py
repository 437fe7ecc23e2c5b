"""Accounting: every item read ends in exactly one disposition, and the sum is checked (promise 2)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.ledger.waiting import CLAIMED_ELSEWHERE
from pipeline.records import Claim, Disposition, Draft, Item, Outcome, Receipt, Verdict

if TYPE_CHECKING:
    import pandas as pd

_OF_OUTCOME = {
    Outcome.ACCEPTED: Disposition.SCHEDULED,
    Outcome.REFUSED: Disposition.REFUSED,
    Outcome.UNKNOWN: Disposition.UNKNOWN,
    Outcome.PENDING: Disposition.UNKNOWN,
    Outcome.WITHDRAWN: Disposition.KNOWN,
}
# Of one item's several posts the least certain one speaks for the item.
_GRAVITY = (Disposition.UNKNOWN, Disposition.REFUSED, Disposition.SCHEDULED, Disposition.KNOWN)


class SumDoesNotClose(Exception):
    """Items read and items accounted for differ: something was lost or counted twice. The run must fail."""


class Account:
    """The account of one run: verdicts come in from each step, and at the end the sum must close.

    `ended` counts items whose verdicts were let go of.
    """

    def __init__(self, verdicts: Iterable[Verdict] = (), ended: Mapping[Disposition, int] | None = None) -> None:
        self.verdicts: list[Verdict] = list(verdicts)
        self._ended = Counter(ended or {})

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Take in the verdicts of one step."""
        self.verdicts.extend(verdicts)

    @property
    def counts(self) -> dict[Disposition, int]:
        """Items by disposition, zeros included, in the order of `Disposition`."""
        counted = self._ended + Counter(verdict.disposition for verdict in self.verdicts)
        return {disposition: counted[disposition] for disposition in Disposition}

    def close(self, read: int) -> dict[Disposition, int]:
        """The counts, if they add up to `read`. Raises SumDoesNotClose otherwise, naming the difference."""
        counts = self.counts
        total = sum(counts.values())
        if total != read:
            what = "have no verdict" if total < read else "verdicts are too many"
            raise SumDoesNotClose(
                f"{abs(read - total)} {what}: {self.line(read)} (which is {total}); see the run's table"
            )
        return counts

    def line(self, read: int) -> str:
        """The sum as people read it: `read 120 = known 80 + filtered 10 + scheduled 30`. Zeros are left out."""
        parts = [f"{disposition} {count}" for disposition, count in self.counts.items() if count]
        return f"read {read} = {' + '.join(parts) or '0'}"

    def frame(self) -> "pd.DataFrame":
        """One row per item: source, place, identity, title, disposition, reason; all `string`, reasons as given."""
        return frame(self.verdicts)


def frame(verdicts: Sequence[Verdict]) -> "pd.DataFrame":
    """Verdicts as a frame of `string` columns, in their order."""
    import pandas as pd  # noqa: PLC0415  (half a second that senders need not spend)

    names = ("source", "place", "identity", "title", "disposition", "reason")
    columns = {name: [str(getattr(verdict, name)) for verdict in verdicts] for name in names}
    return pd.DataFrame({name: pd.Series(values, dtype="string") for name, values in columns.items()})


def verdicts_on(drafts: Sequence[Draft], claims: Sequence[Claim], receipts: Sequence[Receipt]) -> list[Verdict]:
    """One verdict per item drafted, from the claims won and the receipts that came back.

    A draft without a claim belongs to another run (known); a claim without a final receipt is unknown. Of an item with
    several drafts the least certain outcome counts.
    """
    answered = {receipt.key: receipt for receipt in receipts}
    ends: dict[tuple[str, str], list[tuple[Disposition, str]]] = {}
    for claim in claims:
        ends.setdefault((claim.source, claim.identity), []).append(_end(answered.get(claim.key)))
    items: Mapping[tuple[str, str], Item] = {(draft.item.source, draft.item.identity): draft.item for draft in drafts}
    other_run = [(Disposition.KNOWN, CLAIMED_ELSEWHERE)]
    return [_verdict(item, ends.get(place, other_run)) for place, item in items.items()]


def _end(receipt: Receipt | None) -> tuple[Disposition, str]:
    if receipt is None:
        return Disposition.UNKNOWN, "no answer recorded yet"
    return _OF_OUTCOME[receipt.outcome], receipt.reason


def _verdict(item: Item, ends: Sequence[tuple[Disposition, str]]) -> Verdict:
    disposition, reason = min(ends, key=lambda end: _GRAVITY.index(end[0]))
    if item.replaces and disposition is Disposition.SCHEDULED:
        reason = "; ".join(filter(None, (item.replaces.words, reason)))
    return Verdict.of(item, disposition, reason)
