"""Google played on 127.0.0.1: tokens for signed assertions, the export of Drive, and the cells of Sheets."""

import base64
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import openpyxl
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from openpyxl.utils import range_boundaries

KEY = "1AbCdEfGhIjKlMnOpQrStUvWxYz_0123456789-abcde"
EMAIL = "dovecote@project.iam.gserviceaccount.com"
SCOPES = {
    "drive": "https://www.googleapis.com/auth/drive.readonly",
    "sheets": "https://www.googleapis.com/auth/spreadsheets",
}
HOSTS = {"oauth2.googleapis.com", "www.googleapis.com", "sheets.googleapis.com"}


class Refusal(Exception):
    def __init__(self, status: int, message: str, reason: str = "") -> None:
        self.status = status
        self.told = {"code": status, "message": message, "errors": [{"reason": reason}]}


@dataclass
class FakeGoogle:
    """One spreadsheet, its sharing (`viewer`, `editor`, empty for none), and what was asked, as method and URL."""

    private: rsa.RSAPrivateKey
    book: openpyxl.Workbook = field(default_factory=openpyxl.Workbook)
    role: str = "viewer"
    office: bool = False
    columns: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def key(self, **changes: str) -> str:
        """The JSON of the account's key."""
        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        told = {"type": "service_account", "client_email": EMAIL, "private_key_id": "k1", "private_key": pem.decode()}
        return json.dumps(told | {"token_uri": "https://oauth2.googleapis.com/token"} | changes)

    def answer(self, method: str, url: str, body: bytes, token: str) -> tuple[bytes, str]:
        parts = urlsplit(url)
        if parts.path == "/token":
            return _json(self._token(parse_qs(body.decode())["assertion"][0]))
        self._allowed(token, method)
        if parts.path == f"/drive/v3/files/{KEY}/export":
            if self.office:
                raise Refusal(403, "Export only supports Docs Editors files.", "fileNotExportable")
            return self._exported()
        if parts.path == f"/drive/v3/files/{KEY}" and parse_qs(parts.query)["alt"] == ["media"]:
            return self._exported()
        if self.office:
            raise Refusal(400, "This operation is not supported for this document")
        if parts.path == f"/v4/spreadsheets/{KEY}":
            return _json({"sheets": [self._properties(place) for place in range(len(self.book.worksheets))]})
        told = json.loads(body)
        if parts.path.endswith("/values:batchUpdate"):
            assert told["valueInputOption"] == "RAW"
            for one in told["data"]:
                self._put(one["range"], one["values"])
            return _json({})
        for request in told["requests"]:
            grown = request["appendDimension"]
            name = self.book.worksheets[grown["sheetId"]].title
            self.columns[name] = self._width(name) + grown["length"]
        return _json({})

    def _token(self, assertion: str) -> dict[str, Any]:
        head, claims, signature = assertion.split(".")
        try:
            self.private.public_key().verify(
                _bytes(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            raise Refusal(400, "invalid_grant") from None
        told = json.loads(_bytes(claims))
        assert (told["iss"], told["aud"]) == (EMAIL, "https://oauth2.googleapis.com/token")
        assert told["iat"] - 60 < time.time() < told["exp"]
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = told["scope"]
        return {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}

    def _allowed(self, token: str, method: str) -> None:
        scope = self.tokens.get(token)
        if scope is None:
            raise Refusal(401, "Request had invalid authentication credentials.")
        if not self.role:
            raise Refusal(404, f"File not found: {KEY}.", "notFound")
        if method != "GET" and (scope != SCOPES["sheets"] or self.role != "editor"):
            raise Refusal(403, "The caller does not have permission", "PERMISSION_DENIED")

    def _exported(self) -> tuple[bytes, str]:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def _width(self, name: str) -> int:
        return self.columns.get(name, 26)

    def _properties(self, place: int) -> dict[str, Any]:
        name = self.book.worksheets[place].title
        grid = {"columnCount": self._width(name)}
        told = {"sheetId": place, "title": self.titles.get(name, name), "sheetType": "GRID", "gridProperties": grid}
        return {"properties": told}

    def _put(self, place: str, values: list[list[str]]) -> None:
        match = re.fullmatch(r"'((?:[^']|'')+)'!(.+)", place)
        assert match
        title = match[1].replace("''", "'")
        sheet = next(one for one in self.book.worksheets if self.titles.get(one.title, one.title) == title)
        left, top, right, bottom = range_boundaries(match[2])
        if right > self._width(sheet.title):
            raise Refusal(400, f"Range ({place}) exceeds grid limits.")
        assert (bottom - top + 1, {right - left + 1}) == (len(values), {len(row) for row in values})
        self.written.append(place)
        for row, texts in enumerate(values, top):
            for column, text in enumerate(texts, left):
                cell = sheet.cell(row, column)
                cell.value, cell.data_type = text or None, "s"


class Rerouted(httpx.BaseTransport):
    """Carries what is meant for Google's hosts to 127.0.0.1, and nothing else."""

    def __init__(self, port: int) -> None:
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert (request.url.scheme, request.url.host in HOSTS) == ("https", True), request.url
        with httpx.Client(trust_env=False) as client:
            headers = [*request.headers.items(), ("x-asked", str(request.url))]
            url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
            answer = client.request(request.method, url, headers=headers, content=request.read())
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@contextmanager
def played(google: FakeGoogle) -> Iterator[httpx.BaseTransport]:
    """Serve `google` for the time of a `with`; gives the transport that leads there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._any()

        def do_POST(self) -> None:
            self._any()

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            url = unquote(self.headers["x-asked"])
            google.asked.append(f"{self.command} {url.partition('?')[0]}")
            try:
                status, (data, kind) = 200, google.answer(self.command, self.path, body, token)
            except Refusal as refusal:
                wrong = "invalid_grant" if refusal.told["message"] == "invalid_grant" else refusal.told
                status, (data, kind) = refusal.status, _json({"error": wrong})
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Rerouted(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _json(told: object) -> tuple[bytes, str]:
    return json.dumps(told).encode(), "application/json"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
