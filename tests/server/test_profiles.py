"""User profiles: made, listed, changed, deleted; the page on which accounts are linked (analytics.md 8, 9)."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from server.store.schema import metadata
from social.instants import wire
from social.networks import NETWORKS


async def create(api, title="Acme", **body):
    return (await api.post("/api/profiles", json={"title": title} | body)).json()


async def listed(api, **query):
    return (await api.get("/api/profiles", params=query)).json()


def titles(answer):
    return [one["title"] for one in answer["profiles"]]


@pytest.fixture
async def acme(api, connect):
    """A user profile, and a client that acts for it."""
    made = await create(api)
    return made, await connect(**{"Profile-Key": made["profileKey"]})


@pytest.mark.usefixtures("database_url")
async def test_a_profile_is_made_listed_changed_and_deleted(api, connect):
    made = await create(api, messagingActive=True, tags=["vip"])
    assert made["status"] == "success"
    assert made["messagingActive"] is True
    client = await connect(**{"Profile-Key": made["profileKey"]})
    assert (await client.get("/api/user")).json()["refId"] == made["refId"]
    (row,) = (await listed(api))["profiles"]
    assert row["refId"] == made["refId"]
    assert row["status"] == "active"
    assert row["activeSocialAccounts"] == sorted(NETWORKS)
    assert row["createdUTC"] == "2026-03-02T09:30:00.000Z"
    assert "profileKey" not in row
    changed = await api.patch("/api/profiles", json={"profileKey": made["profileKey"], "title": "Acme Ltd"})
    assert changed.json() == {"status": "success", "refId": made["refId"]}
    assert (await client.get("/api/user")).json()["title"] == "Acme Ltd"
    gone = await api.request("DELETE", "/api/profiles", json={"profileKey": made["profileKey"]})
    assert gone.json() == {"status": "success", "refId": made["refId"]}
    assert (await listed(api))["profiles"] == []
    assert (await client.get("/api/user")).json()["code"] == 102


@pytest.mark.usefixtures("database_url")
async def test_a_deleted_profile_takes_everything_with_it(api, clock, host, acme, make_picture):
    made, shop = acme
    later = wire(clock.now() + timedelta(hours=1))
    picture = await make_picture(shop)
    await shop.post("/api/post", json={"post": "Now", "platforms": ["bluesky", "facebook"], "mediaUrls": [picture]})
    await shop.post("/api/post", json={"post": "Later", "platforms": ["bluesky"], "scheduleDate": later})
    link = (await shop.post("/api/links", json={"url": "https://example.org"})).json()
    await api.get(urlsplit(link["shortUrl"]).path, headers={"User-Agent": "Mozilla/5.0 Firefox/130.0"})
    await shop.post("/api/auto-schedule/set", json={"schedule": ["09:00Z"], "title": "daily"})
    await shop.post("/api/hook/webhook", json={"action": "scheduled", "url": "https://example.org/hook"})
    await shop.post("/api/profiles/link-sessions", json={})
    assert (await api.get(picture)).status_code == 200
    gone = await api.request("DELETE", "/api/profiles", json={"title": made["title"]})
    assert gone.json()["refId"] == made["refId"]
    assert (await api.get(picture)).status_code == 404
    async with host.database.read() as connection:
        for table in metadata.sorted_tables:
            if "profile_id" in table.c:
                owners = set(await connection.scalars(table.select().with_only_columns(table.c.profile_id)))
                assert owners <= {1}, table.name
    clock.advance(timedelta(hours=2))
    await api.get("/api/user")


async def test_a_title_is_there_once(api, acme):
    assert (await create(api))["code"] == 146
    other = await create(api, title="Other")
    renamed = await api.patch("/api/profiles", json={"profileKey": other["profileKey"], "title": "Acme"})
    assert renamed.json()["code"] == 146
    assert (await create(api, title="Primary Profile"))["code"] == 146
    same = await api.patch("/api/profiles", json={"profileKey": other["profileKey"], "title": "Other"})
    assert same.json()["status"] == "success"


@pytest.mark.usefixtures("database_url")
async def test_of_two_calls_at_once_one_gets_the_title(api):
    answers = await asyncio.gather(*(create(api) for _ in range(5)))
    assert sorted(answer["status"] for answer in answers) == ["error"] * 4 + ["success"]
    assert {answer["code"] for answer in answers if answer["status"] == "error"} == {146}
    assert len((await listed(api))["profiles"]) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["A", "B", "C", "D"]),
        ({"title": "B"}, ["B"]),
        ({"title": "b"}, []),
        ({"hasActiveSocialAccounts": "true"}, ["A", "B", "C"]),
        ({"hasActiveSocialAccounts": "false"}, ["D"]),
        ({"includesActiveSocialAccounts": ["gmb", "reddit"]}, ["A"]),
        ({"includesActiveSocialAccounts[0]": "reddit"}, ["A", "B"]),
        ({"isByokLinked": "true"}, ["A", "B"]),
        ({"isByokLinked": "false"}, ["C", "D"]),
        ({"refId": "nosuch"}, []),
    ],
    ids=repr,
)
async def test_filters(api, query, expected):
    for title, disabled in (("A", []), ("B", ["gmb"]), ("C", ["twitter", "reddit"]), ("D", sorted(NETWORKS))):
        await create(api, title=title, disableSocial=disabled)
    assert titles(await listed(api, **query)) == expected


async def test_pages_hold_every_profile_once(api):
    for number in range(7):
        await create(api, title=f"P{number}", disableSocial=["gmb"] if number % 3 else [])
    seen, cursor = [], ""
    while True:
        answer = await listed(api, limit=2, cursor=cursor)
        seen += titles(answer)
        assert answer["pagination"]["limit"] == 2
        if not answer["pagination"]["hasMore"]:
            break
        cursor = answer["pagination"]["nextCursor"]
    assert seen == [f"P{number}" for number in range(7)]
    filtered = await listed(api, limit=2, includesActiveSocialAccounts="gmb")
    assert titles(filtered) == ["P0", "P3"]
    assert titles(await listed(api, cursor=filtered["pagination"]["nextCursor"])) == ["P4", "P5", "P6"]


async def test_the_log_tells_what_was_done(api, clock, acme):
    made, shop = acme
    clock.advance(timedelta(days=1))
    await shop.request("DELETE", "/api/profiles/social", json={"platform": "gmb"})
    await create(api, title="Other")
    log = (await listed(api, actionLog="true"))["profiles"]
    assert [(one["action"], one["title"]) for one in log["actionLog"]] == [
        ("create", "Other"),
        ("unlink", "Acme"),
        ("create", "Acme"),
    ]
    assert log["userProfilesReport"] == [
        {"reported": "2026-03-03", "userProfileCount": 2},
        {"reported": "2026-03-02", "userProfileCount": 1},
    ]
    names = ["suspension", "socialHealth", "linkingErrors", "activity", "quota", "unlinkHistory", "actionLog"]
    (row,) = (await listed(api, refId=made["refId"], include=names))["profiles"]
    assert row["unlinkHistory"] == [{"platform": "gmb", "created": "2026-03-03T09:30:00Z"}]
    assert row["suspension"] == {"suspended": False}
    assert set(names) <= set(row)
    assert "gmb" not in row["socialHealth"]


async def test_unlinking_is_the_same_twice(api, acme):
    made, shop = acme
    for _ in range(2):
        answer = await shop.request("DELETE", "/api/profiles/social", json={"platform": "bluesky"})
        assert answer.json() == {"status": "success", "platform": "bluesky", "refId": made["refId"]}
    assert "bluesky" not in (await shop.get("/api/user")).json()["activeSocialAccounts"]
    assert "bluesky" in (await api.get("/api/user")).json()["activeSocialAccounts"]
    primary = await api.request("DELETE", "/api/profiles/social", json={"platform": "telegram"})
    assert primary.json()["platform"] == "telegram"
    assert "telegram" not in (await api.get("/api/user")).json()["activeSocialAccounts"]


async def test_disabled_networks_are_unlinked(acme):
    _, shop = acme
    await shop.patch("/api/profiles", json={"disableSocial": ["gmb", "reddit"]})
    assert not {"gmb", "reddit"} & set((await shop.get("/api/user")).json()["activeSocialAccounts"])


@pytest.mark.parametrize(
    ("verb", "path", "body", "code"),
    [
        ("POST", "/profiles", {}, 101),
        ("POST", "/profiles", {"title": " "}, 101),
        ("POST", "/profiles", {"title": "x" * 201}, 101),
        ("POST", "/profiles", {"title": "T", "team": True}, 101),
        ("POST", "/profiles", {"title": "T", "disableSocial": ["myspace"]}, 101),
        ("PATCH", "/profiles", {"title": "T"}, 101),
        ("PATCH", "/profiles", {"profileKey": "nosuch", "title": "T"}, 102),
        ("DELETE", "/profiles", {}, 101),
        ("DELETE", "/profiles", {"title": "nosuch"}, 114),
        ("DELETE", "/profiles", {"title": "Primary Profile"}, 114),
        ("DELETE", "/profiles/social", {"platform": "myspace"}, 101),
        ("GET", "/profiles?include=quota", None, 101),
        ("GET", "/profiles?include=secrets&refId=1", None, 101),
        ("GET", "/profiles?actionLog=366", None, 101),
        ("GET", "/profiles?cursor=%25", None, 101),
        ("POST", "/profiles/link-sessions", {}, 101),
        ("POST", "/profiles/generateJWT", {}, 101),
    ],
)
async def test_what_is_refused(api, verb, path, body, code):
    answer = await api.request(verb, f"/api{path}", json=body)
    assert answer.json()["code"] == code, answer.text


async def test_the_linking_page_links_and_unlinks(api, clock, acme):
    _, shop = acme
    await shop.request("DELETE", "/api/profiles/social", json={"platform": "bluesky"})
    session = (await shop.post("/api/profiles/link-sessions", json={"allowedSocial": ["bluesky", "gmb"]})).json()
    assert session["title"] == "Acme"
    assert session["expiresAt"] == "2026-03-02T09:35:00.000Z"
    page = await api.get(session["url"])
    assert page.status_code == 200
    assert 'aria-label="Connect Bluesky"' in page.text
    assert "Reddit" not in page.text
    form = {"session": session["sessionId"], "platform": "bluesky", "verb": "link"}
    pressed = await api.post("/link", data=form)
    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/link?session={session['sessionId']}")
    assert "bluesky" in (await shop.get("/api/user")).json()["activeSocialAccounts"]
    assert 'aria-label="Disconnect Bluesky"' in (await api.get(session["url"])).text
    await api.post("/link", data=form | {"platform": "reddit", "verb": "unlink"})
    assert "reddit" in (await shop.get("/api/user")).json()["activeSocialAccounts"]
    log = (await listed(api, actionLog="true"))["profiles"]["actionLog"]
    assert [one["action"] for one in log] == ["link", "unlink", "create"]
    clock.advance(timedelta(minutes=5))
    over = await api.get(session["url"])
    assert (over.status_code, "code 503" in over.text) == (400, True)
    await api.post("/link", data=form | {"verb": "unlink"})
    assert "bluesky" in (await shop.get("/api/user")).json()["activeSocialAccounts"]
    assert "code 502" in (await api.get("/link?session=nosuch")).text


async def test_the_older_call_leads_to_the_same_page(api, acme):
    made, shop = acme
    given = {"domain": "acme", "privateKey": "no key", "redirect": "https://shop.example.org/?a=1&b=<i>"}
    answer = (await api.post("/api/profiles/generateJWT", json=given | {"profileKey": made["profileKey"]})).json()
    assert parse_qs(urlsplit(answer["url"]).query) == {"jwt": [answer["token"]], "domain": ["acme"]}
    page = (await api.get(answer["url"])).text
    assert 'href="https://shop.example.org/?a=1&amp;b=&lt;i&gt;"' in page
    assert (await shop.post("/api/profiles/generateJWT", json=given)).json()["title"] == "Acme"


async def test_texts_of_the_page_are_only_text(api, connect):
    made = await create(api, title="<script>alert(1)</script>", topHeader="<b>Hi</b>")
    shop = await connect(**{"Profile-Key": made["profileKey"]})
    bad = await shop.post("/api/profiles/link-sessions", json={"redirect": "javascript:alert(1)"})
    assert bad.json()["code"] == 101
    session = (await shop.post("/api/profiles/link-sessions", json={})).json()
    page = await api.get(session["url"])
    assert "<script" not in page.text
    assert "&lt;b&gt;Hi&lt;/b&gt;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_same_seed_makes_the_same_world_in_every_store(make_host, client_of, tmp_path):
    async def world(name, seed):
        database = f"sqlite:///{tmp_path / name}"
        async with make_host(database=database, sandbox_seed=seed) as host, client_of(host) as api:
            made = await create(api)
            mine = (await api.get("/api/user")).json()
            older = (await api.get("/api/history/facebook")).json()
            return {made["refId"], mine["refId"]}, {post["id"] for post in older["posts"]}

    refs, posts = await world("first.db", "loft")
    assert (refs, posts) == await world("second.db", "loft")
    assert posts
    for other, seed in (("third.db", "barn"), ("fourth.db", "")):
        other_refs, other_posts = await world(other, seed)
        assert refs.isdisjoint(other_refs)
        assert posts.isdisjoint(other_posts)
