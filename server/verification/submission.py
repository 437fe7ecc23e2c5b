"""From the body of `POST /post` to what each network is to be given: checks 3 to 5 of posts.md 12.7."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from server.answers import ApiError
from social.contract.posts import PostRequest
from social.networks import NETWORKS

ALL = "all"
# Far more than any network takes, threads of posts included: what lies above would only keep the server busy.
LONGEST_TEXT = 200_000
MOST_MEDIA = 100
# Old top-level fallbacks of option fields (posts.md 3.1).
FALLBACKS = {"reddit": ("title", "subreddit"), "snapchat": ("title",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one network is to be given. `options` is its option object as it came over the wire."""

    platform: str
    text: str
    media_urls: tuple[str, ...] = ()
    options: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A readable request: its parts alphabetically by network, and the future instant it asks for, None for now."""

    body: PostRequest
    parts: tuple[Part, ...]
    when: datetime | None

    @property
    def platforms(self) -> list[str]:
        """The networks in alphabetical order."""
        return [part.platform for part in self.parts]

    @property
    def waits(self) -> bool:
        """Whether the post is for later: scheduled, auto-scheduled or awaiting approval."""
        body = self.body
        return bool(self.when or (body.auto_schedule and body.auto_schedule.schedule) or body.requires_approval)

    @property
    def text(self) -> str | dict[str, str]:
        """The text as answered and stored: per network only if it came per network."""
        if isinstance(self.body.post, dict):
            return {part.platform: part.text for part in self.parts}
        return self.parts[0].text

    def with_texts(self, change: Callable[[str, list[Part]], str]) -> "Submission":
        """The same with every text changed; `change` gets a text and the parts that share it."""
        sharing: dict[str, list[Part]] = {}
        for part in self.parts:
            sharing.setdefault(part.text, []).append(part)
        changed = {text: change(text, parts) for text, parts in sharing.items()}
        return replace(self, parts=tuple(replace(part, text=changed[part.text]) for part in self.parts))


def read_submission(body: PostRequest, linked: Iterable[str], now: datetime) -> Submission:
    """The submission of a body. Raises ApiError where the whole call is refused."""
    platforms = _platforms(body, linked)
    when = _when(body, now)
    parts = tuple(
        Part(platform=name, text=_text(body, name), media_urls=_media(body, name), options=_options(body, name))
        for name in platforms
    )
    return Submission(body=body, parts=parts, when=when)


def bounded_text(text: str, field: str = "post") -> str:
    """The text itself. Raises ApiError 101 when it is longer than anybody could want to send."""
    if len(text) > LONGEST_TEXT:
        raise ApiError(101, f"{field}: {len(text):,} characters; no network takes more than {LONGEST_TEXT:,}.")
    return text


def _platforms(body: PostRequest, linked: Iterable[str]) -> list[str]:
    asked = set(body.platforms)
    if asked == {ALL}:
        asked = set(linked)
    if not asked:
        raise ApiError(101, "platforms: name at least one linked network.")
    if unknown := sorted(asked - set(NETWORKS)):
        raise ApiError(101, f"platforms: unknown {', '.join(unknown)}; choose from {', '.join(sorted(NETWORKS))}.")
    return sorted(asked)


def _when(body: PostRequest, now: datetime) -> datetime | None:
    if body.schedule_date is not None and body.auto_schedule is not None and body.auto_schedule.schedule:
        raise ApiError(101, "autoSchedule and scheduleDate exclude each other: send one of them.")
    if body.schedule_date is not None and "publishAt" in body.options.get("youtube", {}):
        raise ApiError(101, "youTubeOptions.publishAt and scheduleDate exclude each other: send one of them.")
    when = body.schedule_date
    if when is None and body.auto_repost is not None:
        when = body.auto_repost.start_date
    return when if when is not None and when > now else None


def _text(body: PostRequest, platform: str) -> str:
    return bounded_text(_own_text(body, platform))


def _own_text(body: PostRequest, platform: str) -> str:
    if isinstance(body.post, str):
        return body.post
    if body.post is None:
        raise ApiError(101, "post: missing; send a text, or an empty one with media.")
    text = body.post.get(platform, body.post.get("default"))
    if text is None:
        raise ApiError(101, f"post: neither {platform} nor default is given.")
    return text


def _media(body: PostRequest, platform: str) -> tuple[str, ...]:
    urls = _own_media(body, platform)
    if len(urls) > MOST_MEDIA:
        raise ApiError(101, f"mediaUrls: {len(urls):,} files; no network takes more than {MOST_MEDIA}.")
    return urls


def _own_media(body: PostRequest, platform: str) -> tuple[str, ...]:
    if not isinstance(body.media_urls, dict):
        return tuple(body.media_urls)
    given = body.media_urls.get(platform, body.media_urls.get("default", []))
    return (given,) if isinstance(given, str) else tuple(given)


def _options(body: PostRequest, platform: str) -> dict[str, Any]:
    options = dict(body.options.get(platform, {}))
    for name in FALLBACKS.get(platform, ()):
        if (fallback := getattr(body, name)) is not None:
            options.setdefault(name, fallback)
    if "allowCountries" in options and "blockCountries" in options:
        del options["allowCountries"], options["blockCountries"]
    if body.media_urls:
        options.pop("carousel", None)
    return options
