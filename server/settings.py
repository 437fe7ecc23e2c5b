"""Everything about the server an operator can set, from `DOVECOTE_SERVER_*` variables or keyword arguments."""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.delivery.accounts import BASE, Guise
from social.networks import NETWORKS

SANDBOX_KEY = "dovecote-sandbox-key"
Named = TypeVar("Named", tuple[str, ...], dict[str, int])


class ServerSettings(BaseSettings):
    """Settings of one server. Every field can be set by its variable, such as `DOVECOTE_SERVER_PORT=9000`."""

    model_config = SettingsConfigDict(env_prefix="DOVECOTE_SERVER_", extra="forbid")

    database: str = Field(
        default="sqlite:///dovecote-data/server.db", description="SQLite file or PostgreSQL URL of the server's store."
    )
    durable: bool = Field(
        default=True, description="Wait for the disk at each commit, so that a power cut loses nothing (SQLite)."
    )
    api_key: SecretStr = Field(default=SecretStr(SANDBOX_KEY), description="API key of the primary profile.")
    linked: Annotated[tuple[str, ...], NoDecode] = Field(
        default=tuple(sorted(NETWORKS)),
        description="Networks linked to the primary profile when the store is made; a comma list in the variable.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8321, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str = Field(default=BASE, description="Base of the URLs of media and short links.")
    media_dir: Path = Field(default=Path("dovecote-data/media"), description="Folder of uploaded files.")
    require_x_keys: bool = Field(
        default=True, description="Refuse calls that touch X without the two X-Twitter-OAuth1 headers."
    )
    rate_limit: int = Field(default=300, ge=0, description="Requests per profile and window; 0 switches the limit off.")
    rate_window: int = Field(default=300, gt=0, description="Length of the rate window in seconds.")
    lease_seconds: int = Field(
        default=120, gt=0, description="How long a worker may hold a due post before another one takes it over."
    )
    poll_seconds: float = Field(default=1.0, gt=0, description="Pause of the worker between two looks for due posts.")
    analytics_refresh_minutes: int = Field(default=30, gt=0, description="How long analytics numbers stand still.")
    analytics_refresh: dict[str, Annotated[int, Field(gt=0)]] = Field(
        default={}, description='The same by network where it differs, as JSON: {"tiktok": 60}.'
    )
    sandbox_seed: str = Field(
        default="",
        description="Same seed, same sandbox accounts in every new store; empty draws new ones for each store.",
    )
    sandbox_followers: int = Field(
        default=0, ge=0, description="Followers each sandbox account starts with; 0 draws 400 to 40,000 for each."
    )
    sandbox_clicks: bool = Field(
        default=True, description="Let simulated people click the short links of delivered posts."
    )
    sandbox_linkedin: Literal["corporate", "personal"] = Field(
        default="corporate", description="Whether linked LinkedIn accounts are company pages or people."
    )
    strict_media: bool = Field(
        default=True, description="Fetch and measure media on foreign hosts before a post is accepted."
    )
    allow_private_addresses: bool = Field(
        default=False, description="Allow media URLs on loopback and private addresses. Only for your own network."
    )
    unsplash_access_key: SecretStr = Field(
        default=SecretStr(""), description="Access key of Unsplash; without one the sandbox makes pictures itself."
    )
    unsplash_url: str = Field(default="https://api.unsplash.com", description="Where Unsplash's API is.")
    feed_minutes: int = Field(default=15, gt=0, description="Minutes between two readings of a registered feed.")
    messaging_window_code: int = Field(
        default=101, description="Code that refuses a message outside the network's window; the contract names none."
    )
    ads_addon: bool = Field(default=True, description="Whether the account has the Ads add-on; without it, code 399.")
    model_url: str = Field(
        default="", description="Base URL of a language model that speaks OpenAI's protocol; empty is OpenAI's own."
    )
    model_key: SecretStr = Field(
        default=SecretStr(""), description="Key of the model; without key and URL none is asked."
    )
    model_name: str = Field(default="gpt-4o-mini", description="The model that writes and looks at pictures.")
    model_moderation: str = Field(default="omni-moderation-latest", description="The model that moderates.")
    model_transcription: str = Field(default="whisper-1", description="The model that listens.")
    model_seconds: float = Field(default=60.0, gt=0, le=600, description="Seconds in which the model must answer.")
    model_monthly_tokens: int = Field(default=0, ge=0, description="Tokens a month; 0 sets no limit.")
    webhook_timeout: float = Field(
        default=15.0, gt=0, le=300, description="Seconds in which whoever receives a webhook must answer."
    )
    webhook_gaps: Annotated[tuple[Annotated[int, Field(gt=0)], ...], NoDecode] = Field(
        default=(5, 30, 120, 300, 900, 1800, 7200, 21600),
        description="Seconds between two attempts to send a webhook; one attempt more than gaps. A comma list.",
    )
    strict_auto_repost: bool = Field(
        default=False, description="Refuse autoRepost beside scheduleDate, instead of letting scheduleDate win."
    )
    monthly_posts: int = Field(default=100_000, gt=0, description="`monthlyPostQuota` shown by GET /user.")
    monthly_calls: int = Field(default=1_000_000, gt=0, description="`monthlyApiCallsQuota` shown by GET /user.")

    @field_validator("linked", "webhook_gaps", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value

    @field_validator("linked", "analytics_refresh")
    @classmethod
    def _known(cls, value: Named) -> Named:
        if unknown := sorted(set(value) - set(NETWORKS)):
            raise ValueError(f"unknown networks {unknown}; choose from {', '.join(sorted(NETWORKS))}")
        return tuple(sorted(set(value))) if isinstance(value, tuple) else value

    @property
    def guise(self) -> Guise:
        """How sandbox accounts look."""
        personal = self.sandbox_linkedin == "personal"
        return Guise(followers=self.sandbox_followers, personal=personal, base=self.public_url)

    @property
    def has_model(self) -> bool:
        """Whether the operator has named a model."""
        return bool(self.model_url or self.model_key.get_secret_value())

    @field_validator("public_url")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.rstrip("/")
