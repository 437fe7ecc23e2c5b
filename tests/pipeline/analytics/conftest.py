"""An S3 server on loopback: a process of its own, as the Delta writer holds the interpreter while it waits."""

import importlib.util
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
READY_SECONDS = 60


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    if importlib.util.find_spec("moto") is None:
        pytest.skip("no S3 server here: pip install -e '.[dev]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield ready(f"http://127.0.0.1:{port}", process)
        finally:
            process.kill()


def ready(url: str, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return url
    raise AssertionError(f"the S3 server did not get ready at {url}")


@pytest.fixture
def bucket(s3_server: str) -> tuple[str, dict[str, str]]:
    """The address of a lake in an empty bucket, and the options that lead there."""
    name = f"lake-{uuid.uuid4().hex[:12]}"
    httpx.put(f"{s3_server}/{name}").raise_for_status()
    return f"s3://{name}/lake", KEYS | {"AWS_ENDPOINT_URL": s3_server, "AWS_ALLOW_HTTP": "true"}
