"""The lake as a block."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Self

from prefect.types import SecretDict
from pydantic import Field, SecretStr

from blocks.base import Door, home, logo
from pipeline.showing import shown
from server.doctor import Finding, look_at_lake
from server.environment import Environment, is_database

if TYPE_CHECKING:
    from pipeline.analytics.lake import Lake


class LakeStorage(Door):
    """Where frames are kept: Delta tables in a folder or an object store, PostgreSQL, or a DuckDB file.

    Example:
        ```python
        from blocks import LakeStorage

        frame = LakeStorage.load("default").lake().frame("post_metrics")
        ```
    """

    _block_type_name = "Dovecote Lake"
    _block_type_slug = "dovecote-lake"
    _description = "What was read, posted and measured: Delta tables, PostgreSQL or DuckDB, for pandas, Spark and SQL."
    _logo_url = logo("1f4ca")
    _code_example = '```python\nfrom blocks import LakeStorage\n\nlake = LakeStorage.load("default").lake()\n```'

    path: str = Field(
        default="",
        description="Folder, s3://bucket/path, or a DuckDB file (numbers.duckdb). Empty: the folder `lake` in the data "
        "folder.",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="In place of a path: a PostgreSQL database, such as postgresql://user:secret@host/name.",
    )
    storage_options: SecretDict = Field(
        default=SecretDict({}),
        description="Options of the object store by name, such as AWS_ACCESS_KEY_ID and AWS_REGION.",
    )

    @classmethod
    def unsaved(cls, environment: Environment) -> Self:
        """The lake the environment names, else a folder in the data folder."""
        if is_database(environment.lake):
            return cls(database_url=SecretStr(environment.lake))
        return cls(path=environment.lake)

    @property
    def address(self) -> str:
        """Where the lake lies; may hold a password."""
        return self.database_url.get_secret_value() or self.path or str(home() / "lake")

    async def _examine(self) -> AsyncIterator[Finding]:
        yield await asyncio.to_thread(look_at_lake, self.lake, shown(self.address))

    def lake(self) -> "Lake":
        """The lake. Its methods block: call them in a thread from async code."""
        from pipeline.analytics.lake import Lake  # noqa: PLC0415  (pandas and pyarrow take a second to import)

        return Lake(self.address, dict(self.storage_options.get_secret_value()) or None)
