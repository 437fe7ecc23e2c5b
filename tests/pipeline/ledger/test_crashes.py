"""Promise 1 with SIGKILL: twenty deaths per campaign, and still each item exactly once."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pipeline.ledger import Ledger, noted_key
from server.embedded import embedded
from server.settings import ServerSettings
from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import SystemClock

ROOT = Path(__file__).parents[3]
ITEMS = 200
DEATHS = [
    ("before commit", 1),
    ("before commit", 2),
    ("before begin", 3),
    ("before commit", 3),
    ("before post", 1),
    ("during post", 7),
    ("after post", 9),
    ("before commit", 4),
    ("before begin", 5),
    ("after post", 10),
    ("before post", 11),
    ("during post", 12),
    ("before commit", 5),
    ("before commit", 2),
    ("before begin", 4),
    ("after post", 1),
    ("during post", 1),
    ("during post", 6),
    ("before begin", 2),
    ("after post", 7),
]


@pytest.fixture
def publisher():
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("crash_publisher.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:

        def run(**told):
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.fixture
def server(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DOVECOTE_SERVER_RATE_LIMIT": "0"}
    command = [sys.executable, "-m", "server", "--port", str(port), "--database", f"sqlite:///{tmp_path / 'store.db'}"]
    log = tmp_path / "server.log"
    with log.open("w") as out, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as process:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/health", process, log)
            yield f"http://127.0.0.1:{port}/api"
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_until_ready(url, process, log):
    for _ in range(200):
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail(f"the server did not get ready: {log.read_text()}")


async def keys_in_history(base, transport=None):
    now = datetime.now(UTC)
    async with SocialClient(
        base_url=base, api_key="dovecote-sandbox-key", transport=transport, pacer=Pacer(limit=0)
    ) as client:
        rows = client.history.everything(now - timedelta(days=2), now + timedelta(days=2))
        return Counter([noted_key(row.notes) async for row in rows])


async def assert_each_once(url, seen):
    async with Ledger(url, SystemClock()) as ledger:
        frame = await ledger.frame("claims")
        items = await ledger.frame("items")
    assert frame["outcome"].tolist() == ["accepted"] * ITEMS
    assert items["state"].tolist() == ["claimed"] * ITEMS
    assert frame["identity"].nunique() == ITEMS
    assert seen == Counter(dict.fromkeys(frame["key"], 1))


def die_and_finish(publisher, **told):
    ends = [
        # Once admitted the items may leave the feed.
        publisher(**told, run=run, die=death, items=ITEMS if run < 5 else 0)
        for run, death in enumerate(DEATHS)
    ]
    assert ends == [-signal.SIGKILL] * len(DEATHS)
    assert [publisher(**told, run=len(DEATHS) + run, die=("never", 0), items=0) for run in range(2)] == [0, 0]


async def test_killed_with_the_server_inside(publisher, tmp_path):
    ledger, store = (f"sqlite:///{tmp_path / name}" for name in ("ledger.db", "store.db"))
    die_and_finish(publisher, ledger=ledger, store=store, server="")

    async with embedded(ServerSettings(database=store, rate_limit=0)) as transport:
        await assert_each_once(ledger, await keys_in_history("http://embedded/api", transport))


# SQLite is what the test above kills.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_killed_while_the_server_lives_on(publisher, server, database_url):
    die_and_finish(publisher, ledger=database_url, store="", server=server)
    await assert_each_once(database_url, await keys_in_history(server))


def test_the_publisher_is_light():
    script = "import sys, runpy; runpy.run_path(sys.argv[1]); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).with_name("crash_publisher.py"))],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not re.findall(r"\b(?:pandas|prefect|numpy|pyarrow)\b", done.stdout)
