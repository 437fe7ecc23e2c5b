"""User profiles and the sessions in which their accounts are linked (analytics.md 8, 9)."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from social.contract.base import Answer, Instant, OneOrMore, Wire
from social.networks import NETWORKS

Include = Literal["suspension", "socialHealth", "linkingErrors", "activity", "quota", "unlinkHistory", "actionLog"]
LONGEST_TITLE = 200
MOST = 5000
"""Profiles on a page."""

_FLAG = TypeAdapter(bool)


def _known(names: list[str]) -> list[str]:
    if unknown := sorted(set(names) - set(NETWORKS)):
        raise ValueError(f"unknown {', '.join(unknown)}; choose from {', '.join(sorted(NETWORKS))}")
    return sorted(set(names))


class ProfileLook(Wire):
    """What a profile may say of itself, and how its linking page looks; all optional."""

    messaging_active: bool | None = None
    hide_top_header: bool | None = None
    hide_logo: bool | None = None
    top_header: str | None = Field(default=None, max_length=500)
    sub_header: str | None = Field(default=None, max_length=500)
    disable_social: list[str] | None = None
    tags: list[str] | None = None

    @field_validator("disable_social")
    @classmethod
    def _networks(cls, names: list[str] | None) -> list[str] | None:
        return None if names is None else _known(names)


class ProfileRequest(ProfileLook):
    """Body of `POST /profiles`. A `team` profile needs an `email`."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    team: bool = False
    email: str | None = Field(default=None, max_length=320)


class ProfileCreated(Answer):
    """The new profile. Its key is given here and never again."""

    status: str = "success"
    title: str
    ref_id: str
    profile_key: str
    messaging_active: bool | None = None


class ProfilesQuery(Wire):
    """Query of `GET /profiles`. `action_log` as true asks for 60 days; `include` needs `ref_id`."""

    title: str | None = None
    ref_id: str | None = None
    has_active_social_accounts: bool | None = None
    includes_active_social_accounts: list[str] | None = None
    is_byok_linked: bool | None = None
    action_log: bool | int | None = None
    limit: int = Field(default=MOST, ge=1, le=MOST)
    cursor: str | None = None
    include: list[Include] | None = None
    profile_keys: list[str] | None = None

    @field_validator("action_log", mode="before")
    @classmethod
    def _days(cls, given: object) -> object:
        if isinstance(given, str) and given.isdecimal():
            given = int(given)
        if isinstance(given, int) and not isinstance(given, bool):
            if not 1 <= given <= 365:  # noqa: PLR2004 -- analytics.md 8.3
                raise ValueError("give true, or a number of days from 1 to 365")
            return given
        try:
            return _FLAG.validate_python(given) if given is not None else None
        except ValidationError as error:
            raise ValueError("give true, or a number of days from 1 to 365") from error


class ListedProfile(Answer):
    """One profile of the list. No linked network: `active_social_accounts` is empty (absent on the wire)."""

    status: str
    title: str
    ref_id: str
    created: dict[str, Any] = {}
    created_utc: str | None = Field(default=None, alias="createdUTC")
    active_social_accounts: list[str] = []
    suspended: bool = False


class Paging(Answer):
    """Whether there are more profiles, and the cursor that asks for them."""

    has_more: bool = False
    next_cursor: str | None = None
    limit: int | None = None


class Profiles(Answer):
    """User profiles in the order they were made. With `actionLog` what was done instead, as `ActionLog`."""

    profiles: "list[ListedProfile] | ActionLog" = []
    count: int = 0
    last_updated: str | None = None
    next_update: str | None = None
    pagination: Paging = Paging()


class LoggedAction(Answer):
    """Something done to a profile."""

    action: str
    ref_id: str
    title: str
    created: Instant


class ActionLog(Answer):
    """What was done to profiles, newest first, and how many there were on each day something was done."""

    action_log: list[LoggedAction] = []
    user_profiles_report: list[dict[str, Any]] = []


class ProfileUpdate(ProfileLook):
    """Body of `PATCH /profiles`: changes of the profile named by the Profile-Key header or here by `profile_key`."""

    profile_key: str | None = None
    title: str | None = Field(default=None, min_length=1, max_length=LONGEST_TITLE)
    x_account_activity_active: bool | None = None
    hide_title: bool | None = None
    display_title: str | None = Field(default=None, max_length=LONGEST_TITLE)


class ProfileDelete(Wire):
    """Body of `DELETE /profiles`: which one, unless the Profile-Key header says it."""

    profile_key: str | None = None
    title: str | None = None


class ProfileChanged(Answer):
    """The profile that was changed or deleted."""

    status: str = "success"
    ref_id: str


class Unlink(Wire):
    """Body of `DELETE /profiles/social`: the network to unlink from the selected profile."""

    platform: str

    @field_validator("platform")
    @classmethod
    def _network(cls, name: str) -> str:
        return _known([name])[0]


class Unlinked(ProfileChanged):
    """The network that is not linked now, whether it was before or not."""

    platform: str


class LinkEmail(Wire):
    """Who is sent the linking address. Nothing is sent by our server."""

    to: str
    bcc: Annotated[list[str] | str | None, OneOrMore] = None
    terms_url: str | None = None
    privacy_url: str | None = None
    company: str | None = None
    contact_email: str | None = None


class LinkOptions(Wire):
    """What both kinds of linking session take. `expires_in` are minutes."""

    redirect: str | None = Field(default=None, max_length=2000)
    allowed_social: list[str] | None = None
    domain: str | None = None
    logout: bool = False
    expires_in: int = Field(default=5, ge=1, le=2880)
    email: LinkEmail | None = None

    @field_validator("allowed_social")
    @classmethod
    def _networks(cls, names: list[str] | None) -> list[str] | None:
        return None if names is None else _known(names)

    @field_validator("redirect")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("https://", "http://")):
            raise ValueError("give an address that starts with https://")
        return url


class LinkSessionRequest(LinkOptions):
    """Body of `POST /profiles/link-sessions`. `connect` leads straight to one `network`."""

    mode: Literal["grid", "connect"] = "grid"
    network: str | None = None
    instagram_link_method: str | None = None
    origin: str | None = None

    @field_validator("network")
    @classmethod
    def _network(cls, name: str | None) -> str | None:
        return None if name is None else _known([name])[0]


class LinkSession(Answer):
    """Where the user of the profile links accounts, until `expires_at`."""

    status: str = "success"
    session_id: str
    url: str
    expires_at: str
    email_sent: bool = False
    title: str | None = None


class JwtRequest(LinkOptions):
    """Body of `POST /profiles/generateJWT`, the older call. `private_key` is ignored, as the vendor does."""

    private_key: str | None = None
    base64: bool = False
    profile_key: str | None = None
    verify: bool = False


class Jwt(Answer):
    """The older answer: the address, and the token in it, which is opaque (analytics.md 9.3)."""

    status: str = "success"
    title: str
    token: str
    url: str
    email_sent: bool | None = None
    expires_in: str | None = None
