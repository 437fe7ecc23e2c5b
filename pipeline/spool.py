"""Many large things in order, of which memory holds only some."""

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from functools import cached_property
from typing import IO, Generic, TypeVar

T = TypeVar("T")


class Spool(Generic[T]):
    """Things by number, in whatever order they come in. What weighs more than `most` together lies in a file.

    The file has no name, so nobody else can open it, and it is gone with the spool. Iterating gives the things in the
    order of their numbers, those of the file made anew each time. Raises OSError when the disk is full.
    """

    def __init__(self, most: int) -> None:
        self._room = most
        self._held: dict[int, T] = {}
        self._written: dict[int, tuple[int, int]] = {}

    @cached_property
    def _file(self) -> IO[bytes]:
        file = tempfile.TemporaryFile(prefix="dovecote-")  # noqa: SIM115 - closed with the spool
        weakref.finalize(self, file.close)
        return file

    def put(self, number: int, thing: T, weight: int) -> None:
        """Keep a thing under its number. One that weighs nothing, as it lives elsewhere too, never goes to the file."""
        if weight <= self._room:
            self._held[number] = thing
            self._room -= weight
            return
        start = self._file.seek(0, 2)
        pickle.dump(thing, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._written[number] = (start, self._file.tell() - start)

    def __len__(self) -> int:
        return len(self._held) + len(self._written)

    def __iter__(self) -> Iterator[T]:
        for number in sorted([*self._held, *self._written]):
            yield self._held[number] if number in self._held else self._read(*self._written[number])

    def _read(self, start: int, size: int) -> T:
        self._file.seek(start)
        thing: T = pickle.loads(self._file.read(size))  # noqa: S301 - only this object can write there
        return thing
