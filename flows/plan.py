"""What would be posted, without Prefect: `python -m flows.plan FEED`. Sends and records nothing."""

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.campaign import Campaign
from pipeline.desk import Desk
from pipeline.ledger import Ledger
from pipeline.publishing import Publishing
from pipeline.story import planned_text, tell
from server.local import local_api

if TYPE_CHECKING:
    from pipeline.analytics.lake import Lake


def _no_lake() -> "Lake":
    raise RuntimeError("a plan writes nothing; publish with flows.publish")


async def plan(campaign: Campaign, home: Path) -> Publishing:
    """A dry run of the campaign: its `plan` holds the drafts as a frame, its `story` what became of every item."""
    async with local_api(home) as (client, host), Ledger(f"sqlite:///{home / 'ledger.db'}", host.clock) as ledger:
        desk = Desk(
            client=client,
            clock=host.clock,
            ledger=ledger,
            open_lake=_no_lake,
            source="sandbox",
            quiet_seconds=0.0,
            reports=home / "reports",
        )
        run = Publishing(campaign, desk, dry_run=True)
        await run.read()
        await run.admit()
        while run.waiting:
            await run.draft()
        await run.close()
    return run


def main() -> None:
    """Print the plan of a campaign given as a JSON file, or of feeds with the defaults."""
    parser = argparse.ArgumentParser(prog="python -m flows.plan", description=__doc__)
    parser.add_argument("sources", nargs="*", help="feed URLs, files or folders")
    parser.add_argument("--campaign", type=Path, help="a campaign as JSON, with the fields of the run form")
    parser.add_argument("--backfill", type=int, default=3, help="items taken of a feed seen for the first time")
    parser.add_argument("--home", type=Path, default=Path("dovecote-data"), help="folder of the databases")
    given = parser.parse_args()
    told = given.campaign.read_text(encoding="utf-8") if given.campaign else "{}"
    campaign = Campaign.model_validate_json(told)
    if given.sources:
        campaign = campaign.model_copy(update={"sources": given.sources, "backfill": given.backfill})
    run = asyncio.run(plan(campaign, given.home.absolute()))
    print(planned_text(run.drafts))  # noqa: T201
    print(tell(run).text)  # noqa: T201


if __name__ == "__main__":
    main()
