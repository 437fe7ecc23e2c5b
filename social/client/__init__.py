"""The client: every call of the contract as one method, `client.<noun>.<verb>`, as the catalogue of routes names it."""

from typing import Self

import httpx

from social.client.ads import Ads
from social.client.analytics import Analytics
from social.client.auto_schedule import AutoSchedule
from social.client.brand import Brand
from social.client.comments import Comments
from social.client.errors import Errors
from social.client.feed import Feed
from social.client.generate import Generate
from social.client.hashtags import Hashtags
from social.client.history import History
from social.client.http import Http, Secret
from social.client.links import Links
from social.client.media import Media
from social.client.messages import Messages
from social.client.pacing import Pacer
from social.client.posts import Posts
from social.client.profiles import Profiles
from social.client.reviews import Reviews
from social.client.user import User
from social.client.utilities import Utilities
from social.client.validate import Validate
from social.client.webhooks import Webhooks

__all__ = ["SocialClient"]

HOSTED = "https://api.ayrshare.com/api"


class SocialClient:
    """A connection to the API as one profile, made for many calls at once: open it with `async with` and share it.

    Args:
        base_url: Where the API is, ending in `/api`.
        api_key: Key of the primary profile.
        profile_key: Key of the user profile to act for; empty or None is the primary one.
        x_keys: API key and secret of your own X developer app, needed by calls that touch X (posts.md 1).
        transport: What carries the requests, for instance httpx's ASGI transport for a server in this process.
        pacer: Budget of requests, shared by the clients of one profile. By default the vendor's 300 per 5 minutes.
        timeout: Seconds to connect, and seconds of silence before an answer is given up.

    Raises ValueError for a key that is empty or cannot stand in a header.
    """

    def __init__(
        self,
        *,
        base_url: str = HOSTED,
        api_key: Secret,
        profile_key: Secret | None = None,
        x_keys: tuple[Secret, Secret] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        pacer: Pacer | None = None,
        timeout: float = 60.0,
    ) -> None:
        self._http = Http(
            base_url=base_url,
            api_key=api_key,
            profile_key=profile_key,
            x_keys=x_keys,
            transport=transport,
            timeout=timeout,
            pacer=pacer,
        )
        self.posts = Posts(self._http)
        self.validate = Validate(self._http)
        self.utilities = Utilities(self._http)
        self.history = History(self._http)
        self.comments = Comments(self._http)
        self.feed = Feed(self._http)
        self.reviews = Reviews(self._http)
        self.messages = Messages(self._http)
        self.media = Media(self._http)
        self.links = Links(self._http)
        self.hashtags = Hashtags(self._http)
        self.generate = Generate(self._http)
        self.brand = Brand(self._http)
        self.ads = Ads(self._http)
        self.auto_schedule = AutoSchedule(self._http)
        self.analytics = Analytics(self._http)
        self.user = User(self._http)
        self.profiles = Profiles(self._http)
        self.webhooks = Webhooks(self._http)
        self.errors = Errors(self._http)

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used again."""
        await self._http.aclose()
