"""The one place where ZIP packages are opened: whatever is wrong with one becomes a refusal in plain words."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.sources.sheets.problems import SheetRefused

LARGEST_UNPACKED = 512 * 1024 * 1024
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError)


def damaged(reason: object) -> SheetRefused:
    """The refusal of a workbook that cannot be read."""
    return SheetRefused(f"the workbook is damaged ({reason})", "open it, repair it and save it again")


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """The package in `data`, to be read from. Raises SheetRefused, also for what goes wrong while it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > LARGEST_UNPACKED:
                raise SheetRefused(
                    f"the workbook unpacks to {unpacked} bytes, more than {LARGEST_UNPACKED}", "split it"
                )
            yield archive
    except _DAMAGE as error:
        raise damaged(error) from error
