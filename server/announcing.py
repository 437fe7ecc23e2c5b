"""What is told of posts and accounts: processed, made public, linked, unlinked (analytics.md 10.2, 10.5)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from server.events import Event
from server.store.deliveries import OUT, DeliveryState, post_id_entry
from server.store.posts import Post, PostStatus, several
from server.store.profiles import Profile
from social.contract.webhooks import Action
from social.instants import wire

RENEWAL_NOTICE = timedelta(days=15)


def processed(post: Post, status: PostStatus, outcomes: Sequence[dict[str, Any]]) -> Event:
    """The event of a scheduled post whose time had come; `outcomes` are the columns of what was sent now."""
    sent = {one["platform"] for one in outcomes}
    before = [one for one in post.deliveries if one.platform not in sent]
    entries = [one.entry() for one in before if one.is_out] + [_entry(one) for one in outcomes if one["state"] in OUT]
    errors = [error for one in before for error in one.errors] + [error for one in outcomes for error in one["errors"]]
    told = {"status": status, "id": post.id, "errors": errors, "postIds": entries}
    return Event(post.profile_id, Action.SCHEDULED, told)


async def made_public(connection: AsyncConnection, completed: Iterable[tuple[str, str]]) -> list[Event]:
    """An event for each TikTok video that has become public just now, of immediate posts too."""
    ids = [post_id for post_id, platform in completed if platform == "tiktok"]
    posts = await several(connection, ids) if ids else []
    return [_published(post) for post in posts if _is_public(post)]


def account(
    profile: Profile, platform: str, kind: Literal["link", "unlink", "refresh"], *, source: str = "user", **extra: str
) -> Event:
    """The user, or the `system`, linked or unlinked an account; or it must be linked anew."""
    told = {"platform": platform, "type": kind, "source": source, "title": profile.title} | extra
    return Event(profile.id, Action.SOCIAL, told)


def expiring(profile: Profile, platform: str, now: datetime) -> Event:
    """An account must be linked anew within 15 days (analytics.md 9.1)."""
    return account(profile, platform, "refresh", source="system", refreshBy=wire(now + RENEWAL_NOTICE))


def _published(post: Post) -> Event:
    entries = [one.entry() for one in post.deliveries if one.platform == "tiktok"]
    told = {"status": "success", "id": post.id, "errors": [], "postIds": entries}
    return Event(post.profile_id, Action.SCHEDULED, told, "tikTokPublished")


def _is_public(post: Post) -> bool:
    options = post.request.get("tikTokOptions", {})
    return options.get("visibility", "public") == "public" and not options.get("draft")


def _entry(outcome: dict[str, Any]) -> dict[str, Any]:
    return post_id_entry(
        outcome["platform"],
        DeliveryState(outcome["state"]),
        social_id=outcome["social_id"],
        url=outcome["url"],
        extra=outcome["extra"],
    )
