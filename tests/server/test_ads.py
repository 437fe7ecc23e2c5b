"""Ads: boosting, what runs and what it costs, targets, Google's campaigns (content.md 16)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.delivery.ads import Boost, Result, days
from social.instants import wire

DAY = timedelta(days=1)


async def get(api, path, **query):
    return (await api.get(f"/api/ads/{path}", params=query)).json()


@pytest.fixture
async def account(api):
    return (await get(api, "facebook/accounts"))["adAccounts"][0]["accountId"]


@pytest.fixture
async def post(api):
    return (await api.post("/api/post", json={"post": "Hello", "platforms": ["facebook"]})).json()


@pytest.fixture
def boost(api, account, post):
    async def made(platform="facebook", **changes):
        body = {
            "postId": post["id"],
            "accountId": account,
            "adName": "Spring",
            "goal": "engagement",
            "budget": 5,
            "bidAmount": 1,
            "locations": {"countries": ["US"]},
        } | changes
        body = {name: value for name, value in body.items() if value is not None}
        return (await api.post(f"/api/ads/{platform}/boost", json=body)).json()

    return made


@pytest.mark.usefixtures("database_url")
async def test_a_boost_is_reviewed_runs_and_costs(api, clock, boost, post, account):
    ad = await boost()
    assert ad["status"] == "success"
    assert ad["deliveryStatus"] == "PENDING_REVIEW"
    clock.advance(10 * DAY)
    (row,) = (await get(api, "facebook/ads", accountId=account))["ads"]
    assert (row["adId"], row["status"], row["deliveryStatus"], row["isActive"]) == (
        ad["adId"],
        "ACTIVE",
        "ACTIVE",
        True,
    )
    spend = await get(api, "facebook/history", adId=ad["adId"])
    assert 9 <= len(spend["history"]) <= 11
    daily = [one["spend"] for one in spend["history"]]
    assert all(0 < one <= 5 for one in daily)
    assert spend["metrics"]["totalSpend"] == pytest.approx(sum(daily))
    assert spend["metrics"]["totalImpressions"] >= spend["metrics"]["totalReach"] > spend["metrics"]["totalClicks"] > 0
    assert [one["spendDate"] for one in spend["history"]] == sorted(
        (o["spendDate"] for o in spend["history"]), reverse=True
    )
    assert (await get(api, "facebook/accounts"))["adAccounts"][0]["amountSpent"] == spend["metrics"]["totalSpend"]
    assert await get(api, "facebook/spend", adId=ad["adId"]) == spend
    narrow = await get(
        api, "facebook/history", postId=post["id"], startDate="2026-03-05T00:00:00Z", endDate="2026-03-07T00:00:00Z"
    )
    assert len(narrow["history"]) == 2


async def test_a_pause_costs_nothing_and_an_end_is_for_good(api, clock, boost):
    ad = await boost()
    clock.advance(2 * DAY)

    async def update(status):
        return (await api.put("/api/ads/facebook/ads", json={"adId": ad["adId"], "status": status})).json()

    async def total():
        return (await get(api, "facebook/history", adId=ad["adId"]))["metrics"]["totalSpend"]

    assert (await update("paused"))["deliveryStatus"] == "PAUSED"
    before = await total()
    clock.advance(5 * DAY)
    assert await total() == before > 0
    assert (await update("active"))["deliveryStatus"] == "ACTIVE"
    clock.advance(DAY)
    after = await total()
    assert before < after <= before + 5
    assert (await update("deleted"))["isComplete"] is True
    clock.advance(5 * DAY)
    assert await total() == after
    assert (await update("active"))["code"] == 101


async def test_a_boost_ends_when_it_was_told_to(api, clock, boost):
    ad = await boost(endDate=wire(clock.now() + 3 * DAY))
    clock.advance(20 * DAY)
    spend = await get(api, "facebook/history", adId=ad["adId"])
    assert spend["history"][0]["deliveryStatus"] == "COMPLETED"
    assert 0 < spend["metrics"]["totalSpend"] <= 15


async def test_an_older_post_of_the_network_is_boosted_by_its_id(api, boost):
    old = (await api.get("/api/history/facebook", params={"limit": 2})).json()["posts"][1]["id"]
    for name in ("socialPostId", "fbPostId"):
        ad = await boost(postId=None, **{name: old})
        assert ad["socialPostId"] == old
        assert "postId" not in ad


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"postId": "nosuch"}, 186),
        ({"postId": None}, 101),
        ({"postId": None, "socialPostId": "12"}, 186),
        ({"accountId": "act_1"}, 101),
        ({"budget": 0.5}, 101),
        ({"budget": 5.005}, 101),
        ({"budget": 0}, 101),
        ({"budget": 1e9}, 101),
        ({"bidAmount": -1}, 101),
        ({"adName": None}, 101),
        ({"goal": None}, 101),
        ({"locations": {}}, 101),
        ({"locations": {"countries": ["USA"]}}, 101),
        ({"minAge": 40, "maxAge": 30}, 101),
        ({"minAge": 12}, 101),
        ({"interests": ["1"]}, 101),
        ({"endDate": "2026-03-03T09:30:00Z"}, 101),
        ({"specialAdCategories": ["tobacco"]}, 101),
        ({"dsaPayor": "Shop"}, 101),
        ({"startDate": "2029-01-01T00:00:00Z"}, 101),
    ],
    ids=repr,
)
async def test_what_a_boost_is_refused_for(boost, changes, code):
    assert (await boost(**changes))["code"] == code


async def test_a_post_must_be_on_the_network(boost):
    assert (await boost("instagram"))["code"] == 101
    assert (await boost("bluesky"))["code"] == 101


async def test_targets_are_searched(api, boost):
    found = (await get(api, "facebook/interests", search="bread"))["interests"]
    assert [one["name"] for one in found] == ["Bread"]
    assert (await boost(interests=[found[0]["id"], int(found[0]["id"])]))["status"] == "success"
    (region,) = (await get(api, "instagram/regions", search="bavaria"))["regions"]
    cities = (await get(api, "facebook/cities", regionId=region["key"]))["cities"]
    assert [one["name"] for one in cities] == ["Munich", "Nuremberg"]
    assert (await get(api, "facebook/cities", countryCode="at"))["count"] == 1
    assert (await get(api, "facebook/interests"))["code"] == 101


async def test_the_eus_two_names_are_proposed(api, account):
    assert (await get(api, "facebook/dsaRecommendations", accountId=account))["recommendations"]
    assert (await get(api, "facebook/dsaRecommendations", accountId="act_1"))["code"] == 101
    assert (await get(api, "facebook/campaigns", accountId=account))["campaigns"] == []


async def test_googles_campaigns_are_changed(api):
    first, second = (await get(api, "google/campaigns"))["campaigns"]
    body = {"status": "paused", "budget": {"amount": 12.5}}
    changed = (await api.put(f"/api/ads/google/campaigns/{first['id']}", json=body)).json()["campaign"]
    assert (changed["status"], changed["budget"]["amount"]) == ("paused", 12.5)
    assert (await get(api, "google/campaigns"))["campaigns"] == [changed, second]
    assert (await api.put("/api/ads/google/campaigns/1", json=body)).json()["code"] == 114


async def test_without_the_add_on_everything_is_refused(make_host, client_of):
    async with make_host(ads_addon=False) as host, client_of(host) as api:
        for path in ("facebook/accounts", "facebook/ads?adId=1", "facebook/cities", "google/campaigns"):
            refused = await api.get(f"/api/ads/{path}")
            assert (refused.status_code, refused.json()["code"]) == (403, 399)


@pytest.mark.usefixtures("database_url")
async def test_profiles_have_their_own_ads(api, connect, boost, account):
    ad = await boost()
    shop = await connect(linked=("facebook",))
    assert (await get(shop, "facebook/ads", adId=ad["adId"]))["ads"] == []
    assert (await get(shop, "facebook/ads", accountId=account))["code"] == 101
    ended = await shop.put("/api/ads/facebook/ads", json={"adId": ad["adId"], "status": "deleted"})
    assert ended.json()["code"] == 114
    assert (await get(shop, "instagram/accounts"))["code"] == 156
    assert (await get(api, "facebook/ads"))["code"] == 101


START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@given(
    budget=st.integers(100, 100_000),
    pauses=st.lists(st.floats(0.1, 30), max_size=6),
    ends=st.none() | st.floats(2, 40),
    moments=st.lists(st.floats(0, 50), min_size=2, max_size=6),
)
def test_spend_never_falls_nor_exceeds_its_budget(budget, pauses, ends, moments):
    states = [(START, True)]
    for place, gap in enumerate(pauses):
        states.append((states[-1][0] + DAY * gap, bool(place % 2)))
    end = START + DAY * ends if ends else None
    boost = Boost(ad_id="1", created=START, start=START, end=end, budget=budget, goal="x", states=states)
    totals = [sum((one for _, one in days(boost, START, START + DAY * at)), Result()) for at in sorted(moments)]
    for before, after in pairwise(totals):
        assert before.spend <= after.spend
        assert before.impressions <= after.impressions
    for at, total in zip(sorted(moments), totals, strict=True):
        assert total.spend <= budget * at + 1
        assert total.clicks <= total.reach <= total.impressions
