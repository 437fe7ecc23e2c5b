"""Where a comment goes, who wrote what is there, and how a network shows it (content.md 12)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.answers import ApiError
from server.auth import Caller
from server.delivery.accounts import Account
from server.delivery.comments import MOST, StrangersComment, own_comment_id, strangers_comment, strangers_comments
from server.delivery.people import Person
from server.partial import NetworkError
from server.store import comments as store
from server.store import measured, posts
from server.store.comments import StoredComment
from server.store.deliveries import DeliveryState
from server.timeline import Shown, find, timeline
from social.instants import wire
from social.networks import NETWORKS
from social.networks.base import Feature

ACTION = "comments"
STILL_PROCESSING = 288
# A first comment follows its post (posts.md 3.6).
FIRST_AFTER = {"tiktok": timedelta(seconds=90)}
USUALLY_AFTER = timedelta(seconds=20)
FLAT = frozenset({"linkedin", "twitter"})
"""Networks that do not nest answers in what they answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One comment under a post, whoever wrote it; `stored` where it was written through the API."""

    id: str
    parent_id: str
    text: str
    at: datetime
    author: Person | Account
    likes: int = 0
    media_urls: tuple[str, ...] = ()
    stored: StoredComment | None = None

    @property
    def own(self) -> bool:
        """Whether the account of the post wrote it."""
        return isinstance(self.author, Account)


def require(caller: Caller, platform: str, feature: Feature) -> None:
    """Raises NetworkError where the network does not offer it, is not linked, or X's keys are missing."""
    network = NETWORKS[platform]
    if feature not in network.features:
        raise NetworkError(platform, 101, f"{network.title} has no comments to {feature.value} through the API.")
    if platform not in caller.linked:
        raise NetworkError(platform, 156)
    if code := caller.x_problem([platform]):
        raise NetworkError(platform, code)


async def post_of(caller: Caller, connection: AsyncConnection, post_id: str) -> dict[str, Shown]:
    """The post with the API's id on each network that has it, an X thread's first. Raises ApiError 186."""
    post = await posts.get(connection, post_id, profile_id=caller.profile_id)
    if post is None:
        raise ApiError(186, action=ACTION, id=post_id)
    guise = caller.settings.guise
    return {one.platform: Shown(measured.parts_of(post, one, guise)[0], one, post) for one in post.published_on}


async def native_post_of(caller: Caller, connection: AsyncConnection, platform: str, social_id: str) -> Shown:
    """The post with the network's own id. Raises ApiError 186."""
    shown = await find(caller, connection, platform, social_id)
    if shown is None:
        raise ApiError(186, action=ACTION, id=social_id)
    return shown


def require_visible(shown: Shown) -> None:
    """Raises NetworkError while the network still processes the post."""
    if shown.delivery is not None and shown.delivery.state is DeliveryState.READY:
        raise NetworkError(shown.facts.network, STILL_PROCESSING)


async def remarks(caller: Caller, connection: AsyncConnection, shown: Shown, at: datetime) -> list[Remark]:
    """Everything said under a post, newest first; of strangers what had arrived at `at`, of ours all until now."""
    facts = shown.facts
    written = await store.under(connection, caller.profile_id, [facts.social_id])
    hidden = await store.hidden(connection, caller.profile_id, [facts.network])
    found = [_strangers(one) for one in strangers_comments(facts, at)]
    found += [own_remark(shown, one) for one in written if one.platform == facts.network]
    found += _first(shown, caller.now)
    kept = [one for one in found if one.id not in hidden]
    return sorted(kept, key=lambda one: one.at, reverse=True)[:MOST]


async def remark_by_id(
    caller: Caller, connection: AsyncConnection, platform: str, comment_id: str, post_id: str = ""
) -> tuple[Shown, Remark] | None:
    """The comment a network knows under its own id, and the post it stands under. `post_id` spares the search."""
    stored = await store.by_social_id(connection, caller.profile_id, platform, comment_id)
    if stored is not None:
        shown = await find(caller, connection, platform, stored.post_social_id)
        return (shown, own_remark(shown, stored)) if shown else None
    if comment_id in await store.hidden(connection, caller.profile_id, [platform]):
        return None
    if post_id:
        places = [await native_post_of(caller, connection, platform, post_id)]
    else:
        places = await timeline(caller, connection, platform, until=caller.now, most=MOST)
    for shown in places:
        if (one := strangers_comment(shown.facts, comment_id, caller.now)) is not None:
            return shown, _strangers(one)
        if first := [one for one in _first(shown, caller.now) if one.id == comment_id]:
            return shown, first[0]
    return None


def _strangers(one: StrangersComment) -> Remark:
    return Remark(id=one.id, parent_id=one.parent_id, text=one.text, at=one.at, author=one.author, likes=one.likes)


def own_remark(shown: Shown, one: StoredComment) -> Remark:
    """A comment that was written through the API."""
    return Remark(
        id=one.social_id,
        parent_id=one.parent_id,
        text=one.text,
        at=one.created,
        author=shown.facts.account,
        media_urls=tuple(one.media_urls),
        stored=one,
    )


def _first(shown: Shown, now: datetime) -> list[Remark]:
    given = shown.post.request.get("firstComment") if shown.post else None
    network = shown.facts.network
    at = shown.facts.published_at + FIRST_AFTER.get(network, USUALLY_AFTER)
    if not given or at > now or Feature.ADD_COMMENT not in NETWORKS[network].features:
        return []
    own = own_comment_id(shown.facts, "first")
    media = tuple(given.get("mediaUrls", ())) if Feature.COMMENT_MEDIA in NETWORKS[network].features else ()
    text = given["comment"]
    return [Remark(id=own, parent_id="", text=text, at=at, author=shown.facts.account, media_urls=media)]


def shown_under(shown: Shown, said: Iterable[Remark]) -> list[dict[str, Any]]:
    """Comments as the network lists them: nested, or flat on the networks that do not nest."""
    platform = shown.facts.network
    every = list(said)
    if platform == "twitter":
        return [_item(shown, one) for one in every]
    tops = [one for one in every if not one.parent_id]
    if platform in FLAT:
        return [_item(shown, one) for one in tops]
    answers: dict[str, list[dict[str, Any]]] = {}
    for one in reversed(every):
        if one.parent_id:
            answers.setdefault(_top_of(one, every), []).append(_item(shown, one))
    return [_item(shown, one) | {"replies": answers.get(one.id, [])} for one in tops]


def answers_to(shown: Shown, said: Iterable[Remark], comment_id: str) -> list[dict[str, Any]]:
    """The answers to one comment, newest first."""
    every = list(said)
    return [_item(shown, one) for one in every if one.parent_id and _top_of(one, every) == comment_id]


def _top_of(one: Remark, every: Iterable[Remark]) -> str:
    # An answer to an answer stands beside it, under the comment on the post.
    parents = {other.id: other.parent_id for other in every}
    top, seen = one.parent_id, {one.id}
    while parents.get(top) and top not in seen:
        seen.add(top)
        top = parents[top]
    return top


def _item(shown: Shown, one: Remark) -> dict[str, Any]:
    platform = shown.facts.network
    item = {
        "commentId": one.id,
        "comment": one.text,
        "created": wire(one.at),
        "postId": shown.facts.social_id,
        "platform": platform,
        "likeCount": one.likes,
    }
    pictured = {"mediaUrls": list(one.media_urls)} if one.media_urls else {}
    return item | pictured | dict(_author(platform, one)) | dict(_own_marks(platform, shown, one))


def _author(platform: str, one: Remark) -> Iterator[tuple[str, Any]]:
    name, username = one.author.name, one.author.username
    if platform in {"facebook", "linkedin"}:
        yield "from", {"id": one.author.id, "name": name}
        yield "userName", name
        return
    yield "from", {"id": one.author.id, "username": username}
    yield "username", username
    if platform in {"bluesky", "youtube", "tiktok", "twitter"}:
        yield "displayName", name


def _own_marks(platform: str, shown: Shown, one: Remark) -> Iterator[tuple[str, Any]]:
    if platform == "linkedin":
        yield "commentUrn", comment_urn(shown, one.id)
    if platform == "instagram":
        yield "hidden", False
    if platform == "threads":
        yield "isReplyOwnedByMe", one.own
    if platform == "tiktok":
        yield "owner", one.own
    if platform == "facebook" and one.own:
        yield "company", {"id": one.author.id, "name": one.author.name}
    if platform == "twitter":
        answered = one.parent_id or shown.facts.social_id
        yield "referencedTweets", [{"type": "replied_to", "id": answered}]
        yield "parentId", answered


def comment_urn(shown: Shown, comment_id: str) -> str:
    """LinkedIn's name of a comment, which tells the post too."""
    return f"urn:li:comment:({shown.facts.social_id},{comment_id})"
