"""Which failures are worth repeating, and that every task has a policy."""

import importlib
import pkgutil
from typing import Any

import pytest
from prefect import Task
from prefect.states import exception_to_failed_state

import tasks
from pipeline.accounting import SumDoesNotClose
from social.errors import NotAllowed, NotSent
from tasks.policies import FETCH, LOCAL, SEND, may_pass


def every_task() -> list[Any]:
    modules = [importlib.import_module(f"tasks.{module.name}") for module in pkgutil.iter_modules(tasks.__path__)]
    found = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Task)}
    return [pytest.param(task, id=task.name) for task in found.values()]


@pytest.mark.parametrize("task", every_task())
def test_task_follows_one_of_the_policies(task: Any) -> None:
    assert task.retries in {policy.get("retries", 0) for policy in (FETCH, SEND, LOCAL)}
    assert task.retries == 0 or task.retry_condition_fn is may_pass
    assert task.persist_result is False


@pytest.mark.parametrize(
    ("error", "repeated"),
    [
        (NotSent("no connection"), True),
        (OSError("disk"), True),
        (ValueError("zone"), False),
        (SumDoesNotClose("1"), False),
        (NotAllowed("wrong key"), False),
    ],
)
async def test_only_what_may_pass_is_repeated(error: Exception, repeated: bool) -> None:
    state = await exception_to_failed_state(error)
    assert await may_pass(None, None, state) is repeated
