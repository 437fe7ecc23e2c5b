"""A server in memory for the endpoint tests: its own store, a clock that stands still, and clients of its profiles."""

import asyncio
import base64
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy.engine import make_url

from server.embedded import EmbeddedTransport
from server.host import Host
from server.settings import SANDBOX_KEY, ServerSettings
from server.store import profiles
from social.instants import ManualClock
from tests.conftest import fresh_database, make_store

BASE = "https://sandbox.dovecote.localhost"
WAIT = 20.0
NAME = re.compile(r"\$([A-Za-z]\w*)")
X_KEYS = {"X-Twitter-OAuth1-Api-Key": "app", "X-Twitter-OAuth1-Api-Secret": "secret"}


@pytest.fixture
def clock() -> ManualClock:
    """The server's clock: Monday, 2 March 2026, 09:30 UTC."""
    return ManualClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def sqlite_template(empty_store: Path) -> Path:
    """New databases have the tables of the server's store."""
    return empty_store


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """New databases have the tables of the server's store."""
    with fresh_database(postgres_server) as url:
        asyncio.run(make_store(url))
        yield make_url(url).database or ""


@pytest.fixture
def make_host(
    request: pytest.FixtureRequest, clock: ManualClock, tmp_path: Path, empty_store: Path
) -> Callable[..., Host]:
    """A host over an empty store, not yet open; keyword arguments are settings.

    The store is a SQLite file; a test that uses the fixture `database_url` runs on each kind of database. With
    DOVECOTE_TEST_STORE=postgresql every other one runs on PostgreSQL (`make test-postgresql`).
    """
    both = "database_url" in request.fixturenames
    elsewhere = not both and os.environ.get("DOVECOTE_TEST_STORE") == "postgresql"
    file = tmp_path / "server.db"
    if not both:
        shutil.copy(empty_store, file)
    url = request.getfixturevalue("database_url") if both else f"sqlite:///{file}"
    if elsewhere:
        url = request.getfixturevalue("postgresql_url")

    def make(**settings: object) -> Host:
        given = {"database": url, "media_dir": tmp_path / "media", "rate_limit": 0, "durable": False}
        given |= {"sandbox_seed": "loft"} | settings
        return Host(ServerSettings.model_validate(given), clock)

    return make


@pytest.fixture
async def host(make_host: Callable[..., Host]) -> AsyncIterator[Host]:
    """An open host with every network linked."""
    async with make_host() as opened:
        yield opened


def _client_of(host: Host, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=EmbeddedTransport(host),
        base_url=BASE,
        headers={"Authorization": f"Bearer {SANDBOX_KEY}"} | X_KEYS | headers,
    )


@pytest.fixture
def client_of() -> Callable[..., httpx.AsyncClient]:
    """Make a client of a host's root: primary key, X headers; keyword arguments are further headers."""
    return _client_of


@pytest.fixture
def make_picture() -> Callable[..., Awaitable[str]]:
    """Upload a white JPEG of the given size and return its URL."""

    async def upload(api: httpx.AsyncClient, size: tuple[int, int] = (1080, 1080)) -> str:
        file = io.BytesIO()
        Image.new("RGB", size, "white").save(file, "JPEG")
        data = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
        answer = await api.post("/api/media/upload", json={"file": data, "fileName": "dove.jpg"})
        url: str = answer.json()["url"]
        return url

    return upload


@pytest.fixture
async def api(host: Host) -> AsyncIterator[httpx.AsyncClient]:
    """The primary profile's client, X headers included."""
    async with _client_of(host) as client:
        yield client


@pytest.fixture
async def connect(host: Host) -> AsyncIterator[Callable[..., Awaitable[httpx.AsyncClient]]]:
    """Make further clients: of a fresh user profile with `linked` networks, or with other `headers`."""
    async with AsyncExitStack() as stack:

        async def make(linked: tuple[str, ...] | None = None, **headers: str) -> httpx.AsyncClient:
            if linked is not None:
                async with host.database.begin() as connection:
                    now, seed = host.clock.now(), host.settings.sandbox_seed
                    key, _ = await profiles.create(connection, title="Shop", linked=linked, now=now, seed=seed)
                headers["Profile-Key"] = key
            return await stack.enter_async_context(_client_of(host, **headers))

        yield make


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., tuple[httpx.Client, subprocess.Popen[bytes]]]]:
    """Start `python -m server` over an empty store: a client of its root and the process, with `ready_after` seconds.

    Keyword arguments are settings, as `strict_media="false"`.
    """
    with ExitStack() as stack:

        def start(**settings: str) -> tuple[httpx.Client, subprocess.Popen[bytes]]:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            given = {"database": f"sqlite:///{tmp_path / 'server.db'}", "port": str(port), "poll_seconds": "0.05"}
            given |= {"media_dir": str(tmp_path / "media")} | settings
            log = stack.enter_context((tmp_path / "log").open("wb"))
            environment = os.environ | {f"DOVECOTE_SERVER_{name.upper()}": value for name, value in given.items()}
            command = [sys.executable, "-m", "server"]
            started = time.monotonic()
            running = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
            stack.callback(_stop, running)
            headers = {"Authorization": f"Bearer {SANDBOX_KEY}"}
            base = f"http://127.0.0.1:{port}"
            client = stack.enter_context(httpx.Client(base_url=base, headers=headers, timeout=WAIT, trust_env=False))
            _wait_for(client, running, tmp_path / "log")
            running.ready_after = time.monotonic() - started  # type: ignore[attr-defined]
            return client, running

        yield start


def _wait_for(client: httpx.Client, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline and running.poll() is None:
        try:
            if client.get("/health").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    pytest.fail(f"the server did not become ready:\n{log.read_text()}")


def _stop(running: subprocess.Popen[bytes]) -> None:
    if running.poll() is None:
        running.terminate()
        running.wait(WAIT)


class Kept:
    """What earlier answers of a story left for later calls, by name: `$name` in data stands for it."""

    def __init__(self, **known: object) -> None:
        self.known = known

    def filled(self, value: Any) -> Any:
        """The value with each `$name` replaced: alone by anything, within a text by text.

        Raises KeyError for a name nothing was kept under.
        """
        if isinstance(value, dict):
            return {name: self.filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if not isinstance(value, str):
            return value
        whole = NAME.fullmatch(value)
        return self.known[whole[1]] if whole else NAME.sub(lambda found: str(self.known[found[1]]), value)

    def keep(self, answer: Any, paths: dict[str, str]) -> None:
        """Keep parts of an answer: name → path."""
        self.known |= {name: self.at(answer, path) for name, path in paths.items()}

    @staticmethod
    def at(answer: Any, path: str) -> Any:
        """What stands at a path such as `postIds.0.id`."""
        for part in path.split("."):
            answer = answer[int(part)] if isinstance(answer, list) else answer[part]
        return answer


@pytest.fixture
def kept() -> Kept:
    """An empty memory for a story of calls."""
    return Kept()
