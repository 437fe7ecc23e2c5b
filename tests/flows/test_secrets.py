"""Nothing that a run leaves behind holds a secret: not the lake, not the ledger, not Prefect's database, logs or
artifacts, not what an exception says; whether the run went well or failed."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from pydantic import SecretStr

from blocks import LedgerDatabase, SocialApi
from flows.engage import engage
from flows.measure import measure
from flows.onboard import onboard
from flows.publish import publish
from flows.reconcile import reconcile
from flows.report import report
from pipeline.campaign import Campaign

pytestmark = pytest.mark.usefixtures("prefect_url")
ROOT = Path(__file__).parents[2]
KEY, X_KEY, X_SECRET, PROFILE, PASSWORD = (
    f"planted-{name}-4c1f" for name in ("key", "xkey", "xsecret", "profile", "password")
)
PLANTED = (KEY, X_KEY, X_SECRET, PROFILE, PASSWORD)


@pytest.fixture
def server(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[str]:
    """A server process whose key is planted; its files lie where they are searched too."""
    port = free_port()
    settings = {
        "DOVECOTE_SERVER_API_KEY": KEY,
        "DOVECOTE_SERVER_DATABASE": f"sqlite:///{tmp_path / 'server.db'}",
        "DOVECOTE_SERVER_MEDIA_DIR": str(tmp_path / "media"),
        "DOVECOTE_SERVER_PORT": str(port),
    }
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "server"], env=os.environ | settings, cwd=ROOT, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            if httpx.get(f"{url}/health").is_success:
                break
        except httpx.TransportError:
            time.sleep(0.1)
    try:
        yield url
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def block(url: str, **changes: str) -> SocialApi:
    secrets = {"api_key": KEY, "x_api_key": X_KEY, "x_api_secret": X_SECRET} | changes
    return SocialApi(base_url=f"{url}/api", **{name: SecretStr(value) for name, value in secrets.items()})


def leaks(*folders: Path) -> list[str]:
    return [
        f"{secret} in {path}"
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        for secret in PLANTED
        if secret.encode() in path.read_bytes()
    ]


async def test_no_run_leaves_a_secret_behind(
    server: str,
    home: Path,
    prefect_home: Path,
    feed: Callable[..., Path],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger("prefect"), "propagate", True)
    await block(server).asave("good", overwrite=True)
    await block(server, api_key=f"{KEY}-wrong").asave("bad-key", overwrite=True)
    await block(server, profile_key=PROFILE).asave("bad-profile", overwrite=True)
    database = SecretStr(f"postgresql://dove:{PASSWORD}@127.0.0.1:9/none")
    await LedgerDatabase(url=database).asave("gone", overwrite=True)
    people = home / "people.csv"
    people.write_text("Title\nSecret Shop\n", encoding="utf-8")
    source = str(feed(range(2)))
    said: list[str] = []

    async def run(flow: Any, *arguments: Any, **named: Any) -> None:
        state = await flow(*arguments, return_state=True, **named)
        result = await state.aresult(raise_on_failure=False)
        said.extend([str(state.message), repr(result), str(getattr(result, "__cause__", ""))])

    with caplog.at_level(logging.INFO), temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        await run(publish, Campaign(name="secrets", sources=[source], platforms=["bluesky"], backfill=2), api="good")
        for flow in (reconcile, measure, engage, report):
            await run(flow, api="good")
        await run(onboard, str(people), api="good")
        for api in ("bad-key", "bad-profile"):
            made = Campaign(name=api, sources=[source], platforms=["bluesky"], backfill=2)
            await run(publish, made, api=api)
        await run(publish, Campaign(name="ledgerless", sources=[source]), api="good", ledger="gone")
    said += caplog.messages
    out, err = capfd.readouterr()
    found = [secret for secret in PLANTED for text in (*said, out, err) if secret in text]
    assert found == []
    # Prefect keeps blocks encrypted, keys in its home beside its database.
    assert leaks(home, prefect_home) == []
    (home / "control.txt").write_text(f"a {KEY} that leaked", encoding="utf-8")
    assert leaks(home) == [f"{KEY} in {home / 'control.txt'}"]
