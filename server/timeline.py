"""What an account shows on its network: posts sent through this server, and those of the sandbox's own past."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncConnection

from server.auth import Caller
from server.delivery.accounts import Account
from server.delivery.engagement import insights_expired
from server.delivery.past import past_post, past_posts
from server.delivery.pulse import PostFacts
from server.store import deliveries, measured, posts
from server.store.deliveries import Delivery
from server.store.posts import Post


@dataclass(frozen=True, slots=True)
class Shown:
    """A post on a network; `delivery` and `post` tell how it was sent, None of one that was not sent through here."""

    facts: PostFacts
    delivery: Delivery | None = None
    post: Post | None = None


async def timeline(
    caller: Caller, connection: AsyncConnection, platform: str, *, until: datetime, most: int
) -> list[Shown]:
    """What the caller's account shows, published up to and with `until`, newest first, at most `most`."""
    guise = caller.settings.guise
    sent = await deliveries.newest(connection, caller.profile_id, platform, until, most=most)
    stored = {post.id: post for post in await posts.several(connection, [one.post_id for one in sent])}
    own = [
        Shown(part, delivery, stored[delivery.post_id])
        for delivery in sent
        for part in measured.parts_of(stored[delivery.post_id], delivery, guise)[::-1]
        if not insights_expired(part, caller.now)
    ]
    return list(islice(_merged(own, guise.of(caller.ref_id, platform), until), most))


async def find(caller: Caller, connection: AsyncConnection, platform: str, social_id: str) -> Shown | None:
    """The post that the caller's account has under the network's own id, or None."""
    guise = caller.settings.guise
    sent = await measured.part_by_native_id(connection, caller.profile_id, platform, social_id, guise)
    if sent is not None:
        delivery, facts = sent
        return Shown(facts, delivery, await posts.get(connection, delivery.post_id, profile_id=caller.profile_id))
    facts_then = past_post(guise.of(caller.ref_id, platform), social_id, caller.now)
    return Shown(facts_then) if facts_then else None


def _merged(own: list[Shown], account: Account, until: datetime) -> Iterator[Shown]:
    by_hand = (Shown(facts) for facts in past_posts(account, until))
    return merge(own, by_hand, key=lambda shown: shown.facts.published_at, reverse=True)
