"""`GET /user`: who the profile is, what is linked, what is used up."""

import re
from datetime import timedelta

import pytest

from social.networks import NETWORKS


async def user(api, **query):
    answer = await api.get("/api/user", params=query)
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.usefixtures("database_url")
async def test_the_primary_profile_shows_its_networks_alphabetically(api):
    seen = await user(api)
    assert seen["title"] == "Primary Profile"
    assert re.fullmatch(r"[0-9a-f]{40}", seen["refId"])
    assert seen["activeSocialAccounts"] == sorted(NETWORKS)
    assert [one["platform"] for one in seen["displayNames"]] == sorted(NETWORKS)
    assert seen["created"] == {"_seconds": 1772443800, "_nanoseconds": 0, "utc": "2026-03-02T09:30:00.000Z"}
    assert seen["nextUpdate"] > seen["lastUpdated"]
    assert seen["messagingEnabled"]


async def test_each_account_has_the_fields_its_network_has(api):
    accounts = {one["platform"]: one for one in (await user(api))["displayNames"]}
    with_username = {"bluesky", "instagram", "pinterest", "reddit", "threads", "tiktok", "twitter", "youtube"}
    assert {name for name, one in accounts.items() if "username" in one} == with_username
    assert {name for name in accounts if "userImage" not in accounts[name]} == {"gmb", "telegram"}
    assert {name for name in accounts if "profileUrl" not in accounts[name]} == {"gmb"}
    assert accounts["linkedin"]["type"] == "corporate"
    assert accounts["linkedin"]["refreshDaysRemaining"] == 365
    assert "usedQuota" not in accounts["instagram"]
    for one in accounts.values():
        assert {"displayName", "created", "id"} <= set(one)


async def test_nothing_linked_leaves_the_key_out(connect):
    seen = await user(await connect(()))
    assert "activeSocialAccounts" not in seen
    assert seen["displayNames"] == []
    assert seen["title"] == "Shop"


async def test_posts_and_calls_of_the_month_are_counted(api, clock):
    body = {"post": "A first message", "platforms": ["bluesky", "threads"]}
    assert (await api.post("/api/post", json=body)).status_code == 200
    seen = await user(api)
    assert (seen["monthlyPostCount"], seen["monthlyApiCalls"]) == (1, 2)
    assert (seen["monthlyPostQuota"], seen["monthlyApiCallsQuota"]) == (100_000, 1_000_000)
    clock.advance(timedelta(days=30))
    later = await user(api)
    assert (later["monthlyPostCount"], later["monthlyApiCalls"]) == (0, 1)


async def test_instagram_tells_its_quota_when_asked(api):
    accounts = {one["platform"]: one for one in (await user(api, instagramDetails="true"))["displayNames"]}
    assert accounts["instagram"]["usedQuota"] == 0


async def test_the_older_path_and_the_wrong_key(api, connect):
    assert (await api.get("/api/user/details")).json()["refId"] == (await user(api))["refId"]
    wrong = await (await connect(Authorization="Bearer nonsense")).get("/api/user")
    assert (wrong.status_code, wrong.json()["code"]) == (403, 102)


async def test_the_older_name_asks_for_the_instagram_quota_too(api):
    accounts = {one["platform"]: one for one in (await user(api, instagramQuota="true"))["displayNames"]}
    assert accounts["instagram"]["usedQuota"] == 0
