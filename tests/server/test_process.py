"""`python -m server` as a process of its own: it starts, serves, publishes, and stops when told."""

import signal

import httpx
import pytest

WAIT = 20.0


def test_a_server_process(start_server, record_property):
    client, running = start_server()
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
