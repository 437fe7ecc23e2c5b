"""A campaign: which sources go where, how it is said and when. The models are also the run form of the flows."""

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from pipeline.forms import Platform, Settings, SheetForm, WallTime, Zone
from social.networks import NETWORKS
from social.networks.base import Feature


class TimingPolicy(StrEnum):
    """When posts go out."""

    NOW = "now"
    AT = "at"
    SLOTS = "slots"
    SPREAD = "spread"
    AUTO = "auto"
    RECURRENCE = "recurrence"


class Weekday(StrEnum):
    """Days of the week, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _roomy(begin: time, end: time, posts: int) -> None:
    if begin.tzinfo or end.tzinfo:
        raise ValueError("timing.day_from and timing.day_until are wall time: leave the offset out, set timing.zone")
    minutes = (end.hour - begin.hour) * 60 + end.minute - begin.minute
    if minutes < posts:
        raise ValueError(
            f"timing: {posts} posts a day do not fit between day_from {begin:%H:%M} and day_until {end:%H:%M}: "
            "each needs a minute; day_until lies on the same day"
        )


class Late(Settings):
    """What happens to a post whose time has passed before it could be scheduled, as after an outage."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    within: float = Field(
        default=60, ge=0, description="Up to so many minutes late, a post still goes out: at once, with a warning."
    )
    otherwise: Literal["expire", "now"] = Field(
        default="expire",
        alias="else",
        description="Later than that: expire (not posted, listed with the reason) or now (posted all the same).",
    )


class Timing(Settings):
    """When posts go out. Times are wall time in `zone`; each instant is kept in UTC beside it."""

    policy: TimingPolicy = Field(
        default=TimingPolicy.NOW,
        description="now: at once. at: at the item's own date (see `at`); without one, in the next free slot. slots: "
        "next free of the `slots`. spread: one every `every_minutes`, or `per_day` a day. auto: the API's own "
        "auto-schedule. recurrence: each item again and again by `rule`. The date of a sheet's row always wins.",
    )
    zone: Zone = Field(default="UTC", description="IANA time zone of all times here, such as Europe/Berlin.")
    start: datetime | None = Field(
        default=None,
        description="Not before this: for slots and spread; for recurrence the first occurrence. Wall time in `zone` "
        "if it carries no offset. Empty: now.",
    )
    at: Literal["row", "published"] = Field(
        default="row",
        description="Which date `at` takes. row: the date column of a sheet. published: where there is none, the "
        "item's date of publication, if it has an exact one.",
    )
    slots: list[WallTime] | dict[Weekday, list[WallTime]] = Field(
        default=[time(9, 0), time(17, 0)],
        description="Wall times for slots: a list for every day, or lists by weekday, such as "
        '{"monday": ["09:00"], "friday": ["09:00", "16:30"]}.',
    )
    every_minutes: float = Field(default=60, gt=0, description="Distance between two posts for spread, in minutes.")
    per_day: int = Field(
        default=0, ge=0, le=288, description="For spread: so many posts a day, in place of every_minutes; 0 = off."
    )
    day_from: WallTime = Field(default=time(9, 0), description="For per_day: from this time of day on.")
    day_until: WallTime = Field(default=time(18, 0), description="For per_day: until this time of day.")
    jitter: float = Field(
        default=0,
        ge=0,
        le=1,
        description="For per_day: how far posts stray, as a share of their distance; 0 = evenly, 1 = anywhere.",
    )
    seed: str = Field(default="", description="For jitter: the same seed gives the same times.")
    auto_schedule: str = Field(default="default", description="Title of the API's auto-schedule for auto.")
    rule: str = Field(
        default="", description="For recurrence: an iCalendar RRULE in wall time, such as FREQ=WEEKLY;BYDAY=MO,TH."
    )
    ahead_days: int = Field(
        default=14,
        ge=1,
        le=365,
        description="For recurrence: occurrences of so many days are scheduled ahead, and always the next one.",
    )
    late: Late = Field(default=Late(), description="What happens to posts whose time has passed.")
    burst: int = Field(
        default=60,
        ge=1,
        description="More posts to one network within an hour refuse the whole plan (see allow_burst).",
    )
    allow_burst: bool = Field(
        default=False,
        description="Post even if one network gets more than `burst` in an hour. Posts that go out at once then leave "
        "side by side: quicker, but in no certain order.",
    )

    @model_validator(mode="after")
    def _complete(self) -> "Timing":
        if self.policy in (TimingPolicy.SLOTS, TimingPolicy.AT) and not any(self.weekly.values()):
            raise ValueError("timing.slots is empty: give at least one daily time such as 09:00")
        if self.per_day:
            _roomy(self.day_from, self.day_until, self.per_day)
        if self.policy is TimingPolicy.RECURRENCE:
            from pipeline.timing.recurrence import check  # noqa: PLC0415  (only these campaigns need dateutil)

            check(self)
        return self

    @property
    def zoneinfo(self) -> ZoneInfo:
        """The zone as an object."""
        return ZoneInfo(self.zone)

    @property
    def weekly(self) -> dict[Weekday, list[time]]:
        """The slots by weekday, whichever way they were given."""
        given = self.slots
        return {day: given.get(day, []) if isinstance(given, dict) else given for day in Weekday}


class HashtagPolicy(Settings):
    """Hashtags of one network, where they differ from the campaign's: only what is given here changes."""

    max: int = Field(default=2, ge=0, le=30, description="At most so many per post; a network's own limit wins.")
    keywords: bool = Field(default=False, description="Fill up with keywords found in the text.")
    place: Literal["end", "inline"] = Field(
        default="end", description="At the end, or words of the text turned into tags."
    )
    always: list[str] = Field(default=[], description="Tags put on every post, before any other.")
    banned: list[str] = Field(default=[], description="Tags never used, without regard to case.")


class Hashtags(HashtagPolicy):
    """Hashtags: the item's own tags first, then keywords of its text if asked."""

    networks: dict[Platform, HashtagPolicy] = Field(
        default={},
        description="What is different on single networks, such as instagram: {max: 5}. Banned tags stay banned.",
    )

    def on(self, network: str) -> HashtagPolicy:
        """The policy on one network."""
        own = self.networks.get(network)
        if own is None:
            return self
        changed = {name: getattr(own, name) for name in own.model_fields_set}
        return self.model_copy(update=changed | {"banned": [*self.banned, *own.banned]})


def _shortening(value: object) -> object:
    # Until there was a choice this was a switch.
    return ("all" if value else "none") if isinstance(value, bool) else value


class Links(Settings):
    """What happens to the item's link."""

    utm: dict[str, str] = Field(
        default={},
        description="UTM parameters by name (source, medium, campaign, term, content). Values are templates: "
        "{{ network }}, {{ campaign }}, {{ item.title }}.",
    )
    shorten: Annotated[Literal["none", "all", "chosen"], BeforeValidator(_shortening)] = Field(
        default="none",
        description="Short links of the API, which count clicks: for no link, for all links of a post, or for those "
        "chosen by shorten_domains and shorten_patterns.",
    )
    shorten_domains: list[str] = Field(
        default=[], description="For chosen: links to these domains and their subdomains, such as example.org."
    )
    shorten_patterns: list[str] = Field(
        default=[], description="For chosen: links that look like one of these, such as https://example.org/shop/*."
    )

    @model_validator(mode="after")
    def _something_chosen(self) -> "Links":
        given = bool(self.shorten_domains or self.shorten_patterns)
        if given != (self.shorten == "chosen"):
            raise ValueError(
                "links.shorten: chosen goes with shorten_domains or shorten_patterns: give at least one of them, and "
                "neither for all or none"
            )
        return self


class Pictures(Settings):
    """Which pictures of the item travel with the post."""

    max: int = Field(default=1, ge=0, le=10, description="At most so many pictures; 0 posts without pictures.")
    upload: bool = Field(
        default=True,
        description="Fetch, check and upload pictures when planning, so that a dead URL cannot sink the post.",
    )
    from_page: bool = Field(
        default=False,
        description="Items without a picture take the one their page names (og:image); this fetches each such page.",
    )
    fit: Literal["pad", "crop", "none"] = Field(
        default="pad",
        description="How a picture gets the shape a network asks for: borders around it, its middle cut out, or not at "
        "all. Format, bytes and pixels are made to fit in any case.",
    )
    background: str = Field(
        default="#ffffff",
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="Colour of those borders, and behind transparency where a network takes none.",
    )
    alt: Literal["optional", "warn", "require"] = Field(
        default="warn",
        description="A picture without alternative text, on networks that show one: nothing is said, a warning, or "
        "the network is left out.",
    )


class Threads(Settings):
    """Long texts as threads of posts (posts.md 10.14). A text that fits one post stays one post."""

    platforms: list[Platform] = Field(default=[], description="Networks on which long texts become threads.")
    number: bool = Field(default=True, description="End each post of a thread with its number, as 2/5.")
    most: int = Field(default=10, ge=2, le=25, description="At most so many posts; the rest of the text is cut.")

    @model_validator(mode="after")
    def _able(self) -> "Threads":
        unable = [name for name in self.platforms if Feature.THREADS not in NETWORKS[name].features]
        if unable:
            able = [name for name, network in NETWORKS.items() if Feature.THREADS in network.features]
            raise ValueError(
                f"threads.platforms: the API makes no threads on {', '.join(unable)}, only on {' and '.join(able)}; "
                "leave it out: there the text is fitted into one post"
            )
        return self


class Edits(StrEnum):
    """What is done about an item of a feed that changes after its post was planned."""

    IGNORE = "ignore"
    UPDATE = "update"
    CORRECT = "correct"


class Filters(Settings):
    """Which items are taken at all."""

    include: list[str] = Field(default=[], description="Only items whose title or text holds one of these words.")
    exclude: list[str] = Field(default=[], description="No items whose title or text holds one of these words.")
    newest: int = Field(
        default=0, ge=0, description="At most the newest so many new items per source and run; 0 = all."
    )


class Campaign(Settings):
    """Everything `publish` needs to know. Sources are feeds and sheets: addresses, files, or folders of files."""

    name: str = Field(
        default="news",
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Short name; part of every post's key. a-z, 0-9, -.",
    )
    sources: list[str] = Field(
        default=[],
        description="Feeds and sheets: URLs, files or folders of files; OPML files and URLs (.opml) for many feeds; "
        "content calendars as CSV, TSV, XLSX, XLS, ODS or the share link of a Google Sheet.",
    )
    platforms: list[Platform] = Field(default=["bluesky", "facebook", "linkedin"], description="Networks to post to.")
    template: str = Field(
        default="{{ item.title or item.text }}\n\n{{ item.link }}",
        description="Jinja template of the text. Known: item (title, text, link, author, tags), network, campaign.",
    )
    timing: Timing = Field(default=Timing(), description="When posts go out.")
    backfill: int = Field(
        default=0,
        ge=0,
        description="Of a source seen for the first time, post the newest so many; the rest counts as seen.",
    )
    hashtags: Hashtags = Field(default=Hashtags(), description="Which hashtags, how many, where.")
    links: Links = Field(default=Links(), description="UTM parameters and short links.")
    pictures: Pictures = Field(default=Pictures(), description="Pictures of the item.")
    first_comment: str = Field(
        default="",
        description="Template of a comment added under each post once it is live, on networks with comments. "
        "Empty: none.",
    )
    filters: Filters = Field(default=Filters(), description="Which items are taken at all.")
    requires_approval: bool = Field(
        default=False,
        description="The API holds each post until somebody approves it there (its status is awaiting approval).",
    )
    templates: dict[Platform, str] = Field(default={}, description="Templates for single networks, by network name.")
    threads: Threads = Field(default=Threads(), description="Long texts as threads of posts.")
    edits: Edits = Field(
        default=Edits.IGNORE,
        description="When an item of a feed changes after its post was planned. ignore: nothing. update: replace a "
        "post that still waits; one that went out stays. correct: post `correction` once the post went out, for each "
        "change. For sheets see `sheet.edits`.",
    )
    feed_edits: dict[str, Edits] = Field(default={}, description="The same for single feeds, by source.")
    correction: str = Field(
        default="Correction: {{ item.title or item.text }}\n\n{{ item.link }}",
        description="Jinja template of a correction's text, as `template`.",
    )
    sheet: SheetForm = Field(default=SheetForm(), description="How sheets are read, where they leave something open.")
    options: dict[Platform, dict[str, object]] = Field(
        default={},
        description="Option objects by network, as the API names them, such as youtube: {visibility: public}.",
    )
    accept_new_ids: bool = Field(
        default=False,
        description="Post what was held back because a feed suddenly offered many unknown items. Set it for one run.",
    )
    allow_private_addresses: bool = Field(
        default=False,
        description="Allow feeds and pictures on loopback and private addresses. Only for your own network.",
    )

    @model_validator(mode="after")
    def _files_are_uploaded(self) -> "Campaign":
        if self.sheet.media_folder and not self.pictures.upload:
            raise ValueError("sheet.media_folder needs pictures.upload: files of this machine have no address to send")
        return self

    def edits_of(self, source: str) -> Edits:
        """What is done about edited items of this feed."""
        return self.feed_edits.get(source, self.edits)
