"""What a network is, as data: how it counts text, what media it takes, which options it knows, what it can do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from social.networks.counting import code_points


class Options(BaseModel):
    """Base of the per-network option objects of `POST /post` (posts.md 10). Unknown keys are dropped, as the vendor does."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class MediaKind(StrEnum):
    """What a media file is, as far as the rules of a network care. An animated GIF is `GIF`."""

    IMAGE = "image"
    GIF = "gif"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What is known of one media file. None means not measured; rules skip what was not measured.

    `size` in bytes, `duration` in seconds, `format` a lower-case name such as `jpeg`, `png`, `webp`, `mp4`, `mov`.
    """

    url: str
    kind: MediaKind
    format: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    fps: float | None = None

    @property
    def ratio(self) -> float | None:
        """Width by height, or None when not measured."""
        return self.width / self.height if self.width and self.height else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One broken rule. `code` is the contract's number (posts.md 9.4); a warning does not stop the post."""

    code: int
    message: str
    field: str = "post"
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one network is about to be given."""

    text: str
    media: tuple[MediaFacts, ...] = ()
    options: Options = field(default_factory=Options)
    scheduled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """How much text, counted how. `too_long="cut"` networks shorten by themselves instead of refusing (posts.md 12.1)."""

    limit: int
    count: Callable[[str], int] = code_points
    too_long: Literal["refuse", "cut"] = "refuse"
    empty_with_media: bool = True
    forbidden: str = ""
    max_hashtags: int | None = None
    max_mentions: int | None = None
    hashtag_friendly: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A closed range; None is open."""

    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        return f"{'' if self.low is None else f'{self.low:g}'}–{'' if self.high is None else f'{self.high:g}'}"


ANY = Range()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """Limits of one kind of file (posts.md 12.4): bytes, pixels, seconds, frames per second. Empty `formats` = any."""

    formats: frozenset[str] = frozenset()
    size: Range = ANY
    width: Range = ANY
    height: Range = ANY
    ratio: Range = ANY
    pixels: Range = ANY
    duration: Range = ANY
    fps: Range = ANY
    code: int = 136


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRule:
    """How many files of which kind (posts.md 12.3). `mixed` allows images beside videos, up to `max_total`."""

    required: bool = False
    max_images: int = 0
    max_videos: int = 0
    max_documents: int = 0
    max_total: int = 1
    mixed: bool = False
    image: FileRule = field(default_factory=FileRule)
    video: FileRule = field(default_factory=FileRule)
    document: FileRule = field(default_factory=FileRule)


class Feature(StrEnum):
    """What a network can do through the API (posts.md 12.6)."""

    DELETE = "delete"
    COMMENTS = "comments"
    POST_ANALYTICS = "post analytics"
    ACCOUNT_ANALYTICS = "account analytics"
    HISTORY = "history"
    MESSAGES = "messages"
    REVIEWS = "reviews"
    ALT_TEXT = "alt text"
    THREADS = "threads"
    DUPLICATE_CHECK = "duplicate check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """So many posts per rolling window of so many seconds (posts.md 12.2)."""

    posts: int
    seconds: int


def no_check(content: Content) -> Iterable[Problem]:
    """The extra check of a network that has none."""
    del content
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One network, declared. `name` is the contract's (`twitter`, `gmb`), `title` what people call it.

    `options_key` is the wire name of its options object, None where there is none (Telegram). `check` adds what the
    declarations cannot say.
    """

    name: str
    title: str
    text: TextRule
    media: MediaRule
    options_key: str | None = None
    options: type[Options] = Options
    aliases: frozenset[str] = frozenset()
    features: frozenset[Feature] = frozenset()
    quotas: tuple[Quota, ...] = ()
    check: Callable[[Content], Iterable[Problem]] = no_check

    def read_options(self, given: dict[str, Any] | None) -> Options:
        """The options object as its model. Raises pydantic.ValidationError for values of a wrong type."""
        return self.options.model_validate(given or {})
