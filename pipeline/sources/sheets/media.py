"""Links and files that cells name: web addresses, several in one cell, and file names that need a base or folder."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote, urlsplit

from pipeline.mediafolder import MediaFolder, NotInFolder
from pipeline.sources.sheets.problems import SheetRefused
from pipeline.sources.sheets.settings import SheetSettings

_URL = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_APART = re.compile(r"[\n|]+|;\s*|,\s*(?=https?://)|\s+(?=https?://)", re.IGNORECASE)
_NAMES_APART = re.compile(r"[\n|;,]+")
_BARE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#:]\S*)?$", re.IGNORECASE)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|svg|heic|tiff?|mp4|mov|avi|webm|m4v|zip|psd|pdf|ai)$", re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:mp4|mov|m4v|webm|avi|mkv|mpe?g)$", re.IGNORECASE)
_SAFE = "!#$%&'()*+,/:;=?@[]~"


Placer = Callable[[str], str]
"""Gives the address of a file by its name. Raises NotInFolder for a name that has none."""


@dataclass(slots=True)
class Addresses:
    """What a cell of files came to: addresses in order, and names that have none with the reason."""

    urls: list[str] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)


def placer(settings: SheetSettings) -> Placer:
    """How names of files become addresses. Raises SheetRefused when the folder they should lie in is not there."""
    if settings.media_folder:
        folder = MediaFolder(settings.media_folder)
        if not folder.exists:
            raise SheetRefused(f"media_folder: there is no folder {settings.media_folder!r}", "check its path")
        return folder.address
    return partial(_below, settings.media_base.rstrip("/")) if settings.media_base else _nowhere


def files_in(text: str, place: Placer) -> Addresses:
    """The files that a cell names; `place` gives the addresses of those that are no addresses themselves."""
    found = Addresses()
    for part in filter(None, (part.strip() for part in _APART.split(text))):
        if is_address(part):
            found.urls.append(encoded(part))
            continue
        for name in filter(None, (name.strip() for name in _NAMES_APART.split(part))):
            try:
                found.urls.append(_nowhere(name) if "://" in name else place(name))
            except NotInFolder as error:
                found.names.append((name, str(error)))
    return found


def _below(base: str, name: str) -> str:
    return f"{base}/{quote(name.lstrip('/'), safe=_SAFE)}"


def _nowhere(name: str) -> str:
    raise NotInFolder("is a file name, no web address")


def is_video(url: str) -> bool:
    """True when the address ends like that of a film."""
    return bool(_VIDEO.search(urlsplit(url).path))


def link_in(text: str) -> tuple[str, str]:
    """The link of a cell and a note on what was mended; an empty link when the text is none."""
    several = [part for part in text.split() if is_address(part)]
    if several and len(several) == len(text.split()):
        return encoded(several[0]), "holds several links: only the first is used" if len(several) > 1 else ""
    if is_address(text) and len(several) == 1:
        return encoded(text), "holds characters that no link may have: they were encoded"
    if _BARE.match(text) and not _FILE.search(text):
        return f"https://{text}", "has no https:// in front: it was put there"
    return "", ""


def is_address(text: str) -> bool:
    """True for an http or https address whose host can be read."""
    try:
        return bool(_URL.match(text) and urlsplit(text).hostname)
    except ValueError:
        return False


def encoded(url: str) -> str:
    """The address with characters encoded that no address may hold; all else as its author wrote it."""
    bad = set(url) & set(' "<>\\^`{|}')
    return quote(url, safe=_SAFE + "".join(set(url) - bad)) if bad else url
