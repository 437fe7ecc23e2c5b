"""Reading what people said: comments under our posts, reviews, direct messages. Changes nothing.

A network or a call that fails is a line in `errors`, not an exception; being rate-limited ends the round.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeAlias

from pydantic import ValidationError

from pipeline.conversations.remarks import Kind, Remark
from pipeline.ledger.accepted import AcceptedPost
from social.client import SocialClient
from social.contract.comments import Comment
from social.contract.messages import Message, MessagesQuery
from social.contract.reviews import Review
from social.errors import RateLimited, Refused, SocialError
from social.networks import NETWORKS
from social.networks.base import Feature

MOST_POSTS = 100
"""Posts whose comments one round reads, the newest first: each costs a call."""

NO_REVIEWS = 350
_EPOCH = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Collected:
    """What a round found. `posts` are those whose comments were read."""

    remarks: list[Remark] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    posts: int = 0


Call: TypeAlias = Callable[[Collected], Awaitable[None]]
"""One call to the API that adds what it finds."""


async def collect(
    client: SocialClient, posts: Iterable[AcceptedPost], *, kinds: Collection[Kind], since: datetime
) -> Collected:
    """Everything said under posts that went out after `since`, in reviews and in messages of the linked networks."""
    found = Collected()
    try:
        user = await client.user.get()
    except SocialError as error:
        found.errors.append(f"the profile: {error}")
        return found
    names = {one.platform: {value for value in (one.id, one.username) if value} for one in user.display_names}
    recent = sorted((post for post in posts if _published(post) > since), key=_published, reverse=True)
    linked = user.active_social_accounts
    calls: dict[Kind, list[Call]] = {
        "comment": [partial(_comments, client, post, names) for post in recent[:MOST_POSTS]],
        "review": [partial(_reviews, client, name) for name in _with(linked, Feature.REVIEWS)],
        "message": [partial(_messages, client, name) for name in _with(linked, Feature.MESSAGES)],
    }
    ahead = [call for kind in calls if kind in kinds for call in calls[kind]]
    while ahead and await _goes_on(ahead.pop(0), found):
        pass
    return found


async def _goes_on(call: Call, found: Collected) -> bool:
    """Make one call; what goes wrong becomes a line. False when the API wants to be left alone."""
    try:
        await call(found)
    except RateLimited as error:
        found.errors.append(f"stopped: {error}")
        return False
    except SocialError as error:
        found.errors.append(str(error))
    except ValidationError as error:
        found.errors.append(f"an answer outside the contract: {error.errors(include_url=False)[:1]}")
    return True


def _published(post: AcceptedPost) -> datetime:
    return post.published_at or _EPOCH


def _with(linked: Iterable[str], feature: Feature) -> list[str]:
    return sorted(name for name in linked if name in NETWORKS and feature in NETWORKS[name].features)


async def _comments(client: SocialClient, post: AcceptedPost, names: Mapping[str, set[str]], found: Collected) -> None:
    if not any(Feature.COMMENTS in NETWORKS[name].features for name in post.networks if name in NETWORKS):
        return
    answer = await client.comments.list(post.post_id)
    found.posts += 1
    for network, comments in answer.networks.items():
        found.remarks += _of_comments(post.post_id, network, comments, names.get(network, set()))


def _of_comments(post_id: str, network: str, comments: Sequence[Comment], own: set[str]) -> Iterator[Remark]:
    flat = [(one, parent) for top in comments for one, parent in _flattened(top, "")]
    ours = {parent for one, parent in flat if parent and _is_own(one, own)}
    answerable = Feature.REPLY_BY_ID in NETWORKS[network].features
    for one, parent in flat:
        yield Remark(
            kind="comment",
            network=network,
            id=one.comment_id,
            place=post_id,
            text=one.comment,
            author=one.user_name or "",
            author_id=str(one.from_.get("id") or ""),
            at=one.created,
            own=_is_own(one, own),
            answered=one.comment_id in ours,
            answerable=answerable,
            parent_id=parent,
            likes=one.like_count,
            native_post_id=one.post_id or "",
            urn=one.comment_urn or "",
        )


def _flattened(comment: Comment, parent: str) -> Iterator[tuple[Comment, str]]:
    yield comment, parent or (comment.parent_id if comment.parent_id != comment.post_id else "") or ""
    for reply in comment.replies:
        yield from _flattened(reply, comment.comment_id)


def _is_own(comment: Comment, own: set[str]) -> bool:
    more = comment.model_extra or {}
    marked = more.get("isReplyOwnedByMe") or more.get("owner") is True or more.get("company")
    return bool(marked) or bool(own & {str(comment.from_.get("id") or ""), comment.user_name or "\0"})


async def _reviews(client: SocialClient, network: str, found: Collected) -> None:
    try:
        answer = await client.reviews.list(network)
    except Refused as error:
        if error.code == NO_REVIEWS:
            return
        raise
    found.remarks += [_of_review(network, one) for one in answer.reviews]


def _of_review(network: str, review: Review) -> Remark:
    return Remark(
        kind="review",
        network=network,
        id=review.id,
        place="",
        text=review.review or "",
        author=str(review.reviewer.get("name") or ""),
        author_id=str(review.reviewer.get("id") or ""),
        at=_instant(review.created),
        answered=review.review_reply is not None,
        # Facebook shows no answer (content.md 13), so nobody could tell whether one was given.
        answerable=network == "gmb",
        stars=review.stars,
        reply=review.review_reply.reply if review.review_reply else "",
    )


async def _messages(client: SocialClient, network: str, found: Collected) -> None:
    answer = await client.messages.list(network, MessagesQuery())
    threads: dict[str, list[Message]] = {}
    for one in answer.messages:
        threads.setdefault(one.conversation_id or "", []).append(one)
    for conversation, messages in threads.items():
        last_sent = max((one.created or _EPOCH for one in messages if one.action == "sent"), default=_EPOCH)
        found.remarks += [_of_message(network, conversation, one, last_sent) for one in messages]


def _of_message(network: str, conversation: str, message: Message, last_sent: datetime) -> Remark:
    own = message.action == "sent"
    person = message.recipient_details if own else message.sender_details
    return Remark(
        kind="message",
        network=network,
        id=message.id,
        place=conversation,
        text=message.message or "",
        author=str(person.get("name") or ""),
        author_id=(message.recipient_id if own else message.sender_id) or "",
        at=message.created,
        own=own,
        answered=not own and last_sent > (message.created or _EPOCH),
    )


def _instant(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def recent(remarks: Iterable[Remark], now: datetime, within: timedelta) -> list[Remark]:
    """Remarks not older than `within`, newest first; without an instant one counts as old."""
    fresh = [one for one in remarks if one.at is not None and now - one.at <= within]
    return sorted(fresh, key=lambda one: one.at or _EPOCH, reverse=True)
