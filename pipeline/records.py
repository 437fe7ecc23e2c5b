"""The shapes of the journey, in the order data meets them: Item, Draft, Claim, Receipt, Sample."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class DateQuality(StrEnum):
    """How far a source's date can be trusted. Dates of sources are advisory: first-seen time orders items."""

    EXACT = "exact"
    ASSUMED_ZONE = "assumed zone"
    DATE_ONLY = "date only"
    IMPLAUSIBLE = "implausible"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture named by a source. `origin` tells where it was found, as `media:content`; sizes in pixels."""

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a post should go out. `at` is UTC, None means now; `zone` and `wall` say where it came from (promise 4).

    With `auto_schedule` set the API chooses the instant from its schedule of that title.
    """

    at: datetime | None = None
    zone: str = "UTC"
    wall: str = ""
    auto_schedule: str | None = None


NOW = Slot()

_NAME = 80

EDIT = "edit:"
"""How the occurrence of a post begins that was made because its item changed; those of a series are wall times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the author of a sheet asks of one row, beside what the post says.

    `platforms` empty means the campaign's, `slot` None the campaign's timing (the queue). `texts` holds own texts of
    single networks, `options` their option objects, both by network. `alt_texts` go with the pictures in order;
    `hashtags` carry no `#`. `row` is the row in the sheet, from 1.
    """

    platforms: tuple[str, ...] = ()
    slot: Slot | None = None
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)
    title: str = ""
    first_comment: str = ""
    alt_texts: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    campaign: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The post that an edited item has already: `key` is that of its claim, `slot` its time, None if it was refused.

    `moved` says that the edit changes nothing but the time.
    """

    key: str
    slot: Slot | None = None
    moved: bool = False

    @property
    def words(self) -> str:
        """What becomes of it."""
        if self.slot is None:
            return "posts anew what was refused as it was"
        what = f"post scheduled for {self.slot.at:%Y-%m-%d %H:%M} UTC" if self.slot.at else "post that waits to be sent"
        return f"{'moves' if self.moved else 'replaces'} the {what}"


Place = tuple[str, str]
"""Source and identity: what an item is known by within its campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry as read. Text fields are plain text: no markup, no control characters, whitespace folded.

    `identity` is stable within `source` (guid, else canonical link, else content hash); `place` says where in the
    source (`entry 3`, `Sheet2!D7`). `published` is UTC and as good as `published_quality`. `ask` comes with rows of
    sheets, whose text keeps its empty lines: it is the author's own. `edited` says that the item was posted before it
    changed, so that what is said now is a correction; `replaces` that its post waits, and what is said now replaces it.
    """

    source: str
    place: str
    identity: str
    content_hash: str
    title: str = ""
    text: str = ""
    link: str = ""
    guid: str = ""
    author: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    video: str = ""
    audio: str = ""
    published: datetime | None = None
    published_quality: DateQuality = DateQuality.MISSING
    ask: Ask | None = None
    edited: bool = False
    replaces: Replaced | None = None

    @property
    def categories(self) -> str:
        """Its tags, one a line, as tables hold them; see `tags_of`."""
        return "\n".join(self.tags)

    @property
    def name(self) -> str:
        """What people know it by: its title, else how its text begins."""
        texts = (self.text, *(self.ask.texts.values() if self.ask else ()))
        return self.title or next((" ".join(text[:_NAME].split()) for text in texts if text), "")


def tags_of(categories: str) -> tuple[str, ...]:
    """The tags of an item from its `categories`."""
    return tuple(categories.split("\n")) if categories else ()


class Disposition(StrEnum):
    """What became of an item in a run. Every item read ends in exactly one of these (promise 2).

    `PLANNED` exists only in dry runs, where it stands for scheduled, refused or unknown.
    """

    KNOWN = "known"
    FILTERED = "filtered"
    QUARANTINED = "quarantined"
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One item's disposition and its reason, for the run's table and the conservation sum."""

    source: str
    place: str
    identity: str
    title: str
    disposition: Disposition
    reason: str = ""

    @classmethod
    def of(cls, item: Item, disposition: Disposition, reason: str = "") -> "Verdict":
        """What became of `item`."""
        return cls(
            source=item.source,
            place=item.place,
            identity=item.identity,
            title=item.name,
            disposition=disposition,
            reason=reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What should be said where, once. One draft becomes one call of the API.

    `texts`, `media` (URLs in order) and `options` are keyed by network; `target` names the profile and networks
    (`default:bluesky,facebook`). `left_out` names networks that cannot take this item, with the reason; `warnings` are
    things worth seeing that stop nothing.
    """

    campaign: str
    item: Item
    target: str
    texts: dict[str, str]
    media: dict[str, tuple[str, ...]] = field(default_factory=dict)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    slot: Slot = NOW
    occurrence: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    first_comment: str = ""
    shorten_links: bool = False
    requires_approval: bool = False

    @property
    def platforms(self) -> list[str]:
        """The networks this draft goes to, alphabetically."""
        return sorted(self.texts)

    @property
    def profile(self) -> str:
        """The profile it goes to: the part of `target` before the networks."""
        return self.target.partition(":")[0]

    @property
    def digest(self) -> str:
        """Hash of everything that would be published, the slot aside: 16 hex digits."""
        said = [self.texts, self.media, self.options, self.first_comment]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=list).encode()).hexdigest()[:16]


class Outcome(StrEnum):
    """How an attempt ended (promise 1). `PENDING` is a claim whose attempt has not been settled yet.

    `WITHDRAWN` is a post taken back before it went out, or a change that was given up before it was sent.
    """

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to send one draft, written before the first byte leaves. `key` is born once (pipeline/ledger/key.py).

    `body` is the JSON body of `POST /post`, complete with `idempotencyKey` and `notes`, so that a later process can
    send or recognise exactly this post. `key_refusals` counts the answers "key seen" (posts.md 3.7). `replaces` is the
    key of a claim that must be out of the way before this one may be sent (pipeline/replacing.py).
    """

    key: str
    campaign: str
    source: str
    identity: str
    title: str
    target: str
    digest: str
    body: str
    slot: Slot = NOW
    outcome: Outcome = Outcome.PENDING
    attempts: int = 0
    key_refusals: int = 0
    claimed_at: datetime | None = None
    attempted_at: datetime | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkReceipt:
    """What the API answered for one network. `social_id` and `url` come later for scheduled posts."""

    platform: str
    outcome: Outcome
    social_id: str = ""
    url: str = ""
    code: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the API answered for one claim. `post_id` is the API's id; `reason` is filled unless accepted."""

    key: str
    outcome: Outcome
    post_id: str = ""
    status: str = ""
    scheduled_for: datetime | None = None
    networks: tuple[NetworkReceipt, ...] = ()
    reason: str = ""
    code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One observed metric. `value` None = the network declined to give it; a metric never given makes no sample.

    `network` may be empty for link clicks. `quality` is `exact`, `estimated`, `withheld` (not told) or `withdrawn`
    (told before, not any more); `source` is `sandbox` or `api`.
    """

    observed_at: datetime
    post_id: str
    network: str
    social_id: str
    metric: str
    value: float | None
    quality: str = "exact"
    source: str = "api"
