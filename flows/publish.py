"""Feed → plan → posts. Without Prefect and without sending: `python -m flows.plan`."""

from prefect import flow
from prefect.runtime import flow_run

from blocks.desk import open_desk
from pipeline.campaign import Campaign
from pipeline.publishing import Publishing
from pipeline.story import Story, tell
from tasks.artifacts import show_table, show_text
from tasks.posts import account, draft, send, settle_unfinished
from tasks.sources import admit, read
from tasks.states import ended

EMPTY = Campaign()


@flow(name="publish", flow_run_name="publish-{campaign.name}")
async def publish(
    campaign: Campaign = EMPTY,
    dry_run: bool = False,
    api: str = "default",
    ledger: str = "default",
    lake: str = "default",
) -> Story:
    """Read the campaign's sources and schedule what is new, each item exactly once.

    Args:
        campaign: Which sources go where, how it is said and when.
        dry_run: Show what would be posted as a table; send and record nothing.
        api: Name of the Dovecote Social API block; `default` needs no block and posts to the embedded sandbox.
        ledger: Name of the Dovecote Ledger block; `default` needs no block and uses a SQLite file.
        lake: Name of the Dovecote Lake block; `default` needs no block and uses a folder.
    """
    async with open_desk(api, ledger, lake) as desk:
        run = Publishing(campaign, desk, dry_run=dry_run, run_id=flow_run.id or "")
        await settle_unfinished(run)
        await read(run)
        await admit(run)
        await (draft if dry_run else send)(run)
        await account(run)
        story = tell(run)
        await show_table(f"publish-{campaign.name}", story.table, story.headline)
        await show_text(f"publish-{campaign.name}-sum", story.lines, story.headline)
    return ended(story, story.headline, troubles=bool(story.troubles))
