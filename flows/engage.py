"""Comments, reviews and messages → lake, and answers by rules."""

from collections import Counter
from typing import Any

from prefect import flow

from blocks.desk import open_desk
from pipeline.conversations.answering import Answered
from pipeline.conversations.rules import Decision, Engagement
from tasks.artifacts import show_table
from tasks.conversations import allowed, decide_on, keep_remarks, read_remarks, send_answers
from tasks.runs import run_id
from tasks.states import ended

EMPTY = Engagement()


@flow(name="engage", flow_run_name="engage: {engagement.name}")
async def engage(
    engagement: Engagement = EMPTY,
    dry_run: bool = False,
    *,
    api: str = "default",
    ledger: str = "default",
    lake: str = "default",
) -> str:
    """Read what people say to the accounts, keep it in the lake, and answer by rules, each remark at most once.

    Args:
        engagement: What is read, and the rules of the answers. Without rules everything is read and nothing answered.
        dry_run: Show what would be answered; send nothing.
        api: Name of the Dovecote Social API block.
        ledger: Name of the Dovecote Ledger block.
        lake: Name of the Dovecote Lake block.
    """
    async with open_desk(api, ledger, lake) as desk:
        found = await read_remarks(desk, engagement)
        decisions = await decide_on(desk, engagement, found.remarks)
        quiet = engagement.is_quiet(desk.clock.now())
        done = Answered()
        if not (dry_run or quiet):
            ready = [one for one in decisions if one.action == "answer"]
            asked = [one for one in decisions if one.action == "ask"]
            if asked and await allowed(asked):
                ready += asked
            done = await send_answers(desk, engagement, ready[: engagement.most_answers])
        added = await keep_remarks(desk, found.remarks, run_id())
    headline = _headline(found.remarks, decisions, done, quiet=quiet)
    await show_table(f"engage-{engagement.name}", [_row(one, done) for one in decisions], headline)
    await show_table("remarks", [{"table": name, "new rows": rows} for name, rows in added.items()], headline)
    troubles = [*found.errors, *([done.stopped] if done.stopped else [])]
    return ended(headline, "; ".join([headline, *troubles]), troubles=bool(troubles))


def _headline(remarks: list[Any], decisions: list[Decision], done: Answered, *, quiet: bool) -> str:
    ends = Counter(state.value for state, _ in done.states.values())
    flagged = sum(one.action == "flag" for one in decisions)
    told = [
        f"{len(remarks)} remarks",
        f"{len(decisions)} fit a rule",
        *(f"{count} {state}" for state, count in ends.items()),
    ]
    told += [f"{flagged} flagged"] if flagged else []
    return ", ".join([*told, *(["quiet hours: nothing sent"] if quiet else [])])


def _row(one: Decision, done: Answered) -> dict[str, Any]:
    state, reason = done.states.get(one.remark.key, ("", ""))
    return {
        "network": one.remark.network,
        "kind": one.remark.kind,
        "author": one.remark.author,
        "text": one.remark.text[:300],
        "rule": one.rule,
        "action": one.action,
        "answer": one.answer,
        "state": str(state),
        "reason": reason or one.reason,
    }
