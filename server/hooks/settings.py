"""Everything about the receiver an operator can set, from `DOVECOTE_HOOKS_*` variables or keyword arguments."""

from datetime import timedelta

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_NO_SECRET = SecretStr("")


class HookSettings(BaseSettings):
    """Settings of one receiver. Every field can be set by its variable, such as `DOVECOTE_HOOKS_PORT=9000`."""

    model_config = SettingsConfigDict(env_prefix="DOVECOTE_HOOKS_", extra="forbid", populate_by_name=True)

    secret: SecretStr = Field(
        default=_NO_SECRET, description="Secret the webhooks were registered with; a call it did not sign is refused."
    )
    previous_secret: SecretStr = Field(
        default=_NO_SECRET, description="The secret before a rotation, believed as well while you change over."
    )
    database: str = Field(
        default="sqlite:///dovecote-data/hooks.db", description="SQLite file or PostgreSQL URL where events are kept."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8322, ge=0, le=65535, description="Port to listen on.")
    prefect_url: str = Field(
        default="",
        validation_alias=AliasChoices("DOVECOTE_HOOKS_PREFECT_URL", "PREFECT_API_URL"),
        description="Prefect's API that events go to, else that of PREFECT_API_URL; empty only keeps them.",
    )
    prefect_key: SecretStr = Field(
        default=_NO_SECRET,
        validation_alias=AliasChoices("DOVECOTE_HOOKS_PREFECT_KEY", "PREFECT_API_KEY"),
        description="Key of Prefect Cloud, else that of PREFECT_API_KEY.",
    )
    keep_days: int = Field(default=30, ge=2, description="Days after which an event is forgotten.")
    poll_seconds: float = Field(default=5.0, gt=0, description="Pause before Prefect is tried again.")

    @field_validator("prefect_url")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that may have signed a call."""
        both = (self.secret.get_secret_value(), self.previous_secret.get_secret_value())
        return tuple(one for one in both if one)

    @property
    def keep(self) -> timedelta:
        """How long an event is remembered, and with it that it came."""
        return timedelta(days=self.keep_days)
