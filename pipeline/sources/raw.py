"""What the readers of single formats hand over: entries as found, before they are cleaned into Items."""

from dataclasses import dataclass, field


class SourceError(Exception):
    """A source cannot be read as a feed. The message names the source, the reason and what to do next."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


@dataclass(slots=True, kw_only=True)
class Passage:
    """A piece of text as found. `html` tells whether markup in it is markup; `base` resolves its relative URLs."""

    value: str
    html: bool = True
    base: str = ""


@dataclass(slots=True, kw_only=True)
class Medium:
    """A picture, film or sound named by an entry. Sizes in pixels; `type` is a MIME type, or its first half."""

    url: str
    type: str = ""
    width: int | None = None
    height: int | None = None
    origin: str = ""
    alt: str = ""


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One entry as found. `passages` are in order of preference for the text; `dates` in order of trust."""

    guid: str = ""
    link: str = ""
    title: Passage = field(default_factory=lambda: Passage(value=""))
    passages: list[Passage] = field(default_factory=list)
    author: str = ""
    language: str = ""
    tags: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    media: list[Medium] = field(default_factory=list)
    broken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emblem:
    """The picture of a feed as a whole. Sizes in pixels, None where the feed does not tell."""

    url: str
    title: str = ""
    link: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A feed as found. `format` as in `RSS 2.0`, `Atom 1.0`, `JSON Feed 1.1`."""

    format: str
    title: str = ""
    link: str = ""
    description: str = ""
    emblem: Emblem | None = None
    language: str = ""
    entries: list[RawEntry] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)


def pixels(value: object) -> int | None:
    """A size in pixels from an attribute such as `640` or `640px`; None when it is no number."""
    digits = str(value or "").strip().lower().removesuffix("px").partition(".")[0]
    return int(digits) if digits.isdecimal() and len(digits) < _TOO_LONG else None


_TOO_LONG = 7
