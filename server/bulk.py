"""`POST /post/bulk`: the rows of a CSV file as scheduled posts (posts.md 8)."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from server.answers import ApiError, Reply
from server.auth import Caller
from server.events import Event, emit
from server.intake import examine, take_in
from server.parsing import NUL, NUL_FOUND, fit
from server.store.posts import new_id
from server.verification.submission import read_submission
from social.contract.posts import PostRequest
from social.contract.webhooks import Action

COLUMNS = ("post", "platforms", "mediaUrls", "scheduleDate")
MOST_BYTES = 5_000_000
# Each row may cost a look at its media, and somebody waits for the answer.
MOST_ROWS = 1_000
_BETWEEN_URLS = re.compile(r"[,\s]+(?=https?://)")


async def schedule(caller: Caller, data: bytes) -> Reply:
    """Take in every row: one answer for each, HTTP 400 if any was refused.

    Raises ApiError 101 for a file that cannot be read to its end; then no row is taken in.
    """
    rows = list(read_rows(data))
    if not rows:
        raise ApiError(101, "The file has no rows.")
    for number, body in rows:
        with _Row(number):
            read_submission(body, caller.linked, caller.now)
    taken = [await _take(caller, number, body) for number, body in rows]
    failed = any(one["status"] == "error" for one in taken)
    status = "error" if failed else "success"
    async with caller.database.begin() as connection:
        told = {"status": status, "id": new_id(), "results": taken}
        await emit(connection, caller.now, Event(caller.profile_id, Action.BATCH, told))
    return Reply({"status": status, "posts": taken}, 400 if failed else 200)


def read_rows(data: bytes) -> Iterator[tuple[int, PostRequest]]:
    """The rows with their numbers, the header being row 1. Raises ApiError 101 naming row and column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ApiError(101, f"The file is not UTF-8 ({error}): save it as CSV UTF-8.") from error
    if NUL in text:
        raise ApiError(101, NUL_FOUND)
    try:
        yield from _read(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ApiError(101, f"The file is no CSV: {error}.") from error


def _read(lines: Iterator[list[str]]) -> Iterator[tuple[int, PostRequest]]:
    named = {name.lower(): name for name in COLUMNS}
    header = [named.get(name.strip().lower(), "") for name in next(lines, [])]
    if missing := [name for name in COLUMNS if header.count(name) != 1]:
        raise ApiError(101, f"The file needs each of the columns {', '.join(COLUMNS)} once: see {', '.join(missing)}.")
    for number, cells in enumerate(lines, start=2):
        if number > MOST_ROWS + 1:
            raise ApiError(101, f"The file has more than {MOST_ROWS:,} rows: send it in parts.")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise ApiError(
                101, f"Row {number} has {len(cells)} cells and the header {len(header)}: quote texts with commas."
            )
        with _Row(number):
            yield number, _body(dict(zip(header, cells, strict=True)))


def _body(cells: dict[str, str]) -> PostRequest:
    listed = [name.strip() for name in cells["platforms"].split(",") if name.strip()]
    urls = [url for url in _BETWEEN_URLS.split(cells["mediaUrls"].strip()) if url]
    when = cells["scheduleDate"].strip()
    return fit(PostRequest, {"post": cells["post"], "platforms": listed, "mediaUrls": urls, "scheduleDate": when})


class _Row:
    """Lets a refusal say which row it is about."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ApiError):
            raise ApiError(error.code, f"Row {self._number}: {error.message}") from error


async def _take(caller: Caller, number: int, body: PostRequest) -> dict[str, Any]:
    try:
        intake = await examine(caller, body)
        if intake.submission.waits:
            # Another row may say the same: whether that is too soon is asked when its time has come (posts.md 8).
            late = intake.body.model_copy(update={"validate_scheduled": False})
            intake = replace(intake, submission=replace(intake.submission, body=late))
        answer: dict[str, Any] = (await take_in(intake)).content
    except ApiError as error:
        answer = error.body("post") | {"post": body.post, "message": f"Row {number}: {error.message}"}
    return answer
