import gzip
import zlib

import pytest

from pipeline.fetching import BadBody, FetchLimits, TooLarge
from pipeline.fetching.bodies import Body, inflate

LIMITS = FetchLimits(max_bytes=4 * 1024 * 1024)
TEXT = b"<rss>" + b"word " * 2000 + b"</rss>"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def unpack(encoding: str, data: bytes, step: int = 100) -> bytes:
    body = Body("http://x.test/", encoding, LIMITS)
    for start in range(0, len(data), step):
        body.feed(data[start : start + step])
    return body.close()


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT[:500], mtime=0) + gzip.compress(TEXT[500:], mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ],
)
@pytest.mark.parametrize("step", [7, 100_000])
def test_codings_are_unpacked(encoding, data, step):
    assert unpack(encoding, data, step) == TEXT


def test_silent_gzip_is_unpacked_once():
    assert inflate(gzip.compress(TEXT), "u", LIMITS) == TEXT
    assert inflate(TEXT, "u", LIMITS) == TEXT
    twice = gzip.compress(gzip.compress(TEXT, mtime=0))
    assert inflate(twice, "u", LIMITS) == gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("encoding", "data", "why"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)[:-20], "ends early"),
        ("gzip", b"no gzip at all", "damaged"),
        ("br", b"\x00", "packed as 'br'"),
        ("gzip, gzip, gzip", b"", "3 times over"),
    ],
)
def test_damaged_bodies_are_refused(encoding, data, why):
    with pytest.raises(BadBody, match=why):
        unpack(encoding, data)


def test_bomb_is_defused_by_ratio():
    with pytest.raises(TooLarge, match="looks like a bomb"):
        unpack("gzip", gzip.compress(b"\0" * 3 * 1024 * 1024), step=100_000)


def test_bomb_is_defused_by_size():
    limits = FetchLimits(max_bytes=1024 * 1024, max_ratio=10_000)
    with pytest.raises(TooLarge, match="unpacks to more than 1 MiB"):
        inflate(gzip.compress(b"\0" * 50 * 1024 * 1024), "u", limits)


def test_nested_bomb_is_defused():
    with pytest.raises(TooLarge):
        unpack("gzip, gzip", gzip.compress(gzip.compress(b"\0" * 80 * 1024 * 1024, 1)), step=100_000)
