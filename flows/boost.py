"""The posts that do best → ads, after a person agreed and within a budget; what ads cost → lake."""

from collections import Counter
from typing import Any

from prefect import flow

from blocks.desk import open_desk
from pipeline.boosting import Boosted, BoostPolicy, Proposal, account_of
from tasks.artifacts import show_table
from tasks.boosting import agreed, carry_out, keep_spend, propose, read_spend
from tasks.runs import run_id
from tasks.states import ended

USUAL = BoostPolicy()


@flow(name="boost", flow_run_name="boost: {policy.name} on {policy.network}")
async def boost(
    policy: BoostPolicy = USUAL,
    dry_run: bool = False,
    *,
    approve: bool = True,
    api: str = "default",
    ledger: str = "default",
    lake: str = "default",
) -> str:
    """Propose the posts that do best as ads, boost them once a person agreed, and keep what ads cost in the lake.

    Args:
        policy: Which posts become ads, for whom, and what that may cost.
        dry_run: Show what would be boosted; boost nothing. What ads cost is read all the same.
        approve: Wait for a person here in the Prefect UI (Resume) before money is spent. Unticked: the budget decides.
        api: Name of the Dovecote Social API block; the account needs the Ads add-on.
        ledger: Name of the Dovecote Ledger block, which boosts no post twice.
        lake: Name of the Dovecote Lake block.
    """
    async with open_desk(api, ledger, lake) as desk:
        account = await account_of(desk.client, policy)
        wanted, left = await propose(desk, policy, account)
        done, declined = Boosted(), False
        if wanted and not dry_run:
            declined = approve and not await agreed(policy, wanted, left)
            done = Boosted() if declined else await carry_out(desk, policy, account, wanted)
        added = await keep_spend(desk, await read_spend(desk, policy, account), run_id())
    headline = _headline(wanted, done, added, dry=dry_run, declined=declined)
    await show_table(f"boost-{policy.name}", [_row(one, done) for one in wanted], f"{headline}; {left} left before")
    troubles = bool(done.stopped) or any(reason for _, reason in done.states.values())
    return ended(
        headline, "; ".join(filter(None, [headline, done.stopped])), troubles=bool(troubles), declined=declined
    )


def _headline(wanted: list[Proposal], done: Boosted, added: int, *, dry: bool, declined: bool) -> str:
    ends = Counter(state.value for state, _ in done.states.values())
    told = [f"{len(wanted)} proposed", *(f"{count} {state}" for state, count in ends.items())]
    told += ["nothing boosted: dry run"] if dry else ["nothing boosted: declined"] if declined else []
    return ", ".join([*told, f"{added} new rows of spend"])


def _row(one: Proposal, done: Boosted) -> dict[str, Any]:
    state, reason = done.states.get(one.post_id, ("", ""))
    return {
        "post": one.post_id,
        "text": one.said,
        "times usual": round(one.score, 2),
        "may cost": float(one.amount),
        "state": str(state),
        "reason": reason,
    }
