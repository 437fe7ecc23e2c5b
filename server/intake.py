"""`POST /post`: from a readable submission to stored posts and the contract's answer (posts.md 3, 12.7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.answers import ApiError, Reply
from server.auth import Caller
from server.delivery.base import Parcel
from server.delivery.dispatch import dispatch, failed, waiting
from server.filling import fill
from server.store import auto_schedules, deliveries, posts
from server.store.deliveries import DeliveryState
from server.store.posts import PostStatus, new_id
from server.store.schema import from_ms, to_ms
from server.texts import finish_texts
from server.verification.findings import Finding, by_platform
from server.verification.networks import judge
from server.verification.recent import counts_as, duplicates, fingerprint, quotas
from server.verification.submission import Part, Submission, read_submission
from social.contract.codes import IDEMPOTENCY_KEY_SEEN
from social.contract.posts import PostRequest
from social.instants import wire

Row = dict[str, Any]


class NothingStoredError(Exception):
    """Verification refused a post that was to wait: its transaction is rolled back and `body` answered."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__("refused by verification")
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One submission on its way into the store. `findings` is what verification had to say so far."""

    caller: Caller
    submission: Submission
    findings: list[Finding]

    @property
    def body(self) -> PostRequest:
        """The request."""
        return self.submission.body

    @property
    def postponed(self) -> bool:
        """Whether the checks are left to the time of publishing."""
        return self.submission.waits and not self.body.validate_scheduled


async def submit(caller: Caller, body: PostRequest) -> Reply:
    """Take a post in. Raises ApiError where the whole call is refused; otherwise answers as posts.md 3.9 shows."""
    return await take_in(await examine(caller, body))


async def take_in(intake: Intake) -> Reply:
    """Store what was examined, and send it unless it waits. Raises and answers as `submit`."""
    body = intake.body
    try:
        async with intake.caller.database.begin() as connection:
            answer = await _store(connection, intake)
    except NothingStoredError as refused:
        return Reply(refused.body, 400)
    except IntegrityError as error:
        if not body.idempotency_key:
            raise
        # Two requests with one key at the same moment: the database let only one of them through.
        raise _key_seen(body) from error
    return Reply(answer, 400 if answer["status"] == "error" else 200)


async def examine(caller: Caller, body: PostRequest, *, dry_run: bool = False) -> Intake:
    """Fill, read, finish the texts, and hold them against what the networks declare. No post is stored.

    In a dry run nothing else is stored either: no short links, no media made for the post.
    """
    if body.auto_repost is not None and body.schedule_date is not None and caller.settings.strict_auto_repost:
        raise ApiError(101, "autoRepost and scheduleDate exclude each other: a series starts at autoRepost.startDate.")
    if dry_run:
        body = body.model_copy(update={"validate_scheduled": True, "shorten_links": False})
    filled = await fill(caller, body, dry_run=dry_run)
    body = filled.body
    submission = read_submission(body, caller.linked, caller.now)
    submission = await finish_texts(caller, submission)
    intake = Intake(caller=caller, submission=submission, findings=[])
    if intake.postponed:
        return intake
    findings = await judge(
        caller.services,
        submission.parts,
        linked=caller.linked,
        scheduled=submission.waits,
        is_video=body.is_video,
        made=filled.made,
        x_problem=caller.x_problem(submission.platforms),
        comment=body.first_comment,
    )
    return replace(intake, findings=findings)


async def recall(connection: AsyncConnection, intake: Intake, at: datetime) -> list[Finding]:
    """What the profile's other posts forbid, for networks that nothing else stops."""
    stopped = by_platform(intake.findings)
    parts = [part for part in intake.submission.parts if part.platform not in stopped]
    profile_id = intake.caller.profile_id
    return [
        *(await duplicates(connection, profile_id, parts, at)),
        *(await quotas(connection, profile_id, parts, at)),
    ]


def _key_seen(body: PostRequest) -> ApiError:
    message = f"idempotencyKey {body.idempotency_key!r} was used before. Look its post up in the history by its notes."
    return ApiError(IDEMPOTENCY_KEY_SEEN, message)


async def _store(connection: AsyncConnection, intake: Intake) -> dict[str, Any]:
    caller, body, submission = intake.caller, intake.body, intake.submission
    if body.idempotency_key and await posts.key_used(connection, caller.profile_id, body.idempotency_key):
        raise _key_seen(body)
    at = await _instant(connection, intake)
    findings = intake.findings
    if not intake.postponed:
        findings = [*findings, *(await recall(connection, intake, at))]
    stopped = by_platform(findings)
    if stopped and submission.waits:
        raise NothingStoredError(_refusal(intake, stopped))
    row = _row(intake, at)
    if submission.waits:
        outcomes = [waiting(row["id"], part.platform, row["due_at"]) for part in submission.parts]
    else:
        outcomes = [await _publish(connection, intake, row, part, stopped) for part in submission.parts]
        good = all(one["state"] != DeliveryState.FAILED for one in outcomes)
        row["status"] = PostStatus.SUCCESS if good else PostStatus.ERROR
    parts = _deliveries(caller, submission.parts, outcomes)
    # A series whose first post no network took would only repeat the refusal.
    sent = any(one["state"] != DeliveryState.FAILED for one in outcomes)
    rows, more = _reposts(intake, row, sent=sent)
    await posts.add(connection, [row, *rows], [*parts, *more])
    _announce(caller, [row, *rows], outcomes)
    return _answer(intake, row, outcomes, findings, rows)


async def _instant(connection: AsyncConnection, intake: Intake) -> datetime:
    caller, asked = intake.caller, intake.body.auto_schedule
    if asked is not None and asked.schedule:
        return await auto_schedules.next_slot(connection, caller.profile_id, asked.title, caller.now)
    return intake.submission.when or caller.now


def _row(intake: Intake, at: datetime) -> Row:
    caller, body, submission = intake.caller, intake.body, intake.submission
    automatic = body.auto_schedule if body.auto_schedule and body.auto_schedule.schedule else None
    later = submission.when is not None or automatic is not None
    return {
        "id": new_id(),
        "profile_id": caller.profile_id,
        "created": to_ms(caller.now),
        "due_at": to_ms(at),
        "status": PostStatus.AWAITING if body.requires_approval else PostStatus.PENDING,
        "type": "scheduled" if later else "now",
        "platforms": submission.platforms,
        "request": body.to_wire(),
        "text": submission.text,
        "notes": body.notes,
        "idempotency_key": body.idempotency_key or None,
        "auto_repost_id": None,
        "auto_schedule_title": automatic.title if automatic else None,
        "requires_approval": body.requires_approval,
    }


async def _publish(
    connection: AsyncConnection, intake: Intake, row: Row, part: Part, stopped: dict[str, list[Finding]]
) -> Row:
    if part.platform in stopped:
        errors = [finding.element() for finding in stopped[part.platform]]
        return failed(row["id"], part.platform, row["due_at"], errors)
    parcel = Parcel(
        post_id=row["id"],
        ref_id=intake.caller.ref_id,
        platform=part.platform,
        text=part.text,
        media_urls=part.media_urls,
        options=part.options,
        at=from_ms(row["due_at"]),
        is_video=intake.body.is_video,
    )
    return await dispatch(intake.caller.services, connection, intake.caller.profile_id, parcel)


def _deliveries(caller: Caller, parts: Sequence[Part], outcomes: Sequence[Row]) -> list[Row]:
    return [
        outcome | {"profile_id": caller.profile_id, "digest": fingerprint(part), "counts_as": counts_as(part)}
        for part, outcome in zip(parts, outcomes, strict=True)
    ]


def _reposts(intake: Intake, first: Row, *, sent: bool) -> tuple[list[Row], list[Row]]:
    series, body = intake.body.auto_repost, intake.body
    if series is None or body.schedule_date is not None or not (intake.submission.waits or sent):
        return [], []
    first["auto_repost_id"] = new_id()
    rows = []
    for number in range(1, series.repeat + 1):
        due_at = from_ms(first["due_at"]) + timedelta(days=series.days * number)
        status = PostStatus.AWAITING if body.requires_approval else PostStatus.PENDING
        own = {"id": new_id(), "due_at": to_ms(due_at), "status": status, "type": "scheduled", "idempotency_key": None}
        rows.append(first | own)
    parts = intake.submission.parts
    later = [
        _deliveries(intake.caller, parts, [waiting(row["id"], part.platform, row["due_at"]) for part in parts])
        for row in rows
    ]
    return rows, [one for of_one in later for one in of_one]


def _announce(caller: Caller, rows: Sequence[Row], outcomes: Sequence[Row]) -> None:
    for row in rows:
        if row["status"] == PostStatus.PENDING:
            caller.services.due.notice(row["due_at"])
    for outcome in outcomes:
        if outcome["completes_at"] is not None:
            caller.services.due.notice(outcome["completes_at"])


def _refusal(intake: Intake, stopped: dict[str, list[Finding]]) -> dict[str, Any]:
    errors = [finding.element() for findings in stopped.values() for finding in findings]
    refused = {"status": "error", "errors": errors, "postIds": [], "validate": True}
    return refused | {"refId": intake.caller.ref_id, "post": intake.submission.text}


def _answer(
    intake: Intake, row: Row, outcomes: Sequence[Row], findings: Sequence[Finding], reposts: Sequence[Row]
) -> dict[str, Any]:
    head = {"id": row["id"], "refId": intake.caller.ref_id, "post": row["text"]}
    answer = _waiting_answer(row) if intake.submission.waits else _published_answer(outcomes, findings)
    answer |= head
    if row["auto_repost_id"]:
        listed = [
            {"id": one["id"], "status": "scheduled", "scheduleDate": wire(from_ms(one["due_at"]))} for one in reposts
        ]
        answer |= {"autoRepostId": row["auto_repost_id"], "reposts": listed}
    return answer


def _waiting_answer(row: Row) -> dict[str, Any]:
    if row["status"] == PostStatus.AWAITING and row["type"] == "now":
        return {"status": PostStatus.AWAITING}
    status = "scheduled" if row["status"] == PostStatus.PENDING else row["status"]
    return {"status": status, "scheduleDate": wire(from_ms(row["due_at"]))}


def _published_answer(outcomes: Sequence[Row], findings: Sequence[Finding]) -> dict[str, Any]:
    errors = [error for outcome in outcomes for error in outcome["errors"]]
    out = [one for one in outcomes if one["state"] != DeliveryState.FAILED]
    answer: dict[str, Any] = {
        "status": "error" if errors else "success",
        "errors": errors,
        "postIds": [_entry(one, findings) for one in out],
    }
    if not out and all(error.get("verifyCheck") for error in errors):
        answer["validate"] = True
    return answer


def _entry(outcome: Row, findings: Sequence[Finding]) -> dict[str, Any]:
    entry = deliveries.post_id_entry(
        outcome["platform"],
        DeliveryState(outcome["state"]),
        social_id=outcome["social_id"],
        url=outcome["url"],
        extra=outcome["extra"] or {},
    )
    warnings = [
        {"code": one.code, "message": one.message}
        for one in findings
        if one.warning and one.platform == outcome["platform"]
    ]
    return entry | {"warnings": warnings} if warnings else entry
