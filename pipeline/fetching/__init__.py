"""The guarded fetcher: attacker-chosen URLs of feeds, sheets and media are fetched here and nowhere else."""

from pipeline.fetching.errors import BadBody, Blocked, FetchError, HttpStatus, TimedOut, TooLarge, Unreachable
from pipeline.fetching.fetcher import Fetcher
from pipeline.fetching.limits import Fetched, FetchLimits

__all__ = [
    "BadBody",
    "Blocked",
    "FetchError",
    "FetchLimits",
    "Fetched",
    "Fetcher",
    "HttpStatus",
    "TimedOut",
    "TooLarge",
    "Unreachable",
]
