"""`/brand` and `/listen`: other people's accounts, and what X says of a word (content.md 10)."""

from itertools import islice
from typing import Any

from server.answers import ApiError, Reply
from server.auth import Caller
from server.delivery.brand import FOUND, account_named, heard, members, pages, profile
from server.partial import NetworkError, known_networks, partly
from server.routing import handles
from social.contract.brand import BrandQuery, BrandSearch, ListenQuery
from social.contract.routes import BRAND_BY_USER, BRAND_SEARCH_FACEBOOK, BRAND_SEARCH_LINKEDIN, LISTEN_KEYWORD

ACTION = "brand"
LONGEST_NAME = 100


@handles(BRAND_BY_USER)
async def by_user(caller: Caller, query: BrandQuery) -> Reply:
    """What is public of the named accounts; the caller needs an account of its own on each network."""
    asked = known_networks(query.platforms, ACTION)
    if not asked:
        raise ApiError(101, "platforms: name at least one network.", action=ACTION)
    blocks: dict[str, Any] = {}
    failed: list[NetworkError] = []
    for platform in asked:
        try:
            blocks[platform] = _public(caller, platform, query.name_on(platform))
        except NetworkError as error:
            failed.append(error)
    return partly(blocks, failed, {}, action=ACTION)


@handles(BRAND_SEARCH_FACEBOOK)
async def search_facebook(caller: Caller, query: BrandSearch) -> dict[str, Any]:
    """Pages by name."""
    return _found(caller, "facebook", pages(_search(query), caller.settings.public_url))


@handles(BRAND_SEARCH_LINKEDIN)
async def search_linkedin(caller: Caller, query: BrandSearch) -> dict[str, Any]:
    """Members by name."""
    return _found(caller, "linkedin", members(_search(query), caller.settings.public_url))


@handles(LISTEN_KEYWORD)
async def listen(caller: Caller, query: ListenQuery) -> dict[str, Any]:
    """Posts of strangers on X with the words, newest first."""
    caller.require_x(["twitter"])
    _linked(caller, "twitter")
    found = heard(query.query.strip(), caller.now, caller.settings.public_url, query.limit)
    return {"status": "success", "platform": "twitter", "query": query.query, "tweets": found}


def _public(caller: Caller, platform: str, name: str) -> dict[str, Any]:
    if platform not in caller.linked:
        raise NetworkError(platform, 156)
    if code := caller.x_problem([platform]):
        raise NetworkError(platform, code)
    if not name or len(name) > LONGEST_NAME:
        raise NetworkError(platform, 101, f"{platform}User: missing; say whose account.")
    return profile(account_named(platform, name, caller.settings.public_url), caller.now)


def _search(query: BrandSearch) -> str:
    text = (query.search or query.query or "").strip()
    if not text:
        raise ApiError(101, "search: missing; say what to look for.", action=ACTION)
    return text


def _found(caller: Caller, platform: str, results: Any) -> dict[str, Any]:  # noqa: ANN401 -- an iterator of objects
    _linked(caller, platform)
    return {"status": "success", "results": list(islice(results, FOUND))}


def _linked(caller: Caller, platform: str) -> None:
    if platform not in caller.linked:
        raise ApiError(156, action=ACTION, platform=platform)
