"""`/ads`: ad accounts, boosting, changing, what it costs (content.md 16). In the sandbox nobody pays."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.advertising import ACTION, account, check, require_account, shown
from server.answers import ApiError
from server.auth import Caller
from server.delivery.ads import MIN_BUDGET_CENTS, Boost, Result, days, rates
from server.delivery.engagement import snapshot
from server.delivery.targets import KNOWN_INTERESTS
from server.routing import handles
from server.store import ads as store
from server.store import posts
from server.store.ads import StoredAd, new_ad_id
from server.timeline import find
from social.contract.ads import RUN_HOURS, AccountsQuery, AdsQuery, AdUpdate, BoostRequest, CampaignsQuery, SpendQuery
from social.contract.routes import AD_ACCOUNTS, AD_CAMPAIGNS, AD_HISTORY, BOOST_POST, LIST_ADS, UPDATE_AD
from social.instants import wire_ms

REFRESH = timedelta(minutes=10)
USUAL_SPAN = timedelta(days=30)
MOST_DAYS = timedelta(days=400)
OVER = frozenset({"deleted", "archived"})


@handles(AD_ACCOUNTS)
async def accounts(caller: Caller, platform: str, query: AccountsQuery) -> dict[str, Any]:
    """The profile's ad account on the network."""
    check(caller, platform)
    async with caller.database.read() as connection:
        found = [await account(caller, connection, platform)][: query.limit]
    window = snapshot(caller.now, REFRESH, datetime.fromtimestamp(0, UTC))
    stamps = {"lastUpdated": wire_ms(window.last_updated), "nextUpdate": wire_ms(window.next_update)}
    return {"status": "success", "adAccounts": found, "count": len(found)} | stamps


@handles(AD_CAMPAIGNS)
async def campaigns(caller: Caller, platform: str, query: CampaignsQuery) -> dict[str, Any]:
    """One campaign for each ad."""
    check(caller, platform)
    require_account(caller, platform, query.account_id)
    async with caller.database.read() as connection:
        found = [
            {"campaignId": ad.campaign_id, "name": ad.name, "status": ad.status.upper(), "goal": ad.boost.goal}
            for ad in await store.listed(connection, caller.profile_id, platform)
        ]
    return {"status": "success", "campaigns": found, "count": len(found)}


@handles(BOOST_POST)
async def boost(caller: Caller, platform: str, body: BoostRequest) -> dict[str, Any]:
    """Make an ad of a post that is out. It is reviewed for some hours, then runs for its daily budget."""
    check(caller, platform)
    require_account(caller, platform, body.account_id)
    start = max(body.start_date or caller.now, caller.now)
    _check_boost(body, start, caller.now)
    async with caller.database.begin() as connection:
        post_id, social_id = await _boosted(caller, connection, platform, body)
        ad = StoredAd(
            campaign_id=new_ad_id(),
            ad_set_id=new_ad_id(),
            platform=platform,
            post_id=post_id,
            social_post_id=social_id,
            name=body.ad_name,
            status=body.status,
            request=body.to_wire(),
            boost=Boost(
                ad_id=new_ad_id(),
                created=caller.now,
                start=start,
                end=body.end_date,
                budget=int(body.budget * 100),
                goal=body.goal,
                states=[(caller.now, body.status == "active")],
            ),
        )
        await store.add(connection, caller.profile_id, ad)
    return {**body.to_wire(), **shown(caller, ad), "status": "success", "adStatus": ad.status.upper()}


@handles(LIST_ADS)
async def listed(caller: Caller, platform: str, query: AdsQuery) -> dict[str, Any]:
    """Ads by account, ad, campaign or post, newest first."""
    found = await _wanted(caller, platform, query)
    return {"status": "success", "ads": [shown(caller, ad) for ad in found[: query.limit]], "count": len(found)}


@handles(UPDATE_AD)
async def update(caller: Caller, platform: str, body: AdUpdate) -> dict[str, Any]:
    """Let an ad run, pause it, or end it; what has ended does not begin again."""
    check(caller, platform)
    async with caller.database.begin() as connection:
        ad = _one(await store.listed(connection, caller.profile_id, platform), body.ad_id)
        if ad.status in OVER and body.status != ad.status:
            raise ApiError(101, f"The ad {body.ad_id} is {ad.status}: boost the post anew.", action=ACTION)
        await store.set_status(connection, caller.profile_id, ad, body.status, caller.now)
        changed = _one(await store.listed(connection, caller.profile_id, platform), body.ad_id)
    return {**shown(caller, changed), "status": "success", "adStatus": changed.status.upper()}


@handles(AD_HISTORY)
async def history(caller: Caller, platform: str, query: SpendQuery) -> dict[str, Any]:
    """What ads cost and brought: a row for each ad and day, newest day first, and the sum."""
    end = min(query.end_date or caller.now, caller.now)
    start = query.start_date or end - USUAL_SPAN
    if start > end or end - start > MOST_DAYS:
        raise ApiError(101, f"startDate and endDate: at most {MOST_DAYS.days} days, the first before.", action=ACTION)
    total = Result()
    rows: list[tuple[datetime, dict[str, Any]]] = []
    for ad in await _wanted(caller, platform, query):
        for day, result in days(ad.boost, start, end):
            total += result
            spend = {"spend": result.spend / 100, "spendDate": wire_ms(day), "metrics": rates(result)}
            rows.append((day, shown(caller, ad) | spend))
    rows.sort(key=lambda row: row[0], reverse=True)
    named = {name: value for name, value in (("postId", query.post_id), ("adId", query.ad_id)) if value}
    return {
        "status": "success",
        "history": [row for _, row in rows],
        "dateRange": {"start": wire_ms(start), "end": wire_ms(end)} | named,
        "metrics": _totals(total),
    }


def _totals(total: Result) -> dict[str, Any]:
    part = rates(total)
    return {
        "totalSpend": total.spend / 100,
        "totalClicks": total.clicks,
        "totalImpressions": total.impressions,
        "totalReach": total.reach,
        "averageCTR": part["ctr"],
        "averageFrequency": part["frequency"],
        "cpm": part["cpm"],
        "cpp": part["cpp"],
    }


async def _wanted(caller: Caller, platform: str, query: AdsQuery) -> list[StoredAd]:
    check(caller, platform)
    asked = {
        "adId": query.ad_id,
        "campaignId": query.campaign_id,
        "postId": query.post_id,
        "socialPostId": query.social_post_id,
    }
    if query.account_id is None and not any(asked.values()):
        raise ApiError(101, f"Send accountId or one of {', '.join(asked)}.", action=ACTION)
    require_account(caller, platform, query.account_id)
    async with caller.database.read() as connection:
        every = await store.listed(connection, caller.profile_id, platform)
    return [ad for ad in every if _fits(ad, asked) and (query.status or ad.status).lower() == ad.status]


def _fits(ad: StoredAd, asked: dict[str, str | None]) -> bool:
    own = {
        "adId": ad.boost.ad_id,
        "campaignId": ad.campaign_id,
        "postId": ad.post_id,
        "socialPostId": ad.social_post_id,
    }
    return all(value is None or own[name] == value for name, value in asked.items())


def _one(found: list[StoredAd], ad_id: str) -> StoredAd:
    for ad in found:
        if ad.boost.ad_id == ad_id:
            return ad
    raise ApiError(114, f"No ad {ad_id[:40]} in this profile.", action=ACTION, id=ad_id)


def _check_boost(body: BoostRequest, start: datetime, now: datetime) -> None:
    if body.budget * 100 < MIN_BUDGET_CENTS:
        raise ApiError(101, f"budget: at least {MIN_BUDGET_CENTS / 100:.2f} a day.", action=ACTION)
    if body.end_date is not None and body.end_date - start < timedelta(hours=RUN_HOURS):
        raise ApiError(101, f"endDate: a boost runs for {RUN_HOURS} hours at least.", action=ACTION)
    if body.start_date is not None and body.start_date - now > MOST_DAYS:
        raise ApiError(101, f"startDate: at most {MOST_DAYS.days} days ahead.", action=ACTION)
    if unknown := [str(one) for one in body.interests if str(one) not in KNOWN_INTERESTS]:
        message = f"interests: unknown {', '.join(unknown[:5])}; search for ids with GET /ads/facebook/interests."
        raise ApiError(101, message, action=ACTION)


async def _boosted(caller: Caller, connection: AsyncConnection, platform: str, body: BoostRequest) -> tuple[str, str]:
    """The API's id of the post, empty where it was not sent through it, and the network's. Raises ApiError 186."""
    if body.post_id:
        post = await posts.get(connection, body.post_id, profile_id=caller.profile_id)
        out = [one for one in post.published_on if one.platform == platform] if post else []
        if not out:
            raise ApiError(186, f"The post {body.post_id} is not published on {platform}.", action=ACTION)
        return body.post_id, out[0].social_id or ""
    found = await find(caller, connection, platform, body.social_post_id or "")
    if found is None:
        raise ApiError(186, action=ACTION, id=body.social_post_id)
    return found.post.id if found.post else "", found.facts.social_id
