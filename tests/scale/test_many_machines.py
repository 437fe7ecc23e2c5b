"""Many machines on one: Prefect on PostgreSQL with Redis between its parts, two workers, two servers of our API, a lake
on an S3 store; 50 profiles, 5,000 items, one worker killed amid it. Takes minutes: `make scale`.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from blocks import LakeStorage, LedgerDatabase, SocialApi
from flows.fan_out import fan_out
from pipeline.campaign import Campaign, Timing
from pipeline.ledger import Ledger, noted_key
from social.client import SocialClient
from social.client.pacing import Pacer
from social.contract.profiles import ProfileRequest
from social.instants import SystemClock, parse_instant
from tests.conftest import fresh_database

ROOT = Path(__file__).parents[2]
PROFILES, ITEMS = int(os.environ.get("DOVECOTE_SCALE_PROFILES", "50")), 100
KEY = "dovecote-sandbox-key"
REDIS = shutil.which("redis-server")
S3 = {
    "AWS_ACCESS_KEY_ID": "dove",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}
pytestmark = [
    pytest.mark.skipif(not os.environ.get("DOVECOTE_LONG"), reason="takes minutes: run it with make scale"),
    pytest.mark.skipif(REDIS is None, reason="no Redis on this machine: apt-get install redis-server"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(found: Callable[[], Any], seconds: float, what: str) -> Any:
    until = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < until, what
        time.sleep(0.3)
    return value


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code < 500
    except httpx.TransportError:
        return False


class Machines:
    """Everything that runs, as processes in groups of their own, so that each can be killed with what it started."""

    def __init__(self, folder: Path, postgres: str, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self.databases = {name: stack.enter_context(fresh_database(postgres)) for name in ("prefect", "api", "ledger")}
        redis, self.prefect, s3 = free_port(), free_port(), free_port()
        self.apis = [free_port(), free_port()]
        self.s3 = f"http://127.0.0.1:{s3}"
        self._environment = os.environ | self._prefect(redis)
        self.start("redis", [str(REDIS), "--port", str(redis), "--save", "", "--dir", str(folder)])
        self.start("s3", [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(s3)])
        prefect = [sys.executable, "-m", "prefect", "server", "start", "--port", str(self.prefect)]
        self.start("prefect", prefect)
        for number, port in enumerate(self.apis):
            self.start(f"api-{number}", [sys.executable, "-m", "server", "--port", str(port)])

    @property
    def prefect_url(self) -> str:
        return f"http://127.0.0.1:{self.prefect}/api"

    def _prefect(self, redis: int) -> dict[str, str]:
        async_url = make_url(self.databases["prefect"]).set(drivername="postgresql+asyncpg")
        return {
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_API_DATABASE_CONNECTION_URL": async_url.render_as_string(hide_password=False),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.prefect}/api",
            "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
            "PREFECT_REDIS_MESSAGING_HOST": "127.0.0.1",
            "PREFECT_REDIS_MESSAGING_PORT": str(redis),
            "PREFECT_SERVER_DOCKET_URL": f"redis://127.0.0.1:{redis}/1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "DOVECOTE_SERVER_DATABASE": self.databases["api"],
            "DOVECOTE_SERVER_MEDIA_DIR": str(self.folder / "media"),
            "DOVECOTE_SERVER_RATE_LIMIT": "0",
        }

    def start(self, name: str, command: list[str], **more: str) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            command, env=self._environment | more, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
        self._stack.callback(self.kill, process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As a machine that loses power: the process and everything it started."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def run(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", *words], env=self._environment, cwd=ROOT, check=True, capture_output=True)

    def worker(self, number: int) -> subprocess.Popen[bytes]:
        """A worker with a work directory of its own."""
        home = self.folder / f"worker-{number}"
        home.mkdir()
        words = ["-m", "prefect", "--no-prompt", "worker", "start", "--pool", "dovecote", "--limit", "2"]
        return self.start(f"worker-{number}", [sys.executable, *words], DOVECOTE_HOME=str(home))


@pytest.fixture
def machines(tmp_path: Path, postgres_server: str) -> Iterator[Machines]:
    with ExitStack() as stack:
        made = Machines(tmp_path, postgres_server, stack)
        wait_for(lambda: answers(f"{made.prefect_url}/health"), 120, "Prefect did not start")
        for port in made.apis:
            wait_for(lambda port=port: answers(f"http://127.0.0.1:{port}/health"), 60, "an API did not start")
        wait_for(lambda: answers(made.s3), 60, "the S3 store did not start")
        httpx.put(f"{made.s3}/lake", headers={"Authorization": "AWS dove:x"}).raise_for_status()
        made.run("flows.furnish")
        yield made


def sources(folder: Path) -> str:
    entries = "".join(
        f"<item><guid>entry-{n}</guid><title>{n} and {n * 7919 % 10007} make news number {n}</title>"
        f"<link>https://news.example.org/{n}</link><pubDate>{n % 28 + 1:02d} Oct 2026 10:00:00 +0000</pubDate></item>"
        for n in range(ITEMS)
    )
    path = folder / "feed.xml"
    path.write_text(f'<rss version="2.0"><channel><title>News</title>{entries}</channel></rss>', encoding="utf-8")
    return str(path)


def client(port: int, profile_key: str = "") -> SocialClient:
    return SocialClient(
        base_url=f"http://127.0.0.1:{port}/api", api_key=KEY, profile_key=profile_key, pacer=Pacer(limit=0)
    )


async def people(machines: Machines) -> dict[str, str]:
    """Profiles with their keys, each with a block; they share the two servers, the ledger and the lake."""
    keys: dict[str, str] = {}
    async with client(machines.apis[0]) as primary:
        for number in range(PROFILES):
            name = f"shop-{number:02d}"
            keys[name] = (await primary.profiles.create(ProfileRequest(title=name))).profile_key
    for number, (name, key) in enumerate(keys.items()):
        url = f"http://127.0.0.1:{machines.apis[number % 2]}/api"
        secrets = {"api_key": SecretStr(KEY), "profile_key": SecretStr(key)}
        await SocialApi(base_url=url, requests_per_window=0, quiet_seconds=1, **secrets).asave(name)
    await LedgerDatabase(url=SecretStr(machines.databases["ledger"]), lease_seconds=30).asave("default")
    options = S3 | {"AWS_ENDPOINT_URL": machines.s3}
    await LakeStorage(path="s3://lake/dovecote", storage_options=options).asave("default")
    return keys


async def test_five_thousand_items_over_fifty_profiles_while_a_worker_dies(machines: Machines) -> None:
    began = time.monotonic()
    with temporary_settings({PREFECT_API_URL: machines.prefect_url}):
        keys = await people(machines)
        doomed, _ = machines.worker(0), machines.worker(1)
        campaign = Campaign(
            name="many",
            sources=[sources(machines.folder)],
            platforms=["bluesky"],
            backfill=ITEMS,
            timing=Timing(allow_burst=True),
        )
        round_one = asyncio.create_task(fan_out(campaign, list(keys), at_once=6))
        await asyncio.to_thread(wait_for, lambda: posts(machines) > PROFILES * ITEMS // 4, 600, "too slow")
        machines.kill(doomed)
        # Runs of the dead machine stay Running until the zombie automation ends them; nobody waits for that here.
        await asyncio.to_thread(wait_for, lambda: round_one.done() or rests(machines), 900, "the other worker stopped")
        round_one.cancel()
        await asyncio.gather(round_one, return_exceptions=True)
        machines.worker(2)
        said = await fan_out(campaign.model_copy(update={"name": "many"}), list(keys), at_once=6)
        took = time.monotonic() - began
    print(f"second round: {said}; {PROFILES * ITEMS} items in {took:.0f} s")
    for number, (name, key) in enumerate(keys.items()):
        async with client(machines.apis[number % 2], key) as acting:
            window = parse_instant("2020-01-01T00:00:00Z"), parse_instant("2036-01-01T00:00:00Z")
            seen = Counter([noted_key(post.notes) async for post in acting.history.everything(*window)])
        assert len(seen) == ITEMS, name
        assert set(seen.values()) == {1}, name
    async with Ledger(machines.databases["ledger"], SystemClock()) as ledger:
        # The deployed `publish/news` runs at seven past the hour, and has posts of its own.
        claims = (await ledger.frame("claims")).query("campaign.str.startswith('many-')")
    assert len(claims) == PROFILES * ITEMS
    assert set(claims["outcome"]) == {"accepted"}
    lake = LakeStorage(path="s3://lake/dovecote", storage_options=S3 | {"AWS_ENDPOINT_URL": machines.s3}).lake()
    kept = lake.frame("posts").query("campaign.str.startswith('many-')")
    assert set(kept["key"]) == set(claims["key"])
    assert lake.frame("runs")["closes"].all()


def posts(machines: Machines) -> int:
    import sqlalchemy

    return asyncio.run(_count(machines.databases["api"], sqlalchemy.text("SELECT count(*) FROM posts")))


async def _count(url: str, statement: Any) -> int:
    from pipeline.database import open_engine

    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            return int((await connection.execute(statement)).scalar_one())
    finally:
        await engine.dispose()


_last: dict[str, float] = {"posts": 0, "since": 0.0}


def rests(machines: Machines) -> bool:
    """Whether no post has come for twenty seconds."""
    now, count = time.monotonic(), posts(machines)
    if count != _last["posts"]:
        _last.update(posts=count, since=now)
    return now - _last["since"] > 20
