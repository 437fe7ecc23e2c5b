"""When to look at a post's numbers: often while they move, rarely when they do not.

A first day and a first week cannot be had later, so the young come first; a post whose numbers stand still is asked
about less and less. A million posts of three years are fewer calls a day than the API allows one profile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

CADENCE = (
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta(days=7), timedelta(hours=3)),
    (timedelta(days=90), timedelta(days=1)),
    (timedelta(days=365), timedelta(days=7)),
)
"""Up to which age a post is looked at how often; older ones every thirty days."""

RARELY = timedelta(days=30)
SELDOM = timedelta(days=180)
"""The longest wait of all, for an old post whose numbers stand still."""

# A schedule that fires every 30 minutes fires some seconds early now and then; that must not cost a whole turn.
_EARLY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was learnt when a post was last looked at.

    `unchanged` counts the looks in a row that brought the same numbers, of which `numbers` is a hash; `told` are the
    metrics that were given, as `network:metric`. `next_look` is when asking again makes sense.
    """

    next_look: datetime
    unchanged: int = 0
    numbers: str = ""
    told: frozenset[str] = frozenset()


def pause(age: timedelta, unchanged: int = 0) -> timedelta:
    """How long to wait between two looks at a post of this age.

    Each look that brought nothing new doubles it, up to the pause of the next age: a post that wakes up is noticed.
    """
    steps = [step for _, step in CADENCE] + [RARELY, SELDOM]
    place = next((place for place, (until, _) in enumerate(CADENCE) if age < until), len(CADENCE))
    doubled: timedelta = steps[place] * (1 << min(unchanged, 8))
    return min(doubled, steps[place + 1])


def next_look(
    published_at: datetime, now: datetime, *, unchanged: int = 0, advised: datetime | None = None
) -> datetime:
    """When to look again. `advised` is the API's word on when new numbers exist (analytics.md 3.2, `nextUpdate`)."""
    after = now + pause(now - published_at, unchanged) * _EARLY
    return max(after, advised) if advised else after
