"""What analytics are made from: which posts are out, with which text, on which network."""

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pipeline.media import facts_by_name
from server.delivery.accounts import account_of
from server.delivery.pulse import PostFacts
from server.store import posts as store
from server.store.deliveries import OUT, Delivery, DeliveryState
from server.store.posts import Post
from server.store.schema import deliveries, posts
from social.contract.posts import PostRequest
from social.networks.base import MediaKind


def facts_of(post: Post, delivery: Delivery) -> PostFacts:
    """What of one delivery moves its numbers. The delivery must be out."""
    request = PostRequest.model_validate(post.request)
    urls = _own(request.media_urls, delivery.platform)
    kinds = {facts.kind for url in urls if (facts := facts_by_name(url)) is not None}
    video = request.is_video or MediaKind.VIDEO in kinds
    return PostFacts(
        account=account_of(post.ref_id, delivery.platform),
        social_id=delivery.social_id or f"{post.id}:{delivery.platform}",
        url=delivery.url or "",
        published_at=delivery.published_at or delivery.at,
        text=post.text if isinstance(post.text, str) else _default(post.text, delivery.platform),
        media="video" if urls and video else "image" if urls else "",
        media_count=len(urls),
        options=request.options.get(delivery.platform, {}),
    )


async def uses_of_links(connection: AsyncConnection, profile_id: int, base: str, link_id: str = "") -> list[PostFacts]:
    """The deliveries that carry a short link of this server, or the one link `link_id`, and were seen by people.

    A post deleted since is among them: the clicks it had do not go away.
    """
    needle = f"{base}/l/{link_id}"
    said = cast(posts.c.text, Text).contains(needle, autoescape=True)
    found = await connection.scalars(select(posts.c.id).where(posts.c.profile_id == profile_id, said))
    uses = [
        facts_of(post, delivery)
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
