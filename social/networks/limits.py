"""Closed ranges in which the numbers of a media file must lie, and the units they are written in."""

from dataclasses import dataclass

# Decimal units: the contract does not say, and the smaller reading is never refused by the network.
KB = 1_000
MB = 1_000_000
GB = 1_000_000_000
MINUTE = 60
HOUR = 3_600
# Ratios are published with two digits: 1200x628 is meant to be 1.91:1.
RATIO_SLACK = 0.005
UNLIMITED = 1_000_000
"""A text limit that no text reaches: text a network ignores, or splits into as many posts as it needs."""
CONVERTED = frozenset({"heic", "heif", "avif"})
"""Image formats the API turns into JPEG for every network (posts.md 9.3)."""
CONVERTED_WEBP = CONVERTED | {"webp"}
"""The same for the networks whose WebP it converts too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A closed range; None is open. `slack` widens it by that share of its bounds, without showing in the text."""

    low: float | None = None
    high: float | None = None
    slack: float = 0

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside."""
        return (self.low is None or value >= self.low * (1 - self.slack)) and (
            self.high is None or value <= self.high * (1 + self.slack)
        )

    def __str__(self) -> str:
        if self.low == self.high and self.low is not None:
            return _number(self.low)
        if self.low is None:
            return "anything" if self.high is None else f"at most {_number(self.high)}"
        return f"at least {_number(self.low)}" if self.high is None else f"{_number(self.low)} to {_number(self.high)}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Several ranges, one of which must hold."""

    ranges: tuple[Range, ...]

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside one of the ranges."""
        return any(each.holds(value) for each in self.ranges)

    def __str__(self) -> str:
        return " or ".join(map(str, self.ranges))


Limit = Range | OneOf
ANY = Range()


def at_most(high: float) -> Range:
    """Up to and including `high`."""
    return Range(high=high)


def at_least(low: float) -> Range:
    """`low` and more."""
    return Range(low=low)


def between(low: float, high: float) -> Range:
    """From `low` to `high`, both included."""
    return Range(low=low, high=high)


def ratio(low: float, high: float) -> Range:
    """Width by height from `low` to `high`, with the slack of published ratios."""
    return Range(low=low, high=high, slack=RATIO_SLACK)


def shapes(*sides: tuple[int, int]) -> OneOf:
    """One of these width:height shapes, such as `(9, 16)`, with the slack of published ratios."""
    return OneOf(tuple(ratio(width / height, width / height) for width, height in sides))


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4g}"
