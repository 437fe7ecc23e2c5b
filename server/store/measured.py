"""What analytics are made from: which posts are out, with which text, on which network."""

from dataclasses import replace

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.media import facts_by_name
from server.delivery.accounts import PLAIN, Guise
from server.delivery.pulse import PostFacts
from server.store import posts as store
from server.store.deliveries import OUT, Delivery, DeliveryState, by_social_ids
from server.store.posts import Post
from server.store.schema import deliveries, posts
from social.contract.posts import PostRequest
from social.networks import NETWORKS
from social.networks.base import MediaKind
from social.networks.thread_posts import split_thread

LONGEST_THREAD = 100
LONGEST_TWEET_ID = 20


def facts_of(post: Post, delivery: Delivery, guise: Guise = PLAIN) -> PostFacts:
    """What of one delivery moves its numbers. The delivery must be out."""
    request = PostRequest.model_validate(post.request)
    urls = _own(request.media_urls, delivery.platform)
    kinds = {facts.kind for url in urls if (facts := facts_by_name(url)) is not None}
    video = request.is_video or MediaKind.VIDEO in kinds
    return PostFacts(
        account=guise.of(post.ref_id, delivery.platform),
        social_id=delivery.social_id or f"{post.id}:{delivery.platform}",
        url=delivery.url or "",
        published_at=delivery.published_at or delivery.at,
        text=post.text if isinstance(post.text, str) else _default(post.text, delivery.platform),
        media="video" if urls and video else "image" if urls else "",
        media_count=len(urls),
        options=request.options.get(delivery.platform, {}),
    )


def parts_of(post: Post, delivery: Delivery, guise: Guise = PLAIN) -> list[PostFacts]:
    """The posts a network made of one delivery: one, or an X thread's several (posts.md 10.14), numbered onward."""
    facts = facts_of(post, delivery, guise)
    network = NETWORKS[delivery.platform]
    rule = network.text_rule(network.read_options(facts.options))
    if network.name != "twitter" or not rule.split:
        return [facts]
    tweets = [(str(int(facts.social_id) + place), text) for place, text in enumerate(split_thread(facts.text, rule))]
    return [
        replace(facts, social_id=tweet, url=facts.url.replace(facts.social_id, tweet), text=text)
        for tweet, text in tweets
    ]


async def part_by_native_id(
    connection: AsyncConnection, profile_id: int, platform: str, social_id: str, guise: Guise = PLAIN
) -> tuple[Delivery, PostFacts] | None:
    """The one post a network knows under `social_id`, a tweet within a thread included; None when it is not ours."""
    ids = [social_id]
    if platform == "twitter" and social_id.isdecimal() and len(social_id) <= LONGEST_TWEET_ID:
        ids += [str(int(social_id) - before) for before in range(1, LONGEST_THREAD)]
    delivery = await by_social_ids(connection, profile_id, platform, ids)
    post = await store.get(connection, delivery.post_id, profile_id=profile_id) if delivery else None
    if post is None or delivery is None:
        return None
    parts = [part for part in parts_of(post, delivery, guise) if part.social_id == social_id]
    return (delivery, parts[0]) if parts else None


async def uses_of_links(
    connection: AsyncConnection, profile_id: int, base: str, link_id: str = "", guise: Guise = PLAIN
) -> list[PostFacts]:
    """The deliveries that carry a short link of this server, or the one link `link_id`, and were seen by people.

    A post deleted since is among them: the clicks it had do not go away.
    """
    needle = f"{base}/l/{link_id}"
    said = cast(posts.c.text, Text).contains(needle, autoescape=True)
    found = await connection.scalars(select(posts.c.id).where(posts.c.profile_id == profile_id, said))
    uses = [
        facts_of(post, delivery, guise)
        for post in await store.several(connection, found.all())
        for delivery in post.deliveries
        if delivery.published_at is not None and delivery.state in (DeliveryState.COMPLETED, DeliveryState.GONE)
    ]
    return [facts for facts in uses if needle in facts.text]


async def published_counts(connection: AsyncConnection, profile_id: int) -> dict[str, int]:
    """How many posts of the profile each network holds."""
    mine = (deliveries.c.profile_id == profile_id) & deliveries.c.state.in_(OUT)
    counted = select(deliveries.c.platform, func.count().label("times")).where(mine).group_by(deliveries.c.platform)
    return {row.platform: row.times for row in await connection.execute(counted)}


def _own(media: list[str] | dict[str, str | list[str]], platform: str) -> list[str]:
    if isinstance(media, list):
        return media
    own = media.get(platform, media.get("default", []))
    return [own] if isinstance(own, str) else own


def _default(texts: dict[str, str], platform: str) -> str:
    return texts.get(platform, texts.get("default", ""))
