"""A Google service account: spreadsheets that are shared with it, read as XLSX and written to cell by cell.

Everything here blocks. It talks to Google's own addresses only, follows no redirect, and shows the key to nobody. Needs
the extra `dovecote[google]`.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from pipeline.sources.sheets.problems import SheetRefused, short
from pipeline.sources.sheets.sniffing import LARGEST

if TYPE_CHECKING:
    import httpx
    from google.oauth2.service_account import Credentials

READ = "https://www.googleapis.com/auth/drive.readonly"
WRITE = "https://www.googleapis.com/auth/spreadsheets"
_FILES = "https://www.googleapis.com/drive/v3/files"
_SHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOKENS = frozenset({"oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"})
_PATIENCE = 60.0
_WHERE = "DOVECOTE_GOOGLE_CREDENTIALS, or the block Dovecote Google Sheets"


class Tab(NamedTuple):
    """A tab of a spreadsheet: its id, its title, and how many columns it has."""

    gid: int
    title: str
    columns: int


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    data: bytes


class GoogleAccount:
    """An account by its `key`: the JSON Google gave for it, or the path of that file. Opened at its first use.

    Every method raises SheetRefused for what people can mend. `transport` carries the requests; tests bring their own.
    """

    def __init__(self, key: SecretStr, *, transport: "httpx.BaseTransport | None" = None) -> None:
        self._key = key
        self._transport = transport
        self._known: dict[str, Credentials] = {}

    @property
    def email(self) -> str:
        """The account's address, with which a spreadsheet is shared."""
        return str(self._info.get("client_email", ""))

    def prove(self) -> None:
        """Let Google answer whether the key is good."""
        self._token(READ)

    def workbook(self, key: str) -> bytes:
        """The spreadsheet with all its tabs as XLSX; a workbook that was only put into Drive comes as it is."""
        answer = self._ask(READ, "GET", f"{_FILES}/{key}/export", params={"mimeType": _XLSX})
        if _reason(answer) == "fileNotExportable":
            answer = self._ask(READ, "GET", f"{_FILES}/{key}", params={"alt": "media", "supportsAllDrives": "true"})
        return self._checked(answer)

    def tabs(self, key: str, *, scope: str = READ) -> list[Tab]:
        """The tabs of a spreadsheet that hold cells, from the left."""
        fields = "sheets.properties(sheetId,title,sheetType,gridProperties.columnCount)"
        answer = self._ask(scope, "GET", f"{_SHEETS}/{key}", params={"fields": fields})
        told = [sheet["properties"] for sheet in json.loads(self._checked(answer)).get("sheets", [])]
        return [
            Tab(one["sheetId"], one["title"], one.get("gridProperties", {}).get("columnCount", 0))
            for one in told
            if one.get("sheetType", "GRID") == "GRID"
        ]

    def widen(self, key: str, tab: Tab, columns: int) -> None:
        """Put `columns` more columns at the right end of a tab."""
        more = {"sheetId": tab.gid, "dimension": "COLUMNS", "length": columns}
        body = {"requests": [{"appendDimension": more}]}
        self._checked(self._ask(WRITE, "POST", f"{_SHEETS}/{key}:batchUpdate", body=body))

    def write(self, key: str, ranges: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """Put texts into ranges (`'Posts'!K2:M3`, rows of texts). They stay texts: none becomes a formula or a date."""
        data = [{"range": place, "majorDimension": "ROWS", "values": rows} for place, rows in ranges.items()]
        body = {"valueInputOption": "RAW", "data": data}
        self._checked(self._ask(WRITE, "POST", f"{_SHEETS}/{key}/values:batchUpdate", body=body))

    @cached_property
    def _info(self) -> dict[str, Any]:
        text = self._key.get_secret_value().strip()
        try:
            info = json.loads(text if text.startswith("{") else Path(text).expanduser().read_text(encoding="utf-8"))
        except OSError as error:
            said = f"the key file of the Google service account cannot be read ({error.strerror})"
            raise SheetRefused(said, f"check {_WHERE}") from error
        except ValueError:
            # Not chained: the error would quote the key.
            info = None
        if not isinstance(info, dict) or info.get("type") != "service_account":
            said = "the key of the Google service account is not the JSON file that Google gives"
            raise SheetRefused(said, f"make a key of type JSON for the account, and check {_WHERE}")
        if urlsplit(str(info.get("token_uri", ""))).hostname not in _TOKENS:
            said = "the key of the Google service account names another address than Google's for its tokens"
            raise SheetRefused(said, "use the file as Google gave it")
        return info

    def _credentials(self, scope: str) -> "Credentials":
        try:
            from google.oauth2.service_account import Credentials  # noqa: PLC0415  (an extra)
        except ImportError as error:
            said = "reading Google Sheets by a service account needs a library that is not installed"
            raise SheetRefused(said, "pip install 'dovecote[google]'") from error
        if scope not in self._known:
            try:
                self._known[scope] = Credentials.from_service_account_info(self._info, scopes=[scope])  # type: ignore[no-untyped-call]
            except ValueError:
                said = "the key of the Google service account is damaged"
                raise SheetRefused(said, f"make a new key of type JSON, and check {_WHERE}") from None
        return self._known[scope]

    def _token(self, scope: str) -> str:
        credentials = self._credentials(scope)
        if not credentials.valid:
            from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

            try:
                credentials.refresh(self._carry)  # type: ignore[no-untyped-call]
            except GoogleAuthError as error:
                said = f"Google does not accept the service account {self.email} ({short(error.args[0])})"
                advice = "is its key deleted, or this machine's clock wrong? Else make a new key of type JSON"
                raise SheetRefused(said, advice) from None
        return str(credentials.token)

    def _ask(self, scope: str, method: str, url: str, *, params: Any = None, body: Any = None) -> _Answer:  # noqa: ANN401
        headers = {"authorization": f"Bearer {self._token(scope)}", "content-type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        return self._carry(url, method=method, body=content, headers=headers, params=params)

    def _carry(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        params: Mapping[str, str] | None = None,
    ) -> _Answer:
        """One request. Its shape is that of google-auth's transports, which asks for tokens through it."""
        import httpx  # noqa: PLC0415  (only who reads such sheets pays for it)

        try:
            with (
                httpx.Client(transport=self._transport, timeout=timeout or _PATIENCE) as client,
                client.stream(method, url, content=body, headers=headers, params=params) as response,
            ):
                data = b""
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > LARGEST:
                        raise SheetRefused(f"the file has more than {LARGEST} bytes", "split it into several files")
                return _Answer(response.status_code, response.headers, data)
        except httpx.HTTPError as error:
            said = f"Google cannot be reached ({type(error).__name__}: {error})"
            raise SheetRefused(said, "check the network and the proxy, and try again later") from error

    def _checked(self, answer: _Answer) -> bytes:
        if answer.status == HTTPStatus.OK:
            return answer.data
        error = _error(answer)
        said = f"Google answered {answer.status}" + (
            f" ({short(error['message'], 200)})" if error.get("message") else ""
        )
        raise SheetRefused(said, self._advice(answer.status, _reason(answer)))

    def _advice(self, status: int, reason: str) -> str:
        if reason in ("accessNotConfigured", "SERVICE_DISABLED"):
            return "switch on the Google Drive API and the Google Sheets API in the service account's project"
        if reason == "exportSizeLimitExceeded":
            return "Google exports no more than 10 MB: move pictures and old rows into another spreadsheet"
        if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            return f"share the spreadsheet with {self.email}: to be read as viewer, to be written back to as editor"
        if status == HTTPStatus.BAD_REQUEST:
            return "open it in Google Sheets: is it an Office file (save it as a Google Sheet), or a protected range?"
        return "try again later"


def _error(answer: _Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.data)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return told if isinstance(told, dict) else {}


def _reason(answer: _Answer) -> str:
    """Google's word for what is wrong: Drive's in `errors`, that of newer APIs in `details`."""
    error = _error(answer) if answer.status != HTTPStatus.OK else {}
    told = [*error.get("errors", []), *error.get("details", [])]
    return next((str(one["reason"]) for one in told if "reason" in one), "")
