"""How long reading feeds takes, as a ratio to plain feedparser over the same bytes in the same process.

CPU seconds, interleaved repeats, medians. Without the real feeds beside the repository the own test feeds are read,
each enlarged.
"""

import re
import time
import warnings
from collections.abc import Callable
from contextlib import suppress

import feedparser
from rows import QUICK, REPEATS, ROOT, Row, ratio, spread, tell

from pipeline.sources.feeds import SourceError, parse_feed

REAL = ROOT.parent / "shared" / "data" / "feeds"
TARGET = 0.5
ENLARGED = 40


def bodies() -> tuple[str, list[bytes]]:
    """What is read, and its bytes."""
    if REAL.is_dir():
        files = sorted(REAL.iterdir())[: 10 if QUICK else None]
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


def main() -> None:
    """Measure and tell."""
    warnings.simplefilter("ignore")
    name, feeds = bodies()
    ours(feeds[:20])
    times = [(seconds(ours, feeds), seconds(plain, feeds)) for _ in range(REPEATS)]
    mine, theirs = zip(*times, strict=True)
    detail = f"{spread('ours', mine)}, {spread('feedparser', theirs)}, CPU time in one process"
    tell(Row(f"read {name}", "plain feedparser.parse", ratio(mine, theirs), TARGET, detail=detail))


if __name__ == "__main__":
    main()
