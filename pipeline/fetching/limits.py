"""The bounds of one fetch and what comes back from it."""

from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one fetch. Times in seconds, sizes in bytes.

    `total` bounds the whole fetch with its redirects (waiting for the host's turn aside), `read` the silence between
    two reads. `max_bytes` bounds the body on the wire and unpacked; beyond 1 MiB it may unpack to at most `max_ratio`
    times its size.
    """

    total: float = 45.0
    connect: float = 10.0
    read: float = 15.0
    max_bytes: int = 20 * MIB
    max_ratio: int = 100
    max_redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One answer. `body` is unpacked; header names are lower case.

    `url` is where the answer came from after redirects. `permanent_url` is set when the source has moved for good (301,
    308): use it from now on. With `not_modified` the body is empty and what was fetched before still holds.
    """

    url: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    permanent_url: str | None = None
