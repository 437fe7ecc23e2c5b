"""A Prefect server with Dovecote in it: `dovecote serve`, `make ui`. Starts server, blocks, deployments and a worker.

Ends, and takes its processes with it, on Ctrl-C or SIGTERM.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
POOL = "dovecote"
START_SECONDS = 180
WORKER_SECONDS = 5
"""A worker that lived no longer never worked: it takes longer than that to start."""
# Without batching a default server absorbs some 20 task runs a second; with it, five times as many.
BATCHING = {
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
}


def environment(home: Path, port: int) -> dict[str, str]:
    """The environment in which Prefect's commands find this server and nothing else of the user's."""
    return BATCHING | {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        # The UI asks this port; --port alone would leave it asking 4200.
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "DO_NOT_TRACK": "1",
    }


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def prefect_server(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Prefect server process on `port`, its files under `home`; not yet answering. Stopped on leaving."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
            env=os.environ | environment(home, port),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            stop(process)


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Block until the server answers. Raises RuntimeError when it ended, or did not answer in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the Prefect server ended with code {process.returncode}; see server.log in its home")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the Prefect server did not answer on port {port} within {START_SECONDS} s; see server.log")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and the ones it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run(*words: str) -> None:
    """Run a module of Python in this environment. Raises CalledProcessError when it fails."""
    subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=True)  # noqa: S603 -- our own commands


def keep_working() -> None:
    """A worker, and another when it ends: the server outlives it. Ends the program when one cannot even start."""
    worker = (sys.executable, "-m", "prefect", "--no-prompt", "worker", "start", "--pool", POOL, "--limit", "2")
    while True:
        began = time.monotonic()
        code = subprocess.run(worker, cwd=ROOT, check=False).returncode  # noqa: S603 -- our own command
        if time.monotonic() - began < WORKER_SECONDS:
            sys.exit(f"the worker ended with code {code} right after it had started: what it said is above")
        said = f"The worker ended with code {code}. Another takes its place; runs it had under way become Crashed soon."
        print(said, flush=True)  # noqa: T201


def main() -> None:
    """Serve until interrupted."""
    port = int(os.environ.get("PREFECT_SERVER_API_PORT", "4200"))
    home = Path(os.environ.get("DOVECOTE_HOME", "dovecote-data")).absolute() / "prefect"
    os.environ.update(environment(home, port))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print("Starting Prefect; the first time takes up to half a minute …", flush=True)  # noqa: T201
    with prefect_server(home, port) as server:
        wait_until_ready(server, port)
        run("flows.furnish")
        print(f"\nPrefect UI: http://127.0.0.1:{port}   (Ctrl-C ends server and worker)\n", flush=True)  # noqa: T201
        try:
            keep_working()
        except KeyboardInterrupt:
            print("Stopping.", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
