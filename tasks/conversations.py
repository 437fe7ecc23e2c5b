"""Steps that read what people say, and answer."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from prefect import task
from prefect.input import RunInput
from pydantic import Field

from pipeline.conversations.answering import Answered, answer, settle_open
from pipeline.conversations.collecting import Collected, collect
from pipeline.conversations.remarks import Remark
from pipeline.conversations.rules import Decision, Engagement, decide
from pipeline.desk import Desk
from pipeline.mood import mood
from pipeline.showing import as_markdown
from tasks.approval import SHOWN, WAIT_SECONDS, ask_person
from tasks.policies import FETCH, LOCAL, SEND


class Answers(RunInput):
    """The answer of a person to answers that wait."""

    send: bool = Field(default=False, description="Send exactly these answers. Unticked: send none of them.")


@task(name="collect-remarks", **FETCH)
async def read_remarks(desk: Desk, engagement: Engagement) -> Collected:
    """Read comments, reviews and messages."""
    since = desk.clock.now() - timedelta(days=engagement.posts_days)
    posts = await desk.ledger.accepted_posts()
    return await collect(desk.client, posts, kinds=engagement.kinds, since=since)


@task(name="decide-on-remarks", **LOCAL)
async def decide_on(desk: Desk, engagement: Engagement, remarks: Sequence[Remark]) -> list[Decision]:
    """What is to be done about each remark that nobody has dealt with, answers first."""
    known = await settle_open(desk.ledger, remarks, quiet=timedelta(seconds=desk.quiet_seconds))
    fresh = [one for one in remarks if one.key not in known]
    return await asyncio.to_thread(decide, fresh, engagement, desk.clock.now(), mood=lambda text: mood(text)[0])


@task(name="answer-remarks", **SEND)
async def send_answers(desk: Desk, engagement: Engagement, decisions: Sequence[Decision]) -> Answered:
    """Give the answers; the ledger remembers each, so repeating is safe."""
    return await answer(decisions, client=desk.client, ledger=desk.ledger, engagement=engagement.name)


@task(name="keep-remarks", **LOCAL)
async def keep_remarks(desk: Desk, remarks: Sequence[Remark], run_id: str) -> dict[str, int]:
    """Append what is new to the lake."""
    from pipeline.conversations.keeping import keep  # noqa: PLC0415  (pandas and pyarrow are slow to import)

    now, source = desk.clock.now(), desk.source
    return await desk.at_lake(keep, desk.lake, remarks, run_id=run_id, now=now, source=source)


async def allowed(decisions: Sequence[Decision], *, wait_seconds: int = WAIT_SECONDS) -> bool:
    """Pause the flow run until a person has looked at the answers; nobody answering is a no."""
    lines = [
        f"- **{one.remark.network}** {as_markdown(one.remark.author)}: {as_markdown(one.remark.text[:200])}"
        f" → {as_markdown(one.answer)}"
        for one in decisions[:SHOWN]
    ]
    said = "\n".join([f"**{len(decisions)} answers wait for a person**", "", *lines])
    given = await ask_person(Answers, said, key="answers", wait_seconds=wait_seconds)
    return given is not None and given.send
