"""Linking sessions, and the page they lead to (analytics.md 9).

On the page the user of a profile links networks. A sandbox knows no network's login: pressing a button links the
account that the sandbox has for the profile. Whoever holds the address holds the session, so it lives for minutes.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import jinja2
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from server.announcing import account
from server.answers import ApiError
from server.auth import Caller, acting_for
from server.events import emit
from server.parsing import read_bytes
from server.routing import handles, public
from server.services import Services
from server.store import profile_settings as store
from server.store import profiles
from server.store.profile_settings import StoredSession
from server.store.profiles import Profile
from social.contract.profiles import JwtRequest, LinkOptions, LinkSessionRequest
from social.contract.routes import CREATE_LINK_SESSION, GENERATE_JWT
from social.instants import wire_ms
from social.networks import NETWORKS

ACTION = "profiles"
MOST_BYTES = 10_000
NOT_FOUND, EXPIRED = 502, 503
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    # Networks refuse to be linked within a frame; so does this page.
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'",
}


@handles(CREATE_LINK_SESSION)
async def create(caller: Caller, body: LinkSessionRequest) -> dict[str, Any]:
    """A session for the profile of the Profile-Key header, which this call needs."""
    if not caller.via_profile_key:
        raise ApiError(101, "Send the Profile-Key header of the profile whose accounts are linked.", action=ACTION)
    if body.mode == "connect" and not body.network:
        raise ApiError(101, "network: missing; mode connect leads to one network.", action=ACTION)
    session_id, until = await _open(caller, body)
    address = f"{caller.settings.public_url}/link?session={session_id}"
    shown = {"status": "success", "sessionId": session_id, "url": address, "expiresAt": wire_ms(until)}
    return shown | {"emailSent": False, "title": caller.title}


@handles(GENERATE_JWT)
async def generate_jwt(caller: Caller, body: JwtRequest) -> dict[str, Any]:
    """The older call for the same. `privateKey` is ignored and the token opaque, as the vendor has it now."""
    if not caller.via_profile_key:
        if not body.profile_key:
            raise ApiError(101, "profileKey: missing; here or as the Profile-Key header.", action=ACTION)
        caller = await acting_for(caller, body.profile_key)
    token, _ = await _open(caller, body)
    domain = f"&domain={body.domain}" if body.domain and body.domain.isalnum() else ""
    address = f"{caller.settings.public_url}/link?jwt={token}{domain}"
    shown = {"status": "success", "title": caller.title, "token": token, "url": address}
    return shown | {"emailSent": False, "expiresIn": f"{body.expires_in}m"}


@public("GET", "/link")
async def page(services: Services, request: Request) -> Response:
    """The page of a session."""
    session_id = request.query_params.get("session") or request.query_params.get("jwt") or ""
    async with services.database.read() as connection:
        return await _page(services, connection, session_id)


@public("POST", "/link")
async def press(services: Services, request: Request) -> Response:
    """A button of the page: link or unlink one network, then show the page anew."""
    given = parse_qs((await read_bytes(request, most=MOST_BYTES)).decode(errors="replace"))
    session_id, platform, verb = (given.get(name, [""])[0] for name in ("session", "platform", "verb"))
    now = services.clock.now()
    async with services.database.begin() as connection:
        session, profile = await _session(services, connection, session_id)
        if session is None or profile is None or platform not in _shown_networks(session):
            return await _page(services, connection, session_id)
        links = verb == "link"
        linked = profile.linked | {platform} if links else profile.linked - {platform}
        if linked != profile.linked:
            await profiles.link(connection, profile.id, linked)
            await store.log(connection, "link" if links else "unlink", profile, now, platform)
            await emit(connection, now, account(profile, platform, "link" if links else "unlink"))
    services.profiles.forget()
    return RedirectResponse(f"/link?session={session_id}", 303, HEADERS)


async def _open(caller: Caller, options: LinkOptions) -> tuple[str, Any]:
    until = caller.now + timedelta(minutes=options.expires_in)
    kept = options.model_dump(mode="json", by_alias=True, exclude={"email", "private_key"}, exclude_none=True)
    async with caller.database.begin() as connection:
        return await store.open_session(connection, caller.profile_id, kept, caller.now, until), until


async def _session(
    services: Services, connection: AsyncConnection, session_id: str
) -> tuple[StoredSession | None, Profile | None]:
    """The session and its profile; no profile when the session is over."""
    session = await store.session(connection, session_id)
    if session is None or session.expires_at <= services.clock.now():
        return session, None
    return session, await profiles.by_id(connection, session.profile_id)


async def _page(services: Services, connection: AsyncConnection, session_id: str) -> Response:
    session, profile = await _session(services, connection, session_id)
    if session is None or profile is None:
        refused = ApiError(NOT_FOUND if session is None else EXPIRED, action=ACTION)
        shown = {"title": "This link is over", "refused": refused.message, "code": refused.code}
        return HTMLResponse(_template().render(**shown), refused.status, HEADERS)
    settings = (await store.of_profiles(connection, [profile.id])).get(profile.id, {})
    guise = services.settings.guise
    names = _shown_networks(session, settings)
    accounts = [(NETWORKS[name], guise.of(profile.ref_id, name), name in profile.linked) for name in names]
    shown = {
        "session": session.id,
        "title": settings.get("topHeader") or "Connect your accounts",
        "text": settings.get("subHeader") or f"Choose the networks on which {profile.title} may publish.",
        "hide_top": settings.get("hideTopHeader", False),
        "accounts": accounts,
        "redirect": session.options.get("redirect", ""),
    }
    return HTMLResponse(_template().render(**shown), headers=HEADERS)


def _shown_networks(session: StoredSession, settings: dict[str, Any] | None = None) -> list[str]:
    asked = session.options.get("allowedSocial") or sorted(NETWORKS)
    if session.options.get("mode") == "connect":
        asked = [session.options["network"]]
    disabled = (settings or {}).get("disableSocial", [])
    return [name for name in asked if name not in disabled]


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("server", "."), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("link.html.jinja")
