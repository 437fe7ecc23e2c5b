"""A stored post as the contract shows it (posts.md 4, content.md 3.1). Unused fields are left out, not null."""

from typing import Any

from server.store.deliveries import Delivery
from server.store.posts import Post
from social.instants import wire
from social.networks import OPTION_KEYS

ECHOED = ("isVideo", "firstComment", "disableComments", "autoHashtag")


def stored_post(post: Post) -> dict[str, Any]:
    """The answer of `GET /post/:id`, and a row of the history."""
    shown: dict[str, Any] = {
        "id": post.id,
        "refId": post.ref_id,
        "post": post.text,
        "platforms": list(post.platforms),
        "mediaUrls": post.request.get("mediaUrls", []),
        "postIds": [one.entry() for one in post.published_on],
        "errors": [error for one in post.deliveries for error in one.errors],
        "status": post.status,
        "type": post.type,
        "created": wire(post.created),
        "scheduleDate": wire(post.due_at),
        "shortenLinks": post.request.get("shortenLinks", False),
        "urls": [],
    }
    return shown | dict(_if_any(post)) | _approval(post)


def _if_any(post: Post) -> list[tuple[str, Any]]:
    given = {
        "notes": post.notes,
        "autoRepostId": post.auto_repost_id,
        "autoScheduleTitle": post.auto_schedule_title,
        "profileTitle": None if post.profile_is_primary else post.profile_title,
    }
    echoed = [(key, value) for key, value in post.request.items() if key in ECHOED or key.lower() in OPTION_KEYS]
    return [*((key, value) for key, value in given.items() if value is not None), *echoed]


def _approval(post: Post) -> dict[str, Any]:
    if not post.requires_approval:
        return {}
    shown: dict[str, Any] = {"requiresApproval": True, "approved": post.approved_at is not None}
    if post.approved_at is not None:
        shown |= {"approvedBy": post.ref_id, "approvedDate": wire(post.approved_at)}
    return shown


def deletion(delivery: Delivery, *, possible: bool) -> dict[str, Any]:
    """What deleting did on one network (posts.md 6)."""
    if possible:
        return {"action": "delete", "status": "success", "id": delivery.social_id}
    message = f"{delivery.platform}: the network does not let published posts be deleted through the API."
    return {"action": "delete", "status": "error", "id": delivery.social_id, "message": message}
