"""The steps of a publish run."""

from enum import StrEnum


class Step(StrEnum):
    """What a run does, in this order. A dry run leaves out what settles and sends; any other drafts as it sends."""

    SETTLE = "settle"
    READ = "read"
    ADMIT = "admit"
    DRAFT = "draft"
    SEND = "send"
    CLOSE = "close"


DRY = (Step.READ, Step.ADMIT, Step.DRAFT, Step.CLOSE)
WET = (Step.SETTLE, Step.READ, Step.ADMIT, Step.SEND, Step.CLOSE)
IN_BATCHES = (Step.DRAFT, Step.SEND)
