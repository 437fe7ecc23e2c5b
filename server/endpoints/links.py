"""`/links`: short links, where they lead, and who followed them (content.md 8, analytics.md 6)."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.answers import ApiError
from server.auth import Caller
from server.delivery.clicks import Clicks, sandbox_clicks
from server.delivery.pulse import PostFacts
from server.routing import handles, public
from server.services import Services
from server.store import links as store
from server.store import measured
from server.store.links import StoredLink
from server.visitors import visitor_of
from social.contract.base import LAST_YEAR
from social.contract.links import LinkRequest, LinksQuery, LinkUpdate
from social.contract.routes import CREATE_LINK, GET_LINK, LIST_LINKS, UPDATE_LINK
from social.instants import wire_ms

NO_SUCH_LINK = 126
LONGEST_URL = 8192
UTM = ("id", "source", "medium", "campaign", "term", "content")
ONE_DAY = timedelta(days=1)
LAST_DAY = datetime(LAST_YEAR, 12, 31, tzinfo=UTC)


@handles(CREATE_LINK)
async def create(caller: Caller, body: LinkRequest) -> dict[str, Any]:
    """Shorten a URL. The same URL, UTM parameters included, yields the same link."""
    _check_url(body.url)
    utm = {f"utm_{name}": value for name in UTM if (value := getattr(body, f"utm_{name}"))}
    async with caller.database.begin() as connection:
        link = await store.create(connection, caller.profile_id, _with_utm(body.url, utm), utm, caller.now)
    return {"status": "success"} | _shown(caller, link)


@handles(UPDATE_LINK)
async def update(caller: Caller, link_id: str, body: LinkUpdate) -> dict[str, Any]:
    """Give a link a new destination."""
    _check_url(body.url)
    async with caller.database.begin() as connection:
        link = await store.update_url(connection, caller.profile_id, link_id, body.url, caller.now)
    if link is None:
        raise ApiError(NO_SUCH_LINK, f"No short link {link_id!r} in this profile.", action="request")
    return {"status": "success"} | _shown(caller, link)


@handles(LIST_LINKS)
async def listed(caller: Caller, query: LinksQuery) -> dict[str, Any]:
    """The profile's links, newest first, with their clicks."""
    since, until = _span(query.from_created_date, query.to_created_date, "CreatedDate")
    async with caller.database.read() as connection:
        found = await store.listed(connection, caller.profile_id, since=since, until=until)
        return {"status": "success", "analytics": await counted(caller, connection, found, query)}


@handles(GET_LINK)
async def get(caller: Caller, link_id: str, query: LinksQuery) -> dict[str, Any]:
    """One link with its clicks."""
    async with caller.database.read() as connection:
        link = await store.get(connection, caller.profile_id, link_id)
        if link is None:
            raise ApiError(NO_SUCH_LINK, f"No short link {link_id!r} in this profile.", action="request")
        return {"status": "success", "analytics": (await counted(caller, connection, [link], query))[0]}


@public("GET", "/l/{id}")
@public("HEAD", "/l/{id}")
async def follow(services: Services, request: Request, link_id: str) -> Response:
    """Lead a visitor to the link's destination, and count the visit; HEAD only looks."""
    visitor = visitor_of(request.headers.get("user-agent", ""), request.headers.get("referer", ""))
    async with services.database.begin() as connection:
        url = await store.destination(connection, link_id)
        if url is None:
            raise ApiError(404, "No such short link.", action="get")
        if request.method == "GET":
            await store.count_click(connection, link_id, visitor, services.clock.now())
    # Never cached: the destination may change, and a cached redirect would not be counted.
    return RedirectResponse(url, 302, {"cache-control": "no-store", "referrer-policy": "no-referrer-when-downgrade"})


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme.lower() == "https" and bool(parts.hostname) and len(url) <= LONGEST_URL
    except ValueError:
        fine = False
    if not fine or any(char.isspace() or ord(char) < ord(" ") for char in url):
        raise ApiError(101, f"url {url[:80]!r} is not usable: give an https:// address.", action="request")


def _with_utm(url: str, utm: dict[str, str]) -> str:
    if not utm:
        return url
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(utm)) if part)
    return urlunsplit(parts._replace(path=parts.path or "/", query=query))


def _span(first: str | None, last: str | None, name: str) -> tuple[datetime | None, datetime | None]:
    since, until = _day(first, f"from{name}"), _day(last, f"to{name}")
    return since, until + ONE_DAY if until else None


def _day(text: str | None, field: str) -> datetime | None:
    if text is None:
        return None
    try:
        day = datetime.strptime(text.strip()[:10], "%Y-%m-%d").replace(tzinfo=UTC)
        return min(day, LAST_DAY)
    except ValueError as error:
        raise ApiError(101, f"{field}: {text!r} is not a date such as 2026-10-01.", action="get") from error


def _shown(caller: Caller, link: StoredLink) -> dict[str, Any]:
    shown = {
        "id": link.id,
        "shortUrl": store.short_url(caller.settings.public_url, link.id),
        "originalUrl": link.url,
        "created": wire_ms(link.created),
    }
    utm = {f"utm{name.removeprefix('utm_').title()}": value for name, value in link.utm.items()}
    return shown | utm | ({"updated": wire_ms(link.updated)} if link.updated else {})


async def counted(
    caller: Caller, connection: AsyncConnection, found: list[StoredLink], query: LinksQuery
) -> list[dict[str, Any]]:
    """The links as the contract shows them, with their clicks between the query's two days."""
    since, until = _span(query.from_click_date, query.to_click_date, "ClickDate")
    ids = [link.id for link in found]
    real = await store.clicks(connection, ids, since=since, until=until)
    bots = await store.bot_clicks(connection, ids, since=since, until=until)
    uses = _by_link(await _uses(caller, connection, ids), caller.settings.public_url)
    end = min(until, caller.now) if until else caller.now
    return [
        _shown(caller, link)
        | _stats(real.get(link.id, Clicks()), sandbox_clicks(uses.get(link.id, []), since, end))
        | {"botClicks": bots.get(link.id, 0)}
        for link in found
    ]


async def _uses(caller: Caller, connection: AsyncConnection, ids: list[str]) -> list[PostFacts]:
    if not caller.settings.sandbox_clicks or not ids:
        return []
    only = ids[0] if len(ids) == 1 else ""
    base, guise = caller.settings.public_url, caller.settings.guise
    return await measured.uses_of_links(connection, caller.profile_id, base, only, guise)


def _by_link(uses: Iterable[PostFacts], base: str) -> dict[str, list[PostFacts]]:
    address = re.compile(re.escape(store.short_url(base, "")) + "([0-9A-Za-z]+)")
    found: dict[str, list[PostFacts]] = defaultdict(list)
    for facts in uses:
        for link_id in dict.fromkeys(address.findall(facts.text)):
            found[link_id].append(facts)
    return found


def _stats(real: Clicks, sandbox: Clicks) -> dict[str, Any]:
    clicks = Clicks()
    clicks.add(real)
    clicks.add(sandbox)
    return {
        "totalClicks": clicks.total,
        "browserCounts": dict(clicks.browsers),
        "refererCounts": dict(clicks.referrers),
        "socialClicks": dict(clicks.social),
        "clickSources": {"real": real.total, "sandbox": sandbox.total},
    }
