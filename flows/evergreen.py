"""The posts that did best → posted again."""

from prefect import flow

from blocks.desk import open_desk
from pipeline.evergreen import Evergreen, Repeating
from pipeline.story import Story
from tasks.runs import run_id
from tasks.states import ended
from tasks.steps import carry_out, show_story

USUAL = Evergreen()


@flow(name="evergreen", flow_run_name="evergreen: {policy.campaign.name}")
async def evergreen(
    policy: Evergreen = USUAL,
    dry_run: bool = False,
    *,
    api: str = "default",
    ledger: str = "default",
    lake: str = "default",
) -> Story:
    """Post again what did best: each repeat exactly once, and never while the networks would call it a duplicate.

    Args:
        policy: Which posts are repeated, how often, and how that is said.
        dry_run: Show what would be repeated; send and record nothing.
        api: Name of the Dovecote Social API block.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block, which knows what did best.
    """
    async with open_desk(api, ledger, lake) as desk:
        story = await show_story(await carry_out(Repeating(policy, desk, dry_run=dry_run, run_id=run_id())))
    return ended(story, story.headline, troubles=bool(story.troubles))
