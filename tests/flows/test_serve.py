"""`make ui` as people use it: blocks, deployments, schedules that yield runs, and a worker that runs one."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from blocks import SocialApi
from flows.fan_out import fan_out
from flows.serve import WORKER_SECONDS
from pipeline.campaign import Campaign
from social.signatures import sign
from tests.browser import needs_chromium

SECRET = "quiet-dove"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def ui(serving: tuple[str, int]) -> str:
    return serving[0]


@pytest.fixture(scope="module")
def serving(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int], prefect_url: str, prefect_home: Path
) -> Iterator[tuple[str, int]]:
    """Where the API of `make ui` is, and its process."""
    assert prefect_url
    home = tmp_path_factory.mktemp("ui")
    # Making a Prefect database takes longer than everything else here; the other tests' server has just made one.
    (home / "prefect").mkdir()
    with closing(sqlite3.connect(prefect_home / "prefect.db")) as made:
        made.execute("VACUUM INTO ?", (str(home / "prefect" / "prefect.db"),))
    port = free_port()
    settings = {"PREFECT_SERVER_API_PORT": str(port), "DOVECOTE_HOME": str(home)}
    log = (home / "ui.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.serve"], env=os.environ | settings, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        yield f"http://127.0.0.1:{port}/api", process.pid
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def post(url: str, body: dict[str, object]) -> list[dict[str, Any]]:
    try:
        answer = httpx.post(url, json=body, timeout=10)
    except httpx.TransportError:
        return []
    return answer.json() if answer.status_code in {200, 201} else []


def wait_for(found: Callable[[], object], seconds: float) -> Any:
    until = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < until
        time.sleep(0.5)
    return value


def end_of(ui: str, run: str) -> str:
    state = str(httpx.get(f"{ui}/flow_runs/{run}", timeout=10).json()["state"]["type"])
    return state if state in {"COMPLETED", "FAILED", "CRASHED"} else ""


@pytest.fixture
def receiver(ui: str, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[str]:
    """The receiver of webhooks as a process, beside the Prefect server."""
    port = free_port()
    settings = {"DOVECOTE_HOOKS_SECRET": SECRET, "PREFECT_API_URL": ui, "DOVECOTE_HOOKS_PORT": str(port)}
    settings["DOVECOTE_HOOKS_DATABASE"] = f"sqlite:///{tmp_path / 'hooks.db'}"
    process = subprocess.Popen([sys.executable, "-m", "server.hooks"], env=os.environ | settings, cwd=ROOT)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        assert process.wait(20) == 0


def send_webhook(receiver: str) -> None:
    said = {"action": "scheduled", "created": "2026-11-20T09:00:00Z", "code": 200, "refId": "ab12", "hookId": "hook-1"}
    body = json.dumps(said | {"url": receiver, "status": "success", "id": "post-1"}).encode()
    headers = sign(body, [SECRET], datetime.now(UTC))

    def taken() -> bool:
        try:
            return httpx.post(receiver, content=body, headers=headers).status_code == 200
        except httpx.TransportError:
            return False

    wait_for(taken, 30)


def test_ui_schedules_and_runs_what_is_deployed(ui: str, receiver: str) -> None:
    by_hand = {"best", "ads", "people", "shard", "everyone"}
    deployed = {"news", "settle", "metrics", "weekly", "conversations", "upkeep"} | by_hand
    wait_for(lambda: {one["name"] for one in post(f"{ui}/deployments/filter", {})} == deployed, 120)
    scheduled = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    by_id = {one["id"]: one["name"] for one in post(f"{ui}/deployments/filter", {})}

    def deployments_with_runs() -> bool:
        return all(
            post(f"{ui}/flow_runs/filter", scheduled | {"deployments": {"id": {"any_": [one]}}, "limit": 1})
            for one, name in by_id.items()
            if name not in by_hand
        )

    wait_for(deployments_with_runs, 90)
    blocks = {one["slug"] for one in post(f"{ui}/block_types/filter", {})}
    assert {"dovecote-social-api", "dovecote-ledger", "dovecote-lake"} <= blocks
    automations = {"dovecote-zombie-runs", "dovecote-settle-on-webhook", "dovecote-engage-on-webhook"}
    wait_for(lambda: {one["name"] for one in post(f"{ui}/automations/filter", {})} == automations, 60)
    settle = next(key for key, name in by_id.items() if name == "settle")
    # A default server that has just begun answers 503 now and then, for SQLite is busy.
    run = wait_for(lambda: dict(post(f"{ui}/deployments/{settle}/create_flow_run", {})), 30)["id"]

    # At the full ten minutes the scheduled run goes first, and this one asks for its slot again half a minute later.
    assert wait_for(lambda: end_of(ui, run), 180) == "COMPLETED"
    send_webhook(receiver)

    def triggered() -> list[str]:
        runs = post(f"{ui}/flow_runs/filter", {"deployments": {"id": {"any_": [settle]}}})
        return [
            str(one["state_type"]) for one in runs if one["created_by"] and one["created_by"]["type"] == "AUTOMATION"
        ]

    assert wait_for(lambda: triggered() == ["COMPLETED"], 180)


@needs_chromium
def test_a_person_fills_in_the_form_and_watches_the_run(ui: str, tmp_path: Path, browser: Browser) -> None:
    """As a marketer does it: the form of publish, a name and a source, Submit; then the run, and what it leaves."""
    pictures = Path(os.environ.get("DOVECOTE_PICTURES", tmp_path))
    base = ui.removesuffix("/api")
    news = {"deployments": {"name": {"any_": ["news"]}}}
    deployment = wait_for(lambda: post(f"{ui}/deployments/filter", news), 120)[0]["id"]
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{base}/deployments/deployment/{deployment}/run")
    page.get_by_text("Which sources go where, how it is said and when.").wait_for()
    fields = page.locator("textarea.p-textarea__control")
    fields.nth(0).fill("spring-sale")
    fields.nth(1).fill(str(ROOT / "docs" / "example" / "feed.xml"))
    page.screenshot(path=pictures / "ui-form.png")
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("scheduled to start").first.wait_for()
    mine = {"flow_runs": {"name": {"any_": ["publish: spring-sale → 4 networks"]}}}

    def ended() -> Any:
        runs = post(f"{ui}/flow_runs/filter", mine)
        return next((run for run in runs if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED"}), None)

    run = wait_for(ended, 90)
    assert run["state"]["message"] == "read 13 = filtered 9 + quarantined 1 + scheduled 3"
    page.goto(f"{base}/runs/flow-run/{run['id']}")
    page.get_by_text("publish: spring-sale → 4 networks").first.wait_for()
    page.get_by_text("Artifacts", exact=True).first.click()
    card = page.get_by_text("publish-spring-sale", exact=True).first
    card.wait_for()
    page.screenshot(path=pictures / "ui-run.png")
    card.click()
    page.get_by_text("First snow, and who sweeps the roof").first.wait_for()


async def test_a_campaign_fans_out_to_profiles_on_the_worker(ui: str, tmp_path: Path) -> None:
    """Each profile's run has an API of its own here; one block that does not exist stops no other."""
    await asyncio.to_thread(wait_for, lambda: len(post(f"{ui}/deployments/filter", {})) == 11, 120)
    campaign = Campaign(
        name="fan", sources=[str(ROOT / "docs" / "example" / "feed.xml")], platforms=["bluesky"], backfill=2
    )
    shops = ["shop-a", "shop-b"]
    with temporary_settings({PREFECT_API_URL: ui}):
        for shop in shops:
            database = SecretStr(f"sqlite:///{tmp_path / shop}.db")
            await SocialApi(database=database, requests_per_window=0).asave(shop, overwrite=True)
        said = await fan_out(campaign, [*shops, "shop-c", "shop-a"])
        assert said == "2 Completed, 1 Failed"
        assert await fan_out(campaign, shops) == "2 Completed"
    for shop in shops:
        with closing(sqlite3.connect(tmp_path / f"{shop}.db")) as store:
            assert store.execute("SELECT count(*) FROM posts").fetchone() == (2,)


def workers_of(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(one) for one in children if b"worker" in Path(f"/proc/{one}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks into /proc, which only Linux has")
def test_a_worker_that_dies_is_replaced(ui: str, serving: tuple[str, int]) -> None:
    _, process = serving
    [worker] = wait_for(lambda: workers_of(process), 120)
    # Younger, it would count as one that cannot start.
    wait_for(lambda: post(f"{ui}/work_pools/dovecote/workers/filter", {}), 60)
    time.sleep(WORKER_SECONDS)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: workers_of(process) not in ([], [worker]), 30)
    [upkeep] = post(f"{ui}/deployments/filter", {"deployments": {"name": {"any_": ["upkeep"]}}})
    run = wait_for(lambda: dict(post(f"{ui}/deployments/{upkeep['id']}/create_flow_run", {})), 30)["id"]
    assert wait_for(lambda: end_of(ui, run), 180) == "COMPLETED"
