"""Google Sheets by their address: which spreadsheet a link names, and the address of its public export.

A sheet shared with anyone who has the link is fetched as any other file is. A private one is read by a service account
(`private.py`).
"""

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

_SHEET = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{20,})(?:/|$)")
_PUBLISHED = re.compile(r"/spreadsheets/(?:u/\d+/)?d/e/([A-Za-z0-9_-]{20,})(?:/|$)")
_HOST = "docs.google.com"
_LOGIN = "accounts.google.com"


class Spreadsheet(NamedTuple):
    """A spreadsheet by its id, and the id of the tab that the link shows; `0` is mostly the first, empty is none."""

    key: str
    gid: str

    @property
    def tab(self) -> int | None:
        """The tab that the link asks for, None when the contents may decide: links to the first are given by habit."""
        return int(self.gid) if self.gid not in ("", "0") else None


def spreadsheet_of(url: str) -> Spreadsheet | None:
    """The spreadsheet that a link opens; None for other addresses, and for copies published to the web."""
    parts = urlsplit(url)
    match = _SHEET.search(parts.path) if (parts.hostname or "").lower() == _HOST else None
    return Spreadsheet(match[1], _gid(parts.query, parts.fragment)) if match else None


def export_url(url: str) -> str:
    """The address of the export for a Google Sheets link; any other address as it is (ValueError for none at all).

    A link to the first tab, or to none, gives the whole workbook (XLSX: real dates, sheets chosen by content). A link
    to another tab (`gid`) gives that tab as CSV.
    """
    parts = urlsplit(url)
    if (parts.hostname or "").lower() != _HOST:
        return url
    if match := _PUBLISHED.search(parts.path):
        return _published(parts.query, parts.fragment, match[1])
    sheet = spreadsheet_of(url)
    if sheet is None:
        return url
    told = parse_qs(parts.query)
    base = f"https://{_HOST}/spreadsheets/d/{sheet.key}/export"
    wanted = told.get("format", told.get("output", [""]))[0]
    if wanted == "xlsx" or (not wanted and sheet.tab is None):
        return f"{base}?format=xlsx"
    return f"{base}?format={wanted or 'csv'}" + (f"&gid={sheet.gid}" if sheet.gid else "")


def asks_for_login(url: str) -> bool:
    """Whether the address that an export ended at is that of Google's login: then the sheet is private."""
    return (urlsplit(url).hostname or "").lower() == _LOGIN


def _published(query: str, fragment: str, key: str) -> str:
    gid = _gid(query, fragment)
    wanted = parse_qs(query).get("output", ["xlsx" if gid in ("", "0") else "csv"])[0]
    base = f"https://{_HOST}/spreadsheets/d/e/{key}/pub?output={wanted}"
    return f"{base}&gid={gid}&single=true" if wanted != "xlsx" and gid else base


def _gid(query: str, fragment: str) -> str:
    for part in (query, fragment):
        gid = parse_qs(part).get("gid", [""])[0]
        if gid.isdecimal():
            return gid
    return ""
