"""How long reading feeds takes, as a ratio to plain feedparser over the same bytes in the same process.

CPU seconds, interleaved repeats, medians. Without the real feeds beside the repository the own test feeds are read,
each enlarged.
"""

import os
import re
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import feedparser

from pipeline.sources.feeds import SourceError, parse_feed

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "feeds"
REPEATS = int(os.environ.get("BENCH_REPEATS", "5"))
TARGET = 0.7
ENLARGED = 40


def bodies() -> tuple[str, list[bytes]]:
    """What is read, and its bytes."""
    if REAL.is_dir():
        files = sorted(REAL.iterdir())
        return f"{len(files)} real feeds", [path.read_bytes() for path in files]
    files = sorted((ROOT / "tests" / "data" / "feeds").glob("*.xml"))
    return f"{len(files)} own feeds, enlarged", [enlarged(path.read_bytes()) for path in files]


def enlarged(body: bytes) -> bytes:
    """The feed with its entries many times over, their guids told apart."""
    match = re.search(rb"<(item|entry)[ >].*</\1>", body, re.DOTALL)
    if match is None:
        return body
    entries = (match.group().replace(b"<guid", b"<n>%d</n><guid" % number) for number in range(ENLARGED))
    return body[: match.start()] + b"\n".join(entries) + body[match.end() :]


def ours(feeds: list[bytes]) -> None:
    """Bytes to Items."""
    for body in feeds:
        with suppress(SourceError):
            parse_feed(body, url="https://feeds.example/feed")


def plain(feeds: list[bytes]) -> None:
    """Bytes to feedparser's dictionaries, with its defaults."""
    for body in feeds:
        feedparser.parse(body)


def seconds(action: Callable[[list[bytes]], None], feeds: list[bytes]) -> float:
    """CPU seconds of one run: other programs on the machine do not count."""
    start = time.process_time()
    action(feeds)
    return time.process_time() - start


def main() -> int:
    """Print the ratio; exit code 1 when it is above the target."""
    warnings.simplefilter("ignore")
    name, feeds = bodies()
    ours(feeds[:20])
    times = [(seconds(ours, feeds), seconds(plain, feeds)) for _ in range(REPEATS)]
    mine, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = mine / theirs
    sys.stdout.write(f"{name}: {mine:.2f} s, plain feedparser {theirs:.2f} s, ratio {ratio:.2f} (target {TARGET})\n")
    return int(ratio > TARGET)


if __name__ == "__main__":
    sys.exit(main())
