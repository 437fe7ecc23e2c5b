"""A Google service account as a block, for private Google Sheets."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Self

from pydantic import Field, SecretStr

from blocks.base import Door, logo
from server.doctor import Finding, look_at_google
from server.environment import Environment, account_of

if TYPE_CHECKING:
    from pipeline.sources.sheets import GoogleAccount


class GoogleSheets(Door):
    """The service account that reads private Google Sheets, and writes results back into them where asked.

    Share each sheet with the account's address: as viewer, or as editor for `sheet.write_back`. Needs
    `pip install 'dovecote[google]'`. Without a key only sheets shared with anyone who has the link can be read.

    Example:
        ```python
        from pathlib import Path
        from pydantic import SecretStr
        from blocks import GoogleSheets

        GoogleSheets(key=SecretStr(Path("key.json").read_text())).save("default", overwrite=True)
        ```
    """

    _block_type_name = "Dovecote Google Sheets"
    _block_type_slug = "dovecote-google-sheets"
    _description = "A Google service account: reads private Google Sheets and writes results back into them."
    _logo_url = logo("1f5c2")
    _code_example = '```python\nfrom blocks import GoogleSheets\n\naccount = GoogleSheets.load("default")\n```'

    key: SecretStr = Field(
        default=SecretStr(""),
        description="The account's key: the JSON file that Google gave for it (its content), or the path of that file.",
    )

    @classmethod
    def unsaved(cls, environment: Environment) -> Self:
        """The account the environment names, else none."""
        return cls(key=environment.google_credentials)

    async def _examine(self) -> AsyncIterator[Finding]:
        account = self.account()
        if account is None:
            yield Finding(what="Google account", grade="ok", said="none: only sheets shared by link can be read")
        else:
            yield await asyncio.to_thread(look_at_google, account)

    def account(self) -> "GoogleAccount | None":
        """The account, opened at its first use; None without a key."""
        return account_of(self.key)
