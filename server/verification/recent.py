"""What the profile's other posts forbid: duplicates and quotas (posts.md 9.2, 12.2), judged within the transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import deliveries
from server.verification.findings import Finding
from server.verification.similarity import digest
from server.verification.submission import Part
from social.contract.codes import meaning_of
from social.instants import wire
from social.networks import NETWORKS
from social.networks.base import Feature

QUOTA_CODES = {"tiktok": 373}


async def duplicates(
    connection: AsyncConnection, profile_id: int, parts: Sequence[Part], at: datetime, *, but: str = ""
) -> list[Finding]:
    """A finding for each network that is given the same less than 24 hours before or after `at`."""
    checked = [
        (part, fingerprint(part)) for part in parts if Feature.DUPLICATE_CHECK in NETWORKS[part.platform].features
    ]
    if not checked:
        return []
    twins = await deliveries.twins(connection, profile_id, [said for _, said in checked], at, but=but)
    found = []
    for part, said in checked:
        if twin := twins.get((part.platform, said)):
            details = {"id": twin.post_id, "scheduleDate": wire(twin.at)}
            found.append(
                Finding(
                    platform=part.platform,
                    code=137,
                    message=f"{part.platform}: {meaning_of(137)} See post {twin.post_id} of {wire(twin.at)}.",
                    extra={"post": part.text, "details": details},
                )
            )
    return found


def _span(seconds: int) -> str:
    return f"{seconds // 3600} hours" if seconds >= 3600 else f"{seconds} seconds"  # noqa: PLR2004


async def quotas(
    connection: AsyncConnection, profile_id: int, parts: Sequence[Part], at: datetime, *, but: str = ""
) -> list[Finding]:
    """A finding for each network that has had its fill in the time up to `at`."""
    found = []
    for part in parts:
        for quota in NETWORKS[part.platform].quotas:
            if quota.option is not None and not part.options.get(quota.option):
                continue
            since = at - timedelta(seconds=quota.seconds)
            had = await deliveries.count(
                connection, profile_id, part.platform, since=since, until=at, counts_as=quota.option, but=but
            )
            if had >= quota.posts:
                code = QUOTA_CODES.get(part.platform, NETWORKS[part.platform].code)
                what = f"{quota.posts} {quota.option or 'posts'} in {_span(quota.seconds)}"
                message = f"{part.platform}: the network takes {what} and has {had}. Send it later."
                found.append(Finding(platform=part.platform, code=code, message=message))
    return found


def fingerprint(part: Part) -> str:
    """What the duplicate rule compares of a part."""
    return digest(part.text, part.media_urls)


def counts_as(part: Part) -> str | None:
    """The option by which a quota counts this part apart, such as Facebook's `reels`."""
    options = [quota.option for quota in NETWORKS[part.platform].quotas if quota.option]
    return next((option for option in options if part.options.get(option)), None)
