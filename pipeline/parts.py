"""A run in parts: the batch on its way, and what has ended and can be told the lake and let go of."""

from dataclasses import dataclass, field

from pipeline.records import Claim, Draft, Receipt, Verdict

PART = 5_000
"""Items of a run after whose end the lake is told and they are let go of: what memory must hold."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """Drafts that are claimed and sent together. `claims` is None as long as they are not claimed.

    `thumbnails` are base64 JPEGs by key.
    """

    drafts: list[Draft]
    thumbnails: dict[str, str]
    claims: list[Claim] | None = None


@dataclass(slots=True, kw_only=True)
class Part:
    """What became of some items of a run: their verdicts, and of those sent the drafts with their keys and answers.

    `name` tells it from the other parts of the run; it is the lake's batch.
    """

    name: str
    drafts: list[Draft] = field(default_factory=list)
    sent: list[tuple[Draft, str]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    thumbnails: dict[str, str] = field(default_factory=dict)
