"""Steps that boost posts, and bring back what that cost."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from prefect import task
from prefect.input import RunInput
from pydantic import Field

from pipeline import boosting
from pipeline.boosting import Boosted, BoostPolicy, Proposal
from pipeline.desk import Desk
from pipeline.showing import as_markdown
from tasks.approval import SHOWN, ask_person
from tasks.policies import FETCH, LOCAL, SEND


class Consent(RunInput):
    """The answer of a person to boosts that cost money."""

    boost: bool = Field(default=False, description="Boost exactly these posts. Unticked: boost none.")


@task(name="propose-boosts", **FETCH)
async def propose(desk: Desk, policy: BoostPolicy, account: str) -> tuple[list[Proposal], Decimal]:
    """What should be boosted, after boosts that lost their answer were looked up; and the money left."""
    known = await desk.ledger.boosts(policy.network)
    return await boosting.proposals(desk, policy, await boosting.settle_open(desk, policy, account, known))


@task(name="boost-posts", **SEND)
async def carry_out(desk: Desk, policy: BoostPolicy, account: str, wanted: Sequence[Proposal]) -> Boosted:
    """Boost; the ledger remembers each, so repeating is safe."""
    return await boosting.boost(desk, policy, account, wanted)


@task(name="read-spend", **FETCH)
async def read_spend(desk: Desk, policy: BoostPolicy, account: str) -> list[dict[str, Any]]:
    """What ads cost and brought in the last days."""
    return await boosting.spend_rows(desk, policy, account)


@task(name="keep-spend", **LOCAL)
async def keep_spend(desk: Desk, rows: Sequence[dict[str, Any]], run_id: str) -> int:
    """Append what is new or was corrected to the lake."""
    return await asyncio.to_thread(boosting.keep_spend, desk, rows, run_id=run_id)


async def agreed(policy: BoostPolicy, wanted: Sequence[Proposal], left: Decimal) -> bool:
    """Pause the flow run until a person has looked at what would be boosted; nobody answering is a no."""
    lines = [f"- **{one.amount}** for {as_markdown(one.said)} ({one.score:.1f}× usual)" for one in wanted[:SHOWN]]
    total = sum((one.amount for one in wanted), Decimal(0))
    head = (
        f"**{len(wanted)} posts would be boosted on {policy.network} for {total} in all**; {left} of {policy.limit} "
        f"are left of the budget *{policy.name}*, in the currency of the ad account."
    )
    given = await ask_person(Consent, "\n".join([head, "", *lines]), key="boosts")
    return given is not None and given.boost
