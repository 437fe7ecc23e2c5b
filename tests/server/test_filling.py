"""What a post leaves to the server: random texts, random media, pictures by word (posts.md 3.1)."""

import json

import pytest

PHOTO = {"urls": {"regular": "https://images.unsplash.com/photo-1?w=1080"}}


async def send(api, path="/api/post", **body):
    answer = await api.post(path, json={"post": "Look at that", "platforms": ["facebook"]} | body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stored(api, post_id):
    return (await api.get(f"/api/post/{post_id}")).json()


async def gallery(api):
    return {one["url"]: one["description"] for one in (await api.get("/api/media")).json()}


@pytest.mark.parametrize("asked", ["random", "white doves", ["HubtZZb2fCM"]], ids=repr)
async def test_without_a_key_the_sandbox_makes_a_picture_and_its_gallery_says_so(api, asked, database_url):
    post = await stored(api, (await send(api, unsplash=asked))["id"])
    (url,) = post["mediaUrls"]
    description = (await gallery(api))[url]
    assert description.endswith("made by the sandbox")
    assert asked == "random" or (asked if isinstance(asked, str) else asked[0]) in description
    facts = (await api.get("/api/media/meta", params={"url": url})).json()
    assert (facts["contentType"], facts["width"], facts["height"]) == ("image/jpeg", 1080, 1080)
    assert 10_000 < facts["size"] < 1_000_000


async def test_pictures_come_after_the_posts_own(api, make_picture):
    own = await make_picture(api)
    post = await stored(api, (await send(api, unsplash=["a", "b"], mediaUrls=[own]))["id"])
    assert post["mediaUrls"][0] == own
    assert len(set(post["mediaUrls"])) == 3


async def test_pictures_join_the_media_of_each_network(api, make_picture):
    own = await make_picture(api)
    body = {"unsplash": "doves", "mediaUrls": {"facebook": own}, "platforms": ["bluesky", "facebook"]}
    urls = (await stored(api, (await send(api, **body))["id"]))["mediaUrls"]
    assert urls["facebook"] == [own, *urls["default"]]
    assert len(urls["default"]) == 1


async def test_a_random_picture_takes_the_place_of_the_posts_own_and_suits_every_network(api):
    body = {"randomMediaUrl": True, "mediaUrls": ["https://127.0.0.1/no.jpg"], "redditOptions": {}}
    networks = ["bluesky", "facebook", "gmb", "instagram", "linkedin", "pinterest", "snapchat", "telegram", "threads"]
    answer = await send(api, platforms=[*networks, "tiktok", "twitter"], **body)
    assert len(answer["postIds"]) == 11
    assert len((await stored(api, answer["id"]))["mediaUrls"]) == 1


@pytest.mark.parametrize(
    ("asked", "shape"),
    [
        ({"isPortraitVideo": True}, (720, 1280)),
        ({"isLandscapeVideo": True}, (1280, 720)),
        ({"isVideo": True}, (720, 1280)),
        ({"isVideo": True, "isLandscapeVideo": True}, (1280, 720)),
    ],
    ids=repr,
)
async def test_a_random_video_has_the_orientation_that_was_asked_for(api, asked, shape):
    networks = ["bluesky", "facebook", "gmb", "instagram", "linkedin", "snapchat", "tiktok", "twitter", "youtube"]
    body = {"randomMediaUrl": True, "youTubeOptions": {"title": "A film"}, "platforms": networks}
    answer = await send(api, **asked, **body)
    assert len(answer["postIds"]) == len(networks)
    (url,) = (await stored(api, answer["id"]))["mediaUrls"]
    facts = (await api.get("/api/media/meta", params={"url": url})).json()
    assert ((facts["width"], facts["height"]), facts["contentType"]) == (shape, "video/mp4")


async def test_a_scheduled_post_keeps_what_it_was_given(api, clock):
    from datetime import timedelta

    body = {"randomPost": True, "randomMediaUrl": True, "platforms": ["instagram"]}
    answer = await send(api, scheduleDate="2026-03-03T09:00:00Z", **body)
    waiting = await stored(api, answer["id"])
    clock.advance(timedelta(days=2))
    sent = await stored(api, answer["id"])
    assert sent["status"] == "success"
    assert (sent["post"], sent["mediaUrls"]) == (waiting["post"], waiting["mediaUrls"])
    assert answer["post"] == sent["post"]


async def test_validating_makes_nothing_that_stays(api):
    await send(api, "/api/validate/post", randomMediaUrl=True, isVideo=True, randomPost=True)
    await send(api, "/api/validate/post", unsplash="doves", platforms=["instagram"])
    assert await gallery(api) == {}


@pytest.fixture
async def photographer(make_host, client_of, site):
    """A client of a server that has an access key, and Unsplash played by `site`."""
    settings = {"unsplash_access_key": "secret-key", "unsplash_url": site.base, "strict_media": False}
    async with make_host(allow_private_addresses=True, **settings) as host, client_of(host) as client:
        yield client


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        ("random", ["/photos/random"]),
        ("white doves", ["/photos/random?query=white+doves"]),
        (["a1", "b/2"], ["/photos/a1", "/photos/b%2F2"]),
    ],
    ids=repr,
)
async def test_with_a_key_unsplash_is_asked_and_told_of_the_use(photographer, site, asked, paths):
    for path in paths:
        notice = {"download_location": site.url(f"/used{path}")}
        site.pages[path] = (200, {}, json.dumps(PHOTO | {"links": notice}).encode())
        site.pages[f"/used{path}"] = (200, {}, b"{}")
    answer = await send(photographer, unsplash=asked)
    assert (await stored(photographer, answer["id"]))["mediaUrls"] == [PHOTO["urls"]["regular"]] * len(paths)
    assert [request.path for request in site.asked] == [one for path in paths for one in (path, f"/used{path}")]
    assert {request.headers["authorization"] for request in site.asked} == {"Client-ID secret-key"}


async def test_validating_asks_unsplash_but_claims_no_use(photographer, site):
    notice = {"download_location": site.url("/used")}
    site.pages["/photos/random"] = (200, {}, json.dumps(PHOTO | {"links": notice}).encode())
    await send(photographer, "/api/validate/post", unsplash="random")
    assert [request.path for request in site.asked] == ["/photos/random"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ((404, {}, b"{}"), "there is no such photo"),
        ((403, {}, b"{}"), "HTTP 403"),
        ((200, {}, b"<html>"), "not JSON"),
        ((200, {}, b"[]"), "names no photo"),
    ],
)
async def test_no_answer_of_unsplash_refuses_the_post_without_telling_the_key(photographer, site, page, said):
    site.pages["/photos/random?query=doves"] = page
    answer = await photographer.post("/api/post", json={"post": "Hi", "platforms": ["facebook"], "unsplash": "doves"})
    assert (answer.status_code, answer.json()["code"]) == (400, 136)
    assert said in answer.json()["message"]
    assert "secret-key" not in answer.text
    assert (await photographer.get("/api/history")).json()["history"]["code"] == 221
