"""The lake as a block."""

from pydantic import Field, SecretStr

from blocks.base import Door, home
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
    storage_options: dict[str, SecretStr] = Field(
        default={}, description="Options of the object store by name, such as AWS_ACCESS_KEY_ID and AWS_REGION."
    )

    def lake(self) -> Lake:
        """The lake. Its methods block: call them in a thread from async code."""
        options = {name: value.get_secret_value() for name, value in self.storage_options.items()}
        return Lake(self.path or str(home() / "lake"), options or None)
