"""The social API as a block: embedded by default, hosted by its address and key."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Self

from pydantic import Field, SecretStr

from blocks.base import Door, home, logo
from server.connection import EMBEDDED, Access, Connection
from server.doctor import Finding, look_at_api
from server.environment import Environment


class SocialApi(Door):
    """The API posts are scheduled through.

    Without any setting the API runs inside this process: nothing leaves the machine, posts go to a sandbox that behaves
    like the networks. Set `base_url` and `api_key` to use the hosted service, or your own `python -m server`.

    Example:
        ```python
        from pydantic import SecretStr
        from blocks import SocialApi

        hosted = SocialApi(base_url="https://api.ayrshare.com/api", api_key=SecretStr("your key"))
        hosted.save("default", overwrite=True)
        ```
    """

    _block_type_name = "Dovecote Social API"
    _block_type_slug = "dovecote-social-api"
    _description = "The unified social API posts go to: embedded sandbox, your own server, or the hosted service."
    _logo_url = logo("1f54a")
    _code_example = '```python\nfrom blocks import SocialApi\n\napi = SocialApi.load("default")\n```'

    base_url: str = Field(
        default=EMBEDDED, description="`embedded` runs the API in this process; else its address, ending in /api."
    )
    api_key: SecretStr = Field(
        default=SecretStr(""), description="API key of the primary profile. Not needed when embedded."
    )
    profile_key: SecretStr = Field(
        default=SecretStr(""), description="Key of the user profile to act for. Empty: primary."
    )
    x_api_key: SecretStr = Field(
        default=SecretStr(""), description="API key of your own X developer app, for posts to X."
    )
    x_api_secret: SecretStr = Field(default=SecretStr(""), description="API secret of your own X developer app.")
    requests_per_window: int = Field(
        default=300, ge=0, description="Requests per 5 minutes and profile the API allows; 0 means no limit."
    )
    quiet_seconds: float = Field(
        default=600, ge=0, description="How long after a lost answer a post must stay absent before it is sent again."
    )
    database: SecretStr = Field(
        default=SecretStr(""),
        description="Embedded only: database URL of the API. Empty: a SQLite file in the data folder.",
    )

    @classmethod
    def unsaved(cls, environment: Environment) -> Self:
        """The API the environment names, else the embedded one."""
        return cls(
            base_url=environment.api_url,
            api_key=environment.api_key,
            profile_key=environment.profile_key,
            x_api_key=environment.x_api_key,
            x_api_secret=environment.x_api_secret,
        )

    def _examine(self) -> AsyncIterator[Finding]:
        return look_at_api(self.access())

    def connect(self) -> AbstractAsyncContextManager[Connection]:
        """Open a client for the time of an `async with`. Raises ValueError when a hosted API has no key."""
        return self.access().connect()

    def access(self) -> Access:
        """The block's settings as the console has them too."""
        return Access(
            home=home(),
            base_url=self.base_url,
            api_key=self.api_key,
            profile_key=self.profile_key,
            x_api_key=self.x_api_key,
            x_api_secret=self.x_api_secret,
            requests_per_window=self.requests_per_window,
            quiet_seconds=self.quiet_seconds,
            database=self.database,
        )
