"""Analytics of posts and accounts over the wire: shapes, partial failure, refresh windows, refusals."""

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from social.contract.analytics import AnalyticsAnswer
from social.networks import NETWORKS

WITHOUT_X = {"X-Twitter-OAuth1-Api-Key": "", "X-Twitter-OAuth1-Api-Secret": ""}
ONE_X_HEADER = {"X-Twitter-OAuth1-Api-Key": "only"} | {"X-Twitter-OAuth1-Api-Secret": ""}


async def published(api, *platforms, **body):
    request = {"post": "Fresh bread every morning #bakery", "platforms": list(platforms)} | body
    answer = await api.post("/api/post", json=request)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def of_post(api, post_id, **body):
    return await api.post("/api/analytics/post", json={"id": post_id} | body)


async def of_accounts(api, *platforms, **body):
    return await api.post("/api/analytics/social", json={"platforms": list(platforms)} | body)


@pytest.mark.usefixtures("database_url")
async def test_each_network_of_a_post_answers_under_its_name(api, clock):
    post = await published(api, "bluesky", "linkedin", "twitter", "gmb", "telegram")
    clock.advance(timedelta(days=1))
    answer = await of_post(api, post["id"])
    seen = answer.json()
    assert (answer.status_code, seen["status"], seen["id"]) == (200, "success", post["id"])
    assert set(seen) == {"status", "id", "bluesky", "linkedin", "twitter"}
    ids = {one["platform"]: one for one in post["postIds"]}
    for name in ("bluesky", "linkedin", "twitter"):
        assert (seen[name]["id"], seen[name]["postUrl"]) == (ids[name]["id"], ids[name]["postUrl"])
        assert seen[name]["source"] == "sandbox"
    assert seen["linkedin"]["type"] == "corporate"
    assert "type" not in seen["bluesky"]
    assert seen["bluesky"]["analytics"]["likeCount"] > 0
    assert seen["bluesky"]["analytics"]["post"] == "Fresh bread every morning #bakery"
    read = dict(AnalyticsAnswer.model_validate(seen).networks())
    assert read["bluesky"].analytics["likeCount"] == seen["bluesky"]["analytics"]["likeCount"]


async def test_numbers_stand_still_within_a_window_and_then_move(api, clock):
    post = await published(api, "bluesky")
    clock.advance(timedelta(minutes=31))
    first = (await of_post(api, post["id"])).json()["bluesky"]
    assert (first["lastUpdated"], first["nextUpdate"]) == ("2026-03-02T10:00:00.000Z", "2026-03-02T10:30:00.000Z")
    clock.advance(timedelta(minutes=28))
    assert (await of_post(api, post["id"])).json()["bluesky"] == first
    clock.advance(timedelta(minutes=1))
    later = (await of_post(api, post["id"])).json()["bluesky"]
    assert later["lastUpdated"] == first["nextUpdate"]


@pytest.mark.usefixtures("database_url")
async def test_a_native_id_finds_the_post_when_said_so(api):
    post = await published(api, "bluesky", "threads")
    native = next(one["id"] for one in post["postIds"] if one["platform"] == "bluesky")
    found = await of_post(api, native, searchPlatformId=True, platforms=["bluesky"])
    assert (found.status_code, found.json()["id"]) == (200, native)
    assert set(found.json()) == {"status", "id", "bluesky"}
    for platforms in ([], ["bluesky", "threads"]):
        answer = await of_post(api, native, searchPlatformId=True, platforms=platforms)
        assert (answer.status_code, answer.json()["code"]) == (400, 101)
    elsewhere = await of_post(api, native, searchPlatformId=True, platforms=["threads"])
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, 186)


async def test_an_unknown_id_is_404_with_code_186(api, connect):
    post = await published(api, "bluesky")
    native = post["postIds"][0]["id"]
    other = await connect(("bluesky",))
    for client, post_id in ((api, "nosuch"), (api, native), (other, post["id"])):
        answer = await of_post(client, post_id)
        assert answer.status_code == 404
        assert {"action": "analytics", "status": "error", "code": 186, "id": post_id}.items() <= answer.json().items()


async def test_some_networks_failing_is_http_200_and_partial(api):
    post = await published(api, "bluesky", "gmb")
    answer = await of_post(api, post["id"], platforms=["threads", "bluesky", "gmb"])
    seen = answer.json()
    assert (answer.status_code, seen["status"]) == (200, "partial")
    assert "analytics" in seen["bluesky"]
    assert [(error["platform"], error["code"]) for error in seen["errors"]] == [("gmb", 101), ("threads", 186)]
    assert {(error["action"], error["status"]) for error in seen["errors"]} == {("analytics", "error")}


async def test_all_networks_failing_is_an_error(api):
    post = await published(api, "gmb")
    answer = await of_post(api, post["id"], platforms=["gmb"])
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (400, "error", 101)
    assert len(answer.json()["errors"]) == 1
    assert (await of_post(api, post["id"])).json() == {"status": "success", "id": post["id"]}


@pytest.mark.parametrize(("headers", "code"), [(WITHOUT_X, 419), (ONE_X_HEADER, 400)])
async def test_x_needs_its_two_headers(api, connect, headers, code):
    post = await published(api, "bluesky", "twitter")
    bare = await connect(**headers)
    for answer in (await of_post(bare, post["id"]), await of_accounts(bare, "bluesky", "twitter")):
        assert answer.json()["status"] == "partial"
        assert [(error["platform"], error["code"]) for error in answer.json()["errors"]] == [("twitter", code)]
    alone = await of_accounts(bare, "twitter")
    assert (alone.status_code, alone.json()["code"]) == (400, code)


async def test_a_network_that_is_not_linked_is_code_156(connect):
    shop = await connect(("bluesky",))
    alone = await of_accounts(shop, "threads")
    assert (alone.status_code, alone.json()["code"], alone.json()["status"]) == (400, 156, "error")
    both = (await of_accounts(shop, "bluesky", "threads")).json()
    assert (both["status"], both["errors"][0]["code"]) == ("partial", 156)


@pytest.mark.parametrize("call", [of_post, of_accounts])
async def test_an_unknown_network_is_code_101(api, call):
    post = await published(api, "bluesky")
    answer = await (of_post(api, post["id"], platforms=["myspace"]) if call is of_post else of_accounts(api, "myspace"))
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_a_scheduled_post_has_no_numbers_until_it_is_out(api, clock):
    post = await published(api, "bluesky", scheduleDate="2026-03-03T09:00:00Z")
    assert (await of_post(api, post["id"])).json() == {"status": "success", "id": post["id"]}
    asked = await of_post(api, post["id"], platforms=["bluesky"])
    assert (asked.status_code, asked.json()["code"]) == (404, 186)
    clock.advance(timedelta(hours=23, minutes=30))
    assert (await of_post(api, post["id"])).json()["bluesky"]["lastUpdated"] == "2026-03-03T09:00:00.000Z"


async def test_tiktok_is_still_processing_then_silent_then_talks(make_host, client_of, clock):
    async with make_host(strict_media=False) as host, client_of(host) as api:
        media = {"mediaUrls": ["https://cdn.example.org/a.mp4"]}
        post = await published(api, "tiktok", **media)
        asked = await of_post(api, post["id"])
        assert (asked.status_code, asked.json()["code"]) == (400, 288)
        clock.advance(timedelta(minutes=3))
        young = (await of_post(api, post["id"])).json()["tiktok"]
        assert young["id"].isdigit()
        assert "videoViews" not in young["analytics"]
        clock.advance(timedelta(days=2))
        assert "videoViews" in (await of_post(api, post["id"])).json()["tiktok"]["analytics"]


async def test_insights_of_a_story_end_after_a_day(make_host, client_of, clock):
    async with make_host(strict_media=False) as host, client_of(host) as api:
        media = {"mediaUrls": ["https://cdn.example.org/a.jpg"], "instagramOptions": {"stories": True}}
        post = await published(api, "instagram", **media)
        clock.advance(timedelta(hours=2))
        assert (await of_post(api, post["id"])).json()["instagram"]["analytics"]["mediaProductType"] == "STORY"
        clock.advance(timedelta(hours=22))
        assert (await of_post(api, post["id"])).json()["code"] == 485


@pytest.mark.parametrize("network", sorted(set(NETWORKS) - {"telegram"}))
async def test_each_account_answers_in_its_shape(api, network):
    seen = (await of_accounts(api, network)).json()
    assert seen["status"] == "success"
    block = seen[network]
    assert {"lastUpdated", "nextUpdate", "source"} <= set(block)
    assert isinstance(block["analytics"], list) == (network == "snapchat")
    [(name, read)] = AnalyticsAnswer.model_validate(seen).networks()
    assert name == network
    assert any(isinstance(value, int) for value in read.analytics.values())


async def test_telegram_accounts_answer_nothing(api):
    assert (await of_accounts(api, "telegram")).json() == {"status": "success"}
    assert set((await of_accounts(api, "telegram", "reddit")).json()) == {"status", "reddit"}


async def test_quarters_and_days_are_taken_where_the_network_has_them(api):
    seen = (await of_accounts(api, "instagram", "bluesky", daily=True, quarters=1)).json()
    assert seen["instagram"]["quarters"] == 1
    assert len(seen["instagram"]["analytics"]["reachCount"]["values"]) == 90
    assert "quarters" not in seen["bluesky"]


async def test_published_posts_show_in_the_account(api):
    before = (await of_accounts(api, "bluesky")).json()["bluesky"]["analytics"]["postsCount"]
    await published(api, "bluesky")
    after = (await of_accounts(api, "bluesky")).json()["bluesky"]["analytics"]["postsCount"]
    assert after == before + 1


@pytest.mark.parametrize(
    "body",
    [
        {"platforms": []},
        {},
        {"platforms": ["tiktok"], "period60Days": True, "daily": True},
        {"platforms": ["tiktok"], "period60Days": True, "quarters": 2},
        {"platforms": ["facebook"], "quarters": 5},
    ],
)
async def test_wrong_asks_are_code_101(api, body):
    answer = await api.post("/api/analytics/social", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_somebody_elses_x_account_only_without_a_profile_key(api, connect):
    seen = (await of_accounts(api, "twitter", userName="@somebody")).json()["twitter"]["analytics"]
    assert seen["username"] == "somebody"
    mine = (await of_accounts(api, "twitter")).json()["twitter"]["analytics"]
    assert mine["id"] != seen["id"]
    shop = await connect(("twitter",))
    refused = await of_accounts(shop, "twitter", userId="12")
    assert (refused.status_code, refused.json()["code"]) == (400, 400)


async def test_lifetime_likes_come_when_asked(api):
    assert "lifetimeLikes" not in (await of_accounts(api, "youtube")).json()["youtube"]["analytics"]
    asked = (await of_accounts(api, "youtube", youtube={"lifetime": True})).json()
    assert asked["youtube"]["analytics"]["lifetimeLikes"] > 0


@pytest.mark.parametrize("quarters", [0, -1])
async def test_quarters_below_one_do_not_filter(api, quarters):
    plain = (await api.post("/api/analytics/social", json={"platforms": ["facebook"]})).json()
    asked = (await api.post("/api/analytics/social", json={"platforms": ["facebook"], "quarters": quarters})).json()
    assert asked == plain


THREAD = {"post": "One\n\n\nTwo\n\n\nThree #bakery", "twitterOptions": {"thread": True, "threadNumber": True}}


@pytest.mark.usefixtures("database_url")
async def test_an_x_thread_answers_one_block_per_tweet_and_each_has_its_own_call(api, clock):
    post = await published(api, "twitter", **THREAD)
    clock.advance(timedelta(hours=30))
    tweets = (await of_post(api, post["id"])).json()["twitter"]
    assert [one["analytics"]["post"] for one in tweets] == ["One 1/3", "Two 2/3", "Three #bakery 3/3"]
    assert tweets[0]["id"] == post["postIds"][0]["id"]
    assert len({one["id"] for one in tweets}) == 3
    assert all(one["postUrl"].endswith(one["id"]) for one in tweets)
    for one in tweets:
        alone = (await of_post(api, one["id"], searchPlatformId=True, platforms=["twitter"])).json()
        assert alone["twitter"] == one
    for number in (int(tweets[-1]["id"]) + 1, int(tweets[0]["id"]) - 1, "9" * 5000):
        assert (await of_post(api, str(number), searchPlatformId=True, platforms=["twitter"])).status_code == 404


async def test_somebody_elses_video_is_described_and_counts_nothing(api):
    seen = (await of_post(api, "dQw4w9WgXcQ", searchPlatformId=True, platforms=["youtube"])).json()
    metrics = seen["youtube"]["analytics"]
    described = {"title", "description", "tags", "channelTitle", "privacyStatus", "thumbnailUrl"}
    assert all(metrics[name] or name == "tags" for name in described)
    numbers = [value for value in metrics.values() if type(value) in {int, float}]
    assert len(numbers) > 5
    assert set(numbers) == {0}
    refused = await of_post(api, "no-video", searchPlatformId=True, platforms=["youtube"])
    assert (refused.status_code, refused.json()["code"]) == (404, 186)


async def test_small_audiences_are_refused_or_withheld(make_host, client_of, clock):
    async with make_host(sandbox_followers=20) as host, client_of(host) as api:
        alone = await of_accounts(api, "facebook")
        assert (alone.status_code, alone.json()["code"]) == (400, 395)
        assert "100 page likes" in alone.json()["message"]
        seen = (await of_accounts(api, "facebook", "instagram", "tiktok")).json()
        assert (seen["status"], [error["platform"] for error in seen["errors"]]) == ("partial", ["facebook"])
        assert [warning["code"] for warning in seen["instagram"]["warning"]] == [395]
        assert "audienceCity" not in seen["instagram"]["analytics"]
        assert seen["tiktok"]["analytics"]["audienceAges"] == []
        post = await published(api, "facebook")
        clock.advance(timedelta(days=2))
        assert (await of_post(api, post["id"])).json()["status"] == "success"
    async with make_host(sandbox_followers=200) as host, client_of(host) as api:
        assert (await of_accounts(api, "facebook")).json()["status"] == "success"


async def test_each_network_can_have_its_own_refresh(make_host, client_of, clock):
    async with make_host(analytics_refresh={"tiktok": 120}) as host, client_of(host) as api:
        seen = (await of_accounts(api, "tiktok", "bluesky")).json()
        spans = {
            name: datetime.fromisoformat(seen[name]["nextUpdate"]) - datetime.fromisoformat(seen[name]["lastUpdated"])
            for name in ("tiktok", "bluesky")
        }
        assert spans == {"tiktok": timedelta(hours=2), "bluesky": timedelta(minutes=30)}


def test_a_refresh_of_an_unknown_network_is_no_setting(make_host):
    with pytest.raises(ValidationError, match="myspace"):
        make_host(analytics_refresh={"myspace": 5})


async def test_lifetime_likes_stand_still_for_a_day(api, clock):
    async def likes():
        seen = (await of_accounts(api, "youtube", youtube={"lifetime": True})).json()["youtube"]["analytics"]
        return seen["lifetimeLikes"]

    hours = []
    for _ in range(50):
        hours.append(await likes())
        clock.advance(timedelta(hours=1))
    assert 3 <= len(set(hours)) <= 4


@pytest.mark.usefixtures("database_url")
async def test_clicks_of_the_last_days_in_the_older_form(api, clock):
    link = (await api.post("/api/links", json={"url": "https://example.org/bread"})).json()
    path = link["shortUrl"].partition(".localhost")[2]
    for referer in ("https://bsky.app/", ""):
        await api.get(path, headers={"Referer": referer, "User-Agent": "Mozilla/5.0 Firefox/130.0"})
    [seen] = (await api.get("/api/analytics/links?lastDays=7&source=npm")).json()
    assert (seen["link"], seen["shortLink"]) == ("https://example.org/bread", link["shortUrl"])
    events = {"bluesky": 1, "direct": 1}
    assert seen["linkEventStats"] == [
        {"event": "click", "platform": name, "count": count} for name, count in events.items()
    ]
    clock.advance(timedelta(days=3))
    [later] = (await api.get("/api/analytics/links")).json()
    assert later["linkEventStats"] == []
    refused = await api.get("/api/analytics/links?lastDays=31")
    assert (refused.status_code, refused.json()["code"]) == (400, 101)


async def test_a_personal_linkedin_account_tells_little(make_host, client_of, clock):
    async with make_host(sandbox_linkedin="personal") as host, client_of(host) as api:
        post = await published(api, "linkedin", "bluesky")
        assert post["postIds"][1]["owner"].startswith("urn:li:person:")
        clock.advance(timedelta(days=3))
        block = (await of_post(api, post["id"])).json()["linkedin"]
        assert block["type"] == "personal"
        assert set(block["analytics"]) == {"likeCount", "commentCount", "reactions"}
        account = (await of_accounts(api, "linkedin")).json()["linkedin"]["analytics"]
        assert account.keys() == {"followersCount"}
        names = {one["platform"]: one for one in (await api.get("/api/user")).json()["displayNames"]}
        assert names["linkedin"]["id"] == post["postIds"][1]["owner"]
        assert names["linkedin"]["type"] == "personal"
