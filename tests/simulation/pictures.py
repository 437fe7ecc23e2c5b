"""Pictures at foreign addresses: some cannot be had for a moment, some are gone for good."""

import io
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

from PIL import Image

from pipeline.fetching.errors import TimedOut
from pipeline.fetching.wire import Answer


class Pictures:
    """Every picture of a world, in place of the wire that foreign addresses are fetched by."""

    def __init__(self, chance: random.Random, faults: Counter[str]) -> None:
        self._chance = chance
        self._faults = faults
        self._there: list[str] = []
        self.trouble = 0.0
        self.replaced = patch("pipeline.fetching.wire.Wire", lambda *_, **__: self)

    def put(self) -> str:
        """A new one's address."""
        self._there.append(f"https://pictures.example.org/{len(self._there) + 1}.png")
        return self._there[-1]

    def move(self, *, trouble: float) -> None:
        """Some hours later: one of the last may be gone."""
        self.trouble = trouble
        if trouble and self._there and self._chance.random() < 0.3:
            place = self._chance.randrange(max(0, len(self._there) - 20), len(self._there))
            if self._there[place]:
                self._there[place] = ""
                self._faults["a picture is gone"] += 1

    async def close(self) -> None:
        """Nothing is open."""

    @asynccontextmanager
    async def ask(self, _method: str, url: str, *_: Any) -> AsyncIterator[Answer]:
        """Answer for an address, as `pipeline.fetching.wire.Wire` does."""
        if self._chance.random() < self.trouble:
            self._faults["a picture's server is slow"] += 1
            raise TimedOut(url, "simulated: took too long")
        if url not in self._there:
            yield Answer(404, {}, _chunks(b""))
            return
        yield Answer(200, {"content-type": "image/png"}, _chunks(_drawn(self._there.index(url))))


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _drawn(number: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), (number * 7 % 256, number * 31 % 256, number // 256)).save(file, "PNG")
    return file.getvalue()
