"""Pictures and videos that sheets name as files: those of one folder, and nothing else of this machine.

A name becomes an address that only we know, `media:harbour/boat.jpg`. It says nothing of where the folder lies, so that
moving it changes no post. Only rows of sheets carry such addresses: feeds and pages bring http and https.
"""

import re
import unicodedata
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from pipeline.fetching import FetchError

SCHEME = "media:"
_ABSOLUTE = re.compile(r"/|[A-Za-z]:")


def is_local(address: str) -> bool:
    """Whether an address is that of a file in the campaign's folder."""
    return address.startswith(SCHEME)


class NotInFolder(ValueError):
    """A name that is no file of the folder. The message says why."""


class MediaFolder:
    """The folder at `path`. What it holds is read when it is posted, not before."""

    def __init__(self, path: str) -> None:
        self._given = path
        self._folder = Path(path).expanduser()

    @property
    def exists(self) -> bool:
        """Whether there is such a folder."""
        return self._folder.is_dir()

    def address(self, name: str) -> str:
        """The address of the file called `name`, also one spelled as on Windows. Raises NotInFolder."""
        plain = name.replace("\\", "/")
        # A name may be spelled with other code points than on disk (ü as one or two); the first that is there counts.
        spellings = (plain, unicodedata.normalize("NFC", plain), unicodedata.normalize("NFD", plain))
        spelled = next((one for one in spellings if self._is_there(one)), plain)
        self._path(spelled)
        return SCHEME + quote(PurePosixPath(spelled).as_posix())

    def read(self, address: str, *, most: int) -> bytes:
        """The bytes of the file at `address`, at most `most`. Raises FetchError."""
        try:
            path = self._path(unquote(address.removeprefix(SCHEME)))
            size = path.stat().st_size
            if size > most:
                raise FetchError(address, f"has {size} bytes, more than the {most} allowed: make it smaller")
            return path.read_bytes()
        except (NotInFolder, OSError) as error:
            raise FetchError(address, str(getattr(error, "strerror", None) or error)) from error

    def _is_there(self, name: str) -> bool:
        try:
            return self._path(name).is_file()
        except NotInFolder:
            return False

    def _path(self, name: str) -> Path:
        if _ABSOLUTE.match(name) or ".." in PurePosixPath(name).parts:
            raise NotInFolder("leads out of media_folder: only files inside it are taken")
        try:
            path = (self._folder / name).resolve(strict=True)
            inside = path.is_relative_to(self._folder.resolve(strict=True))
        except (OSError, ValueError, RuntimeError) as error:
            raise NotInFolder(f"is no file in media_folder ({self._given})") from error
        if not inside:
            raise NotInFolder("is a link that leads out of media_folder: only files inside it are taken")
        if not path.is_file():
            raise NotInFolder(f"is no file in media_folder ({self._given})")
        return path
