"""Short links: made once per URL, followed, counted by who came."""

from datetime import timedelta

import pytest

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = f"{CHROME} Edg/140.0.0.0"
BOT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
URL = "https://shop.example.com/shoes/"


async def made(api, url=URL, **fields):
    answer = await api.post("/api/links", json={"url": url} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stats(api, link_id, **query):
    return (await api.get(f"/api/links/{link_id}", params=query)).json()["analytics"]


async def test_a_link_has_a_short_id_and_keeps_its_url_byte_for_byte(api):
    link = await made(api)
    assert link["status"] == "success"
    assert len(link["id"]) == 6
    assert link["shortUrl"] == f"https://sandbox.dovecote.localhost/l/{link['id']}"
    assert link["originalUrl"] == URL
    assert link["created"] == "2026-03-02T09:30:00.000Z"


async def test_utm_fields_are_appended_and_echoed(api):
    link = await made(api, "https://shop.example.com?a=1#top", utmSource="fb", utmCampaign="spring sale")
    assert link["originalUrl"] == "https://shop.example.com/?a=1&utm_source=fb&utm_campaign=spring+sale#top"
    assert (link["utmSource"], link["utmCampaign"]) == ("fb", "spring sale")


@pytest.mark.usefixtures("database_url")
async def test_the_same_url_is_the_same_link_and_another_is_another(api):
    first = await made(api)
    assert (await made(api))["id"] == first["id"]
    assert (await made(api, URL + "?new"))["id"] != first["id"]
    assert (await made(api, utmSource="x"))["id"] != first["id"]


@pytest.mark.parametrize(
    "url",
    ["http://plain.example.com", "ftp://a.example", "https://", "word", "", "https://a b.example", "https://[bad"],
)
async def test_only_https_is_shortened(api, url):
    answer = await api.post("/api/links", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


@pytest.mark.parametrize("path", ["/api/short", "/api/shorten"])
async def test_older_paths_answer_alike(api, path):
    link = (await api.post(path, json={"url": URL, "source": "npm"})).json()
    assert (link["status"], link["originalUrl"]) == ("success", URL)
    assert link["shortUrl"].endswith(link["id"])


@pytest.mark.usefixtures("database_url")
async def test_a_visit_is_redirected_and_counted_by_browser_referrer_and_network(api):
    link = await made(api)
    visits = [
        (CHROME, "https://l.facebook.com/l.php?u=x"),
        (CHROME, ""),
        (SAFARI, "https://t.co/abc"),
        (FIREFOX, "https://blog.example.org/post"),
        (EDGE, "not a url"),
        (BOT, "https://facebook.com"),
    ]
    for agent, referer in visits:
        answer = await api.get(f"/l/{link['id']}", headers={"User-Agent": agent, "Referer": referer})
        assert (answer.status_code, answer.headers["location"]) == (302, URL)
    seen = await stats(api, link["id"])
    assert seen["totalClicks"] == 5
    assert seen["browserCounts"] == {"Chrome": 2, "Safari": 1, "Firefox": 1, "Edge": 1}
    assert seen["refererCounts"] == {"l.facebook.com": 1, "direct": 2, "t.co": 1, "blog.example.org": 1}
    assert seen["socialClicks"] == {"facebook": 1, "twitter": 1}
    assert (seen["botClicks"], seen["clickSources"]) == (1, {"real": 5, "sandbox": 0})


async def test_a_visit_needs_no_key(connect, api):
    link = await made(api)
    stranger = await connect(Authorization="")
    assert (await stranger.get(f"/l/{link['id']}")).status_code == 302
    assert (await stranger.head(f"/l/{link['id']}")).headers["location"] == URL
    assert (await stats(api, link["id"]))["botClicks"] == 1
    gone = await stranger.get("/l/nosuch")
    assert (gone.status_code, gone.json()["status"]) == (404, "error")


@pytest.mark.usefixtures("database_url")
async def test_clicks_are_counted_within_days(api, clock):
    link = await made(api)
    for days in (0, 1, 1):
        clock.advance(timedelta(days=days))
        await api.get(f"/l/{link['id']}", headers={"User-Agent": CHROME})
    assert (await stats(api, link["id"]))["totalClicks"] == 3
    assert (await stats(api, link["id"], fromClickDate="2026-03-03"))["totalClicks"] == 2
    assert (await stats(api, link["id"], toClickDate="2026-03-02"))["totalClicks"] == 1
    one_day = {"fromClickDate": "2026-03-03", "toClickDate": "2026-03-03"}
    assert (await stats(api, link["id"], **one_day))["totalClicks"] == 1


@pytest.mark.parametrize("path", ["/api/links", "/api/analytics/links-short"])
async def test_the_list_is_newest_first_and_filtered_by_creation(api, clock, path):
    old = await made(api, "https://a.example/")
    clock.advance(timedelta(days=1))
    new = await made(api, "https://b.example/")
    listed = (await api.get(path)).json()["analytics"]
    assert [link["id"] for link in listed] == [new["id"], old["id"]]
    filtered = (await api.get(path, params={"fromCreatedDate": "2026-03-03"})).json()["analytics"]
    assert [link["id"] for link in filtered] == [new["id"]]
    wrong = await api.get(path, params={"toCreatedDate": "yesterday"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, 101)


async def test_no_links_is_an_empty_list(api):
    assert (await api.get("/api/links")).json() == {"status": "success", "analytics": []}


@pytest.mark.usefixtures("database_url")
async def test_a_link_gets_a_new_destination_and_its_old_url_a_new_link(api, clock):
    link = await made(api)
    clock.advance(timedelta(hours=1))
    changed = (await api.put(f"/api/links/{link['id']}", json={"url": "https://new.example/"})).json()
    assert (changed["originalUrl"], changed["updated"]) == ("https://new.example/", "2026-03-02T10:30:00.000Z")
    assert changed["created"] == link["created"]
    assert (await api.get(f"/l/{link['id']}")).headers["location"] == "https://new.example/"
    assert (await made(api))["id"] != link["id"]


async def test_an_unknown_link_is_refused(api):
    for answer in (await api.put("/api/links/nosuch", json={"url": URL}), await api.get("/api/links/nosuch")):
        assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (400, 126, "error")


async def test_links_belong_to_their_profile(api, connect):
    link = await made(api)
    other = await connect(("bluesky",))
    assert (await other.get("/api/links")).json()["analytics"] == []
    assert (await other.get(f"/api/links/{link['id']}")).status_code == 400
    assert (await made(other))["id"] != link["id"]


async def published(api, text, **body):
    answer = await api.post("/api/post", json={"post": text, "platforms": ["bluesky", "linkedin"]} | body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("database_url")
async def test_people_of_the_sandbox_click_links_of_delivered_posts_and_are_marked(api, clock):
    link = await made(api)
    post = await published(api, f"New shoes: {link['shortUrl']} (today)")
    unused = await made(api, "https://other.example/")
    totals = []
    for _ in range(4):
        totals.append((await stats(api, link["id"]))["totalClicks"])
        clock.advance(timedelta(hours=12))
    assert totals == sorted(totals)
    assert totals[0] < totals[-1]
    await api.get(f"/l/{link['id']}", headers={"User-Agent": CHROME})
    seen = await stats(api, link["id"])
    assert seen["clickSources"]["real"] == 1
    assert seen["totalClicks"] == 1 + seen["clickSources"]["sandbox"]
    assert sum(seen["browserCounts"].values()) == sum(seen["refererCounts"].values()) == seen["totalClicks"]
    assert set(seen["socialClicks"]) <= {"bluesky", "linkedin"}
    assert (await stats(api, unused["id"]))["totalClicks"] == 0
    await api.request("DELETE", "/api/post", json={"id": post["id"]})
    assert (await stats(api, link["id"]))["totalClicks"] == seen["totalClicks"]
    listed = {one["id"]: one["totalClicks"] for one in (await api.get("/api/links")).json()["analytics"]}
    assert listed == {link["id"]: seen["totalClicks"], unused["id"]: 0}


async def test_days_of_sandbox_clicks_add_up(api, clock):
    link = await made(api)
    await published(api, f"Shoes {link['shortUrl']}")
    clock.advance(timedelta(days=6))
    days = [f"2026-03-0{day}" for day in range(2, 9)]
    per_day = [(await stats(api, link["id"], fromClickDate=d, toClickDate=d))["totalClicks"] for d in days]
    assert sum(per_day) == (await stats(api, link["id"]))["totalClicks"]
    assert max(per_day) == per_day[0] > 0


async def test_sandbox_clicks_can_be_switched_off(make_host, client_of, clock):
    async with make_host(sandbox_clicks=False) as host, client_of(host) as api:
        link = await made(api)
        await published(api, f"Shoes {link['shortUrl']}")
        clock.advance(timedelta(days=6))
        assert (await stats(api, link["id"]))["totalClicks"] == 0


async def test_links_in_posts_are_shortened_on_request(api):
    text = "See https://a.example/x?y=1, (https://b.example/z) and https://a.example/x?y=1."
    answer = await published(api, text, shortenLinks=True)
    listed = {link["originalUrl"]: link["shortUrl"] for link in (await api.get("/api/links")).json()["analytics"]}
    assert set(listed) == {"https://a.example/x?y=1", "https://b.example/z"}
    a, b = listed["https://a.example/x?y=1"], listed["https://b.example/z"]
    assert answer["post"] == f"See {a}, ({b}) and {a}."
    again = await published(api, f"Once more for everyone else: {a}", shortenLinks=True)
    assert again["post"].endswith(a)
