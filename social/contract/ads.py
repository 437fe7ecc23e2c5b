"""Ads on Facebook and Instagram: boosting posts, what they cost and bring; Google's campaigns (content.md 16).

Money is in the currency of the ad account, as decimals with at most two places.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, PlainSerializer, model_validator

from social.contract.base import Answer, Instant, Wire

MOST = 1_000_000
RUN_HOURS = 30
"""The shortest run of a boost that ends, in hours."""


def _amount(given: object) -> object:
    # JSON numbers are binary: as text they are the decimals that were meant.
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


Money = Annotated[
    Decimal,
    BeforeValidator(_amount),
    Field(gt=0, le=MOST, max_digits=9, decimal_places=2),
    PlainSerializer(float, return_type=float, when_used="json"),
]
"""An amount of money above 0."""

Status = Literal["active", "paused"]
Ending = Literal["active", "paused", "deleted", "archived"]


class AccountsQuery(Wire):
    """Query of `GET /ads/:platform/accounts`."""

    limit: int = Field(default=100, ge=1, le=1000)


class AdAccounts(Answer):
    """The ad accounts of the profile; `{accountId, name, status, currency, amountSpent, metrics, …}` each."""

    status: str = "success"
    ad_accounts: list[dict[str, Any]] = []
    count: int = 0
    last_updated: str | None = None
    next_update: str | None = None


class CampaignsQuery(Wire):
    """Query of `GET /ads/:platform/campaigns`."""

    account_id: str


class Campaigns(Answer):
    """The campaigns of an ad account; Ayrshare makes one for each ad."""

    status: str = "success"
    campaigns: list[dict[str, Any]] = []
    count: int = 0


class Places(Wire):
    """Where an ad is shown, or is not: ISO country codes, keys of regions and of cities."""

    countries: list[Annotated[str, Field(pattern=r"^[A-Za-z]{2}$")]] = []
    regions: list[str | dict[str, Any]] = []
    cities: list[str | dict[str, Any]] = []


class Tracking(Wire):
    """The pixel that counts what people do later."""

    pixel_id: str | None = None


class BoostRequest(Wire):
    """Body of `POST /ads/:platform/boost`. `budget` is for a day; without `end_date` the ad runs until it is ended."""

    post_id: str | None = None
    social_post_id: str | None = Field(default=None, validation_alias=AliasChoices("socialPostId", "fbPostId"))
    account_id: str
    ad_name: str = Field(min_length=1, max_length=400)
    goal: str = Field(min_length=1, max_length=50)
    budget: Money
    bid_amount: Money | None = None
    locations: Places
    excluded_locations: Places | None = None
    status: Status = "active"
    min_age: int = Field(default=18, ge=13, le=65)
    max_age: int = Field(default=65, ge=13, le=65)
    gender: str | None = None
    interests: list[str | int] = Field(default=[], max_length=50)
    start_date: Instant | None = None
    end_date: Instant | None = None
    special_ad_categories: list[Literal["housing", "finance", "employment", "politics"]] = []
    tracking: Tracking | None = None
    url_tags: list[str] = []
    dsa_beneficiary: str | None = None
    dsa_payor: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "BoostRequest":
        if not (self.post_id or self.social_post_id):
            raise ValueError("send postId or socialPostId")
        if self.min_age > self.max_age:
            raise ValueError("minAge is above maxAge")
        if bool(self.dsa_beneficiary) != bool(self.dsa_payor):
            raise ValueError("send dsaBeneficiary and dsaPayor, both or none")
        if not (self.locations.countries or self.locations.regions or self.locations.cities):
            raise ValueError("locations: name at least one country, region or city")
        return self


class Ad(Answer):
    """One boosted post."""

    status: str | None = None
    ad_id: str
    campaign_id: str | None = None
    ad_set_id: str | None = None
    account_id: str | None = None
    post_id: str | None = None
    ad_name: str | None = None
    budget_daily: float | None = None
    delivery_status: str | None = None


class AdsQuery(Wire):
    """Query of `GET /ads/:platform/ads`: at least one id."""

    account_id: str | None = None
    ad_id: str | None = None
    campaign_id: str | None = None
    post_id: str | None = None
    social_post_id: str | None = Field(default=None, validation_alias=AliasChoices("socialPostId", "fbPostId"))
    status: str | None = None
    limit: int = Field(default=100, ge=1, le=1000)


class Ads(Answer):
    """Ads that fit, newest first."""

    status: str = "success"
    ads: list[Ad] = []
    count: int = 0


class AdUpdate(Wire):
    """Body of `PUT /ads/:platform/ads`: the status goes to the ad, its set and its campaign; two of them end it."""

    ad_id: str
    status: Ending


class SpendQuery(AdsQuery):
    """Query of `GET /ads/:platform/history`: the last 30 days, or those named."""

    start_date: Instant | None = None
    end_date: Instant | None = None


class Spend(Answer):
    """What ads cost and brought, one row per ad and day, and all together."""

    status: str = "success"
    history: list[dict[str, Any]] = []
    date_range: dict[str, Any] = {}
    metrics: dict[str, Any] = {}


class SearchQuery(Wire):
    """Query of the searches for targets."""

    search: str = Field(default="", max_length=200)
    country_code: str | None = None
    region_id: str | None = None
    limit: int = Field(default=25, ge=1, le=100)


class Interests(Answer):
    """Interests with the ids that a boost takes."""

    status: str = "success"
    interests: list[dict[str, Any]] = []
    count: int = 0


class Regions(Answer):
    """Regions with their keys."""

    status: str = "success"
    regions: list[dict[str, Any]] = []
    count: int = 0


class Cities(Answer):
    """Cities with their keys."""

    status: str = "success"
    cities: list[dict[str, Any]] = []
    count: int = 0


class DsaRecommendations(Answer):
    """Names for the two fields that the EU's rules ask for."""

    status: str = "success"
    recommendations: list[str] = []


class Budget(Wire):
    """A budget for a day."""

    amount: Money


class GoogleUpdate(Wire):
    """Body of `PUT /ads/google/campaigns/:id`."""

    status: Status | None = None
    budget: Budget | None = None


class GoogleCampaign(Answer):
    """A campaign of Google Ads."""

    status: str = "success"
    campaign: dict[str, Any] = {}
