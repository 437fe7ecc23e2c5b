"""`GET /user`: the selected profile, its linked networks and quotas (analytics.md 7)."""

from typing import Any

from social.contract.base import Answer, Wire


class UserQuery(Wire):
    """Query of `GET /user`."""

    instagram_details: bool = False


class DisplayName(Answer):
    """One linked account."""

    platform: str
    display_name: str | None = None
    id: str | None = None
    username: str | None = None
    profile_url: str | None = None


class User(Answer):
    """The profile. `active_social_accounts` is absent on the wire when nothing is linked: read here as empty."""

    active_social_accounts: list[str] = []
    display_names: list[DisplayName] = []
    email: str | None = None
    title: str | None = None
    ref_id: str | None = None
    created: dict[str, Any] | str | None = None
    monthly_post_count: int | None = None
    monthly_post_quota: int | None = None
    monthly_api_calls: int | None = None
    monthly_api_calls_quota: int | None = None
    suspended: bool | None = None
