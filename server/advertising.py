"""Ad accounts of the sandbox, who may use them, and how an ad is shown (content.md 16)."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.answers import ApiError
from server.auth import Caller
from server.delivery.ads import CURRENCY, DAY, GOALS, MIN_BUDGET_CENTS, Result, days, delivery, rates
from server.delivery.ids import Seed
from server.store import ads as store
from server.store.ads import StoredAd
from social.instants import wire, wire_ms

ACTION = "ads"
PLATFORMS = ("facebook", "instagram")
NO_ADDON = 399


def check(caller: Caller, platform: str) -> None:
    """Raises ApiError: 399 without the add-on, 101 for a network without ads, 156 for one that is not linked."""
    if not caller.settings.ads_addon:
        raise ApiError(NO_ADDON, action=ACTION)
    if platform not in PLATFORMS:
        raise ApiError(
            101, f"{platform} has no ads through the API; choose from {', '.join(PLATFORMS)}.", action=ACTION
        )
    if platform not in caller.linked:
        raise ApiError(156, action=ACTION, platform=platform)


def account_id(caller: Caller, platform: str) -> str:
    """The one ad account of the profile on a network."""
    return f"act_{Seed('ads', caller.ref_id, platform).digits(15)}"


def require_account(caller: Caller, platform: str, given: str | None) -> None:
    """Raises ApiError 101 for an ad account that is not the profile's."""
    if given is not None and given != account_id(caller, platform):
        raise ApiError(101, f"accountId: {given[:40]} is no ad account of this profile.", action=ACTION)


def spent(ad: StoredAd, until: datetime) -> Result:
    """What an ad has cost and brought so far."""
    return sum((one for _, one in days(ad.boost, ad.boost.start, until)), Result())


async def account(caller: Caller, connection: AsyncConnection, platform: str) -> dict[str, Any]:
    """The ad account, in the keys of content.md 16.1."""
    own = caller.settings.guise.of(caller.ref_id, platform)
    total = sum((spent(ad, caller.now) for ad in await store.listed(connection, caller.profile_id, platform)), Result())
    number, business = account_id(caller, platform), {"name": own.name, "street": "1 Dove Lane", "city": "Loft"}
    metrics = rates(total) | {"spend": total.spend / 100, "uniqueClicks": total.clicks}
    return {
        "accountId": number,
        "name": own.name,
        "status": "Active",
        "currency": CURRENCY,
        "ageInDays": max(0, (caller.now - own.opened) // DAY),
        "created": wire(own.opened),
        "timezoneName": "UTC",
        "owner": own.id,
        "amountSpent": total.spend / 100,
        "balance": 0.0,
        "budgetRemaining": 0.0,
        "spendCap": 0.0,
        "minDailyBudget": MIN_BUDGET_CENTS / 100,
        "isPersonal": False,
        "isPrepayAccount": False,
        "hasNotificationsEnabled": True,
        "business": business | {"state": "", "zip": "00000", "country": "US"},
        "fundingSource": {"id": Seed("funding", number).digits(15), "type": "sandbox"},
        "tosAccepted": {"webCustomAudienceTos": True, "customAudienceTos": True},
        "metrics": metrics | {"accountId": number, "accountName": own.name, "accountCurrency": CURRENCY},
    }


def shown(caller: Caller, ad: StoredAd) -> dict[str, Any]:
    """An ad without what it cost."""
    boost, now = ad.boost, caller.now
    standing = delivery(boost, now)
    over = ad.status in {"deleted", "archived"}
    title, description = GOALS.get(boost.goal, (boost.goal, ""))
    known = {
        "adId": boost.ad_id,
        "adName": ad.name,
        "campaignId": ad.campaign_id,
        "adSetId": ad.ad_set_id,
        "accountId": account_id(caller, ad.platform),
        "socialPostId": ad.social_post_id,
        "network": ad.platform,
        "status": ad.status.upper(),
        "deliveryStatus": ad.status.upper() if over else standing,
        "isActive": not over and standing == "ACTIVE",
        "isComplete": over or standing == "COMPLETED",
        "budgetType": "daily",
        "budgetDaily": boost.budget / 100,
        "goal": {"type": boost.goal, "title": title, "description": description},
        "created": wire_ms(boost.created),
        "startDate": wire_ms(boost.start),
    }
    ends = {"endDate": wire_ms(boost.end)} if boost.end else {}
    return known | ends | ({"postId": ad.post_id} if ad.post_id else {})
