"""Where a source lies: a path on this machine, or an address."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

# No such place, no permission; no path or URL at all; no such user's home.
UNUSABLE = (OSError, ValueError, RuntimeError)


def local_path(source: str) -> Path | None:
    """The path that `source` names (plain or as `file:` URL); None for an address elsewhere. Raises one of UNUSABLE."""
    scheme = urlsplit(source).scheme.lower() if "://" in source or source.lower().startswith("file:") else ""
    if scheme == "file":
        return Path(unquote(urlsplit(source).path))
    return None if scheme else Path(source).expanduser()


def unusable(source: str, error: BaseException) -> str:
    """What is said of a source whose path cannot be used."""
    return f"{source}: {getattr(error, 'strerror', None) or error}: check the path"
