"""Analytics: metrics of posts and accounts (analytics.md 3–5). Partial failure is HTTP 200 with `status: partial`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Generic

from pydantic import Field, GetJsonSchemaHandler, create_model, field_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import TypeVar

from social.contract.base import Answer, OneOrMore, Wire
from social.contract.posts import ErrorItem
from social.networks import NETWORKS

if TYPE_CHECKING:
    from social.contract import metrics as m
    from social.contract.metrics.base import Metrics

M_co = TypeVar("M_co", covariant=True, default=dict[str, Any])


class PostAnalyticsRequest(Wire):
    """Body of `POST /analytics/post`. With `search_platform_id` the id is the network's own and needs one platform.

    `profile_key` is the older way to name a profile; the Profile-Key header wins over it.
    """

    id: str
    platforms: list[str] | None = None
    search_platform_id: bool = False
    profile_key: str | None = None


class LinkDaysQuery(Wire):
    """Query of `GET /analytics/links` (analytics.md 6.3): how many days back clicks are counted."""

    last_days: int = Field(default=1, ge=1, le=30)


class LinkEvents(Answer):
    """Clicks of one short link: `link_event_stats` holds `{event, platform, count}` by where they came from."""

    link: str
    short_link: str
    created: str | None = None
    link_event_stats: list[dict[str, Any]] = []


class SocialAnalyticsRequest(Wire):
    """Body of `POST /analytics/social` (analytics.md 4.1). `quarters` below 1 do not filter."""

    platforms: list[str]
    quarters: int | None = Field(default=None, le=4)
    daily: bool = False
    period60_days: bool = Field(default=False, alias="period60Days")
    youtube: dict[str, bool] | None = None
    user_id: str | None = None
    user_name: str | None = None
    profile_key: str | None = None


def _nothing() -> Any:  # noqa: ANN401 -- an empty object, to be read as the block's metrics
    return {}


class NetworkAnalytics(Answer, Generic[M_co]):
    """One network's block. An absent metric is absent, never 0 (analytics.md 0).

    Snapchat's numbers may be an array's first element (analytics.md 4.2): read here as that element.
    """

    id: str | None = None
    post_url: str | None = None
    analytics: Annotated[M_co, OneOrMore] = Field(default_factory=_nothing, validate_default=True)
    last_updated: str | None = None
    next_update: str | None = None

    @field_validator("analytics", mode="before")
    @classmethod
    def _first(cls, value: object) -> object:
        return (value[0] if value else {}) if isinstance(value, list) else value


class AnalyticsAnswer(Answer):
    """What both analytics calls answer: one top-level key per network, read when it is asked for."""

    status: str
    id: str | None = None
    errors: list[ErrorItem] = []

    def networks(self) -> Iterator[tuple[str, NetworkAnalytics]]:
        """The networks' blocks by name, metrics as they came: one each, several for an X thread (analytics.md 3.2)."""
        for name in self.model_extra or {}:
            if name in NETWORKS:
                for block in self._raw(name):
                    yield name, NetworkAnalytics.model_validate(block)

    def _raw(self, network: str) -> list[object]:
        value = (self.model_extra or {}).get(network)
        return value if isinstance(value, list) else [] if value is None else [value]

    def _typed(self, network: str) -> "list[NetworkAnalytics[Any]]":
        block: Any = NetworkAnalytics[_metrics(type(self))[network]]  # type: ignore[misc]
        return [block.model_validate(raw) for raw in self._raw(network)]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            if name in NETWORKS and name in _metrics(type(self)):
                return next(iter(self._typed(name)), None)
            return super().__getattr__(name)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The networks as properties, each with its own metrics."""
        described = handler.resolve_ref_schema(handler(schema))
        blocks: dict[str, Any] = {name: (_block(model, name), None) for name, model in _metrics(cls).items()}
        if blocks:
            networks = create_model(f"{cls.__name__}Networks", **blocks).__pydantic_core_schema__
            described["properties"] |= handler.resolve_ref_schema(handler(networks))["properties"]
        return described


class PostAnalytics(AnalyticsAnswer):
    """Answer of `POST /analytics/post`: `answer.instagram.analytics.likeCount`. A network that is absent is None.

    Of an X thread `twitter` is the first post, `tweets` are all.
    """

    if TYPE_CHECKING:
        bluesky: NetworkAnalytics[m.BlueskyPost] | None = None
        facebook: NetworkAnalytics[m.FacebookPost] | None = None
        instagram: NetworkAnalytics[m.InstagramPost] | None = None
        linkedin: NetworkAnalytics[m.LinkedinPost] | None = None
        pinterest: NetworkAnalytics[m.PinterestPost] | None = None
        reddit: NetworkAnalytics[m.RedditPost] | None = None
        snapchat: NetworkAnalytics[m.SnapchatPost] | None = None
        threads: NetworkAnalytics[m.ThreadsPost] | None = None
        tiktok: NetworkAnalytics[m.TiktokPost] | None = None
        twitter: NetworkAnalytics[m.TwitterPost] | None = None
        youtube: NetworkAnalytics[m.YoutubePost] | None = None

    @property
    def tweets(self) -> "list[NetworkAnalytics[m.TwitterPost]]":
        """The posts of an X thread in order; one of a single post."""
        return self._typed("twitter")


class AccountAnalytics(AnalyticsAnswer):
    """Answer of `POST /analytics/social`: `answer.instagram.analytics.followersCount`. An absent network is None."""

    if TYPE_CHECKING:
        bluesky: NetworkAnalytics[m.BlueskyAccount] | None = None
        facebook: NetworkAnalytics[m.FacebookAccount] | None = None
        gmb: NetworkAnalytics[m.GmbAccount] | None = None
        instagram: NetworkAnalytics[m.InstagramAccount] | None = None
        linkedin: NetworkAnalytics[m.LinkedinAccount] | None = None
        pinterest: NetworkAnalytics[m.PinterestAccount] | None = None
        reddit: NetworkAnalytics[m.RedditAccount] | None = None
        snapchat: NetworkAnalytics[m.SnapchatAccount] | None = None
        threads: NetworkAnalytics[m.ThreadsAccount] | None = None
        tiktok: NetworkAnalytics[m.TiktokAccount] | None = None
        twitter: NetworkAnalytics[m.TwitterAccount] | None = None
        youtube: NetworkAnalytics[m.YoutubeAccount] | None = None


def _block(model: "type[Metrics]", network: str) -> object:
    block: Any = NetworkAnalytics[model]  # type: ignore[valid-type]
    return block | list[block] if network == "twitter" else block


def _metrics(answer: type[AnalyticsAnswer]) -> "dict[str, type[Metrics]]":
    # Four hundred declared fields take 40 ms to import: only who reads a typed metric pays for them.
    from social.contract import metrics  # noqa: PLC0415

    found: dict[type, dict[str, type[Metrics]]] = {
        PostAnalytics: metrics.POST_METRICS,
        AccountAnalytics: metrics.ACCOUNT_METRICS,
    }
    return found.get(answer, {})
