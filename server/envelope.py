"""Answers that name the profile: wrapped in `posts`, one element for each profile (posts.md 3.8)."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from server.answers import ApiError, Reply
from server.auth import Caller, acting_for

Act = Callable[[Caller], Awaitable[Reply]]
# More user profiles than one call can serve in the time a client waits.
MOST_PROFILES = 500


async def as_itself(caller: Caller, act: Act) -> Reply:
    """What the caller gets, refusals included: wrapped when it acts for a user profile, else plain."""
    if not caller.via_profile_key:
        return await act(caller)
    inner = await _element(caller, act)
    return Reply(_envelope([inner.content]), inner.status)


async def as_each(caller: Caller, keys: Iterable[str], act: Act) -> Reply:
    """What each user profile of `keys` gets: `error` and HTTP 400 if any of them failed. Without keys, the caller's."""
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST_PROFILES:
        raise ApiError(101, f"profileKeys: {len(wanted)} keys; one call takes at most {MOST_PROFILES}.")
    found = [await _of_key(caller, key, act) for key in wanted] or [await _element(caller, act)]
    failed = any(one.content["status"] == "error" for one in found)
    return Reply(_envelope([one.content for one in found]), 400 if failed else 200)


async def _of_key(caller: Caller, key: str, act: Act) -> Reply:
    try:
        return await _element(await acting_for(caller, key), act)
    except ApiError as error:
        return Reply(error.body("post"), error.status)


async def _element(caller: Caller, act: Act) -> Reply:
    try:
        reply = await act(caller)
    except ApiError as error:
        reply = Reply(error.body("post"), error.status)
    return Reply(reply.content | {"profileTitle": caller.title, "refId": caller.ref_id}, reply.status)


def _envelope(inner: list[dict[str, Any]]) -> dict[str, Any]:
    statuses = {one["status"] for one in inner}
    return {"status": statuses.pop() if len(statuses) == 1 else _mixed(statuses), "posts": inner}


def _mixed(statuses: set[str]) -> str:
    return "error" if "error" in statuses else "success"
