"""What the cells of a column say about its role: they overrule a header that says another thing."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.sources.sheets.cells import Value, is_empty, text_of
from pipeline.sources.sheets.clock import read_time
from pipeline.sources.sheets.dates import is_date
from pipeline.sources.sheets.headers import Guess
from pipeline.sources.sheets.months import weekday_of
from pipeline.sources.sheets.networks import networks_in
from pipeline.sources.sheets.secrets import mostly_secret
from pipeline.sources.sheets.vocabulary import bag, normal

if TYPE_CHECKING:
    from pipeline.sources.sheets.tables import Table

SAMPLE = 200
MARKS = frozenset(
    {"x", "yes", "y", "true", "ja", "oui", "si", "sim", "1", "✓", "✔", "✅", "☑", "no", "n", "false", "nein", "non"}
)
_URL = re.compile(r"https?://\S+$", re.IGNORECASE)
_PICTURE = re.compile(r"https?://\S+\.(?:jpe?g|png|gif|webp|mp4|mov)(?:\?\S*)?$", re.IGNORECASE)
_MOSTLY = 0.8
_HALF = 0.5
_LOOSE = bag("profile profiles account accounts site where profil konto compte cuenta conta perfil channel channels")
_PRODUCT = 3
_WORDY = 20


class Contents:
    """The cells of a table, looked at column by column (the first 200 filled ones of each)."""

    def __init__(self, table: "Table") -> None:
        self._table = table
        self._samples: dict[int, list[Value]] = {}
        headers = [normal(table.header(index)) for index in table.columns]
        self._products = sum(header.startswith("variant ") for header in headers) >= _PRODUCT and "handle" in headers

    def sample(self, column: int) -> list[Value]:
        """The first filled cells of a column, its header aside."""
        if column not in self._samples:
            rows = range(self._table.first, self._table.last + 1)
            values = (self._table.grid.value(row, column) for row in rows)
            found: list[Value] = []
            for value in values:
                if not is_empty(value):
                    found.append(value)
                    if len(found) == SAMPLE:
                        break
            self._samples[column] = found
        return self._samples[column]

    def filled(self, column: int) -> int:
        """How many cells of the sample are filled."""
        return len(self.sample(column))

    def is_secret(self, column: int) -> bool:
        """True when the cells look like keys."""
        return mostly_secret(text_of(value) for value in self.sample(column))

    def share(self, column: int, kind: str) -> float:
        """The share of filled cells that are of `kind`: a key of `_TESTS`, such as `date` or `url`."""
        sample = self.sample(column)
        return sum(map(_TESTS[kind], sample)) / len(sample) if sample else 0.0

    def checked(self, column: int, guess: Guess) -> Guess:
        """`guess` as the cells bear it out: another role, or none, where they say another thing."""
        kind = guess.role.partition(".")[0]
        check = _CHECKS.get(kind)
        return check(self, column, guess) if check and self.sample(column) else self._unfilled(guess, column)

    def positional(self, column: int) -> Guess | None:
        """The role of a column without any header."""
        for kind, role in (("date", "date"), ("picture", "image"), ("url", "link"), ("network", "platforms")):
            if self.share(column, kind) >= _MOSTLY:
                return Guess(role, 0.8, f"no header; the cells hold {kind}s")
        texts = [text_of(value) for value in self.sample(column)]
        long = sum(map(len, texts)) / len(texts) if texts else 0
        return Guess("text", 0.7, "no header; the longest text") if long >= _WORDY and self._longest(column) else None

    def _longest(self, column: int) -> bool:
        lengths = Counter({index: sum(len(text_of(v)) for v in self.sample(index)) for index in self._table.columns})
        return lengths.most_common(1)[0][0] == column or self.share(lengths.most_common(1)[0][0], "url") >= _MOSTLY

    def _unfilled(self, guess: Guess, column: int) -> Guess:
        if guess.role == "id" and not self.sample(column):
            return Guess("", 0.0, "no cell is filled")
        return guess

    def _time(self, column: int, guess: Guess) -> Guess:
        if self.share(column, "date") >= _HALF:
            return Guess("date", guess.confidence, f"{guess.why}; the cells hold dates")
        return guess

    def _weekday(self, column: int, guess: Guess) -> Guess:
        if self.share(column, "date") >= _HALF:
            return Guess("date", 0.7, f"{guess.why}; the cells hold dates")
        return guess if self.share(column, "weekday") >= _HALF else Guess("", 0.0, "no weekdays in the cells")

    def _text(self, column: int, guess: Guess) -> Guess:
        if self.share(column, "url") >= _MOSTLY:
            return Guess("link", guess.confidence * 0.8, f"{guess.why}; the cells hold links")
        if self.share(column, "number") >= _MOSTLY:
            return Guess("", 0.0, "the cells hold numbers, no text")
        return guess

    def _mark(self, column: int, guess: Guess) -> Guess:
        if self.share(column, "mark") >= _MOSTLY:
            return guess
        return Guess(f"texts.{guess.role.partition('.')[2]}", guess.confidence, f"{guess.why}; the cells hold text")

    def _platforms(self, column: int, guess: Guess) -> Guess:
        loose = normal(self._table.header(column)) in _LOOSE
        if loose and not self.share(column, "network"):
            return Guess("", 0.0, "no cell names a network")
        return guess

    def _status(self, column: int, guess: Guess) -> Guess:
        if self._products and normal(self._table.header(column)) == "published":
            return Guess("", 0.0, "of a product export: says that the product is in the shop, not that it was posted")
        return guess


def _is_time(value: Value) -> bool:
    return not isinstance(value, str | float | bool) or (isinstance(value, str) and read_time(value) is not None)


_TESTS = {
    "date": is_date,
    "time": _is_time,
    "url": lambda value: bool(_URL.match(text_of(value).strip())),
    "picture": lambda value: bool(_PICTURE.match(text_of(value).strip())),
    "network": lambda value: bool(networks_in(text_of(value)).names),
    "mark": lambda value: text_of(value).strip().casefold() in MARKS,
    "number": lambda value: isinstance(value, float) or text_of(value).strip().isdecimal(),
    "weekday": lambda value: weekday_of(text_of(value)) is not None,
}
_CHECKS = {
    "time": Contents._time,  # noqa: SLF001
    "weekday": Contents._weekday,  # noqa: SLF001
    "text": Contents._text,  # noqa: SLF001
    "mark": Contents._mark,  # noqa: SLF001
    "platforms": Contents._platforms,  # noqa: SLF001
    "status": Contents._status,  # noqa: SLF001
}
