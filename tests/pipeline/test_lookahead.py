"""One thing is made ready while another is worked on, and a failure of either leaves the other alone."""

import asyncio

import pytest

from pipeline.lookahead import Lookahead


def counting(*failures: int):
    made: list[int] = []

    async def make() -> int:
        made.append(len(made))
        await asyncio.sleep(0)
        if made[-1] in failures:
            raise OSError(f"number {made[-1]}")
        return made[-1]

    return Lookahead(make), made


async def test_the_next_is_made_meanwhile_and_taken_once():
    ahead, made = counting()
    assert await ahead.take() == 0
    async with ahead.meanwhile():
        await asyncio.sleep(0)
        assert made == [0, 1]
    assert ahead.ready == 1
    assert await ahead.take() == 1
    assert ahead.ready is None
    assert await ahead.take() == 2


async def test_what_fails_is_raised_when_taken_and_made_again_after_that():
    ahead, _ = counting(0)
    async with ahead.meanwhile():
        worked = True
    assert worked
    assert ahead.ready is None
    with pytest.raises(OSError, match="number 0"):
        await ahead.take()
    assert await ahead.take() == 1


async def test_a_body_that_fails_leaves_what_was_made():
    ahead, _ = counting()
    with pytest.raises(ValueError, match="body"):
        async with ahead.meanwhile():
            raise ValueError("body")
    assert await ahead.take() == 0


async def test_who_is_cancelled_cancels_what_is_being_made():
    ended = asyncio.Event()

    async def make() -> int:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()
        return 1

    ahead = Lookahead(make)

    async def work() -> None:
        async with ahead.meanwhile():
            await asyncio.sleep(3600)

    working = asyncio.create_task(work())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert ended.is_set()
    assert ahead.ready is None


async def test_who_is_cancelled_while_waiting_for_it_cancels_it_too():
    began, ended = asyncio.Event(), asyncio.Event()

    async def make() -> int:
        began.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()
        return 1

    async def work() -> None:
        async with Lookahead(make).meanwhile():
            await began.wait()

    working = asyncio.create_task(work())
    await began.wait()
    for _ in range(3):
        await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await asyncio.wait_for(ended.wait(), 5)
