"""The vendor's two SDKs, unmodified, each behind one `call(method, *arguments)`, and a feed for the server to read."""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from server.settings import SANDBOX_KEY

NODE_SDK = "social-media-api@1.3.0"
NODE_HOME = Path(sys.prefix) / "share" / "dovecote-tests" / NODE_SDK
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Loft</title><link>https://loft.example.org</link>
<description>News</description><item><title>One</title><link>https://loft.example.org/1</link></item></channel></rss>"""
Call = Callable[..., Any]


class Sdk:
    """One SDK: `call` a method, `methods` there are, `fresh` forgets keys that were set."""

    def __init__(self, name: str, call: Call, methods: set[str], fresh: Callable[[], None]) -> None:
        self.name, self.call, self.methods, self.fresh = name, call, methods, fresh


@pytest.fixture
def feed_url() -> Iterator[str]:
    """The address of a feed on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(FEED.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed.xml"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["python", "node"])
def sdk_kind(request: pytest.FixtureRequest) -> str:
    """Which SDK; skips with the reason where it cannot run."""
    kind: str = request.param
    if kind == "node":
        _node_home()
    return kind


@pytest.fixture
def make_sdk(sdk_kind: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Sdk]]:
    """Make the SDK for the API at a base URL ending in `/api`."""
    running: list[subprocess.Popen[str]] = []

    def make(base: str) -> Sdk:
        if sdk_kind == "python":
            return _python_sdk(base, monkeypatch)
        sdk, process = _node_sdk(base)
        running.append(process)
        return sdk

    yield make
    for process in running:
        process.communicate(timeout=20)


def _python_sdk(base: str, monkeypatch: pytest.MonkeyPatch) -> Sdk:
    from ayrshare import SocialPost, ayrshare

    monkeypatch.setattr(ayrshare, "base", f"{base}/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = [SocialPost(SANDBOX_KEY)]

    def call(method: str, *arguments: object) -> object:
        answer = getattr(made[0], method)(*arguments)
        return None if answer is made[0] else answer

    def fresh() -> None:
        made[0] = SocialPost(SANDBOX_KEY)

    methods = {name for name, value in vars(SocialPost).items() if callable(value) and not name.startswith("_")}
    return Sdk("python", call, methods, fresh)


def _node_sdk(base: str) -> tuple[Sdk, subprocess.Popen[str]]:
    driver = Path(__file__).parent / "node.mjs"
    process = subprocess.Popen(
        ["node", str(driver), str(NODE_HOME), base, SANDBOX_KEY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def call(method: str, *arguments: object) -> Any:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"method": method, "args": arguments}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    return Sdk("node", call, set(call("*methods")), lambda: call("*fresh")), process


def _node_home() -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node's SDK needs node and npm: install Node 18 or newer")
    if NODE_HOME.exists():
        return
    NODE_HOME.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=NODE_HOME.parent))
    flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--no-save"]
    done = subprocess.run(
        ["npm", "install", "--prefix", str(folder), *flags, NODE_SDK],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        cwd=folder,
    )
    if done.returncode:
        shutil.rmtree(folder)
        pytest.skip(f"npm cannot install {NODE_SDK}: {done.stderr.strip()[-300:]}")
    try:
        # At once and whole, because two test processes may come here at the same time.
        folder.replace(NODE_HOME)
    except OSError:
        shutil.rmtree(folder)
