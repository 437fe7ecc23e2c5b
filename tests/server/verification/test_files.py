"""Media of a post: own files are looked up, foreign ones fetched through the guard and measured (posts.md 9.3)."""

import io

import pytest
from PIL import Image

from pipeline.fetching import Blocked, Fetched, HttpStatus
from server.fetching import LazyFetcher

FOREIGN = "https://cdn.example.org/"


def jpeg(size):
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, "JPEG")
    return file.getvalue()


ANSWERS = {
    "square.jpg": ("image/jpeg", jpeg((1080, 1080))),
    "square": ("image/jpeg", jpeg((1080, 1080))),
    "wide.jpg": ("image/jpeg", jpeg((1400, 300))),
    "page.jpg": ("text/html", b"<!doctype html><p>no picture"),
    "clip.mp4": ("video/mp4", b""),
    "clip.mp4?x=1": ("video/mp4", b""),
    "gone.jpg": HttpStatus(FOREIGN, 404),
    "moved.jpg": Blocked(FOREIGN, "redirects more than 0 times"),
}


@pytest.fixture(autouse=True)
def network(monkeypatch):
    """The foreign hosts: HEAD and GET of ANSWERS, in place of the real network."""

    async def ask(_self, url, *, limits, whole):
        found = ANSWERS[url.removeprefix(FOREIGN)]
        if isinstance(found, Exception):
            raise found
        assert limits.max_redirects == 0
        headers = {"content-length": str(len(found[1]))}
        return Fetched(url=url, status=200, headers=headers, body=found[1] if whole else b"", content_type=found[0])

    async def get(self, url, *, limits):
        return await ask(self, url, limits=limits, whole=True)

    async def head(self, url, *, limits):
        return await ask(self, url, limits=limits, whole=False)

    monkeypatch.setattr(LazyFetcher, "get", get)
    monkeypatch.setattr(LazyFetcher, "head", head)


async def codes(api, url, platform="facebook", **body):
    given = {"post": "Look", "platforms": [platform], "mediaUrls": [url]} | body
    answer = (await api.post("/api/post", json=given)).json()
    return [one["code"] for one in answer["errors"]]


@pytest.mark.parametrize(
    ("name", "platform", "body", "expected"),
    [
        ("square.jpg", "instagram", {}, []),
        ("square", "instagram", {}, []),
        ("wide.jpg", "instagram", {}, [138]),
        ("page.jpg", "facebook", {}, [136]),
        ("gone.jpg", "facebook", {}, [136]),
        ("moved.jpg", "facebook", {}, [136]),
        ("clip.mp4", "facebook", {}, []),
        ("clip.mp4?x=1", "facebook", {}, [136]),
        ("clip.mp4?x=1", "facebook", {"isVideo": True}, []),
    ],
)
async def test_foreign_media(api, name, platform, body, expected):
    assert await codes(api, FOREIGN + name, platform, **body) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example.org/a.jpg",
        "ftp://cdn.example.org/a.jpg",
        "a.jpg",
        FOREIGN + "a b.jpg",
        FOREIGN + "ñ.jpg",
        "",
    ],
)
async def test_a_url_that_no_network_would_take_is_not_even_fetched(api, url):
    assert await codes(api, url) == [136]


async def test_own_media_are_known_without_fetching(api, make_picture):
    assert await codes(api, await make_picture(api), "instagram") == []
    assert await codes(api, await make_picture(api, (1400, 300)), "instagram", post="Wide") == [138]
    assert await codes(api, "https://sandbox.dovecote.localhost/media/nosuch.jpg", post="None") == [136]


async def test_foreign_media_can_be_taken_on_trust(make_host, client_of):
    async with make_host(strict_media=False) as host, client_of(host) as api:
        assert await codes(api, FOREIGN + "gone.jpg") == []


async def test_the_same_file_is_fetched_once_for_all_networks(api, monkeypatch):
    asked = []
    real = LazyFetcher.get

    async def get(self, url, *, limits):
        asked.append(url)
        return await real(self, url, limits=limits)

    monkeypatch.setattr(LazyFetcher, "get", get)
    body = {"post": "Look", "platforms": ["facebook", "instagram", "bluesky"], "mediaUrls": [FOREIGN + "square.jpg"]}
    assert (await api.post("/api/post", json=body)).status_code == 200
    assert asked == [FOREIGN + "square.jpg"]


async def test_media_per_network(api):
    media = {"instagram": FOREIGN + "square.jpg", "default": FOREIGN + "gone.jpg"}
    body = {"post": "Look", "platforms": ["facebook", "instagram"], "mediaUrls": media}
    answer = (await api.post("/api/post", json=body)).json()
    assert [one["platform"] for one in answer["postIds"]] == ["instagram"]
    assert [(one["platform"], one["code"]) for one in answer["errors"]] == [("facebook", 136)]
