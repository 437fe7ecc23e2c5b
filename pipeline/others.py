"""Posts an account shows that were not sent through the API, and their numbers (content.md 3.4)."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from pipeline.analytics.samples import numbers, sample
from pipeline.measuring import MeasureFailure
from pipeline.records import Sample
from social.client import SocialClient
from social.contract.history import NetworkHistoryQuery, NetworkPost
from social.errors import Refused, SocialError
from social.instants import Clock
from social.networks import NETWORKS
from social.networks.base import Feature

SPAN = timedelta(days=90)
"""How far back other posts are looked at."""

EVERY = timedelta(hours=20)
"""How often a network's history is read: once a day, with room for a schedule that drifts."""

_PAGE = 100
_MOST_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPost:
    """A post of the account that this API did not send."""

    observed_at: datetime
    network: str
    social_id: str
    text: str | None
    post_url: str | None
    published_at: datetime | None
    source: str


@dataclass(slots=True, kw_only=True)
class Others:
    """What was found: posts not seen before, the numbers of all, and what could not be had."""

    posts: list[OtherPost] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    errors: list[MeasureFailure] = field(default_factory=list)


def readable(networks: Collection[str], read_at: Mapping[str, datetime], now: datetime) -> list[str]:
    """Those of `networks` whose history can be read and was not within `EVERY`; `read_at` is when it last was."""
    able = (name for name in sorted(networks) if name in NETWORKS and Feature.HISTORY in NETWORKS[name].features)
    return [name for name in able if now - read_at.get(name, now - SPAN) >= EVERY]


async def other_posts(
    networks: Sequence[str],
    *,
    client: SocialClient,
    clock: Clock,
    source: str,
    sent: Mapping[str, Collection[str]],
    seen: Mapping[str, Collection[str]],
) -> Others:
    """Read the histories of `networks`, newest first and at most `SPAN` back.

    `sent` are the networks' ids of posts that went through the API, which are left out; those `seen` before make no new
    post, only numbers. A network that fails is a row of `errors`.
    """
    found = Others()
    since = clock.now() - SPAN
    for network in networks:
        try:
            posts = await _history(client, network, since)
        except (SocialError, ValidationError) as error:
            found.errors.append(_failure(error, network, clock.now(), source))
            continue
        now = clock.now()
        for post in posts:
            if not post.id or post.id in sent.get(network, ()):
                continue
            found.samples += [sample(now, source, "", (network, post.id), one) for one in numbers(_told(post), network)]
            if post.id not in seen.get(network, ()):
                found.posts.append(_other(post, network, now, source))
        await asyncio.sleep(0)
    return found


async def _history(client: SocialClient, network: str, since: datetime) -> list[NetworkPost]:
    posts: list[NetworkPost] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await client.history.network(network, NetworkHistoryQuery(limit=_PAGE, next=cursor))
        posts += page.posts
        oldest = min((post.created for post in page.posts if post.created), default=since)
        cursor = page.meta.pagination.next
        if not (page.meta.pagination.has_more and cursor) or oldest <= since:
            break
    return [post for post in posts if post.created is None or post.created >= since]


def _told(post: NetworkPost) -> dict[str, object]:
    return dict(post.model_extra or {})


def _other(post: NetworkPost, network: str, now: datetime, source: str) -> OtherPost:
    return OtherPost(
        observed_at=now,
        network=network,
        social_id=post.id or "",
        text=post.post,
        post_url=post.post_url,
        published_at=post.created,
        source=source,
    )


def _failure(error: Exception, network: str, now: datetime, source: str) -> MeasureFailure:
    code = error.code if isinstance(error, Refused) else None
    return MeasureFailure(
        observed_at=now, post_id="", network=network, code=code, message=f"history: {error}", source=source
    )
