"""Feed → plan → posts. Without Prefect and without sending: `dovecote plan`."""

from pathlib import Path

from prefect import flow

from blocks.desk import open_desk
from pipeline.applying import Applying
from pipeline.campaign import Campaign
from pipeline.desk import Desk
from pipeline.publishing import Publishing
from pipeline.saved import SavedPlan
from pipeline.story import Story, tell
from tasks.approval import approved, plan_of
from tasks.runs import name_of_publish, run_id
from tasks.states import ended
from tasks.steps import carry_out, show_story

EMPTY = Campaign()


@flow(name="publish", flow_run_name=name_of_publish)
async def publish(
    campaign: Campaign = EMPTY,
    dry_run: bool = False,
    *,
    plan: str = "",
    approve: bool = False,
    api: str = "default",
    ledger: str = "default",
    lake: str = "default",
    google: str = "default",
) -> Story:
    """Read the campaign's sources and schedule what is new, each item exactly once.

    Args:
        campaign: Which sources go where, how it is said and when.
        dry_run: Show what would be posted as a table; send and record nothing.
        plan: File of a saved plan (`dovecote plan --save`), in place of a campaign: do exactly that, or refuse and say
            what moved.
        approve: Show the plan and wait for a person's answer here in the Prefect UI (Resume) before anything is sent.
        api: Name of the Dovecote Social API block; `default` needs no block and posts to the embedded sandbox.
        ledger: Name of the Dovecote Ledger block; `default` needs no block and uses a SQLite file.
        lake: Name of the Dovecote Lake block; `default` needs no block and uses a folder.
        google: Name of the Dovecote Google Sheets block, for private Google Sheets; `default` needs no block.
    """
    saved = _saved(plan, campaign)
    async with open_desk(api, ledger, lake, google) as desk:
        if approve and not dry_run:
            proposal = _run(desk, campaign, saved, dry_run=True)
            story = tell(await carry_out(proposal))
            saved = await plan_of(proposal)
            if not await approved(saved, story.headline, notes=story.notes):
                return ended(story, f"declined: {story.headline}; nothing was sent", declined=True)
        run = await carry_out(_run(desk, campaign, saved, dry_run=dry_run))
        story = await show_story(run)
    return ended(story, story.headline, troubles=bool(story.troubles))


def _run(desk: Desk, campaign: Campaign, saved: SavedPlan | None, *, dry_run: bool) -> Publishing:
    if saved is not None:
        return Applying(saved, desk, dry_run=dry_run, run_id=run_id())
    return Publishing(campaign, desk, dry_run=dry_run, run_id=run_id())


def _saved(plan: str, campaign: Campaign) -> SavedPlan | None:
    if not plan:
        return None
    saved = SavedPlan.read(Path(plan))
    if campaign not in (EMPTY, saved.campaign):
        raise ValueError(f"{plan} is a plan of campaign {saved.campaign.name!r}: leave the parameter campaign empty")
    return saved
