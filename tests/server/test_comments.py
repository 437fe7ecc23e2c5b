"""Comments: written, read, answered, deleted; strangers' arrive with the numbers of the post (content.md 12)."""

from datetime import timedelta

import pytest

from server.delivery.accounts import account_of
from server.delivery.comments import MOST
from server.delivery.pulse import PostFacts, commented_at, pulse
from server.endpoints.comments import REFRESH
from social.networks import NETWORKS
from social.networks.base import Feature

READ = sorted(name for name, network in NETWORKS.items() if Feature.COMMENTS in network.features)
ADD = sorted(name for name, network in NETWORKS.items() if Feature.ADD_COMMENT in network.features)
REPLY = sorted(name for name, network in NETWORKS.items() if Feature.REPLY in network.features)
DELETE_BY_ID = sorted(name for name, network in NETWORKS.items() if Feature.DELETE_COMMENT_BY_ID in network.features)
OPTIONS = {"redditOptions": {"title": "Hello", "subreddit": "test"}, "youTubeOptions": {"title": "Hello"}}


@pytest.fixture
async def host(make_host):
    """Accounts with so many followers that every one has posts with comments."""
    async with make_host(sandbox_followers=8_000) as opened:
        yield opened


@pytest.fixture
def publish(api, clock):
    """Publish a post on networks and let the networks finish: its answer."""

    async def sent(*platforms, client=api, **body):
        media = {"isLandscapeVideo": True} if {"youtube", "tiktok"} & set(platforms) else {}
        body = {"post": "Hello?", "platforms": list(platforms), "randomMediaUrl": True} | media | OPTIONS | body
        answer = (await client.post("/api/post", json=body)).json()
        assert answer["status"] == "success", answer
        clock.advance(timedelta(minutes=3))
        return answer

    return sent


async def comments(api, post_id, **query):
    return (await api.get(f"/api/comments/{post_id}", params=query)).json()


async def write(api, **body):
    return (await api.post("/api/comments", json=body)).json()


async def reply(api, **body):
    return (await api.post("/api/comments/reply", json=body)).json()


async def delete(api, comment_id, **body):
    return (await api.request("DELETE", f"/api/comments/{comment_id}", json=body)).json()


def flat(listed):
    return [one for top in listed for one in (top, *top.get("replies", ()))]


@pytest.mark.parametrize("platform", READ)
async def test_strangers_comment_as_the_numbers_say(api, clock, publish, platform):
    post = await publish(platform)
    clock.advance(timedelta(days=20))
    found = await comments(api, post["id"])
    seen = flat(found[platform])
    history = (await api.get(f"/api/history/{platform}", params={"limit": 500})).json()["posts"]
    assert len({one["commentId"] for one in seen}) == len(seen)
    assert [one["created"] for one in found[platform]] == sorted((o["created"] for o in found[platform]), reverse=True)
    assert await comments(api, post["id"]) == found
    # One that was not sent through the API has comments too, and is found by the network's id.
    counts = {post["id"]: post.get("commentsCount", 0) for post in history}
    most = max((post for post in history if counts[post["id"]] < MOST), key=lambda post: counts[post["id"]])
    foreign = await comments(api, most["id"], searchPlatformId="true", platform=platform)
    assert foreign["status"] == "success"
    if "commentsCount" in most:
        assert len(flat(foreign[platform])) == most["commentsCount"] > 0


@pytest.mark.parametrize("platform", READ)
async def test_ours_come_first_and_leave_when_deleted(api, publish, platform):
    post = await publish(platform)
    written = await write(api, id=post["id"], comment="Ours", platforms=[platform])
    assert written["status"] == "success"
    assert written["id"] == post["id"]
    own = written[platform]["commentId"]
    first = (await comments(api, post["id"]))[platform][0]
    assert (first["commentId"], first["comment"]) == (own, "Ours")
    gone = await delete(api, written["commentId"])
    assert gone[platform]["action"] == "delete"
    assert gone[platform]["id"] == own
    assert (await comments(api, post["id"]))[platform] == []
    assert (await delete(api, written["commentId"]))["code"] == 114


@pytest.mark.parametrize("platform", REPLY)
async def test_a_reply_stands_under_its_comment(api, clock, publish, platform):
    post = await publish(platform)
    written = await write(api, id=post["id"], comment="Ours", platforms=[platform])
    clock.advance(timedelta(seconds=1))
    answered = await reply(api, commentId=written["commentId"], comment="And more", platforms=[platform])
    clock.advance(timedelta(seconds=1))
    own = written[platform]["commentId"]
    assert answered[platform]["sourceCommentId"] == own
    listed = await comments(api, post["id"])
    again = await reply(api, commentId=answered["commentId"], comment="Thrice", platforms=[platform])
    assert again["status"] == "success"
    if platform == "twitter":
        assert listed[platform][0]["referencedTweets"] == [{"type": "replied_to", "id": own}]
    elif platform == "linkedin":
        asked = {"searchPlatformId": "true", "commentId": "true", "platform": platform}
        assert [one["comment"] for one in (await comments(api, own, **asked))[platform]] == ["Thrice", "And more"]
    else:
        nested = (await comments(api, post["id"]))[platform][0]["replies"]
        assert [one["comment"] for one in nested] == ["And more", "Thrice"]


@pytest.mark.parametrize("platform", DELETE_BY_ID)
async def test_a_strangers_comment_is_answered_and_deleted_by_the_networks_id(api, platform):
    history = (await api.get(f"/api/history/{platform}", params={"limit": 100})).json()["posts"]
    by_id = {"searchPlatformId": "true", "platform": platform}
    lists = [(post["id"], (await comments(api, post["id"], **by_id))[platform]) for post in history[:30]]
    post_id, found = next(one for one in lists if one[1])
    theirs = found[0]["commentId"]
    if Feature.REPLY_BY_ID in NETWORKS[platform].features:
        more = {"videoId": post_id} if platform == "tiktok" else {}
        body = {"commentId": theirs, "comment": "Hi", "platforms": [platform], "searchPlatformId": True}
        answered = await reply(api, **body, **more)
        assert answered[platform]["sourceCommentId"] == theirs
    gone = await delete(api, theirs, searchPlatformId=True, platform=platform)
    if platform == "twitter":
        assert gone["code"] == 101
        return
    assert gone[platform]["id"] == theirs
    left = await comments(api, post_id, **by_id)
    assert theirs not in [one["commentId"] for one in flat(left[platform])]
    assert (await delete(api, theirs, searchPlatformId=True, platforms=[platform]))["code"] == 114


WITHOUT_COMMENTS = sorted(name for name in NETWORKS if Feature.COMMENTS not in NETWORKS[name].features)


@pytest.mark.parametrize("platform", WITHOUT_COMMENTS)
async def test_a_network_without_comments_has_none_by_id_and_none_to_delete(api, publish, platform):
    media = {} if platform != "snapchat" else {"isLandscapeVideo": True}
    sent = await publish(platform, **media)
    by_id = {"searchPlatformId": "true", "platform": platform, "commentId": "true"}
    asked = await api.get("/api/comments/1234567890123456", params=by_id)
    assert (asked.status_code, asked.json()["code"]) == (404, 186)
    refused = await api.request("DELETE", f"/api/comments/{sent['id']}", json={"platform": platform})
    assert refused.json()["errors"][0]["code"] in {101, 114}


async def test_linkedin_answers_a_comment_by_its_urn(api):
    history = (await api.get("/api/history/linkedin", params={"limit": 100})).json()["posts"]
    lists = [await comments(api, p["id"], searchPlatformId="true", platform="linkedin") for p in history[:20]]
    theirs = next(found["linkedin"][0] for found in lists if found["linkedin"])
    body = {"commentId": theirs["commentId"], "comment": "Hi", "platforms": ["linkedin"], "searchPlatformId": True}
    assert (await reply(api, **body))["code"] == 101
    answered = await reply(api, **body, commentUrn=theirs["commentUrn"])
    assert answered["linkedin"]["sourceCommentId"] == theirs["commentId"]


async def test_a_post_on_several_networks_is_commented_on_each(api, publish):
    post = await publish("facebook", "bluesky", "telegram")
    written = await write(api, id=post["id"], comment="All")
    assert written["status"] == "partial"
    assert {"facebook", "bluesky"} <= set(written)
    assert [(one["platform"], one["code"]) for one in written["errors"]] == [("telegram", 101)]
    listed = await comments(api, post["id"])
    assert listed["status"] == "success"
    assert set(listed) & set(NETWORKS) == {"facebook", "bluesky"}
    assert set((await delete(api, post["id"])) or ()) & set(NETWORKS) == {"facebook", "bluesky"}


async def test_deleting_by_the_post_takes_all_of_ours_and_none_of_theirs(api, clock, publish):
    post = await publish("instagram", firstComment={"comment": "The very first"})
    assert [one["comment"] for one in (await comments(api, post["id"]))["instagram"]] == ["The very first"]
    await write(api, id=post["id"], comment="One more")
    clock.advance(timedelta(days=9))
    before = flat((await comments(api, post["id"]))["instagram"])
    gone = (await delete(api, post["id"]))["instagram"]
    assert [one["comment"] for one in gone] == ["One more", "The very first"]
    after = flat((await comments(api, post["id"]))["instagram"])
    assert len(before) - 2 == len(after)


async def test_data_stand_still_for_ten_minutes(api, clock, publish):
    post = await publish("facebook", "instagram", "youtube")
    clock.advance(timedelta(hours=12))
    stamps = {(found := await comments(api, post["id"]))["lastUpdated"]: found["nextUpdate"]}
    for _ in range(4):
        clock.advance(REFRESH / 4)
        again = await comments(api, post["id"])
        stamps[again["lastUpdated"]] = again["nextUpdate"]
    assert len(stamps) == 2
    first, second = stamps
    assert stamps[first] == second


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"comment": "Hi", "id": "nosuch"}, 186),
        ({"comment": ""}, 101),
        ({"comment": " "}, 101),
        ({}, 101),
        ({"comment": "Hi", "platforms": ["myspace"]}, 101),
        ({"comment": "Hi", "platforms": ["gmb"]}, 186),
        ({"comment": "Hi", "platforms": ["threads"]}, 186),
        ({"comment": "x" * 2197}, 138),
        ({"comment": "Hi", "mediaUrls": ["https://example.org/a.jpg"]}, 101),
        ({"comment": "Hi", "searchPlatformId": True}, 101),
        ({"comment": "Hi", "searchPlatformId": True, "platforms": ["instagram"], "id": "12"}, 186),
    ],
    ids=repr,
)
async def test_what_is_refused(api, publish, body, code):
    post = await publish("instagram")
    refused = await api.post("/api/comments", json={"id": post["id"]} | body)
    assert refused.json()["code"] == code
    assert refused.json()["action"] == "comments"
    assert refused.status_code == (404 if code == 186 else 400)


async def test_one_picture_goes_with_a_comment_where_the_network_takes_it(api, publish, make_picture):
    post = await publish("facebook")
    picture = await make_picture(api)
    written = await write(api, id=post["id"], comment="Look", mediaUrls=[picture])
    assert written["status"] == "success"
    assert (await comments(api, post["id"]))["facebook"][0]["mediaUrls"] == [picture]
    assert (await write(api, id=post["id"], comment="Look", mediaUrls=[picture, picture]))["code"] == 101
    missing = "https://sandbox.dovecote.localhost/media/none.jpg"
    assert (await write(api, id=post["id"], comment="Look", mediaUrls=[missing]))["code"] == 136


async def test_tiktok_is_not_commented_before_the_video_is_there(api, clock):
    body = {"post": "Film", "platforms": ["tiktok"], "randomMediaUrl": True, "isPortraitVideo": True}
    post = (await api.post("/api/post", json=body)).json()
    assert (await write(api, id=post["id"], comment="Hi"))["code"] == 288
    clock.advance(timedelta(minutes=3))
    assert (await write(api, id=post["id"], comment="Hi"))["status"] == "success"


async def test_random_comments_say_something(api, publish):
    post = await publish("bluesky")
    assert (await write(api, id=post["id"], randomComment=True))["bluesky"]["comment"]


@pytest.mark.usefixtures("database_url")
async def test_profiles_do_not_reach_each_others_comments(api, connect, publish):
    post = await publish("facebook")
    written = await write(api, id=post["id"], comment="Ours")
    native, own = post["postIds"][0]["id"], written["facebook"]["commentId"]
    shop = await connect(linked=("facebook",))
    by_id = {"searchPlatformId": "true", "platform": "facebook"}
    assert (await comments(shop, post["id"]))["code"] == 186
    assert (await comments(shop, native, **by_id))["code"] == 186
    assert (await comments(shop, own, **by_id, commentId="true"))["code"] == 186
    assert (await reply(shop, commentId=written["commentId"], comment="Hi", platforms=["facebook"]))["code"] == 186
    by_id = {"searchPlatformId": True, "platforms": ["facebook"]}
    assert (await reply(shop, commentId=own, comment="Hi", **by_id))["code"] == 186
    assert (await delete(shop, written["commentId"]))["code"] == 114
    assert (await delete(shop, own, **by_id))["code"] == 114
    assert (await comments(api, post["id"]))["facebook"][0]["commentId"] == own


async def test_x_needs_its_keys(api, connect, publish):
    post = await publish("twitter")
    bare = await connect(**{"X-Twitter-OAuth1-Api-Key": "", "X-Twitter-OAuth1-Api-Secret": ""})
    assert (await write(bare, id=post["id"], comment="Hi"))["code"] == 419
    assert (await comments(bare, post["id"]))["code"] == 419


def test_a_comment_comes_when_the_count_reaches_it(make_facts, clock):
    for network in READ:
        facts = make_facts(network)
        count = pulse(facts, clock.now() + timedelta(days=300)).comments
        for number in range(1, count + 1):
            at = commented_at(facts, number)
            assert pulse(facts, at - timedelta(seconds=1)).comments < number
            assert pulse(facts, at + timedelta(seconds=1)).comments >= number
        with pytest.raises(ValueError, match="has no comment"):
            commented_at(facts, count + 10**6)


@pytest.fixture
def make_facts(clock):
    """A post of a sandbox account on a network, published now."""

    def facts(network):
        account = account_of("0f" * 20, network)
        return PostFacts(
            account=account, social_id="7123", url="", published_at=clock.now(), text="Hi?", media="image", options={}
        )

    return facts
