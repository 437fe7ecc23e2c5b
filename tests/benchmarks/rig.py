"""What benchmarks with Prefect stand on: a folder, a Prefect server with Dovecote's blocks in it, and a feed."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from postgres import cluster

from flows.demo import free_port
from flows.serve import environment, prefect_server, wait_until_ready

__all__ = ["cluster", "prefect_at", "workplace", "write_feed", "write_feeds"]

WORDS = tuple(
    "the keeper of the loft counts doves at dusk and writes their names into a book that nobody reads but the wind "  # noqa: SIM905
    "while in the valley the first lamps are lit and letters wait on window sills for morning".split()
)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def prefect_at(folder: Path) -> Iterator[dict[str, str]]:
    """A running Prefect server; yields the variables by which a process finds it, which are also set here.

    SIGTERM ends it as Ctrl-C does.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    port = free_port()
    variables = environment(folder / "prefect", port) | {
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
    }
    os.environ.update(variables)
    with prefect_server(folder / "prefect", port) as server:
        wait_until_ready(server, port)
        yield variables


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dovecote-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def write_feeds(folder: Path, entries: int, each: int) -> str:
    """RSS feeds of `each` different entries, of `entries` in all; returns the folder they lie in."""
    folder.mkdir()
    for start in range(0, entries, each):
        write_feed(folder / f"{start:08}.xml", min(each, entries - start), after=start)
    return str(folder)


def write_feed(path: Path, entries: int, after: int = 0) -> str:
    """An RSS feed of `entries` different entries without pictures, newest first; returns where it lies.

    Feeds that begin `after` the entries of others have none in common with them.
    """
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The loft</title>'
        "<link>https://loft.example/</link><description>Doves and letters</description>"
        + "".join(map(_entry, range(after + entries, after, -1)))
        + "</channel></rss>",
        encoding="utf-8",
    )
    return str(path)


def _entry(number: int) -> str:
    start = number % len(WORDS)
    told = " ".join((WORDS[start:] + WORDS[:start])[:30])
    date = format_datetime(BEGAN + timedelta(minutes=7 * number))
    return (
        f"<item><title>Letter {number}: {told[:60]}</title><link>https://loft.example/letters/{number}</link>"
        f'<guid isPermaLink="false">loft-{number}</guid><pubDate>{date}</pubDate>'
        f"<description>&lt;p&gt;{told}, and that was letter {number}.&lt;/p&gt;</description></item>"
    )
