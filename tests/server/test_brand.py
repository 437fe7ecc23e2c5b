"""Other people's accounts, search and listening (content.md 10)."""

from datetime import timedelta

import pytest

FACEBOOK = "id username name about description followersCount fanCount verificationStatus website location picture"
INSTAGRAM = "id igId username name biography website followersCount followsCount mediaCount profilePictureUrl"


async def get(api, path, **query):
    return (await api.get(f"/api/{path}", params=query)).json()


async def test_accounts_are_described_in_their_networks_keys(api):
    query = {"platforms": ["facebook", "instagram"], "instagramUser": "@shop", "facebookUser": "shop"}
    found = await get(api, "brand/byUser", **query)
    assert found["status"] == "success"
    assert set(FACEBOOK.split()) == set(found["facebook"])
    assert set(INSTAGRAM.split()) == set(found["instagram"])
    assert found["instagram"]["username"] == "shop"
    assert await get(api, "brand/byUser", **query) == found
    assert (await api.get(found["instagram"]["profilePictureUrl"])).status_code == 200


@pytest.mark.parametrize("platform", ["bluesky", "linkedin", "threads", "tiktok", "twitter", "youtube", "pinterest"])
async def test_every_network_has_its_parameter(api, platform):
    found = await get(api, "brand/byUser", platforms=platform, **{f"{platform}User": "shop"})
    assert found[platform]["username"] == "shop"


async def test_what_fails_stands_beside_what_does_not(api, connect):
    found = await get(api, "brand/byUser", platforms="facebook,instagram", facebookUser="shop")
    assert found["status"] == "partial"
    assert [(one["platform"], one["code"]) for one in found["errors"]] == [("instagram", 101)]
    shop = await connect(linked=("facebook",))
    assert (await get(shop, "brand/byUser", platforms="instagram", instagramUser="shop"))["code"] == 156
    assert (await get(api, "brand/byUser"))["code"] == 101
    assert (await get(api, "brand/byUser", platforms="myspace"))["code"] == 101


@pytest.mark.parametrize(("path", "field"), [("facebook", "link"), ("linkedin", "vanityName")])
async def test_names_are_searched(api, connect, path, field):
    found = (await get(api, f"brand/search/{path}", search="bread"))["results"]
    assert len(found) == 5
    assert all("Bread" in one["name"] and one[field] for one in found)
    assert (await get(api, f"brand/search/{path}", query="bread"))["results"] == found
    assert (await get(api, f"brand/search/{path}"))["code"] == 101
    assert (await get(await connect(linked=()), f"brand/search/{path}", search="bread"))["code"] == 156


async def test_x_is_listened_to(api, clock, connect):
    heard = await get(api, "listen/keyword", query="sourdough", platform="twitter", limit=30)
    assert len(heard["tweets"]) == 30
    assert all("sourdough" in one["text"] for one in heard["tweets"])
    created = [one["createdAt"] for one in heard["tweets"]]
    assert created == sorted(created, reverse=True)
    clock.advance(timedelta(hours=1))
    later = await get(api, "listen/keyword", query="sourdough", limit=100)
    assert [one["id"] for one in heard["tweets"]][:5] == [
        one["id"] for one in later["tweets"] if one["createdAt"] <= created[0]
    ][:5]
    bare = await connect(**{"X-Twitter-OAuth1-Api-Key": "", "X-Twitter-OAuth1-Api-Secret": ""})
    assert (await get(bare, "listen/keyword", query="sourdough"))["code"] == 419
    assert (await get(api, "listen/keyword", query="x", platform="facebook"))["code"] == 101
    assert (await get(api, "listen/keyword"))["code"] == 101
