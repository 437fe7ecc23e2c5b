"""Registered feeds: what is new is posted, each item once, whoever reads and whatever breaks (content.md 5)."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.feeds import MOST_AT_ONCE, Reader
from server.store.events import events

GAP = timedelta(minutes=16)


def rss(*items, title="Loft"):
    entries = "".join(
        f"<item><title>{name}</title><link>https://blog.example.org/{name}</link><guid>{more.get('guid', name)}</guid>"
        f"{more.get('extra', '')}</item>"
        for name, more in ((one, {}) if isinstance(one, str) else one for one in items)
    )
    body = f"<rss version='2.0'><channel><title>{title}</title><link>https://blog.example.org</link>{entries}</channel></rss>"
    return 200, {"content-type": "application/rss+xml"}, body.encode()


@pytest.fixture
async def host(make_host):
    async with make_host(allow_private_addresses=True) as opened:
        yield opened


@pytest.fixture
async def blog(site):
    """A site with a feed of two items."""
    site.pages["/feed"] = rss("two", "one")
    return site


async def add(api, url, **body):
    return (await api.post("/api/feed", json={"url": url} | body)).json()


async def posted(api):
    answer = await api.get("/api/history", params={"limit": 1000})
    rows = answer.json()["history"] if answer.status_code == 200 else []
    return [row for row in rows if row.get("notes", "").startswith("feed ")]


async def titles(api):
    return [row["post"]["facebook"].partition("\n")[0] for row in await posted(api)]


async def later(api, clock, gap=GAP):
    clock.advance(gap)
    await api.get("/api/user")


@pytest.mark.usefixtures("database_url")
async def test_what_is_new_is_posted_once(api, clock, blog):
    added = await add(api, blog.url("/feed"), type="RSS")
    assert added["status"] == "success"
    assert added["title"] == "Loft"
    assert added["rssURL"] == added["feedURL"] == blog.url("/feed")
    assert len(added["id"]) == 9
    await later(api, clock)
    assert await posted(api) == []
    blog.pages["/feed"] = rss("four", "three", "two", "one")
    await later(api, clock)
    assert await titles(api) == ["four", "three"]
    row = (await posted(api))[0]
    assert row["status"] == "success"
    assert row["platforms"] == ["facebook", "linkedin", "telegram", "twitter"]
    assert row["post"]["twitter"] == "four\nhttps://blog.example.org/four"
    for _ in range(3):
        await later(api, clock)
    assert await titles(api) == ["four", "three"]


async def test_a_site_is_searched_for_its_feed(api, blog):
    page = b"<html><head><link rel='alternate' type='application/rss+xml' href='/feed'></head></html>"
    blog.pages["/"] = 200, {"content-type": "text/html"}, page
    assert (await add(api, blog.url("/")))["feedURL"] == blog.url("/feed")
    (listed,) = (await api.get("/api/feed")).json()["feeds"]
    assert listed["title"] == "Loft"


async def test_substack_and_youtube_types_are_known(api, blog):
    assert (await add(api, blog.base, type="substack"))["feedURL"] == blog.url("/feed")
    assert (await add(api, blog.url("/feed"), type="YouTube"))["status"] == "success"
    assert (await add(api, blog.url("/feed"), type="usenet"))["code"] == 101


@pytest.mark.parametrize("first_image", [True, False])
async def test_pictures_bring_instagram_and_pinterest_along(api, clock, blog, make_picture, first_image):
    await add(api, blog.url("/feed"), useFirstImage=first_image)
    good, gone = await make_picture(api), "https://sandbox.dovecote.localhost/media/gone.jpg"
    shown, broken = ({"extra": f"<enclosure url='{url}' type='image/jpeg' length='9'/>"} for url in (good, gone))
    blog.pages["/feed"] = rss(("pictured", shown), ("broken", broken), "two", "one")
    await later(api, clock)
    rows = {row["post"]["facebook"].partition("\n")[0]: row for row in await posted(api)}
    assert set(rows["pictured"]["platforms"]) - set(rows["broken"]["platforms"]) == {"instagram", "pinterest"}
    assert rows["pictured"]["mediaUrls"]["instagram"] == [good]
    assert ("facebook" in rows["pictured"]["mediaUrls"]) == first_image
    assert rows["pictured"]["status"] == rows["broken"]["status"] == "success", rows


async def test_hashtags_are_added_when_asked_for(api, clock, blog):
    feed = await add(api, blog.url("/feed"), autoHashtag=True)
    long = {"extra": "<description>Sourdough bread from Norwegian rye: how sourdough rises.</description>"}
    blog.pages["/feed"] = rss(("Sourdough bread", long), "two", "one")
    await later(api, clock)
    assert 1 <= (await posted(api))[0]["post"]["telegram"].count("#") <= 3
    changed = await api.put("/api/feed", json={"id": feed["id"], "autoHashtag": False})
    assert changed.json()["autoHashtag"] is False
    blog.pages["/feed"] = rss(("Sourdough again", long), ("Sourdough bread", long), "two", "one")
    await later(api, clock)
    assert "#" not in (await posted(api))[0]["post"]["telegram"]


async def test_a_feed_that_changes_its_guids_posts_nothing_twice(api, clock, blog):
    await add(api, blog.url("/feed"))
    blog.pages["/feed"] = rss(("two", {"guid": "n2"}), ("one", {"guid": "n1"}))
    await later(api, clock)
    assert await posted(api) == []


async def test_a_flood_posts_its_newest(api, clock, blog):
    await add(api, blog.url("/feed"))
    blog.pages["/feed"] = rss(*(f"n{number}" for number in range(60, 0, -1)))
    await later(api, clock)
    assert await titles(api) == [f"n{number}" for number in range(60, 60 - MOST_AT_ONCE, -1)]
    await later(api, clock)
    assert len(await posted(api)) == MOST_AT_ONCE


@pytest.mark.usefixtures("database_url")
async def test_of_several_readers_one_posts(api, clock, blog, host):
    await add(api, blog.url("/feed"))
    blog.pages["/feed"] = rss("three", "two", "one")
    clock.advance(GAP)
    await asyncio.gather(*(Reader(host.services).settle() for _ in range(4)))
    await api.get("/api/user")
    assert await titles(api) == ["three"]


async def test_dying_between_reading_and_posting_loses_nothing(api, clock, blog, host, monkeypatch):
    await add(api, blog.url("/feed"))
    blog.pages["/feed"] = rss("three", "two", "one")
    clock.advance(GAP)
    reader = Reader(host.services)
    with monkeypatch.context() as patched:

        async def dies(*_, **__):
            raise SystemExit

        patched.setattr("server.feeds.emit", dies)
        with pytest.raises(SystemExit):
            await reader.settle()
    assert await posted(api) == []
    # The lease of the dead is over after five minutes of the machine's time.
    monkeypatch.setattr("server.store.feed.real_ms", lambda: 10**14)
    await Reader(host.services).settle()
    await api.get("/api/user")
    assert await titles(api) == ["three"]


async def test_a_broken_feed_waits_longer_and_says_why(api, clock, blog, host):
    await api.post("/api/hook/webhook", json={"action": "feed", "url": "https://example.org/hook"})
    await add(api, blog.url("/feed"))
    blog.pages["/feed"] = (500, {}, b"")
    asked = len(blog.asked)
    for _ in range(8):
        await later(api, clock)
    assert len(blog.asked) - asked < 8
    (listed,) = (await api.get("/api/feed")).json()["feeds"]
    assert "500" in listed["error"]
    blog.pages["/feed"] = rss("three", "two", "one")
    await later(api, clock, timedelta(days=2))
    assert await titles(api) == ["three"]
    assert "error" not in (await api.get("/api/feed")).json()["feeds"][0]
    async with host.database.read() as connection:
        told = [json.loads(row.body) for row in await connection.execute(select(events).order_by(events.c.created))]
    assert [one["status"] for one in told] == ["error", "success"]
    assert told[1]["title"] == "three"
    assert told[1]["items"] == [{"title": "three", "link": "https://blog.example.org/three"}]


async def test_a_deleted_feed_posts_no_more(api, clock, blog):
    feed = await add(api, blog.url("/feed"))
    gone = await api.request("DELETE", "/api/feed", json={"id": feed["id"]})
    assert gone.json() == {"status": "success", "id": feed["id"]}
    blog.pages["/feed"] = rss("three", "two", "one")
    asked = len(blog.asked)
    await later(api, clock)
    assert await posted(api) == []
    assert len(blog.asked) == asked
    assert (await api.request("DELETE", "/api/feed", json={"id": feed["id"]})).json()["code"] == 114


async def test_the_same_address_twice_is_one_feed(api, blog):
    first = await add(api, blog.url("/feed"))
    again = await add(api, blog.url("/feed"), useFirstImage=True)
    assert again == first | {"useFirstImage": True}
    assert len((await api.get("/api/feed")).json()["feeds"]) == 1


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "/etc/passwd", "ftp://example.org/feed", "http://user:secret@example.org/", "", "x" * 2001],
)
async def test_addresses_that_are_refused(api, url):
    refused = await add(api, url)
    assert refused["code"] == 101
    assert refused["action"] in {"create", "post"}


@pytest.mark.parametrize("body", [b"", b"no feed", b"<html></html>", b"\xff" * 100])
async def test_what_is_no_feed_is_refused(api, site, body):
    site.pages["/"] = 200, {"content-type": "text/html"}, body
    assert (await add(api, site.url("/")))["code"] == 101


async def test_private_addresses_are_for_those_who_allow_them(make_host, client_of, site):
    site.pages["/feed"] = rss("one")
    async with make_host() as guarded, client_of(guarded) as api:
        assert (await add(api, site.url("/feed")))["code"] == 101
        assert site.asked == []


@pytest.mark.usefixtures("database_url")
async def test_profiles_have_their_own_feeds(api, connect, clock, blog):
    shop = await connect(linked=("facebook",))
    feed = await add(shop, blog.url("/feed"))
    assert (await api.get("/api/feed")).json()["feeds"] == []
    assert (await api.put("/api/feed", json={"id": feed["id"], "autoHashtag": True})).json()["code"] == 114
    assert (await api.request("DELETE", "/api/feed", json={"id": feed["id"]})).json()["code"] == 114
    blog.pages["/feed"] = rss("three", "two", "one")
    await later(api, clock)
    assert await posted(api) == []
    assert [row["platforms"] for row in await posted(shop)] == [["facebook"]]
