"""The server's guarded fetcher, opened when the first foreign URL turns up: most servers never see one."""

import asyncio
from contextlib import AsyncExitStack

from pipeline.fetching import Fetched, Fetcher, FetchLimits


class LazyFetcher:
    """`Fetcher` without `async with`: opens itself at the first use. Raises FetchError as `Fetcher` does."""

    def __init__(self, *, allow_private: bool, per_host: int = 2) -> None:
        self._allow_private = allow_private
        self._per_host = per_host
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._fetcher: Fetcher | None = None

    async def get(self, url: str, *, limits: FetchLimits, authorization: str | None = None) -> Fetched:
        """Fetch a foreign URL; `authorization` is a header for its own host."""
        return await (await self._open()).get(url, limits=limits, authorization=authorization)

    async def head(self, url: str, *, limits: FetchLimits) -> Fetched:
        """As `get`, but only status and headers."""
        return await (await self._open()).head(url, limits=limits)

    async def post(self, url: str, content: bytes, *, headers: dict[str, str], limits: FetchLimits) -> Fetched:
        """Send to a foreign URL; the answer's body is not read."""
        return await (await self._open()).post(url, content, headers=headers, limits=limits)

    async def opened(self) -> Fetcher:
        """The fetcher itself, for code that takes one."""
        return await self._open()

    async def close(self) -> None:
        """Give connections back."""
        await self._stack.aclose()
        self._fetcher = None

    async def _open(self) -> Fetcher:
        async with self._opening:
            if self._fetcher is None:
                fetcher = Fetcher(allow_private=self._allow_private, per_host=self._per_host)
                self._fetcher = await self._stack.enter_async_context(fetcher)
        return self._fetcher
