"""What all blocks share: where data lives by default, and loading a block that need not exist."""

from pathlib import Path
from typing import Self

from prefect.blocks.core import Block

from server.environment import Environment


def home() -> Path:
    """Folder of the default databases, lake and reports: `DOVECOTE_HOME`, else `dovecote-data` here."""
    return Environment().folder


class Door(Block):
    """Base of Dovecote's blocks."""

    _documentation_url = None

    @classmethod
    def unsaved(cls, environment: Environment) -> Self:
        """The block that stands for `default` while nobody saved one."""
        return cls()

    @classmethod
    async def named(cls, name: str) -> Self:
        """The saved block of that name; where nobody saved a `default`, what the environment says, or the defaults.

        Raises ValueError when another name does not exist, with the command that creates it.
        """
        try:
            return await cls.aload(name)
        except ValueError as error:
            if name == "default":
                return cls.unsaved(Environment())
            slug = cls.get_block_type_slug()
            raise ValueError(
                f"no block {slug}/{name}: create it under Blocks in the Prefect UI, or use 'default'"
            ) from error
