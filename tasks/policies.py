"""How tasks are retried and what is kept of them. Every task names one of these policies."""

from typing import Any

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from pipeline.accounting import SumDoesNotClose
from pipeline.applying import PlanMoved
from social.errors import Refused

# Inputs are live objects (ledger, client): they can be neither hashed nor stored.
_LIVE: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}
# A mistake in settings, a plan that moved, a no of the API, a fault of the program.
_FINAL = (ValueError, TypeError, PlanMoved, Refused, SumDoesNotClose)


async def may_pass(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a failure may pass by itself. Some do not, and waiting would only hide them."""
    del task, run
    return not isinstance(await state.aresult(raise_on_failure=False), _FINAL)


# Reads anything from outside: repeat with growing, jittered gaps.
FETCH: dict[str, Any] = {
    **_LIVE,
    "retries": 2,
    "retry_delay_seconds": [5, 30],
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": may_pass,
}

# Talks to the API about claims: safe to repeat, because the ledger remembers every attempt.
SEND: dict[str, Any] = {
    **_LIVE,
    "retries": 3,
    "retry_delay_seconds": [10, 60, 300],
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": may_pass,
}

# Works on our own files and databases: a failure is a fault to look at, not to repeat.
LOCAL: dict[str, Any] = _LIVE
