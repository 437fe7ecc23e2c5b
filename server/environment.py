"""What the environment says of API, ledger and lake: for the console, and for blocks named `default` nobody saved."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.connection import EMBEDDED, Access

if TYPE_CHECKING:
    from pipeline.analytics.lake import Lake
    from pipeline.sources.sheets import GoogleAccount

_NO_SECRET = SecretStr("")


def is_database(lake: str) -> bool:
    """Whether a lake's address is a PostgreSQL URL, which may hold a password."""
    return lake.startswith(("postgresql://", "postgres://"))


class Environment(BaseSettings):
    """Settings from `DOVECOTE_*` variables, such as `DOVECOTE_API_KEY`. Without any, all is embedded in `home`."""

    model_config = SettingsConfigDict(env_prefix="DOVECOTE_", extra="ignore")

    home: Path = Field(default=Path("dovecote-data"), description="Folder of databases, lake and reports.")
    api_url: str = Field(default=EMBEDDED, description="`embedded`, or the API's address ending in /api.")
    api_key: SecretStr = Field(default=_NO_SECRET, description="API key of the primary profile.")
    profile_key: SecretStr = Field(default=_NO_SECRET, description="Key of the user profile to act for.")
    x_api_key: SecretStr = Field(default=_NO_SECRET, description="API key of your own X developer app.")
    x_api_secret: SecretStr = Field(default=_NO_SECRET, description="API secret of your own X developer app.")
    ledger: SecretStr = Field(default=_NO_SECRET, description="Database URL of the ledger; empty: SQLite in home.")
    google_credentials: SecretStr = Field(
        default=_NO_SECRET, description="Key file of a Google service account (its path, or its JSON)."
    )
    reports_url: str = Field(
        default="", description="Where a browser reaches the folder of reports; the Prefect UI then links to them."
    )
    lake: str = Field(default="", repr=False, description="Folder or URL of the lake; empty: `lake` in home.")

    @property
    def folder(self) -> Path:
        """The data folder as an absolute path."""
        return self.home.expanduser().absolute()

    @property
    def ledger_url(self) -> str:
        """The ledger's database."""
        return self.ledger.get_secret_value() or f"sqlite:///{self.folder / 'ledger.db'}"

    @property
    def lake_path(self) -> str:
        """Where the lake lies."""
        return self.lake or str(self.folder / "lake")

    def access(self) -> Access:
        """How to reach the API."""
        return Access(
            home=self.folder,
            base_url=self.api_url,
            api_key=self.api_key,
            profile_key=self.profile_key,
            x_api_key=self.x_api_key,
            x_api_secret=self.x_api_secret,
        )

    def open_lake(self) -> "Lake":
        """The lake. Its methods block."""
        from pipeline.analytics.lake import Lake  # noqa: PLC0415  (pandas and pyarrow take a second to import)

        return Lake(self.lake_path)

    def google(self) -> "GoogleAccount | None":
        """The account that reads private Google Sheets, None where none is set."""
        return account_of(self.google_credentials)


def account_of(key: SecretStr) -> "GoogleAccount | None":
    """The Google account of a key, None for an empty one."""
    if not key.get_secret_value().strip():
        return None
    from pipeline.sources.sheets import GoogleAccount  # noqa: PLC0415  (calamine and its like, only where wanted)

    return GoogleAccount(key)
