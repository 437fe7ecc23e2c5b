"""The server's door to foreign hosts stays shut for private addresses, and closes behind itself."""

import pytest

from pipeline.fetching import Blocked, FetchLimits
from server.fetching import LazyFetcher


async def test_private_addresses_are_refused_until_allowed():
    fetcher = LazyFetcher(allow_private=False)
    with pytest.raises(Blocked):
        await fetcher.head("https://127.0.0.1:1/a.jpg", limits=FetchLimits(connect=0.5))
    await fetcher.close()


async def test_it_can_be_closed_without_ever_being_used():
    await LazyFetcher(allow_private=False).close()


async def test_a_post_cannot_reach_into_the_private_network(api):
    body = {"post": "Look", "platforms": ["facebook"], "mediaUrls": ["https://127.0.0.1:1/a.jpg"]}
    answer = (await api.post("/api/post", json=body)).json()
    assert [one["code"] for one in answer["errors"]] == [136]
