"""A post as its network's own history shows it: the keys of content.md 3.4, table by network."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from server.delivery.engagement import post_metrics
from server.delivery.ids import Seed, content_id
from server.delivery.past import picture_of
from server.delivery.pulse import PostFacts, pulse
from social.instants import wire

Item = dict[str, Any]
Reading = Callable[[PostFacts, datetime], Item]


def history_item(facts: PostFacts, at: datetime, *, numbers: bool = True) -> Item:
    """One post at the instant `at`; without `numbers` only what names it (`skipAnalytics`)."""
    if facts.network == "threads":
        # Threads gives its native names instead of created, post and postUrl.
        item = {
            "id": facts.social_id,
            "text": facts.text,
            "timestamp": wire(facts.published_at),
            "permalink": facts.url,
        }
    else:
        named = {"id": facts.social_id, "created": wire(facts.published_at), "post": facts.text, "postUrl": facts.url}
        item = {key: value for key, value in named.items() if value}
    return item | post_metrics(facts, at) | EXTRAS.get(facts.network, _nothing)(facts, at) if numbers else item


def _nothing(_facts: PostFacts, _at: datetime) -> Item:
    return {}


def _media(facts: PostFacts) -> Item:
    return {"mediaUrl": picture_of(facts)} if facts.media else {}


def _facebook(facts: PostFacts, at: datetime) -> Item:
    kind = {"image": "added_photos", "video": "added_video"}.get(facts.media, "mobile_status_update")
    seen = pulse(facts, at)
    popular = seen.reach > facts.account.followers(at) / 2
    pictured = {"fullPicture": picture_of(facts)} if facts.media else {}
    author = {"id": facts.account.id, "name": facts.account.name}
    return {"statusType": kind, "isPopular": popular, "from": author} | pictured


def _linkedin(facts: PostFacts, _at: datetime) -> Item:
    when = wire(facts.published_at)
    return {"lastModified": when, "publishedAt": when, "status": "PUBLISHED", "visibility": "PUBLIC"}


def _twitter(facts: PostFacts, _at: datetime) -> Item:
    return {"authorId": facts.account.id, "editHistoryTweetIds": [facts.social_id]}


def _bluesky(facts: PostFacts, _at: datetime) -> Item:
    viewer = {"threadMuted": False, "embeddingDisabled": False}
    cid = content_id(facts.social_id)
    return {"cid": cid, "indexedAt": wire(facts.published_at), "labels": [], "viewer": viewer}


def _threads(facts: PostFacts, at: datetime) -> Item:
    kind = {"image": "IMAGE", "video": "VIDEO"}.get(facts.media, "TEXT_POST")
    flags = {"hasReplies": pulse(facts, at).comments > 0, "isQuotePost": False, "replyAudience": "EVERYONE"}
    who = {"username": facts.account.username, "owner": {"id": facts.account.id}}
    short = facts.url.rpartition("/")[2]
    return {"shortcode": short, "mediaType": kind, "mediaProductType": "THREADS"} | who | flags | _media(facts)


def _tiktok(facts: PostFacts, _at: datetime) -> Item:
    return {"videoDuration": 8 + int(Seed(facts.seed, "seconds").digits(2)) % 50} if facts.video else {}


EXTRAS: dict[str, Reading] = {
    "bluesky": _bluesky,
    "facebook": _facebook,
    "instagram": lambda facts, _at: _media(facts),
    "linkedin": _linkedin,
    "threads": _threads,
    "tiktok": _tiktok,
    "twitter": _twitter,
}
"""What a network's history tells beside the metrics of post analytics."""
