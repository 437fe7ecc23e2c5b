"""Google Business Profile (posts.md 10.3): news, events, offers and photos of a place."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from social.networks.base import Content, Feature, FileRule, MediaRule, Network, Options, Problem, TextRule, Variant
from social.networks.fields import IsoInstant
from social.networks.limits import CONVERTED_WEBP, KB, MB, at_least, at_most, between
from social.networks.phones import phone_number

TITLE_LIMIT = 58


class CallToAction(Options):
    """The button under a standard or event post."""

    action_type: Literal["book", "order", "shop", "learn_more", "sign_up", "call"] = Field(
        description="What the button says."
    )
    url: str | None = Field(default=None, description="Where it leads; not needed for call.")

    @model_validator(mode="after")
    def _needs_url(self) -> "CallToAction":
        if self.action_type != "call" and not self.url:
            raise ValueError(f"url is missing; actionType {self.action_type} needs one")
        return self


class Event(Options):
    """An event at the place."""

    title: str = Field(min_length=1, max_length=TITLE_LIMIT, description="Title of the event, at most 58 characters.")
    start_date: IsoInstant = Field(description="Start, ISO 8601 with zone.")
    end_date: IsoInstant = Field(description="End, ISO 8601 with zone.")


class Offer(Options):
    """An offer with a coupon."""

    title: str = Field(min_length=1, description="Title of the offer.")
    start_date: IsoInstant = Field(description="First instant, ISO 8601 with zone.")
    end_date: IsoInstant = Field(description="Last instant, ISO 8601 with zone.")
    coupon_code: str = Field(min_length=1, max_length=TITLE_LIMIT, description="Code, at most 58 characters.")
    redeem_online_url: str = Field(min_length=1, description="URL where the offer is redeemed.")
    terms_conditions: str = Field(min_length=1, description="Terms and conditions.")


class GmbOptions(Options):
    """`gmbOptions`."""

    is_photo_video: bool = Field(default=False, description="Put the media into the Photos section.")
    category: (
        Literal[
            "cover",
            "profile",
            "logo",
            "exterior",
            "interior",
            "product",
            "at_work",
            "food_and_drink",
            "menu",
            "common_area",
            "rooms",
            "teams",
        ]
        | None
    ) = Field(default=None, description="Category of the photo or video, with isPhotoVideo.")
    call_to_action: CallToAction | None = Field(default=None, description="Button on standard and event posts.")
    event: Event | None = Field(default=None, description="Makes the post an event.")
    offer: Offer | None = Field(default=None, description="Makes the post an offer.")


IMAGE = FileRule(
    formats=frozenset({"jpeg", "png"}),
    converted=CONVERTED_WEBP,
    size=between(10 * KB, 5 * MB),
    width=at_least(250),
    height=at_least(250),
)
VIDEO = FileRule(size=at_most(26 * MB), duration=between(1, 30), short_side=at_least(720))
MEDIA = MediaRule(max_images=1, max_videos=1, image=IMAGE, video=VIDEO)


def _variant(options: GmbOptions) -> Variant:
    if options.is_photo_video:
        return Variant(media=MediaRule(required=True, max_images=1, max_videos=1, image=IMAGE, video=VIDEO))
    return Variant(media=MediaRule(max_images=1, image=IMAGE)) if options.event else Variant()


def _check(content: Content, options: GmbOptions) -> Iterator[Problem]:
    number = phone_number(content.text)
    if number:
        yield Problem(
            code=101,
            message=f"{GMB.title}: post has the phone number {number!r}; Google rejects every text with one, remove it",
        )
    kind = "offers" if options.offer else "photo/video posts" if options.is_photo_video else None
    if options.call_to_action and kind:
        yield GMB.problem("callToAction", f"does not go with {kind}; leave it out")


GMB = Network(
    name="gmb",
    title="Google Business Profile",
    aliases=frozenset({"google", "google business", "google my business", "gbp"}),
    options_key="gmbOptions",
    options=GmbOptions,
    text=TextRule(limit=1_500, hashtag_friendly=False),
    media=MEDIA,
    features=frozenset({Feature.DELETE, Feature.ACCOUNT_ANALYTICS, Feature.REVIEWS, Feature.DUPLICATE_CHECK}),
    variant=_variant,
    check=_check,
)
