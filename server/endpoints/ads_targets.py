"""`/ads`: what ads can be aimed at, and Google's campaigns (content.md 16)."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from server.advertising import ACTION, NO_ADDON, check, require_account
from server.answers import ApiError
from server.auth import Caller
from server.delivery import targets
from server.delivery.ids import Seed
from server.routing import handles
from server.store import ads as store
from social.contract.ads import CampaignsQuery, GoogleUpdate, SearchQuery
from social.contract.routes import (
    AD_CITIES,
    AD_DSA,
    AD_INTERESTS,
    AD_REGIONS,
    GOOGLE_CAMPAIGNS,
    UPDATE_GOOGLE,
)

GOOGLE = ("Search: brand", "Display: spring")
GOOGLE_BUDGET = 1_000


@handles(AD_INTERESTS)
async def interests(caller: Caller, platform: str, query: SearchQuery) -> dict[str, Any]:
    """Interests by name."""
    check(caller, platform)
    if not query.search.strip():
        raise ApiError(101, "search: missing; say which interests.", action=ACTION)
    return _found("interests", targets.interests(query.search.strip()), query.limit)


@handles(AD_REGIONS)
async def regions(caller: Caller, platform: str, query: SearchQuery) -> dict[str, Any]:
    """Regions by name."""
    check(caller, platform)
    return _found("regions", targets.regions(query.search.strip()), query.limit)


@handles(AD_CITIES)
async def cities(caller: Caller, platform: str, query: SearchQuery) -> dict[str, Any]:
    """Cities by name, within a country or region."""
    check(caller, platform)
    country = query.country_code.upper() if query.country_code else None
    return _found("cities", targets.cities(query.search.strip(), country, query.region_id), query.limit)


@handles(AD_DSA)
async def dsa(caller: Caller, platform: str, query: CampaignsQuery) -> dict[str, Any]:
    """Names for beneficiary and payor: the account's own."""
    check(caller, platform)
    require_account(caller, platform, query.account_id)
    own = caller.settings.guise.of(caller.ref_id, platform)
    return {"status": "success", "recommendations": list(dict.fromkeys([own.name, caller.title]))}


@handles(GOOGLE_CAMPAIGNS)
async def google(caller: Caller) -> dict[str, Any]:
    """The sandbox's two campaigns of Google Ads."""
    _check_addon(caller)
    async with caller.database.read() as connection:
        changed = await store.google(connection, caller.profile_id)
    found = [_campaign(caller, place, changed) for place in range(len(GOOGLE))]
    return {"status": "success", "campaigns": found, "count": len(found)}


@handles(UPDATE_GOOGLE)
async def update_google(caller: Caller, campaign_id: str, body: GoogleUpdate) -> dict[str, Any]:
    """Pause a campaign, let it run, or give it another budget."""
    _check_addon(caller)
    places = [place for place in range(len(GOOGLE)) if _google_id(caller, place) == campaign_id]
    if not places:
        raise ApiError(114, f"No Google campaign {campaign_id[:40]} in this profile.", action=ACTION, id=campaign_id)
    async with caller.database.begin() as connection:
        status, budget = (await store.google(connection, caller.profile_id)).get(campaign_id, ("active", GOOGLE_BUDGET))
        status, budget = body.status or status, int(body.budget.amount * 100) if body.budget else budget
        await store.set_google(connection, caller.profile_id, campaign_id, status=status, budget=budget)
        changed = await store.google(connection, caller.profile_id)
    return {"status": "success", "campaign": _campaign(caller, places[0], changed)}


def _check_addon(caller: Caller) -> None:
    if not caller.settings.ads_addon:
        raise ApiError(NO_ADDON, action=ACTION)


def _google_id(caller: Caller, place: int) -> str:
    return Seed("google ads", caller.ref_id, str(place)).digits(11)


def _campaign(caller: Caller, place: int, changed: dict[str, tuple[str, int]]) -> dict[str, Any]:
    number = _google_id(caller, place)
    status, budget = changed.get(number, ("active", GOOGLE_BUDGET))
    return {
        "id": number,
        "name": GOOGLE[place],
        "status": status,
        "budget": {"amount": budget / 100, "currency": "USD"},
    }


def _found(name: str, results: Iterable[dict[str, Any]], most: int) -> dict[str, Any]:
    found = list(islice(results, most))
    return {"status": "success", name: found, "count": len(found)}
