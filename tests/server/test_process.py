"""`python -m server` as a process of its own: it starts, serves, publishes, and stops when told."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from server.settings import SANDBOX_KEY

WAIT = 20.0


@pytest.fixture
def process(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path / "log").open("wb")
    database = f"sqlite:///{tmp_path / 'server.db'}"
    started = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-m", "server", "--port", str(port), "--database", database],
        stdout=log,
        stderr=log,
        env=os.environ | {"DOVECOTE_SERVER_MEDIA_DIR": str(tmp_path / "media"), "DOVECOTE_SERVER_POLL_SECONDS": "0.05"},
    )
    headers = {"Authorization": f"Bearer {SANDBOX_KEY}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=WAIT) as client:
        try:
            wait_for(client, running, tmp_path / "log")
            running.ready_after = time.monotonic() - started
            yield client, running
        finally:
            if running.poll() is None:
                running.terminate()
                running.wait(WAIT)
            log.close()


def wait_for(client, running, log):
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline and running.poll() is None:
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    pytest.fail(f"the server did not become ready:\n{log.read_text()}")


def test_a_server_process(process, record_property):
    client, running = process
    record_property("ready_after_seconds", running.ready_after)
    assert running.ready_after < WAIT
    assert "/api/post" in client.get("/docs").text
    body = {"post": "Hello", "platforms": ["bluesky"]}
    assert client.post("/api/post", json=body).json()["status"] == "success"

    now = client.get("/sandbox/clock").json()["now"]
    body = {"post": "Later", "platforms": ["bluesky"], "scheduleDate": f"{int(now[:4]) + 1}-01-01T00:00:00Z"}
    post_id = client.post("/api/post", json=body).json()["id"]
    assert client.get(f"/api/post/{post_id}").json()["status"] == "pending"
    assert client.post("/sandbox/clock", json={"advanceSeconds": 366 * 86400}).status_code == 200
    assert client.get(f"/api/post/{post_id}").json()["status"] == "success"

    client.post("/sandbox/faults", json={"kind": "accepted_then_timeout"})
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/post", json={"post": "Lost", "platforms": ["bluesky"], "notes": "lost"}, timeout=0.5)
    assert client.get("/api/history").json()["history"][-1]["notes"] == "lost"

    running.send_signal(signal.SIGTERM)
    assert running.wait(WAIT) == 0
