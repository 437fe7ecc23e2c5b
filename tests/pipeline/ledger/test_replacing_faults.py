"""Edits of rows whose post waits: never both versions, never none, whatever is lost, dies or comes twice."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event

from pipeline.ledger import Ledger
from pipeline.publishing import Publishing
from tests.pipeline.ledger.faults import FAULTS
from tests.pipeline.ledger.office import (
    LATER,
    NEW,
    NEWER,
    OLD,
    STEPS,
    Killed,
    verdict,
)


async def test_two_publishers_at_once(planned, another):
    planned.write(NEW, number=planned.number)
    await asyncio.gather(planned.publish(), planned.publish(ledger=another))
    await planned.reconcile()
    assert list(await planned.posts()) == [(NEW, "pending")]
    assert await planned.ends() == [(NEW, "success")]


async def test_two_publishers_that_read_different_edits(planned, another):
    runs = []
    for ledger, text in ((planned.ledger, NEW), (another, NEWER)):
        planned.write(text, number=planned.number)
        runs.append(Publishing(planned.campaign, planned.desk(ledger)))
        await runs[-1].read()
        await runs[-1].admit()
    await asyncio.gather(*(run.send() for run in runs if run.waiting))
    assert len(await planned.posts()) == 1
    await planned.publish()
    assert await planned.ends() == [(NEWER, "success")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("planned", ["with an id"], indirect=True)
@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "403"])
@pytest.mark.parametrize("call", range(1, len(STEPS) + 1))
async def test_any_answer_may_be_lost(planned, fault, call):
    planned.write(NEW, number=planned.number)
    planned.line.faults = {call: fault}
    await planned.publish()
    # Either finishes it; which one is no matter.
    for _ in range(2):
        await (planned.publish() if call % 2 else planned.reconcile())
    assert list(await planned.posts()) == [(NEW, "pending")]
    assert await planned.ends() == [(NEW, "success")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("planned", ["with an id"], indirect=True)
@pytest.mark.parametrize("fault", ["accepted then lost", "503 before", "lost on the way"])
@pytest.mark.parametrize("call", [1, 2, 3])
async def test_any_answer_may_be_lost_while_a_post_is_moved(planned, fault, call):
    planned.write(OLD, date=LATER, number=planned.number)
    planned.line.faults = {call: fault}
    await planned.publish()
    await planned.publish()
    (post,) = (await planned.posts()).values()
    assert (post.post, f"{post.schedule_date:%d}") == (OLD, "24")


async def test_a_post_that_was_moved_and_went_out_before_anybody_could_tell(planned, database_url):
    planned.write(OLD, date=LATER, number=planned.number)
    planned.line.dies_after = 2
    with pytest.raises(BaseExceptionGroup):
        await planned.publish()
    planned.clock.advance(timedelta(days=5))
    async with Ledger(database_url, planned.clock) as planned.ledger:
        (end,) = (await planned.reconcile()).updated
        assert (end.outcome, end.status, end.reason.partition(":")[0]) == (
            "accepted",
            "success",
            "moved to 2026-11-24 09",
        )
        await planned.reconcile()
        (post,) = await planned.ledger.accepted_posts()
        assert f"{post.published_at:%d %H:%M}" == "24 09:30"
        assert verdict(await planned.publish()) == ("known", "seen before")


@pytest.mark.parametrize("planned", ["with an id"], indirect=True)
@pytest.mark.parametrize("call", range(1, len(STEPS) + 1))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_any_call(planned, database_url, call, when):
    planned.write(NEW, number=planned.number)
    setattr(planned.line, f"dies_{when}", call)
    with pytest.raises(BaseException, match=r"Killed|unhandled errors") as caught:
        await planned.publish()
    assert not isinstance(caught.value, Exception)
    await finish(planned, database_url)


@pytest.mark.parametrize("planned", ["with an id"], indirect=True)
@pytest.mark.parametrize("commit", range(1, 12))
async def test_killed_at_any_commit(planned, database_url, commit):
    planned.write(NEW, number=planned.number)
    commits = 0

    def die(_connection):
        nonlocal commits
        commits += 1
        if commits >= commit:
            raise Killed

    engine = planned.ledger._engine.sync_engine
    event.listen(engine, "commit", die)
    with pytest.raises(BaseException) as caught:  # noqa: PT011 (a group or not, by where it strikes)
        await planned.publish()
    assert not isinstance(caught.value, Exception)
    event.remove(engine, "commit", die)
    await finish(planned, database_url)


async def finish(planned, database_url):
    """Another process comes later, and the sheet cannot even be read any more at first."""
    planned.line.dies_before = planned.line.dies_after = 0
    planned.clock.advance(timedelta(seconds=200))
    async with Ledger(database_url, planned.clock) as ledger:
        planned.ledger = ledger
        await planned.reconcile()
        await planned.publish()
        await planned.reconcile()
        assert list(await planned.posts()) == [(NEW, "pending")]
        assert verdict(await planned.publish())[0] == "known"
        assert await planned.ends() == [(NEW, "success")]
