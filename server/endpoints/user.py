"""`GET /user`: the selected profile, its accounts and quotas (analytics.md 7)."""

from datetime import datetime, timedelta
from typing import Any

from server.auth import Caller
from server.routing import handles
from server.store import deliveries, inbox, profile_settings
from social.contract.routes import GET_USER
from social.contract.user import UserQuery
from social.instants import wire, wire_ms
from social.networks import NETWORKS
from social.networks.base import Feature

LINKEDIN_RELINK_DAYS = 365
_NO_PICTURE = frozenset({"gmb", "telegram"})


@handles(GET_USER)
async def get(caller: Caller, query: UserQuery) -> dict[str, Any]:
    """The profile. `activeSocialAccounts` is absent, not empty, when nothing is linked."""
    month = caller.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    day_ago = caller.now - timedelta(days=1)
    async with caller.database.read() as connection:
        posted = await deliveries.published_in(connection, caller.profile_id, month)
        used = await deliveries.count(connection, caller.profile_id, "instagram", since=day_ago, until=caller.now)
        settings = (await profile_settings.of_profiles(connection, [caller.profile_id])).get(caller.profile_id, {})
        conversations = await inbox.active_conversations(connection, caller.profile_id, month)
    messaging = bool(settings.get("messagingActive", True))
    linked = sorted(caller.linked)
    shown: dict[str, Any] = {"activeSocialAccounts": linked} if linked else {}
    return shown | {
        "displayNames": [
            _account(caller, platform, query, used) | _messages(platform, active=messaging) for platform in linked
        ],
        "email": f"{caller.ref_id[:8]}@sandbox.dovecote.localhost",
        "title": caller.title,
        "refId": caller.ref_id,
        "created": _document_instant(caller.profile.created),
        "lastApiCall": wire(caller.now),
        "lastUpdated": wire_ms(caller.now),
        "nextUpdate": wire_ms(caller.now + timedelta(minutes=caller.settings.analytics_refresh_minutes)),
        "monthlyApiCalls": caller.services.limiter.calls_since(caller.profile_id, month),
        "monthlyApiCallsQuota": caller.settings.monthly_calls,
        "monthlyPostCount": posted,
        "monthlyPostQuota": caller.settings.monthly_posts,
        "messagingEnabled": messaging,
        "messagingConversationMonthlyCount": conversations,
    }


def _account(caller: Caller, platform: str, query: UserQuery, used_quota: int) -> dict[str, Any]:
    account = caller.settings.guise.of(caller.ref_id, platform)
    shown: dict[str, Any] = {
        "platform": platform,
        "displayName": account.name,
        "created": wire_ms(caller.profile.created),
        "id": account.id,
        "username": account.username,
        "profileUrl": account.url,
        "userImage": "" if platform in _NO_PICTURE else account.picture,
        "type": account.kind,
        "description": account.description,
        "pageName": account.name if platform == "facebook" else "",
        "refreshDaysRemaining": _days_left(caller) if platform == "linkedin" else "",
        "usedQuota": used_quota if platform == "instagram" and query.instagram_details else "",
    }
    return {name: value for name, value in shown.items() if value != ""}


def _messages(platform: str, *, active: bool) -> dict[str, bool]:
    return {"messagingActive": active} if Feature.MESSAGES in NETWORKS[platform].features else {}


def _days_left(caller: Caller) -> int:
    return max(0, LINKEDIN_RELINK_DAYS - (caller.now - caller.profile.created).days)


def _document_instant(instant: datetime) -> dict[str, Any]:
    return {"_seconds": int(instant.timestamp()), "_nanoseconds": instant.microsecond * 1000, "utc": wire_ms(instant)}
