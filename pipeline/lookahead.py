"""One thing is made ready while another is worked on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Lookahead(Generic[T]):
    """Makes things with `make`, the next one already during `meanwhile`; one at a time, in order."""

    def __init__(self, make: Callable[[], Awaitable[T]]) -> None:
        self._make = make
        self._made: asyncio.Task[T] | None = None

    @property
    def ready(self) -> T | None:
        """What was made ahead and not taken yet; None also when making it failed."""
        return self._made.result() if self._made and not self._made.exception() else None

    async def take(self) -> T:
        """The next one: what was made ahead, or made now. Raises what making it raised; then it can be made again."""
        made, self._made = self._made, None
        return made.result() if made else await self._make()

    @asynccontextmanager
    async def meanwhile(self) -> AsyncIterator[None]:
        """Make the next one while the body runs. What fails is raised when it is taken, and never stops the body."""
        making = asyncio.ensure_future(self._make())
        try:
            yield
        except asyncio.CancelledError:
            making.cancel()
            raise
        finally:
            await _ended(making)
            self._made = None if making.cancelled() else making


async def _ended(making: "asyncio.Future[T]") -> None:
    try:
        await asyncio.wait({making})
    except asyncio.CancelledError:
        making.cancel()
        raise
    if not making.cancelled():
        # Looked at, so that asyncio does not complain when nobody takes it any more.
        making.exception()
