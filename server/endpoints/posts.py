"""Posts: create, check, read, change, delete, send once more, copy (posts.md 3–8)."""

from typing import Any

from server import bulk, changes, deletion
from server.answers import ApiError, Reply
from server.auth import Caller, acting_for
from server.copying import copied
from server.envelope import as_each, as_itself
from server.intake import examine, recall, submit
from server.parsing import read_body
from server.routing import handles
from server.store import posts
from server.uploads import read_file
from server.verification.findings import Finding
from server.views import stored_post
from social.contract.posts import PostCopy, PostDelete, PostRequest, PostRetry, PostUpdate
from social.contract.routes import (
    BULK_POST,
    COPY_POST,
    CREATE_POST,
    DELETE_POST,
    GET_POST,
    RETRY_POST,
    UPDATE_POST,
    VALIDATE_POST,
)


@handles(CREATE_POST, raw=True)
async def create(caller: Caller) -> Reply:
    """Publish now or schedule. For user profiles answer and refusal come wrapped in `posts` (posts.md 3.8)."""
    if caller.via_profile_key:
        return await as_itself(caller, _submit)
    body = await read_body(caller.request, PostRequest)
    if not (body.profile_keys or body.array_response):
        return await submit(caller, body)
    own = body.model_copy(update={"profile_keys": None})
    return await as_each(caller, body.profile_keys or (), lambda sender: submit(sender, own))


@handles(VALIDATE_POST)
async def validate(caller: Caller, body: PostRequest) -> Reply:
    """Check a post; nothing is stored. Networks that are not linked are a warning here (posts.md 7.2)."""
    keys = () if caller.via_profile_key else body.profile_keys or ()
    senders = [await acting_for(caller, key) for key in dict.fromkeys(keys)] or [caller]
    findings = [found for sender in senders for found in await _findings(sender, body)]
    errors = [one.element() for one in findings if not _only_warns(one)]
    warnings = [one.element() for one in findings if _only_warns(one)]
    shown = {"warnings": warnings} if warnings else {}
    if not errors:
        return Reply({"status": "success", "message": "The post can be sent."} | shown)
    return Reply(errors[0] | {"errors": errors} | shown, 400)


@handles(GET_POST)
async def get(caller: Caller, post_id: str) -> dict[str, Any]:
    """One post of the selected profile."""
    async with caller.database.read() as connection:
        post = await posts.get(connection, post_id, profile_id=caller.profile_id)
    if post is None:
        raise ApiError(186, id=post_id)
    return stored_post(post)


@handles(UPDATE_POST)
async def update(caller: Caller, body: PostUpdate) -> dict[str, Any]:
    """Approve, pause, reschedule or annotate a post."""
    return await changes.update(caller, body)


@handles(DELETE_POST)
async def delete(caller: Caller, body: PostDelete) -> dict[str, Any] | list[dict[str, Any]]:
    """Delete one post, several, or everything that waits."""
    return await deletion.delete(caller, body)


@handles(RETRY_POST)
async def retry(caller: Caller, body: PostRetry) -> dict[str, Any]:
    """Send a failed post once more."""
    return await changes.retry(caller, body)


@handles(COPY_POST, raw=True)
async def copy(caller: Caller) -> Reply:
    """Publish or schedule a stored post on other networks; answered and wrapped as a new post is."""

    async def again(sender: Caller) -> Reply:
        return await submit(sender, await copied(sender, await read_body(sender.request, PostCopy)))

    return await as_itself(caller, again)


@handles(BULK_POST, raw=True)
async def many(caller: Caller) -> Reply:
    """Schedule the rows of an uploaded CSV file."""
    too_large = ApiError(101, f"The file is larger than {bulk.MOST_BYTES // 1_000_000} MB: send it in parts.")
    _, data, _ = await read_file(caller.request, bulk.MOST_BYTES, too_large)
    return await bulk.schedule(caller, data)


async def _submit(caller: Caller) -> Reply:
    body = await read_body(caller.request, PostRequest)
    return await submit(caller, body.model_copy(update={"profile_keys": None}))


async def _findings(caller: Caller, body: PostRequest) -> list[Finding]:
    intake = await examine(caller, body, dry_run=True)
    async with caller.database.read() as connection:
        return [*intake.findings, *await recall(connection, intake, intake.submission.when or caller.now)]


def _only_warns(finding: Finding) -> bool:
    return finding.warning or finding.code == 156  # noqa: PLR2004 -- posts.md 7.2 names this code
