"""Promise 1 with a real flow process: killed with SIGKILL at several points, restarted, each item exactly once.

DOVECOTE_KILLS says how often. Twenty deaths at chosen places are in tests/pipeline/ledger/test_crashes.py.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

ITEMS, KILLS = 200, int(os.environ.get("DOVECOTE_KILLS", "4"))
KEY = "dovecote-sandbox-key"
ROOT = Path(__file__).parent.parent.parent
CHILD = """
import asyncio, sys
from blocks import SocialApi
from flows.publish import publish
from pipeline.campaign import Campaign, Timing

async def main():
    timing = Timing(allow_burst=True)
    campaign = Campaign(
        name="kill", sources=[sys.argv[1]], platforms=["bluesky"], timing=timing, backfill=int(sys.argv[2])
    )
    story = await publish(campaign, api="kill-test", ledger="kill-test")
    print(story.headline)

asyncio.run(main())
"""


@pytest.fixture
def server(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[str]:
    """A real API server process without a rate limit."""
    port = free_port()
    settings = {
        "DOVECOTE_SERVER_DATABASE": f"sqlite:///{tmp_path / 'server.db'}",
        "DOVECOTE_SERVER_MEDIA_DIR": str(tmp_path / "media"),
        "DOVECOTE_SERVER_RATE_LIMIT": "0",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "--port", str(port)], env=os.environ | settings, cwd=ROOT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(url), 30)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def posted(url: str) -> list[str]:
    """The keys in the notes of every post of the server's history."""
    found = httpx.get(
        f"{url}/api/history",
        params={"limit": 1000, "lastDays": 0},
        headers={"Authorization": f"Bearer {KEY}"},
    ).json()["history"]
    return [] if isinstance(found, dict) else [row["notes"] for row in found]


async def test_killed_again_and_again_each_item_goes_out_once(
    prefect_url: str, server: str, feed: Callable[..., Path], tmp_path: Path
) -> None:
    from pydantic import SecretStr

    from blocks import LedgerDatabase, SocialApi

    # A killed process cannot let go of its claims: the next one must not wait three minutes for them.
    await LedgerDatabase(lease_seconds=1).asave("kill-test", overwrite=True)
    await SocialApi(base_url=f"{server}/api", api_key=SecretStr(KEY), requests_per_window=0, quiet_seconds=0).asave(
        "kill-test", overwrite=True
    )
    path = feed(range(ITEMS))
    environment = os.environ | {
        "DOVECOTE_HOME": str(tmp_path / "home"),
        "PREFECT_API_URL": prefect_url,
        "PREFECT_LOGGING_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", CHILD, str(path), str(ITEMS)]
    for kill in range(KILLS):
        goal = (kill + 1) * ITEMS // (KILLS + 1)
        process = subprocess.Popen(command, env=environment, cwd=ROOT)
        wait_for(lambda goal=goal, process=process: len(posted(server)) >= goal or process.poll() is not None, 60)
        process.send_signal(signal.SIGKILL)
        process.wait()
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert f"read {ITEMS} = " in ended.stdout
    counted = Counter(posted(server))
    assert len(counted) == ITEMS
    assert set(counted.values()) == {1}
