"""Updating posts that wait: what a claim replaces is taken back, or moved, before the claim may be sent.

The contract changes nothing of a scheduled post but its date (posts.md 5), and DELETE of a post that has gone out
deletes it on the network (6). So an edit becomes a claim of its own that names the claim it `replaces`, and the way is:

    claimed    the new claim is committed with its whole body; the ledger lets nobody send it yet (`way_clear`)
    validated  the API is asked whether it would take the new post; a no ends it here, and the old post stays
    pausing    PATCH scheduledPause, with a mark in the notes that tells our pause from a person's
    withdrawing  only once the post is read back paused with our mark, DELETE
    withdrawn  only once it is read back as deleted: the old claim ends, and with that the new one may be sent

An edit of the time alone is PATCH scheduleDate, and the new claim ends unsent. A post found out, or on its way, is
touched no more: the new claim ends, and says so. Each step is committed before it is taken and chosen by what the API
shows, never by what an answer said; so a lost answer, a death at any point, or two processes at once come to the same:
look again. Both versions never wait unpaused, and what was taken back has its successor in the ledger.

Not chosen: sending the new post first and deleting the old one (both can go out), and a table of steps beside the
claims (a second truth about what may be sent; here sending, leases, settling and the sum are those of any claim).
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.ledger import Ledger, Replacement
from pipeline.ledger.replacing import MOVED
from pipeline.records import Claim, Outcome, Receipt
from pipeline.sending import pause_after
from social.client import SocialClient
from social.contract.posts import ErrorItem, PostDelete, PostUpdate, StoredPost
from social.errors import NotAllowed, NotSent, OutcomeUnknown, RateLimited, Refused, SocialError
from social.instants import Clock, wire

PAUSING, WITHDRAWING, MOVING = "pausing", "withdrawing", "moving"

KEPT = "kept"
"""Status of a change that was given up: the post it should have replaced stays."""

ELSEWHERE = "elsewhere"
"""Status of a change that another process is just carrying out."""

LOOKS = 8
"""So often a post is looked at before it is left to the next run; without trouble it takes three."""

_MARK = re.compile(r"\(being replaced by dc-[a-z2-7]{26}\)")
_OUT = ("success", "error")
_UNKNOWN_POST = 186
# The duplicate that the API sees is the post to be replaced (posts.md 9.2).
_DUPLICATE = 137
# What differs between two bodies that say the same: which post it is, when, and where its files were uploaded to.
_NOT_WORDS = ("idempotencyKey", "notes", "scheduleDate", "mediaUrls")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What came of clearing the way: `ready` may be sent, `blocked` only by a later run; the others have `ended`.

    An ended change is withdrawn when it came too late, refused when the API would not take it, and accepted when it was
    enough to move the post.
    """

    ready: tuple[Claim, ...]
    blocked: tuple[Claim, ...]
    receipts: tuple[Receipt, ...]

    @property
    def troubles(self) -> dict[str, str]:
        """By key why changes could not be carried out yet, or not at all."""
        told = [one for one in self.receipts if one.outcome in (Outcome.PENDING, Outcome.REFUSED)]
        return {receipt.key: receipt.reason for receipt in told if receipt.status != ELSEWHERE}

    @property
    def ended(self) -> tuple[Receipt, ...]:
        """Receipts on the changes that ended without a post of their own."""
        return tuple(receipt for receipt in self.receipts if receipt.outcome is not Outcome.PENDING)


async def clear_the_way(
    claims: Sequence[Claim], *, client: SocialClient, ledger: Ledger, clock: Clock, in_flight: int = 4
) -> Cleared:
    """Take back, or move, the posts that these claims replace; `in_flight` items at a time. Claims come oldest first.

    When the API cannot be reached the rest stays pending. Raises only what is a fault of the program or the database.
    """
    way = _Way(client, ledger, clock)
    lanes: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.replaces:
            # An edit of an edit waits for the one before.
            lanes[claim.source, claim.identity].append(claim)
    queue = iter(lanes.values())
    async with asyncio.TaskGroup() as group:
        for _ in range(min(in_flight, len(lanes))):
            group.create_task(way.work(queue))
    blocked = {key for key, end in way.ends.items() if end.outcome is Outcome.PENDING}
    await ledger.settle([way.ends[key] for key in blocked])
    return Cleared(
        ready=tuple(claim for claim in claims if claim.key not in way.ends),
        blocked=tuple(claim for claim in claims if claim.key in blocked),
        receipts=tuple(way.ends[claim.key] for claim in claims if claim.key in way.ends),
    )


class _Way:
    def __init__(self, client: SocialClient, ledger: Ledger, clock: Clock) -> None:
        self._client = client
        self._ledger = ledger
        self._clock = clock
        self._stopped = ""
        self._validated: set[str] = set()
        self._unmovable: set[str] = set()
        self.ends: dict[str, Receipt] = {}

    async def work(self, queue: Iterator[Sequence[Claim]]) -> None:
        for claims in queue:
            for claim in claims:
                end = _pending(claim, self._stopped) if self._stopped else await self._clear(claim)
                if end is not None:
                    self.ends[claim.key] = end

    async def _clear(self, claim: Claim) -> Receipt | None:
        try:
            for _ in range(LOOKS):
                found = await self._ledger.replacement(claim.key)
                if found is None:
                    return await self._known(claim)
                if not await self._ledger.hold(claim.key):
                    return replace(_pending(claim, "another process is at it"), status=ELSEWHERE)
                end = await self._step(found)
                if end:
                    return None if end is True else end
        except (NotAllowed, NotSent, RateLimited) as error:
            self._stopped = str(error)
            return _pending(claim, self._stopped)
        except SocialError as error:
            return _pending(claim, str(error))
        return _pending(claim, "the API did not carry the change out; the next run tries again")

    async def _known(self, claim: Claim) -> Receipt | None:
        # Sent or ended since it was read: the ledger knows how. Unless it is open, it must not be sent once more.
        known = (await self._ledger.outcomes([claim.key])).get(claim.key)
        return known if known and known.outcome not in (Outcome.PENDING, Outcome.UNKNOWN) else None

    async def _step(self, found: Replacement) -> Receipt | bool:
        """One step: True when the way is clear, False to look again, a receipt when this is the end."""
        outcome = found.old.outcome
        if outcome in (Outcome.WITHDRAWN, Outcome.REFUSED):
            return True
        if outcome is Outcome.ACCEPTED:
            return await self._at_api(found, await self._look(found.post_id))
        if found.unsent and await self._ledger.withdraw(found):
            return True
        return _pending(found.new, "what it replaces is still on its way to the API")

    async def _at_api(self, found: Replacement, post: StoredPost | None) -> Receipt | bool:
        if post is None or post.status == "deleted":
            return await self._gone(found)
        if _moves(found) and found.step == MOVING and _is_at(post, found.new):
            return await self._moved(found, post)
        if post.status == "pending":
            return await self._waiting(found, post) or False
        if post.status == "paused" and _MARK.search(post.notes or ""):
            await self._act(found, WITHDRAWING, lambda: self._client.posts.delete(PostDelete(id=post.id)))
            return False
        if post.status == "processing":
            return _pending(found.new, f"post {post.id} is being sent just now")
        return await self._give_up(found, _stays(post))

    async def _gone(self, found: Replacement) -> Receipt | bool:
        if found.step == WITHDRAWING:
            return await self._ledger.withdraw(found)
        return await self._give_up(found, f"post {found.post_id} was deleted at the API by somebody else")

    async def _waiting(self, found: Replacement, post: StoredPost) -> Receipt | None:
        if _moves(found) and found.new.key not in self._unmovable:
            return await self._move(found, post)
        if found.new.key not in self._validated:
            if reason := await self._objection(found.new, post):
                return await self._give_up(found, reason, Outcome.REFUSED)
            self._validated.add(found.new.key)
        notes = f"{_MARK.sub('', post.notes or '').rstrip()} (being replaced by {found.new.key})"
        change = PostUpdate(id=post.id, scheduled_pause=True, notes=notes)
        await self._act(found, PAUSING, lambda: self._client.posts.update(change))
        return None

    async def _move(self, found: Replacement, post: StoredPost) -> Receipt | None:
        at = found.new.slot.at
        if at is None or at <= self._clock.now():
            return await self._give_up(found, "its new date has passed; the post stays as it was")
        change = PostUpdate(id=post.id, schedule_date=at)
        if not await self._act(found, MOVING, lambda: self._client.posts.update(change)):
            # Not every post has a date of its own that can be changed; replaced it can be.
            self._unmovable.add(found.new.key)
        return None

    async def _moved(self, found: Replacement, post: StoredPost) -> Receipt:
        at = found.new.slot.at
        words = f"moved to {at:%Y-%m-%d %H:%M} UTC"
        end = Receipt(key=found.new.key, outcome=Outcome.WITHDRAWN, status=MOVED, reason=f"{words}: {post.id}")
        await self._ledger.give_up(found, end)
        return replace(end, outcome=Outcome.ACCEPTED, post_id=post.id, status=post.status, scheduled_for=at)

    async def _objection(self, claim: Claim, post: StoredPost) -> str:
        """Why the API would refuse the new post; empty when it would take it, as far as one can know."""
        body = {name: value for name, value in json.loads(claim.body).items() if name != "idempotencyKey"}
        answer = await self._patiently(claim, lambda: self._client.posts.validate(json.dumps(body)))
        if answer.status != "error":
            return ""
        errors = answer.errors or [ErrorItem(code=answer.code, message=answer.message or "refused")]
        said = [error for error in errors if not _is_twin(error, post)]
        return "; ".join(f"{one.platform or 'all'}: {one.message} (code {one.code})" for one in said)

    async def _look(self, post_id: str) -> StoredPost | None:
        try:
            return await self._client.posts.get(post_id)
        except NotAllowed:
            raise
        except Refused as error:
            if error.code != _UNKNOWN_POST:
                raise
            return None

    async def _act(self, found: Replacement, step: str, call: Callable[[], Awaitable[object]]) -> bool:
        """Commit the step, then take it. False when the API said no; what it came to is seen by looking."""
        if not await self._ledger.hold(found.new.key, step):
            return True
        with suppress(OutcomeUnknown):
            try:
                await self._patiently(found.new, call)
            except NotAllowed:
                raise
            except Refused:
                return False
        return True

    async def _patiently(self, claim: Claim, call: Callable[[], Awaitable[Value]]) -> Value:
        tries = 0
        while True:
            try:
                return await call()
            except (NotSent, RateLimited) as error:
                pause = pause_after(error, tries)
                if pause is None or pause >= self._ledger.lease_seconds:
                    raise
            tries += 1
            await self._clock.sleep(pause)
            if not await self._ledger.hold(claim.key):
                raise NotSent("another process went on with it meanwhile")

    async def _give_up(self, found: Replacement, reason: str, outcome: Outcome = Outcome.WITHDRAWN) -> Receipt:
        if outcome is Outcome.REFUSED:
            reason = f"the API would not take the change, so the post stays as it was: {reason}"
        end = Receipt(key=found.new.key, outcome=outcome, status=KEPT, reason=reason)
        await self._ledger.give_up(found, end)
        return end


def _pending(claim: Claim, reason: str) -> Receipt:
    return Receipt(key=claim.key, outcome=Outcome.PENDING, reason=f"not updated yet: {reason}")


def _moves(found: Replacement) -> bool:
    return found.same_words and _words(found.old) == _words(found.new)


def _is_at(post: StoredPost, claim: Claim) -> bool:
    at = claim.slot.at
    return post.schedule_date is not None and at is not None and wire(post.schedule_date) == wire(at)


def _words(claim: Claim) -> dict[str, object]:
    return {name: value for name, value in json.loads(claim.body).items() if name not in _NOT_WORDS}


def _stays(post: StoredPost) -> str:
    if post.status in _OUT:
        return f"post {post.id} went out before the edit and stays as it is"
    if post.status == "paused":
        return f"post {post.id} was paused at the API by somebody else and stays as it is"
    return f"post {post.id} is {post.status} at the API, where it cannot be paused: it stays as it is"


def _is_twin(error: ErrorItem, post: StoredPost) -> bool:
    details = error.details if isinstance(error.details, dict) else {}
    return error.code == _DUPLICATE and details.get("id", post.id) == post.id
