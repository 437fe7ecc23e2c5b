"""What a network is, as data: how it counts text, what media it takes, which options it knows, what it can do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from social.networks.counting import code_points
from social.networks.limits import ANY, CONVERTED, UNLIMITED, Limit


class Options(BaseModel):
    """Base of the option objects of `POST /post` (posts.md 10). Unknown keys are dropped, as the vendor does."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", defer_build=True)


class MediaKind(StrEnum):
    """What a media file is, as far as the rules of a network care. An animated GIF is `GIF`."""

    IMAGE = "image"
    GIF = "gif"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What is known of one media file. None means not measured; rules skip what was not measured.

    `size` in bytes, `width` and `height` in pixels, `duration` in seconds, `fps` in frames per second, `format` and
    `codec` lower-case names such as `jpeg`, `png`, `webp`, `mp4`, `mov` and `h264`, `hevc`.
    """

    url: str
    kind: MediaKind
    format: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    fps: float | None = None
    codec: str | None = None
    pages: int | None = None

    @property
    def sides(self) -> tuple[int, int] | None:
        """The shorter and the longer side, or None when not measured."""
        return (min(self.width, self.height), max(self.width, self.height)) if self.width and self.height else None

    @property
    def short_side(self) -> int | None:
        """The shorter of width and height, or None when not measured."""
        return self.sides[0] if self.sides else None

    @property
    def long_side(self) -> int | None:
        """The longer of width and height, or None when not measured."""
        return self.sides[1] if self.sides else None

    @property
    def perimeter(self) -> int | None:
        """Width plus height (Telegram's measure), or None when not measured."""
        return sum(self.sides) if self.sides else None

    @property
    def pixels(self) -> int | None:
        """Width times height, or None when not measured."""
        return self.sides[0] * self.sides[1] if self.sides else None

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
    """What one network is about to be given.

    `options` is the network's model, or the object as it came over the wire (`{"youTubeOptions": this}`).
    """

    text: str
    media: tuple[MediaFacts, ...] = ()
    options: Options | dict[str, Any] = field(default_factory=Options)
    scheduled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """How much text, counted how. `too_long="cut"` networks shorten by themselves instead of refusing (posts.md 12.1).

    `code` is the number of a too long text where the contract has one of its own. `empty_alone` allows neither text nor
    media. `ignored` text is not shown (Stories); `split` makes a thread of posts of it (posts.md 10.14), `numbered` or
    not.
    """

    limit: int
    count: Callable[[str], int] = code_points
    too_long: Literal["refuse", "cut"] = "refuse"
    code: int | None = None
    empty_with_media: bool = True
    empty_alone: bool = False
    ignored: bool = False
    split: bool = False
    numbered: bool = False
    forbidden: str = ""
    max_hashtags: int | None = None
    max_mentions: int | None = None
    hashtag_friendly: bool = True


NOT_SHOWN = TextRule(limit=UNLIMITED, ignored=True)
"""The text of a Story: the network ignores it."""


@dataclass(frozen=True, kw_only=True)
class FileRule:
    """Limits of one kind of file (posts.md 12.4). Empty `formats` = any.

    Every field of type Limit is named after the property of MediaFacts it holds for. `converted` formats are taken too:
    the API turns them into JPEG (posts.md 9.3). `code` answers a wrong file, `size_code` wrong bytes, pixels or ratio
    where the contract has its own number. What breaks `advice` is a warning: the network names it as its shape, without
    saying that it refuses another.
    """

    formats: frozenset[str] = frozenset()
    converted: frozenset[str] = CONVERTED
    size: Limit = ANY
    width: Limit = ANY
    height: Limit = ANY
    short_side: Limit = ANY
    long_side: Limit = ANY
    perimeter: Limit = ANY
    pixels: Limit = ANY
    ratio: Limit = ANY
    duration: Limit = ANY
    fps: Limit = ANY
    pages: Limit = ANY
    code: int = 136
    size_code: int | None = None
    advice: "FileRule | None" = None

    @cached_property
    def limits(self) -> tuple[tuple[str, Limit], ...]:
        """The limits that limit anything, each with the property of MediaFacts it holds for."""
        given = ((each.name, getattr(self, each.name)) for each in fields(self))
        return tuple((name, limit) for name, limit in given if isinstance(limit, Limit) and limit is not ANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRule:
    """How many files of which kind (posts.md 12.3). `mixed` allows images beside videos, up to `max_total`.

    `gif` says what an animated GIF counts as; its file is held against `image` in any case.
    """

    required: bool = False
    max_images: int = 0
    max_videos: int = 0
    max_documents: int = 0
    max_total: int = 1
    mixed: bool = False
    gif: MediaKind = MediaKind.IMAGE
    image: FileRule = field(default_factory=FileRule)
    video: FileRule = field(default_factory=FileRule)
    document: FileRule = field(default_factory=FileRule)
    code: int = 136

    def limit(self, kind: MediaKind) -> int:
        """How many files of a kind one post takes."""
        if kind is MediaKind.GIF:
            kind = self.gif
        return {MediaKind.VIDEO: self.max_videos, MediaKind.DOCUMENT: self.max_documents}.get(kind, self.max_images)

    def file_rule(self, kind: MediaKind) -> FileRule:
        """The limits of one file of a kind."""
        return {MediaKind.VIDEO: self.video, MediaKind.DOCUMENT: self.document}.get(kind, self.image)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What an option changes (a Story, a Reel, a long post). None keeps the network's own rule."""

    text: TextRule | None = None
    media: MediaRule | None = None


class Feature(StrEnum):
    """What a network can do through the API (posts.md 12.6, content.md 12.1). `COMMENTS` is reading them.

    `COMMENT_MEDIA` holds for a first comment and for any other that is no reply. `…_BY_ID` is by the network's own id
    of a comment.
    """

    DELETE = "delete"
    COMMENTS = "comments"
    ADD_COMMENT = "add comment"
    REPLY = "reply"
    COMMENT_MEDIA = "first comment media"
    REPLY_MEDIA = "reply media"
    REPLY_BY_ID = "reply by social id"
    DELETE_COMMENT = "delete comment"
    DELETE_COMMENT_BY_ID = "delete comment by social id"
    DISABLE_COMMENTS = "disable comments"
    POST_ANALYTICS = "post analytics"
    ACCOUNT_ANALYTICS = "account analytics"
    HISTORY = "history"
    MESSAGES = "messages"
    REVIEWS = "reviews"
    STORIES = "stories"
    SHORT_VIDEO = "short video"
    ALT_TEXT = "alt text"
    RICH_TEXT = "rich text"
    THREADS = "threads"
    DUPLICATE_CHECK = "duplicate check"


DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """So many posts per rolling window of so many seconds (posts.md 12.2). `option` counts only posts that set it."""

    posts: int
    seconds: int = DAY
    option: str | None = None


def as_declared(options: Options) -> Variant:
    """The variant of a network whose options change no rule."""
    del options
    return Variant()


def no_check(content: Content, options: Options) -> Iterable[Problem]:
    """The extra check of a network that has none."""
    del content, options
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One network, declared. `name` is the contract's (`twitter`, `gmb`), `title` what people call it.

    `options_key` is the wire name of its options object, None where there is none (Telegram). `variant` says which
    rules the options change, `check` adds what the declarations cannot say. `code` answers what has no number of its
    own in posts.md 9.4; `comment_limit` is the longest comment, None where none is published (posts.md 12.1).
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
    comment_limit: int | None = None
    code: int = 101
    # Any: each network's functions take its own subclass of Options, which Network does not name.
    variant: Callable[[Any], Variant] = as_declared
    check: Callable[[Content, Any], Iterable[Problem]] = no_check

    def read_options(self, given: dict[str, Any] | None) -> Options:
        """The options object as its model. Raises pydantic.ValidationError for a value the network refuses."""
        return self.options.model_validate(given or {})

    def text_rule(self, options: Options) -> TextRule:
        """The text rule under these options."""
        return self.variant(options).text or self.text

    def media_rule(self, options: Options) -> MediaRule:
        """The media rule under these options."""
        return self.variant(options).media or self.media

    def problem(self, option: str, message: str, *, warning: bool = False) -> Problem:
        """A problem with one field of the options object; `option` in wire spelling."""
        where = f"{self.options_key}.{option}"
        return Problem(code=self.code, message=f"{self.title}: {where} {message}", field=where, warning=warning)
