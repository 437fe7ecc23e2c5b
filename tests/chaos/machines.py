"""What is killed: two servers of the API over one store, flow processes, and PostgreSQL under all of them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
KEY = "dovecote-sandbox-key"
BLOCK = "chaos"
"""Name of the blocks that the flows use."""
POLL = 0.01


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> float:
    """Wait until something holds. Returns the seconds it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, what
        time.sleep(POLL)
    return time.monotonic() - began


class Server:
    """One process of the API with its worker, at an address that stays."""

    def __init__(self, name: str, port: int, settings: dict[str, str], folder: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "server", "--port", str(port)]
        self._environment = os.environ | settings
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, without waiting for it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, cwd=ROOT, stdout=log, stderr=log)

    def answers(self) -> bool:
        """Whether the store can be asked through it."""
        headers = {"Authorization": f"Bearer {KEY}"}
        try:
            return httpx.get(f"{self.url}/api/user", headers=headers, timeout=5).is_success
        except httpx.TransportError:
            return False

    def end(self, number: signal.Signals) -> None:
        """End the process by a signal."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)


class Flows:
    """Flow processes: started in no time, killed by their number."""

    def __init__(self, environment: dict[str, str], folder: Path, stack: ExitStack) -> None:
        log = stack.enter_context((folder / "flows.log").open("wb"))
        self._parent = stack.enter_context(
            subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("flow_process.py")), BLOCK],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            )
        )
        stack.callback(self._close)

    def start(self, campaign: dict[str, Any] | None = None) -> int:
        """Start publishing, or reconciling; returns the process."""
        return self._ask(f"start {json.dumps(campaign)}")

    def wait(self, process: int) -> int:
        """Wait for the end of one; returns its exit code, negative for a signal."""
        return self._ask(f"wait {process}")

    def _ask(self, line: str) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(line + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def _close(self) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.close()
