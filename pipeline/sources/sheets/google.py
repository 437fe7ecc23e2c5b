"""Google Sheets by their address: a share link becomes the address of an export, fetched like any other.

The sheet must be shared with anyone who has the link. Private sheets (a service account) are not read yet.
"""

import re
from urllib.parse import parse_qs, urlsplit

_SHEET = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]{20,})(?:/|$)")
_PUBLISHED = re.compile(r"/spreadsheets/(?:u/\d+/)?d/e/([A-Za-z0-9_-]{20,})(?:/|$)")
_HOST = "docs.google.com"


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
    match = _SHEET.search(parts.path)
    if match is None:
        return url
    told = parse_qs(parts.query)
    base = f"https://{_HOST}/spreadsheets/d/{match[1]}/export"
    gid = _gid(parts.query, parts.fragment)
    wanted = told.get("format", told.get("output", [""]))[0]
    if wanted == "xlsx" or (not wanted and gid in ("", "0")):
        return f"{base}?format=xlsx"
    return f"{base}?format={wanted or 'csv'}" + (f"&gid={gid}" if gid else "")


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
