"""What a network would refuse, found before anything is sent: the declared rules held against one content.

Planning, `POST /validate/post` and the sandbox all ask here. Codes are the contract's where posts.md 9.4 has one (136
media, 138 and 182 Instagram, 254 LinkedIn, 111 X); 101 is our choice wherever the contract is silent. A message names
field, network, limit and actual value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from social.networks.base import (
    Content,
    FileRule,
    MediaFacts,
    MediaKind,
    MediaRule,
    Network,
    Options,
    Problem,
    TextRule,
)
from social.networks.counting import cut, hashtags, mentions
from social.networks.limits import UNLIMITED
from social.networks.thread_posts import split_thread

_UNITS = {
    "size": "bytes",
    "width": "pixels wide",
    "height": "pixels high",
    "short_side": "pixels on the shorter side",
    "long_side": "pixels on the longer side",
    "perimeter": "pixels for width and height together",
    "pixels": "pixels in total",
    "ratio": "width by height",
    "duration": "seconds",
    "fps": "frames per second",
    "pages": "pages",
}
_NOT_MEASURES = frozenset({"duration", "fps", "pages"})
_SAME_FORMAT = {"jpg": "jpeg", "jpe": "jpeg", "tif": "tiff", "quicktime": "mov"}
_LONGEST_SHOWN = 60


def check(network: Network, content: Content) -> list[Problem]:
    """Every rule of the network that the content breaks; empty when it can go out.

    Facts of media files that were not measured are skipped. A field of the options that is wrong in itself is reported
    once, and then treated as absent.
    """
    options, problems = read_options(network, content.options)
    if options is not content.options:
        content = replace(content, options=options)
    text, media = network.text_rule(options), network.media_rule(options)
    found = [*problems, *_text(network, text, media, content), *_media(network, media, content.media)]
    wrong = {_option(problem.field) for problem in problems}
    return found + [problem for problem in network.check(content, options) if _option(problem.field) not in wrong]


def media_fault(network: Network, options: Options, media: tuple[MediaFacts, ...]) -> str | None:
    """Why the network refuses these files whatever the text, the first reason; None when it takes them."""
    extra = network.check(Content(text="-", media=media, options=options), options)
    problems = chain(_media(network, network.media_rule(options), media), extra)
    about_media = (each for each in problems if each.field.startswith("mediaUrls") and not each.warning)
    return next((each.message for each in about_media), None)


def read_options(network: Network, given: Options | Mapping[str, Any]) -> tuple[Options, list[Problem]]:
    """The options object as the network's model, without the fields that are wrong, and a problem for each of those.

    Raises TypeError when given another network's model.
    """
    if isinstance(given, network.options):
        return given, []
    if isinstance(given, Options):
        if type(given) is not Options:
            raise TypeError(f"{network.title} takes {network.options.__name__}, not {type(given).__name__}")
        given = {}
    try:
        return network.read_options(dict(given)), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    wrong = {detail["loc"][0] for detail in details}
    wrong |= {name for name, info in network.options.model_fields.items() if info.alias in wrong}
    kept = {key: value for key, value in given.items() if key not in wrong}
    return network.read_options(kept), [_wrong_option(network, detail) for detail in details]


def fits(rule: FileRule, file: MediaFacts) -> bool:
    """Whether a file holds its rule, as far as its facts are known; advice is not asked."""
    return next(_faults(rule, file), None) is None


def fit_limit(network: Network, options: Options | Mapping[str, Any] | None = None) -> int:
    """How long a text may be, in the network's own counting; `UNLIMITED` where it is not shown, or becomes a thread."""
    rule = _rule(network, options)
    return UNLIMITED if rule.split else rule.limit


def shorten(network: Network, text: str, options: Options | Mapping[str, Any] | None = None) -> str:
    """The text as a network shows it that cuts by itself (Telegram, Spotlight); elsewhere unchanged (posts.md 9.1)."""
    rule = _rule(network, options)
    return cut(text, rule.limit, rule.count) if rule.too_long == "cut" else text


def check_url(url: str, field: str = "mediaUrls") -> Problem | None:
    """What is wrong with a media URL as written: not https, no host, a space or an unescaped letter (posts.md 9.3)."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        whole = False
    if not whole:
        fault = "must be a whole URL that begins with https://"
    elif not url.isascii() or any(mark in url for mark in (" ", "%20", "\t", "\n", "<", ">", '"', "\\", "^", "`")):
        fault = "must have no spaces (nor %20) and no special characters; rename the file or percent-encode letters"
    else:
        return None
    return Problem(code=136, message=f"{field} {fault}: {_shown_url(url)}", field=field)


def _rule(network: Network, options: Options | Mapping[str, Any] | None) -> TextRule:
    return network.text_rule(read_options(network, options or {})[0])


def _option(field: str) -> str:
    # faceBookOptions.carousel of faceBookOptions.carousel.items[0].link
    return ".".join(field.split(".")[:2]).partition("[")[0]


def _wrong_option(network: Network, detail: ErrorDetails) -> Problem:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
    value = detail["input"]
    if detail["type"] == "missing":
        return network.problem(path, "is missing")
    shown = repr(value)
    if isinstance(value, str | list) and len(shown) > _LONGEST_SHOWN:
        shown = f"{len(value)} {'characters' if isinstance(value, str) else 'entries'}"
    return network.problem(
        path, f"is refused: {detail['msg'].removeprefix('Value error, ')} (given: {shown[:_LONGEST_SHOWN]})"
    )


def _text(network: Network, rule: TextRule, media: MediaRule, content: Content) -> Iterator[Problem]:
    text = content.text
    if not text.strip():
        if not (rule.empty_with_media if content.media else rule.empty_alone or media.required):
            yield Problem(code=network.code, message=f"{network.title}: post is empty; give it text or media")
    elif rule.ignored:
        message = f"{network.title}: post is not shown with these options; leave it empty or drop the option"
        yield Problem(code=network.code, message=message, warning=True)
    else:
        found = sorted(set(rule.forbidden) & set(text))
        if found:
            yield Problem(code=network.code, message=f"{network.title}: post must not contain {' or '.join(found)}")
        for part in split_thread(text, rule) if rule.split else [text]:
            yield from _length(network, rule, part)
            yield from _marks(network, rule, part)


def _length(network: Network, rule: TextRule, text: str) -> Iterator[Problem]:
    length = rule.count(text)
    if length <= rule.limit:
        return
    where = f"{network.title}: post {'has a part that ' if rule.split else ''}counts {length:,}, at most {rule.limit:,}"
    if rule.too_long == "cut":
        yield Problem(code=network.code, message=f"{where}; the network cuts the rest", warning=True)
    else:
        yield Problem(code=rule.code or network.code, message=f"{where}; shorten it by {length - rule.limit:,}")


def _marks(network: Network, rule: TextRule, text: str) -> Iterator[Problem]:
    for name, limit, found in (
        ("hashtags", rule.max_hashtags, hashtags),
        ("@mentions", rule.max_mentions, mentions),
    ):
        if limit is not None and (given := len(found(text))) > limit:
            message = f"{network.title}: post has {given} {name}, at most {limit}; remove {given - limit}"
            yield Problem(code=network.code, message=message)


def _media(network: Network, rule: MediaRule, media: tuple[MediaFacts, ...]) -> Iterator[Problem]:
    fault = _count_fault(rule, media)
    if fault:
        yield Problem(code=rule.code, message=f"{network.title}: mediaUrls {fault}", field="mediaUrls")
    for index, file in enumerate(media):
        yield from _file(network, rule.file_rule(file.kind), f"mediaUrls[{index}]", file)


def _count_fault(rule: MediaRule, media: tuple[MediaFacts, ...]) -> str | None:
    counts: dict[MediaKind, int] = {}
    for file in media:
        kind = rule.gif if file.kind is MediaKind.GIF else file.kind
        counts[kind] = counts.get(kind, 0) + 1
    if not media:
        wanted = " or ".join(kind for kind in (MediaKind.IMAGE, MediaKind.VIDEO) if rule.limit(kind))
        return f"is empty; the post needs at least one {wanted}" if rule.required else None
    for kind, given in counts.items():
        if given > (limit := rule.limit(kind)):
            return f"has {given} {kind} file(s); the post takes {f'at most {limit}' if limit else 'none'}"
    if len(counts) > 1 and not rule.mixed:
        return f"mixes {' and '.join(sorted(counts))}; the post takes one kind"
    return f"has {len(media)} files; the post takes at most {rule.max_total}" if len(media) > rule.max_total else None


def _file(network: Network, rule: FileRule, field: str, file: MediaFacts) -> Iterator[Problem]:
    for code, fault in _faults(rule, file):
        yield Problem(code=code, message=f"{network.title}: {field} {_shown_url(file.url)} {fault}", field=field)
    if rule.advice:
        for code, fault in _faults(rule.advice, file):
            message = f"{network.title}: {field} {_shown_url(file.url)} {fault}; it may be cropped or refused"
            yield Problem(code=code, message=message, field=field, warning=True)


def _faults(rule: FileRule, file: MediaFacts) -> Iterator[tuple[int, str]]:
    given = file.format and _SAME_FORMAT.get(file.format.lower(), file.format.lower())
    if given and rule.formats and given not in rule.formats | rule.converted:
        yield rule.code, f"is {given}; allowed: {', '.join(sorted(rule.formats))}"
    for fact, limit in rule.limits:
        value = getattr(file, fact)
        if value is not None and not limit.holds(value):
            code = rule.code if fact in _NOT_MEASURES else rule.size_code or rule.code
            shown = f"{value:{',.4g' if isinstance(value, float) else ','}} {_UNITS[fact]}"
            yield code, f"has {shown}; allowed: {limit}"


def _shown_url(url: str) -> str:
    # A signed URL carries its secret in the query.
    return url.partition("?")[0]
