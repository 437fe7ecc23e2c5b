"""Objects within the options of Meta's networks (posts.md 10.2, 10.4)."""

from typing import Literal

from pydantic import Field

from social.networks.base import Options


class CarouselItem(Options):
    """One card of a link carousel."""

    picture: str = Field(description="URL of the card's picture.")
    link: str = Field(description="URL the card leads to.")
    name: str | None = Field(default=None, description="Title of the card.")


class Carousel(Options):
    """Cards with links, instead of media."""

    link: str = Field(description='URL of the "see more" card at the end.')
    items: list[CarouselItem] = Field(min_length=2, max_length=10, description="The cards, 2 to 10.")


class AudioConfiguration(Options):
    """Licensed audio under a Reel."""

    audio_id: str | None = Field(default=None, description="Id of the licensed audio.")
    audio_volume: float | None = Field(default=None, description="Volume of the licensed audio.")
    video_volume: float | None = Field(default=None, description="Volume of the video's own sound.")


class TrialParams(Options):
    """A trial Reel: shown to people who do not follow."""

    graduation_strategy: Literal["MANUAL", "SS_PERFORMANCE"] = Field(
        description="How the trial ends: by hand, or by performance."
    )


class UserTag(Options):
    """A tagged account."""

    username: str = Field(pattern=r"^[^@\s]+$", description="Public account, without @.")
    x: float | None = Field(default=None, ge=0, le=1, description="Distance from the left, 0 to 1 (images).")
    y: float | None = Field(default=None, ge=0, le=1, description="Distance from the top, 0 to 1 (images).")
