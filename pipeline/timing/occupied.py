"""Which instants are held, network by network: by posts of the ledger, by those waiting at the API, by our own."""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.timing.wall import whole_seconds
from social.instants import utc

if TYPE_CHECKING:
    from social.client import SocialClient
    from social.contract.history import Status

FARTHEST = timedelta(days=366)
"""How far ahead is looked."""

_WAITING: tuple["Status", ...] = ("pending", "awaiting approval", "paused")


Post = tuple[datetime, Collection[str]]
"""When a post goes out, and to which networks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where posts may stand: from `begin` on, `gap` apart, at what `place` makes of an instant (it or a later one).

    Rules of one `name` differ in nothing but their `begin`.
    """

    begin: datetime
    gap: timedelta
    place: Callable[[datetime], datetime]
    name: str


class Occupied:
    """The instants, in whole seconds, at which a profile's networks have a post: `posts`, and those of `below`.

    What is held here is not held in `below`: a plan can be tried out.
    """

    def __init__(self, posts: Iterable[Post] = (), *, below: "Occupied | None" = None) -> None:
        self._below = below
        self._held: dict[str, list[datetime]] = {}
        self._reached: dict[tuple[frozenset[str], str], tuple[datetime, datetime]] = {}
        for at, networks in posts:
            self.hold(at, networks)

    def hold(self, at: datetime | None, networks: Collection[str]) -> None:
        """Let a post have `at` on each of `networks`; None (now, or the API's choice) holds nothing."""
        if at is None:
            return
        second = whole_seconds(utc(at))
        for network in networks:
            insort(self._held.setdefault(network, []), second)

    def near(self, at: datetime, networks: Collection[str], gap: timedelta) -> datetime | None:
        """The latest instant closer than `gap` to `at` that one of `networks` has; None when all of them are free."""
        found = [instant for network in networks if (instant := self._before(at + gap, network)) and instant > at - gap]
        deeper = self._below.near(at, networks, gap) if self._below else None
        return max([*found, deeper] if deeper else found, default=None)

    def first_free(self, networks: frozenset[str], rule: Rule) -> datetime:
        """The first instant at which the rule lets a post stand and all of `networks` are free."""
        start = self._below.first_free(networks, rule) if self._below else rule.begin
        # What is held only grows: nobody has to look again before what was found last.
        begin, reached = self._reached.get((networks, rule.name), (rule.begin, start))
        at = rule.place(max(start, reached) if begin <= rule.begin else start)
        while near := self.near(at, networks, rule.gap):
            at = rule.place(near + rule.gap)
        self._reached[networks, rule.name] = rule.begin, at
        return at

    def _before(self, end: datetime, network: str) -> datetime | None:
        instants = self._held.get(network, [])
        place = bisect_left(instants, end)
        return instants[place - 1] if place else None


async def waiting_at_api(client: "SocialClient", now: datetime) -> list[Post]:
    """Instants from `now` on at which the profile has a post waiting at the API, each with its networks.

    See content.md 3.1. Raises the errors of `social.errors`: a slot that may be held is not given away.
    """
    rows = client.history.everything(now, now + FARTHEST, statuses=_WAITING)
    return [(row.schedule_date, tuple(row.platforms)) async for row in rows if row.schedule_date]
