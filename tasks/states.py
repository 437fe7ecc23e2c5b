"""How a flow ends: what went wrong without stopping the run gives the state a name to be seen and triggered on."""

from typing import TypeVar, cast

from prefect.states import Completed

Result = TypeVar("Result")

TROUBLED = "CompletedWithTroubles"
DECLINED = "Declined"


def ended(result: Result, message: str, *, troubles: bool = False, declined: bool = False) -> Result:
    """The state to return from a flow. Typed as its result, because that is what Prefect hands to the flow's caller."""
    name = DECLINED if declined else TROUBLED if troubles else "Completed"
    return cast("Result", Completed(name=name, message=message, data=result))
