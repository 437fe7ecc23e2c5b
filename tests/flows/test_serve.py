"""`make ui` as people use it: blocks, deployments, schedules that yield runs, and a worker that runs one."""

import json
import os
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

from social.signatures import sign

SECRET = "quiet-dove"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def ui(tmp_path: Path, free_port: Callable[[], int], prefect_url: str, prefect_home: Path) -> Iterator[str]:
    assert prefect_url
    # Making a Prefect database takes longer than everything else here; the other tests' server has just made one.
    (tmp_path / "prefect").mkdir()
    with closing(sqlite3.connect(prefect_home / "prefect.db")) as made:
        made.execute("VACUUM INTO ?", (str(tmp_path / "prefect" / "prefect.db"),))
    port = free_port()
    settings = {"PREFECT_SERVER_API_PORT": str(port), "DOVECOTE_HOME": str(tmp_path)}
    log = (tmp_path / "ui.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.serve"], env=os.environ | settings, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        yield f"http://127.0.0.1:{port}/api"
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
    by_hand = {"best", "ads", "people"}
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
    automations = {"dovecote-zombie-runs", "settle__automation_1", "conversations__automation_1"}
    wait_for(lambda: {one["name"] for one in post(f"{ui}/automations/filter", {})} == automations, 60)
    settle = next(key for key, name in by_id.items() if name == "settle")
    # A default server that has just begun answers 503 now and then, for SQLite is busy.
    run = wait_for(lambda: dict(post(f"{ui}/deployments/{settle}/create_flow_run", {})), 30)["id"]

    def ended() -> str:
        state = httpx.get(f"{ui}/flow_runs/{run}", timeout=10).json()["state"]
        return str(state["type"]) if state["type"] in {"COMPLETED", "FAILED", "CRASHED"} else ""

    assert wait_for(ended, 60) == "COMPLETED"
    send_webhook(receiver)

    def triggered() -> list[str]:
        runs = post(f"{ui}/flow_runs/filter", {"deployments": {"id": {"any_": [settle]}}})
        return [
            str(one["state_type"]) for one in runs if one["created_by"] and one["created_by"]["type"] == "AUTOMATION"
        ]

    assert wait_for(lambda: triggered() == ["COMPLETED"], 60)
