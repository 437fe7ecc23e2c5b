"""One thread and no chance: what makes a run of the simulation the same each time.

Work given to threads runs at once, in place; whatever draws from the operating system's
randomness draws from the seed. Sets of text are ordered by PYTHONHASHSEED, which the process must be started with.
"""

import asyncio
import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch


def _at_once(
    loop: asyncio.AbstractEventLoop, _executor: object, function: Callable[..., Any], *arguments: object
) -> asyncio.Future[Any]:
    done = loop.create_future()
    done.set_result(function(*arguments))
    return done


@contextmanager
def deterministic(seed: str, monotonic: Callable[[], float]) -> Iterator[None]:
    """Within the body nothing is left to chance. `monotonic` gives the seconds that pass, by the simulated clock."""
    drawn = random.Random(f"chance|{seed}")
    with ExitStack() as stack:
        for target, new in (
            ("os.urandom", drawn.randbytes),
            ("random._urandom", drawn.randbytes),
            ("asyncio.BaseEventLoop.run_in_executor", _at_once),
            ("server.worker.time", SimpleNamespace(monotonic=monotonic)),
            ("server.auth.time", SimpleNamespace(monotonic=monotonic)),
            # In one thread nobody can end while another one waits: who meets a lock is told at once.
            ("pipeline.sqlite.BUSY_SECONDS", 0.0),
        ):
            stack.enter_context(patch(target, new))
        yield


def is_repeatable() -> bool:
    """Whether this process was started so that a seed gives the same run again."""
    return os.environ.get("PYTHONHASHSEED", "random") != "random"
