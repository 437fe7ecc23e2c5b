"""What all blocks share: where data lives by default, and loading a block that need not exist."""

import os
from pathlib import Path
from typing import Self

from prefect.blocks.core import Block


def home() -> Path:
    """Folder of the default databases, lake and reports: `DOVECOTE_HOME`, else `dovecote-data` here."""
    return Path(os.environ.get("DOVECOTE_HOME", "dovecote-data")).absolute()


class Door(Block):
    """Base of Dovecote's blocks."""

    _documentation_url = None

    @classmethod
    async def named(cls, name: str) -> Self:
        """The saved block of that name; where nobody saved a `default`, the block's defaults.

        Raises ValueError when another name does not exist, with the command that creates it.
        """
        try:
            return await cls.aload(name)
        except ValueError as error:
            if name == "default":
                return cls()
            slug = cls.get_block_type_slug()
            raise ValueError(
                f"no block {slug}/{name}: create it under Blocks in the Prefect UI, or use 'default'"
            ) from error
