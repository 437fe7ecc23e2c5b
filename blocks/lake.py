"""The lake as a block."""

from typing import TYPE_CHECKING, Self

from prefect.types import SecretDict
from pydantic import Field

from blocks.base import Door, home
from server.environment import Environment

if TYPE_CHECKING:
    from pipeline.analytics.lake import Lake


class LakeStorage(Door):
    """Where frames are kept as Delta tables: a folder, or an object store such as s3://bucket/path.

    Example:
        ```python
        from blocks import LakeStorage

        frame = LakeStorage.load("default").lake().frame("post_metrics")
        ```
    """

    _block_type_name = "Dovecote Lake"
    _block_type_slug = "dovecote-lake"
    _description = "Delta tables with what was read, posted and measured; readable by pandas, DuckDB, Spark and Polars."
    _code_example = '```python\nfrom blocks import LakeStorage\n\nlake = LakeStorage.load("default").lake()\n```'

    path: str = Field(default="", description="Folder or URL of the lake. Empty: the folder `lake` in the data folder.")
    storage_options: SecretDict = Field(
        default=SecretDict({}),
        description="Options of the object store by name, such as AWS_ACCESS_KEY_ID and AWS_REGION.",
    )

    @classmethod
    def unsaved(cls, environment: Environment) -> Self:
        """The lake the environment names, else a folder in the data folder."""
        return cls(path=environment.lake)

    def lake(self) -> "Lake":
        """The lake. Its methods block: call them in a thread from async code."""
        from pipeline.analytics.lake import Lake  # noqa: PLC0415  (pandas and pyarrow take a second to import)

        return Lake(self.path or str(home() / "lake"), dict(self.storage_options.get_secret_value()) or None)
