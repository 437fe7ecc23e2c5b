"""`/profiles`: user profiles of the account, and unlinking (analytics.md 8)."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from server.announcing import account
from server.answers import ApiError
from server.auth import Caller, acting_for
from server.events import emit
from server.media_files import MediaFiles
from server.routing import handles
from server.store import deliveries, profiles
from server.store import profile_settings as store
from server.store.profiles import Profile
from social.contract.profiles import ProfileDelete, ProfileRequest, ProfilesQuery, ProfileUpdate, Unlink
from social.contract.routes import CREATE_PROFILE, DELETE_PROFILE, LIST_PROFILES, UNLINK_SOCIAL, UPDATE_PROFILE
from social.instants import wire, wire_ms
from social.networks import NETWORKS

ACTION = "profiles"
CACHED = timedelta(minutes=5)
LOG_DAYS = 60
NAMED = frozenset({"title", "profileKey"})


@handles(CREATE_PROFILE)
async def create(caller: Caller, body: ProfileRequest) -> dict[str, Any]:
    """A new profile; in the sandbox every network is linked that is not disabled. A Profile-Key is ignored."""
    if body.team and not body.email:
        raise ApiError(101, "email: missing; a team profile needs one.", action=ACTION)
    title = body.title.strip()
    if not title:
        raise ApiError(101, "title: it is blank.", action=ACTION)
    settings = {"messagingActive": False} | _set(body)
    linked = set(NETWORKS) - set(body.disable_social or ())
    async with caller.database.begin() as connection:
        seed = caller.settings.sandbox_seed
        key, ref_id = await profiles.create(connection, title=title, linked=linked, now=caller.now, seed=seed)
        made = await profiles.by_key(connection, key)
        if made is None or not await store.settle(connection, made.id, title, settings):
            raise _title_taken(title)
        await store.log(connection, "create", made, caller.now)
    shown = {"status": "success", "title": title, "refId": ref_id, "profileKey": key}
    return shown | ({"messagingActive": body.messaging_active} if body.messaging_active is not None else {})


@handles(LIST_PROFILES)
async def listed(caller: Caller, query: ProfilesQuery) -> dict[str, Any]:
    """The account's user profiles in the order they were made; with `actionLog` what was done to them."""
    if query.include and not query.ref_id:
        raise ApiError(101, "include: it needs refId.", action=ACTION)
    stamps = {"lastUpdated": wire_ms(caller.now), "nextUpdate": wire_ms(caller.now + CACHED)}
    async with caller.database.read() as connection:
        if query.action_log:
            return {"profiles": await _action_log(caller, connection, query) | stamps, "count": 0} | stamps
        found, following = await _page(caller, connection, query)
        shown = [_shown(one) for one in found]
        for one, item in zip(found, shown, strict=True):
            for name in query.include or ():
                item[name] = await _included(caller, connection, one, name)
    paging = {"hasMore": following is not None, "nextCursor": following, "limit": query.limit}
    return {"profiles": shown, "count": len(shown)} | stamps | {"pagination": paging}


@handles(UPDATE_PROFILE)
async def update(caller: Caller, body: ProfileUpdate) -> dict[str, Any]:
    """Change the profile of the Profile-Key header, else of `profileKey`. Disabled networks are unlinked."""
    caller = await _named(caller, body.profile_key)
    profile = caller.profile
    title = body.title.strip() if body.title is not None else profile.title
    disabled = set(body.disable_social or ())
    async with caller.database.begin() as connection:
        before = (await store.of_profiles(connection, [profile.id])).get(profile.id, {})
        if not title or not await store.settle(connection, profile.id, title, before | _set(body)):
            raise _title_taken(title)
        await store.log(connection, "update", profile, caller.now)
        await unlink_all(connection, caller, profile, sorted(profile.linked & disabled), source="system")
    caller.services.profiles.forget()
    return {"status": "success", "refId": profile.ref_id}


@handles(DELETE_PROFILE)
async def delete(caller: Caller, body: ProfileDelete) -> dict[str, Any]:
    """Delete a profile, its posts, files, links and webhooks. What was scheduled is never sent."""
    profile = await _to_delete(caller, body)
    async with caller.database.begin() as connection:
        files = await store.remove(connection, profile.id)
        await store.log(connection, "delete", profile, caller.now)
    caller.services.profiles.forget()
    kept = MediaFiles(caller.settings.media_dir)
    for name in files:
        await asyncio.to_thread(kept.path(name).unlink, missing_ok=True)
    return {"status": "success", "refId": profile.ref_id}


@handles(UNLINK_SOCIAL)
async def unlink(caller: Caller, body: Unlink) -> dict[str, Any]:
    """Unlink a network from the selected profile; the same answer when it was not linked."""
    async with caller.database.begin() as connection:
        await unlink_all(connection, caller, caller.profile, sorted(caller.linked & {body.platform}))
    caller.services.profiles.forget()
    return {"status": "success", "platform": body.platform, "refId": caller.ref_id}


async def unlink_all(
    connection: AsyncConnection, caller: Caller, profile: Profile, platforms: Sequence[str], *, source: str = "user"
) -> None:
    """Unlink networks that are linked, and tell of it."""
    if not platforms:
        return
    await profiles.link(connection, profile.id, profile.linked - set(platforms))
    for platform in platforms:
        await store.log(connection, "unlink", profile, caller.now, platform)
    await emit(connection, caller.now, *(account(profile, name, "unlink", source=source) for name in platforms))


def _set(body: ProfileRequest | ProfileUpdate) -> dict[str, Any]:
    return {name: value for name, value in body.to_wire().items() if name not in NAMED}


def _title_taken(title: str) -> ApiError:
    return ApiError(146, f"A profile titled {title!r} exists already: choose another title.", action=ACTION)


async def _named(caller: Caller, key: str | None) -> Caller:
    if caller.via_profile_key:
        return caller
    if not key:
        raise ApiError(101, "Name the profile: send its Profile-Key header, or profileKey.", action=ACTION)
    return await acting_for(caller, key)


async def _to_delete(caller: Caller, body: ProfileDelete) -> Profile:
    if caller.via_profile_key or body.profile_key or not body.title:
        return (await _named(caller, body.profile_key)).profile
    async with caller.database.read() as connection:
        found = await store.page(connection, after=0, most=2, title=body.title)
    if not found:
        raise ApiError(114, f"No user profile is titled {body.title!r}.", action=ACTION)
    if len(found) > 1:
        raise ApiError(101, f"Several profiles are titled {body.title!r}: send profileKey.", action=ACTION)
    return found[0]


async def _page(caller: Caller, connection: AsyncConnection, query: ProfilesQuery) -> tuple[list[Profile], str | None]:
    """Profiles that fit, and the cursor behind them when there are more."""
    after, found = _after(query.cursor), list[Profile]()
    keys = {profiles.key_hash(key) for key in query.profile_keys or ()}
    while True:
        some = await store.page(connection, after=after, most=query.limit, title=query.title, ref_id=query.ref_id)
        for profile in some:
            after = profile.id
            if _fits(profile, query) and (not keys or profile.key_hash in keys):
                found.append(profile)
            if len(found) > query.limit:
                return found[:-1], base64.urlsafe_b64encode(f"{found[-2].id}".encode()).decode()
        if len(some) < query.limit:
            return found, None


def _fits(profile: Profile, query: ProfilesQuery) -> bool:
    if query.has_active_social_accounts is not None and bool(profile.linked) != query.has_active_social_accounts:
        return False
    if not set(query.includes_active_social_accounts or ()) <= profile.linked:
        return False
    return query.is_byok_linked is None or ("twitter" in profile.linked) == query.is_byok_linked


def _after(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return min(int(base64.urlsafe_b64decode(cursor.encode())), 2**31 - 1)
    except ValueError as error:
        raise ApiError(101, "cursor: give pagination.nextCursor of the page before.", action=ACTION) from error


def _shown(profile: Profile) -> dict[str, Any]:
    created = profile.created
    shown: dict[str, Any] = {
        "status": "suspended" if profile.suspended else "active",
        "title": profile.title,
        "refId": profile.ref_id,
        "created": {"_seconds": int(created.timestamp()), "_nanoseconds": created.microsecond * 1000},
        "createdUTC": wire_ms(created),
    }
    linked = {"activeSocialAccounts": sorted(profile.linked)} if profile.linked else {}
    return shown | linked | ({"suspended": True} if profile.suspended else {})


async def _included(caller: Caller, connection: AsyncConnection, profile: Profile, name: str) -> Any:  # noqa: ANN401
    """One of the open objects of `include`, from what the server knows (analytics.md 17)."""
    if name == "suspension":
        return {"suspended": profile.suspended}
    if name == "socialHealth":
        return {platform: {"status": "active"} for platform in sorted(profile.linked)}
    if name == "quota":
        month = caller.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        posted = await deliveries.published_in(connection, profile.id, month)
        return {"monthlyPostCount": posted, "monthlyPostQuota": caller.settings.monthly_posts}
    since = caller.now - timedelta(days=LOG_DAYS)
    done = await store.logged(connection, since, profile.ref_id)
    if name == "unlinkHistory":
        return [{"platform": one.detail, "created": wire(one.at)} for one in done if one.action == "unlink"]
    if name == "activity":
        return {"lastAction": wire(done[0].at)} if done else {}
    return [] if name == "linkingErrors" else [_logged(one) for one in done]


async def _action_log(caller: Caller, connection: AsyncConnection, query: ProfilesQuery) -> dict[str, Any]:
    days = LOG_DAYS if query.action_log is True else int(query.action_log or 0)
    done = await store.logged(connection, caller.now - timedelta(days=days), query.ref_id)
    # Reckoned back from how many there are now, for the log holds what changed only.
    left, report = await store.count(connection), []
    for day, some in groupby(done, key=lambda one: one.at.date()):
        report.append({"reported": f"{day}", "userProfileCount": left})
        left -= sum({"create": 1, "delete": -1}.get(one.action, 0) for one in some)
    return {"actionLog": [_logged(one) for one in done], "userProfilesReport": report}


def _logged(one: store.Logged) -> dict[str, Any]:
    shown = {"action": one.action, "refId": one.ref_id, "title": one.title, "created": wire(one.at)}
    return shown | ({"platform": one.detail} if one.detail else {})
