"""Asking a person: the run pauses in the Prefect UI with the plan shown, and goes on or ends by the answer."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar, cast

from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from pydantic import Field

from pipeline.publishing import Publishing
from pipeline.saved import SavedPlan
from pipeline.showing import as_markdown
from tasks.artifacts import show_table

WAIT_SECONDS = 24 * 3600
"""How long a plan waits for its answer; nobody answering is a no."""

SHOWN = 20
Form = TypeVar("Form", bound=RunInput)


class Approval(RunInput):
    """The answer to a plan."""

    approve: bool = Field(default=False, description="Send exactly this plan. Unticked: send nothing.")


async def plan_of(run: Publishing) -> SavedPlan:
    """What a dry run drafted, as a plan that can be carried out later."""
    state = await run.desk.ledger.state(run.campaign.name)
    return SavedPlan.of(run.campaign, run.plan.drafts, made_at=run.desk.clock.now(), ledger=state)


async def approved(
    plan: SavedPlan, headline: str, *, notes: Sequence[str] = (), wait_seconds: int = WAIT_SECONDS
) -> bool:
    """Pause the flow run until a person answers; True when they approve. A plan without posts needs no answer."""
    if not plan.posts:
        return True
    await show_table(f"publish-{plan.campaign.name}-plan", plan.rows(), headline)
    answer = await ask_person(Approval, _shown(plan, headline, notes), key=plan.digest, wait_seconds=wait_seconds)
    return answer is not None and answer.approve


async def ask_person(form: type[Form], description: str, *, key: str, wait_seconds: int = WAIT_SECONDS) -> Form | None:
    """Pause the flow run until a person has filled in `form` in the Prefect UI; None when nobody did in time.

    `description` is markdown; `key` names the question within the run, so that asking again after a crash is the same.
    """
    try:
        # Prefect types its functions for sync callers; called from async code they are awaited.
        pause = pause_flow_run(
            wait_for_input=form.with_initial_data(description=description),
            timeout=wait_seconds,
            poll_interval=2,
            key=key,
        )
        return await cast("Awaitable[Form | None]", pause)
    except FlowPauseTimeout:
        return None


def _shown(plan: SavedPlan, headline: str, notes: Sequence[str]) -> str:
    rows = [
        f"- **{row['when']}** {row['network']}: {as_markdown(' '.join(row['text'].split()))}" for row in plan.rows()
    ]
    more = [f"- and {len(rows) - SHOWN} more: see the artifact"] if len(rows) > SHOWN else []
    told = ["", *(f"- {as_markdown(note)}" for note in notes)] if notes else []
    return "\n".join([f"**{len(plan.posts)} posts wait for approval** ({headline})", "", *rows[:SHOWN], *more, *told])
