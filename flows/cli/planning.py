"""`dovecote plan`: what would be posted, when, where and for how much. Needs no Prefect, sends and records nothing."""

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.desk import open_desk
from flows.cli.showing import Code, Home, Json, environment, mended, progress, run, say, say_json
from pipeline.campaign import Campaign
from pipeline.costs import price_note
from pipeline.planning import Budget
from pipeline.publishing import Publishing
from pipeline.saved import Change, SavedPlan, changes
from pipeline.showing import shown
from pipeline.story import Story, planned_text, tell, whole_text
from server.environment import Environment

Sources = Annotated[list[str] | None, typer.Argument(help="Feed URLs, files or folders; else those of the campaign.")]
CampaignFile = Annotated[
    Path | None, typer.Option("--campaign", help="A campaign as JSON, with the fields of the run form.")
]
Backfill = Annotated[int, typer.Option(help="Items taken of a feed seen for the first time, when sources are given.")]


def plan(
    sources: Sources = None,
    *,
    campaign: CampaignFile = None,
    backfill: Backfill = 3,
    save: Annotated[Path | None, typer.Option(help="Write the plan to this file, for publish --plan.")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what differs from the plan saved last.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Show every text whole, network by network.")] = False,
    home: Home = "",
    as_json: Json = False,
) -> None:
    """Show what would be posted: text as it will be sent, time, account, calls, cost. Sends and records nothing."""
    settings = environment(home)
    told = campaign_of(sources or [], campaign, backfill)
    made, kept = run(dry_run(told, settings, quiet=as_json))
    last = last_path(settings, told)
    with mended():
        found = changes(SavedPlan.read(last), kept) if diff and last.exists() else None
        if save is not None:
            kept.write(save)
            kept.write(last)
    story = tell(made)
    if as_json:
        say_json(_told(made, story, kept, found))
    else:
        posts = whole_text(made.plan) if full else planned_text(made.plan.drafts)
        rest = _words(made, story, found, diff=diff, save=save)
        say("\n".join(filter(None, [posts, rest])))
    raise typer.Exit(Code.ATTENTION if story.troubles else Code.WELL)


def campaign_of(sources: list[str], file: Path | None, backfill: int) -> Campaign:
    """The campaign of a file, with the sources given by hand in place of its own."""
    with mended():
        settings = Campaign.model_validate_json(file.read_text(encoding="utf-8")) if file else Campaign()
    return settings.model_copy(update={"sources": sources, "backfill": backfill}) if sources else settings


def last_path(settings: Environment, campaign: Campaign) -> Path:
    """Where the plan saved last for a campaign is remembered."""
    return settings.folder / "plans" / f"{campaign.name}.json"


async def dry_run(campaign: Campaign, settings: Environment, *, quiet: bool = True) -> tuple[Publishing, SavedPlan]:
    """A dry run of the campaign: its `plan` holds the drafts as a frame, its story what became of every item."""
    async with open_desk(settings) as desk:
        made = Publishing(campaign, desk, dry_run=True)
        for step in made.steps:
            with progress(step.capitalize(), made.waiting, quiet=quiet) as advance:
                await made.take(step, advance)
        state = await desk.ledger.state(campaign.name)
        return made, SavedPlan.of(campaign, made.plan.drafts, made_at=desk.clock.now(), ledger=state)


def _words(made: Publishing, story: Story, found: list[Change] | None, *, diff: bool, save: Path | None) -> str:
    budget = made.plan.budget
    lines = [story.text, f"   budget: {budget.line}"]
    if budget.usd:
        networks = sorted({network for draft in made.plan.drafts for network in draft.texts})
        lines += [f"   prices: {said}" for network in networks if (said := price_note(network))]
    if diff:
        lines += [_difference(found)]
    if save is not None:
        lines.append(f"   saved: {save}; carry it out with: dovecote publish --plan {save}")
    return shown("\n".join(line for line in lines if line))


def _difference(found: list[Change] | None) -> str:
    if found is None:
        return "   diff: no plan of this campaign was saved before"
    if not found:
        return "   diff: nothing differs from the plan saved last"
    signs = {"added": "+", "removed": "-", "changed": "~"}
    return "\n".join(
        f"   {signs[one.kind]} {one.title[:60]}: {one.what}{f' on {one.network}' if one.network else ''}"
        f"{f': {one.before[:60]!r} → {one.after[:60]!r}' if one.kind == 'changed' else ''}"
        for one in found
    )


def _told(made: Publishing, story: Story, kept: SavedPlan, found: list[Change] | None) -> dict[str, Any]:
    rows = made.plan.rows()
    budget = Budget.of(rows)
    return {
        **story.told(),
        "digest": kept.digest,
        "rows": rows,
        "budget": {"requests": budget.requests, "windows": budget.windows, "usd": str(budget.usd)},
        "changes": None if found is None else [one.row() for one in found],
    }
