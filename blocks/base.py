"""What all blocks share: where data lives by default, loading a block that need not exist, and proving it works."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

from prefect.blocks.core import Block
from pydantic import HttpUrl

from server.doctor import Finding, worst
from server.environment import Environment


def home() -> Path:
    """Folder of the default databases, lake and reports: `DOVECOTE_HOME`, else `dovecote-data` here."""
    return Environment().folder


def logo(emoji: str) -> HttpUrl:
    """A picture of Twemoji (CC-BY 4.0) by its code point: Prefect keeps an address, blocks cannot carry a picture."""
    return HttpUrl(f"https://cdn.jsdelivr.net/npm/@twemoji/svg@15.0.0/{emoji}.svg")


class CheckFailed(ValueError):
    """What a block names does not work; the message says what and what to do."""


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

    async def check(self) -> list[str]:
        """Prove that what the block names works. Returns what was found, a line each.

        Raises CheckFailed with the reason and what to do. Writes nothing but empty tables where there are none.
        """
        found = [one async for one in self._examine()]
        if worst(found) == "error":
            raise CheckFailed("; ".join(_told(one) for one in found if one.grade == "error"))
        return [_told(one) for one in found]

    @abstractmethod
    def _examine(self) -> AsyncIterator[Finding]:
        """Look at what the block names."""


def _told(one: Finding) -> str:
    return f"{one.what}: {one.said}{f' ({one.advice})' if one.advice else ''}"
