"""A campaign: which sources go where, how it is said and when. The models are also the run form of the flows."""

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from social.networks import NETWORKS


def _known_network(name: str) -> str:
    if name not in NETWORKS:
        raise ValueError(f"unknown network {name!r}; choose from {', '.join(sorted(NETWORKS))}")
    return name


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"unknown time zone {name!r}; give an IANA name such as Europe/Berlin")
    return name


# The schema's choices become a menu in the run form.
Platform = Annotated[str, AfterValidator(_known_network), WithJsonSchema({"type": "string", "enum": sorted(NETWORKS)})]
Zone = Annotated[str, AfterValidator(_known_zone)]


class Settings(BaseModel):
    """Base of everything a person fills in: unknown fields are an error, not silently dropped."""

    model_config = ConfigDict(extra="forbid")


class TimingPolicy(StrEnum):
    """When posts go out."""

    NOW = "now"
    SPREAD = "spread"
    SLOTS = "slots"
    AUTO = "auto"


class Timing(Settings):
    """When posts go out. Times are wall time in `zone`; each instant is kept in UTC beside it."""

    policy: TimingPolicy = Field(
        default=TimingPolicy.NOW,
        description="now: at once. spread: one every `every_minutes` from `start`. slots: next free of the daily "
        "`slots`. auto: the API's own auto-schedule.",
    )
    zone: Zone = Field(default="UTC", description="IANA time zone of start and slots, such as Europe/Berlin.")
    start: datetime | None = Field(
        default=None,
        description="First instant for spread and slots; wall time in `zone` if it carries none. Empty: now.",
    )
    every_minutes: float = Field(default=60, gt=0, description="Distance between two posts for spread, in minutes.")
    slots: list[time] = Field(default=[time(9, 0), time(17, 0)], description="Daily wall times for slots.")
    auto_schedule: str = Field(default="default", description="Title of the API's auto-schedule for auto.")

    @model_validator(mode="after")
    def _slots_given(self) -> "Timing":
        if self.policy is TimingPolicy.SLOTS and not self.slots:
            raise ValueError("timing.slots is empty: give at least one daily time such as 09:00")
        return self

    @property
    def zoneinfo(self) -> ZoneInfo:
        """The zone as an object."""
        return ZoneInfo(self.zone)


class Hashtags(Settings):
    """Hashtags: the item's own tags first, then keywords of its text if asked."""

    max: int = Field(default=2, ge=0, le=30, description="At most so many per post; a network's own limit wins.")
    keywords: bool = Field(default=False, description="Fill up with keywords found in the text.")
    place: Literal["end", "inline"] = Field(
        default="end", description="At the end, or words of the text turned into tags."
    )
    always: list[str] = Field(default=[], description="Tags put on every post, before any other.")
    banned: list[str] = Field(default=[], description="Tags never used, without regard to case.")


class Links(Settings):
    """What happens to the item's link."""

    utm: dict[str, str] = Field(
        default={},
        description="UTM parameters by name (source, medium, campaign, term, content). Values are templates: "
        "{{ network }}, {{ campaign }}, {{ item.title }}.",
    )
    shorten: bool = Field(
        default=False, description="Replace the link by a short link of the API, which counts clicks."
    )


class Pictures(Settings):
    """Which pictures of the item travel with the post."""

    max: int = Field(default=1, ge=0, le=10, description="At most so many pictures; 0 posts without pictures.")
    upload: bool = Field(
        default=True,
        description="Fetch, check and upload pictures when planning, so that a dead URL cannot sink the post.",
    )


class Filters(Settings):
    """Which items are taken at all."""

    include: list[str] = Field(default=[], description="Only items whose title or text holds one of these words.")
    exclude: list[str] = Field(default=[], description="No items whose title or text holds one of these words.")
    newest: int = Field(
        default=0, ge=0, description="At most the newest so many new items per source and run; 0 = all."
    )


class Campaign(Settings):
    """Everything `publish` needs to know. Sources are feed URLs, feed files, or folders of feed files."""

    name: str = Field(
        default="news",
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Short name; part of every post's key. a-z, 0-9, -.",
    )
    sources: list[str] = Field(default=[], description="Feed URLs, feed files, or folders of feed files.")
    platforms: list[Platform] = Field(default=["bluesky", "facebook", "linkedin"], description="Networks to post to.")
    template: str = Field(
        default="{{ item.title }}\n\n{{ item.link }}",
        description="Jinja template of the text. Known: item (title, text, link, author, tags), network, campaign.",
    )
    templates: dict[Platform, str] = Field(default={}, description="Templates for single networks, by network name.")
    hashtags: Hashtags = Field(default=Hashtags(), description="Which hashtags, how many, where.")
    links: Links = Field(default=Links(), description="UTM parameters and short links.")
    pictures: Pictures = Field(default=Pictures(), description="Pictures of the item.")
    filters: Filters = Field(default=Filters(), description="Which items are taken at all.")
    timing: Timing = Field(default=Timing(), description="When posts go out.")
    backfill: int = Field(
        default=0,
        ge=0,
        description="Of a source seen for the first time, post the newest so many; the rest counts as seen.",
    )
    accept_new_ids: bool = Field(
        default=False,
        description="Post what was held back because a feed suddenly offered many unknown items. Set it for one run.",
    )
    options: dict[Platform, dict[str, object]] = Field(
        default={},
        description="Option objects by network, as the API names them, such as youtube: {visibility: public}.",
    )
    allow_private_addresses: bool = Field(
        default=False,
        description="Allow feeds and pictures on loopback and private addresses. Only for your own network.",
    )
    requires_approval: bool = Field(
        default=False,
        description="The API holds each post until somebody approves it there (its status is awaiting approval).",
    )
