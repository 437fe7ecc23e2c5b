"""Flow tests run against one real Prefect server process, started once, or twice where tests share the work."""

import gc
import socket
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


# First, for pytest-xdist reads the marks in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # One worker gets them all, so that the server starts once; a second one those that mostly wait for `make ui`.
    for item in items:
        if "prefect_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.prefect)
            item.add_marker(pytest.mark.xdist_group("ui" if "ui" in item.fixturenames else "prefect"))
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))


@pytest.fixture(autouse=True)
def collect_open_sockets() -> Iterator[None]:
    # Prefect leaves sockets to the garbage collector; they must not be found in the middle of somebody else's test.
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the Prefect server of `prefect_url` keeps its database."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def prefect_url(prefect_home: Path, free_port: Callable[[], int]) -> Iterator[str]:
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_HOME,
        PREFECT_LOGGING_TO_API_ENABLED,
        temporary_settings,
    )

    from flows.serve import prefect_server, wait_until_ready

    port = free_port()
    with prefect_server(prefect_home, port) as server:
        wait_until_ready(server, port)
        url = f"http://127.0.0.1:{port}/api"
        settings = {
            PREFECT_API_URL: url,
            PREFECT_HOME: prefect_home,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
            PREFECT_LOGGING_TO_API_ENABLED: False,
        }
        with temporary_settings(settings):
            yield url


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test's databases, lake and reports lie."""
    monkeypatch.setenv("DOVECOTE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def feed(home: Path) -> Callable[..., Path]:
    """Write a feed file with the entries of these numbers, newest first. Who publishes it does so in a `home`."""

    def write(numbers: range, name: str = "feed.xml", padding: str = "") -> Path:
        entries = "".join(
            f"<item><guid>entry-{n}</guid><title>Entry number {n}</title><link>https://news.example.org/{n}</link>"
            f"<pubDate>{n % 28 + 1:02d} Oct 2026 10:00:00 +0000</pubDate>"
            f"<description>What happened the {n}th time. {padding}</description></item>"
            for n in reversed(numbers)
        )
        path = home / name
        path.write_text(f'<rss version="2.0"><channel><title>News</title>{entries}</channel></rss>', encoding="utf-8")
        return path

    return write
