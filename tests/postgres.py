"""A throw-away PostgreSQL server from Debian's binaries, which can be stopped and started in the middle of a test."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
HOW = "set DOVECOTE_TEST_POSTGRES to the URL of an empty database, or install Debian's package postgresql"


class Cluster:
    """One server over a folder, reached by a socket in it. It runs as the user postgres where the tests run as root."""

    def __init__(self, folder: Path, user: str | None, *, fsync: bool) -> None:
        self._fsync = "on" if fsync else "off"
        self._folder = folder
        self._user = user
        self.url = f"postgresql://dovecote@/postgres?host={folder}"
        self._run("initdb", "-D", self._data, "-U", "dovecote", "-A", "trust", "--no-sync")

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> None:
        """Start, and come back when it answers."""
        options = f"-c fsync={self._fsync} -c listen_addresses='' -c max_connections=200 "
        options += f"-c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "-D", self._data, "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop: `immediate` as by a power cut, `fast` in good order with every connection cut."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        assert BINARIES is not None
        # Not captured by pipes: the server inherits them and would keep them open.
        done = subprocess.run(
            [*_as(self._user), str(BINARIES / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
            timeout=60,
        )
        assert done.returncode == 0, f"{program} ended with {done.returncode}"


@contextlib.contextmanager
def cluster(*, fsync: bool = False) -> Iterator[Cluster]:
    """A running server; with `fsync` it waits for the disk, as in earnest. Skips where there are no binaries."""
    if BINARIES is None or not (BINARIES / "initdb").exists():
        pytest.skip(f"no PostgreSQL here: {HOW}")
    user = _cluster_user()
    folder = Path(tempfile.mkdtemp(prefix="dovecote-pg-"))
    if user:
        shutil.chown(folder, user)
    keeper = _keeper(user, folder)
    try:
        made = Cluster(folder, user, fsync=fsync)
        made.start()
        yield made
    finally:
        keeper.communicate(timeout=60)


def _keeper(user: str | None, folder: Path) -> subprocess.Popen[bytes]:
    # Waits for the end of its input, which comes when this process ends, even if it is killed: no cluster outlives it.
    script = 'read -r _; "$0" -D "$1/data" -m immediate stop; rm -rf "$1"'
    assert BINARIES is not None
    return subprocess.Popen(
        [*_as(user), "sh", "-c", script, str(BINARIES / "pg_ctl"), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def _as(user: str | None) -> list[str]:
    return ["runuser", "-u", user, "--"] if user else []


def _cluster_user() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip(f"PostgreSQL does not run as root and there is no user postgres: {HOW}")
    return "postgres"
