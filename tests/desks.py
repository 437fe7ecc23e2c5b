"""Desks for tests, on whatever API and ledger."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.desk import Desk
    from pipeline.ledger import Ledger
    from social.client import SocialClient


def desk_at(folder: Path, client: "SocialClient", ledger: "Ledger") -> "Desk":
    """A desk with its lake and reports under `folder`. Nothing lost is waited for."""
    from pipeline.analytics.lake import Lake
    from pipeline.desk import Desk

    return Desk(
        client=client,
        clock=ledger.clock,
        ledger=ledger,
        open_lake=lambda: Lake(folder / "lake"),
        source="sandbox",
        quiet_seconds=0.0,
        reports=folder / "reports",
    )
