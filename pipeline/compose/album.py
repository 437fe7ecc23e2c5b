"""The bytes of fetched pictures between checking and uploading, on disk: ten thousand do not fit into memory."""

import hashlib
import tempfile
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Self


class Album(MutableMapping[str, bytes]):
    """Pictures by URL, each a file in a folder that is deleted on leaving. Use as `with Album() as album`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dovecote-")
        self._urls: dict[str, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the folder and forget the pictures."""
        self._urls.clear()
        self._folder.cleanup()

    def __setitem__(self, url: str, data: bytes) -> None:
        path = Path(self._folder.name, hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest())
        path.write_bytes(data)
        self._urls[url] = path

    def __getitem__(self, url: str) -> bytes:
        return self._urls[url].read_bytes()

    def __delitem__(self, url: str) -> None:
        self._urls.pop(url).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(self._urls)

    def __len__(self) -> int:
        return len(self._urls)
