"""`/messages`: reading conversations, writing in them, the automatic answer (content.md 14)."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.fetching import FetchError, FetchLimits
from server.answers import ApiError
from server.auth import Caller
from server.delivery.engagement import snapshot
from server.messaging import ARCHIVED_AFTER, Thread, shown, since, threads
from server.routing import handles
from server.store import inbox as store
from server.store import profile_settings
from server.store.inbox import AutoResponse, Sent
from server.store.posts import new_id
from server.verification.files import look_at
from server.verification.submission import bounded_text
from social.contract.messages import AutoResponseSet, MessageRequest, MessagesQuery
from social.contract.routes import GET_AUTO_RESPONSE, LIST_MESSAGES, SEND_MESSAGE, SET_AUTO_RESPONSE
from social.instants import wire_ms
from social.networks import NETWORKS
from social.networks.base import Feature, Problem

ACTION = "messages"
REFRESH = {"twitter": timedelta(seconds=15)}
USUAL_REFRESH = timedelta(seconds=60)
WINDOWS = {"facebook": timedelta(hours=24), "instagram": timedelta(days=7)}
"""How long after the other's last message one may write (content.md 14.2)."""
MOST_OF_THREAD = 20
MOST_FILES = 10
MOST_CONVERSATIONS = 1000
VOICE = frozenset({"aac", "wav"})
PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp", "mp4", "mov"})
DEFAULT_TEXT = "Thank you for your message. We will get back to you as soon as we can."
DEFAULT_WAIT = 86_400
_EPOCH = datetime.fromtimestamp(0, UTC)


@handles(GET_AUTO_RESPONSE)
async def auto_response(caller: Caller) -> dict[str, Any]:
    """The automatic answer; only a status when it was never set."""
    async with caller.database.read() as connection:
        found = await store.auto_response(connection, caller.profile_id)
    return {"status": "success"} | (_response(found) if found else {})


@handles(SET_AUTO_RESPONSE)
async def set_auto_response(caller: Caller, body: AutoResponseSet) -> dict[str, Any]:
    """Change the automatic answer. Incoming messages from now on get it, while it is active."""
    changes = body.to_wire()
    if not changes:
        raise ApiError(101, "Send at least one of autoResponseActive, -Message and -WaitSeconds.", action=ACTION)
    async with caller.database.begin() as connection:
        before = await store.auto_response(connection, caller.profile_id)
        before = before or AutoResponse(False, DEFAULT_TEXT, DEFAULT_WAIT, caller.now)
        wanted = _response(before) | changes
        since_then = before.since if before.active else caller.now
        message = wanted["autoResponseMessage"] or DEFAULT_TEXT
        now = AutoResponse(wanted["autoResponseActive"], message, wanted["autoResponseWaitSeconds"], since_then)
        await store.set_auto_response(connection, caller.profile_id, now)
    return {"status": "success", "updated": {name: _response(now)[name] for name in changes}}


@handles(LIST_MESSAGES)
async def listed(caller: Caller, platform: str, query: MessagesQuery) -> dict[str, Any]:
    """Messages, newest first; of a thread on Facebook and Instagram the last 20 (content.md 14.1)."""
    await _check(caller, platform)
    window = snapshot(caller.now, REFRESH.get(platform, USUAL_REFRESH), _EPOCH)
    found = [
        thread
        for thread in await _threads(caller, platform, window.last_updated)
        if (thread.last_at < caller.now - ARCHIVED_AFTER) == (query.status == "archived")
    ]
    stamps = {"lastUpdated": wire_ms(window.last_updated), "nextUpdate": wire_ms(window.next_update)}
    if query.conversations_only:
        return {"status": "success", "conversationIds": [thread.conversation.id for thread in found]} | stamps
    if query.conversation_id:
        found = [thread for thread in found if thread.conversation.id == query.conversation_id]
    items = [item for thread in found for item in _items(caller, platform, thread)]
    page = [item for _, item in sorted(items, key=lambda item: item[0], reverse=True)]
    more: dict[str, Any] = {"hasMore": False}
    if platform == "twitter":
        page, more = _paged(page, query)
    answer = {"status": "success", "messagesCount": len(page), "messages": page, "meta": {"pagination": more}}
    return answer | stamps


@handles(SEND_MESSAGE)
async def send(caller: Caller, platform: str, body: MessageRequest) -> dict[str, Any]:
    """Write to somebody who wrote first, within the network's window."""
    await _check(caller, platform)
    text = bounded_text(body.message or "", "message")
    _check_content(platform, text, body)
    thread = _recipient(await _threads(caller, platform, caller.now), platform, body)
    window = WINDOWS.get(platform)
    if window is not None and caller.now - thread.last_incoming_at > window:
        hours = window // timedelta(hours=1)
        message = f"{NETWORKS[platform].title}: their last message is older than {hours} hours; wait for the next one."
        raise ApiError(caller.settings.messaging_window_code, message, action=ACTION, platform=platform, status=400)
    await _check_media(caller, platform, body.media_urls)
    conversation = thread.conversation
    sent = Sent(
        id=("" if platform == "twitter" else "m_") + new_id(),
        platform=platform,
        conversation_id=conversation.id,
        recipient_id=conversation.person.id,
        text=text,
        media_urls=body.media_urls,
        at=caller.now,
    )
    async with caller.database.begin() as connection:
        await _check_quota(caller, connection)
        await store.send(connection, caller.profile_id, sent)
    return {"status": "success", "recipientId": sent.recipient_id, "messageId": sent.id, "message": text}


async def _check(caller: Caller, platform: str) -> None:
    if Feature.MESSAGES not in NETWORKS[platform].features:
        raise ApiError(101, f"{platform} has no messages through the API.", action=ACTION, platform=platform)
    if platform not in caller.linked:
        raise ApiError(156, action=ACTION, platform=platform)
    caller.require_x([platform])
    async with caller.database.read() as connection:
        settings = (await profile_settings.of_profiles(connection, [caller.profile_id])).get(caller.profile_id, {})
    if not settings.get("messagingActive", True):
        raise ApiError(361, action=ACTION, platform=platform)


async def _check_quota(caller: Caller, connection: AsyncConnection) -> None:
    month = caller.now - timedelta(days=30)
    if await store.active_conversations(connection, caller.profile_id, month) >= MOST_CONVERSATIONS:
        message = f"This profile wrote in {MOST_CONVERSATIONS:,} conversations within 30 days: wait."
        raise ApiError(402, message, action=ACTION)


async def _threads(caller: Caller, platform: str, at: datetime) -> list[Thread]:
    account = caller.settings.guise.of(caller.ref_id, platform)
    async with caller.database.read() as connection:
        sent = await store.sent(connection, caller.profile_id, platform, since(caller.now))
    return threads(account, sent, at)


def _items(caller: Caller, platform: str, thread: Thread) -> list[tuple[datetime, dict[str, Any]]]:
    every = list(shown(thread, caller.settings.public_url))
    return every if platform == "twitter" else every[:MOST_OF_THREAD]


def _recipient(found: list[Thread], platform: str, body: MessageRequest) -> Thread:
    """The conversation to write in. Raises ApiError: 101 when none is named, 186 when nobody such has written."""
    if not body.recipient_id and (platform != "twitter" or not body.conversation_id):
        needed = "recipientId or conversationId" if platform == "twitter" else "recipientId"
        raise ApiError(101, f"{needed}: missing.", action=ACTION, platform=platform)
    for thread in found:
        if body.recipient_id in {None, thread.conversation.person.id} and body.conversation_id in {
            None,
            thread.conversation.id,
        }:
            return thread
    named = body.recipient_id or body.conversation_id
    raise ApiError(186, f"{named} has not written to this account: they must write first.", action=ACTION)


def _check_content(platform: str, text: str, body: MessageRequest) -> None:
    if platform == "twitter" and not text:
        raise ApiError(101, "message: missing; X needs a text even with media.", action=ACTION, platform=platform)
    if not text and not body.media_urls:
        raise ApiError(101, "message: missing; send a text or media.", action=ACTION, platform=platform)
    most = 1 if platform == "twitter" else MOST_FILES
    if len(body.media_urls) > most:
        raise ApiError(101, f"mediaUrls: at most {most} here.", action=ACTION, platform=platform)
    known = PICTURES if platform == "twitter" else PICTURES | VOICE
    for url in body.media_urls:
        if "?" in url or url.rpartition(".")[2].lower() not in known:
            message = f"mediaUrls: {url[:200]} must end in one of {', '.join(sorted(known))}, without a query."
            raise ApiError(136, message, action=ACTION, platform=platform)


async def _check_media(caller: Caller, platform: str, urls: list[str]) -> None:
    voices = [url for url in urls if url.rpartition(".")[2].lower() in VOICE]
    for looked in (await look_at(caller.services, [url for url in urls if url not in voices], is_video=False)).values():
        if isinstance(looked, Problem):
            raise ApiError(looked.code, looked.message, action=ACTION, platform=platform)
    for url in voices:
        try:
            await caller.services.fetcher.head(url, limits=FetchLimits())
        except FetchError as error:
            raise ApiError(136, f"mediaUrls: {error}", action=ACTION, platform=platform) from error


def _paged(page: list[dict[str, Any]], query: MessagesQuery) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    if query.next:
        try:
            last = base64.urlsafe_b64decode(query.next.encode()).decode()
        except ValueError as error:
            raise ApiError(101, "next: give meta.pagination.next of the page before.", action=ACTION) from error
        places = [place for place, item in enumerate(page) if item["id"] == last]
        page = page[places[0] + 1 :] if places else []
    if len(page) <= query.limit:
        return page, {"hasMore": False}
    cut = page[: query.limit]
    return cut, {"hasMore": True, "next": base64.urlsafe_b64encode(cut[-1]["id"].encode()).decode()}


def _response(one: AutoResponse) -> dict[str, Any]:
    return {
        "autoResponseActive": one.active,
        "autoResponseMessage": one.message,
        "autoResponseWaitSeconds": one.wait_seconds,
    }
