"""A stored post as the contract shows it (posts.md 4, content.md 3.1). Unused fields are left out, not null."""

from typing import Any

from server.store.deliveries import OUT, Delivery
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
        "postIds": [one.entry() for one in post.deliveries if one.state in OUT],
        "errors": [error for one in post.deliveries for error in one.errors],
        "status": post.status,
        "type": post.type,
        "created": wire(post.created),
        "scheduleDate": wire(post.due_at),
        "shortenLinks": post.request.get("shortenLinks", False),
        "urls": [],
    }
    shown.update(_if_any(post))
    return shown | _approval(post) if post.requires_approval else shown


_TOLD = ("notes", "autoRepostId", "autoScheduleTitle", "profileTitle")


def _if_any(post: Post) -> list[tuple[str, Any]]:
    title = None if post.profile_is_primary else post.profile_title
    told = zip(_TOLD, (post.notes, post.auto_repost_id, post.auto_schedule_title, title), strict=True)
    echoed = [(key, value) for key, value in post.request.items() if key in ECHOED or key.lower() in OPTION_KEYS]
    return [(key, value) for key, value in told if value is not None] + echoed


def _approval(post: Post) -> dict[str, Any]:
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
