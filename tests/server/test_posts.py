"""`POST /post`: what is answered when all, some or none of the networks take a post (posts.md 3.9, 12.7)."""

import re

import pytest

SCHEDULED = "2026-03-05T09:00:00Z"


async def send(api, **body):
    answer = await api.post("/api/post", json={"post": "Good morning", "platforms": ["bluesky"]} | body)
    return answer.status_code, answer.json()


async def test_success_lists_ids_alphabetically_and_an_empty_list_of_errors(api):
    status, answer = await send(api, platforms=["twitter", "bluesky", "facebook"])
    assert status == 200
    assert answer["status"] == "success"
    assert answer["errors"] == []
    assert [one["platform"] for one in answer["postIds"]] == ["bluesky", "facebook", "twitter"]
    assert re.fullmatch(r"[A-Za-z0-9]{20}", answer["id"])
    assert re.fullmatch(r"[0-9a-f]{40}", answer["refId"])
    assert answer["post"] == "Good morning"


async def test_a_scheduled_post_is_echoed_and_has_no_ids_yet(api):
    status, answer = await send(api, scheduleDate=SCHEDULED)
    assert status == 200
    assert (answer["status"], answer["scheduleDate"]) == ("scheduled", SCHEDULED)
    assert "postIds" not in answer
    stored = (await api.get(f"/api/post/{answer['id']}")).json()
    assert (stored["status"], stored["type"], stored["scheduleDate"]) == ("pending", "scheduled", SCHEDULED)


async def test_some_networks_fail_and_the_rest_is_published(api, connect):
    shop = await connect(linked=("bluesky", "facebook"))
    answer = await shop.post("/api/post", json={"post": "Hi", "platforms": ["facebook", "gmb", "bluesky"]})
    assert answer.status_code == 400
    (body,) = answer.json()["posts"]
    assert body["status"] == "error"
    assert [one["platform"] for one in body["postIds"]] == ["bluesky", "facebook"]
    assert [(one["platform"], one["code"], one["action"]) for one in body["errors"]] == [("gmb", 156, "post")]
    assert "validate" not in body


async def test_all_networks_refuse_before_anything_is_sent(api):
    status, answer = await send(api, post="x" * 301, platforms=["bluesky"])
    assert status == 400
    assert (answer["status"], answer["postIds"], answer["validate"]) == ("error", [], True)
    assert all(one["verifyCheck"] for one in answer["errors"])
    stored = (await api.get(f"/api/post/{answer['id']}")).json()
    assert stored["status"] == "error"
    assert stored["errors"] == answer["errors"]


async def test_a_scheduled_post_that_one_network_refuses_is_not_stored(api):
    body = {"post": "x" * 301, "platforms": ["facebook", "bluesky"], "scheduleDate": SCHEDULED}
    status, answer = await send(api, **body)
    assert status == 400
    assert (answer["status"], answer["postIds"], answer["validate"]) == ("error", [], True)
    assert "id" not in answer
    assert (await api.get("/api/history")).json()["history"]["code"] == 221


async def test_checks_can_be_left_to_the_time_of_publishing(api):
    body = {"post": "x" * 301, "platforms": ["facebook", "bluesky"], "scheduleDate": SCHEDULED}
    status, answer = await send(api, **body, validateScheduled=False)
    assert (status, answer["status"]) == (200, "scheduled")
    await api.post("/sandbox/clock", json={"advanceSeconds": 4 * 86400})
    stored = (await api.get(f"/api/post/{answer['id']}")).json()
    assert stored["status"] == "error"
    assert [one["platform"] for one in stored["postIds"]] == ["facebook"]
    assert [one["platform"] for one in stored["errors"]] == ["bluesky"]


@pytest.mark.parametrize("when", ["2026-03-02T09:30:00Z", "2020-01-01T00:00:00Z", "2026-03-02T10:00:00+02:00"])
async def test_a_past_date_publishes_at_once(api, when):
    status, answer = await send(api, scheduleDate=when)
    assert (status, answer["status"]) == (200, "success")


@pytest.mark.parametrize(
    "body",
    [
        {"platforms": []},
        {"platforms": ["myspace"]},
        {"platforms": ["bluesky", "Twitter"]},
        {"platforms": "bluesky"},
        {"platforms": {"default": "bluesky"}},
        {"post": {"facebook": "only there"}},
        {"scheduleDate": ""},
        {"scheduleDate": "tomorrow at noon"},
        {"scheduleDate": "2026-03-05T09:00:00"},
        {"scheduleDate": {"bluesky": SCHEDULED}},
        {"autoSchedule": {"schedule": True}, "scheduleDate": SCHEDULED},
        {"platforms": ["youtube"], "youTubeOptions": {"title": "T", "publishAt": SCHEDULED}, "scheduleDate": SCHEDULED},
        {"autoRepost": {"repeat": 11, "days": 2}},
        {"autoRepost": {"repeat": 2, "days": 1}},
        {"firstComment": {}},
        {"unsplash": ["x"] * 36},
    ],
    ids=repr,
)
async def test_a_call_that_cannot_be_read_is_refused_as_a_whole(api, body):
    status, answer = await send(api, **body)
    assert status == 400
    assert (answer["status"], answer["action"], answer["code"]) == ("error", "post", 101)
    assert answer["message"]
    assert (await api.get("/api/history")).status_code == 400


async def test_the_text_is_missing(api):
    answer = await api.post("/api/post", json={"platforms": ["bluesky"]})
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_a_random_post_needs_no_text(api):
    answer = await api.post("/api/post", json={"randomPost": True, "platforms": ["bluesky"]})
    assert answer.status_code == 200
    assert answer.json()["post"]


async def test_texts_per_network_fall_back_to_default(api):
    texts = {"bluesky": "short", "default": "long"}
    status, answer = await send(api, post=texts, platforms=["bluesky", "facebook"])
    assert status == 200
    assert answer["post"] == {"bluesky": "short", "facebook": "long"}


async def test_all_stands_for_every_linked_network(connect):
    shop = await connect(linked=("bluesky", "linkedin"))
    answer = await shop.post("/api/post", json={"post": "Hi", "platforms": ["all"]})
    assert [one["platform"] for one in answer.json()["posts"][0]["postIds"]] == ["bluesky", "linkedin"]


async def test_keys_are_read_without_regard_to_case_and_unknown_ones_ignored(api):
    body = {"POST": "Hi", "Platforms": ["reddit"], "RedditOptions": {"title": "T", "subreddit": "doves"}}
    answer = await api.post("/api/post", json=body | {"source": "npm", "notes": None})
    assert answer.status_code == 200, answer.text
    assert (await api.get(f"/api/post/{answer.json()['id']}")).json()["redditOptions"]["subreddit"] == "doves"


async def test_top_level_title_and_subreddit_serve_reddit(api):
    assert (await send(api, platforms=["reddit"], title="T", subreddit="doves"))[0] == 200
    assert (await send(api, post="Other", platforms=["reddit"]))[1]["errors"][0]["platform"] == "reddit"


@pytest.mark.parametrize("raw", ["", "[]", "{", '"post"', "null"])
async def test_a_body_that_is_no_object_is_refused(api, raw):
    answer = await api.post("/api/post", content=raw, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


@pytest.mark.parametrize(("given", "code"), [((), 419), (("Api-Key",), 400), (("Api-Secret",), 400)])
async def test_x_needs_both_of_its_headers(connect, given, code):
    headers = {f"X-Twitter-OAuth1-{name}": "x" if name in given else "" for name in ("Api-Key", "Api-Secret")}
    client = await connect(**headers)
    answer = await client.post("/api/post", json={"post": "Hi", "platforms": ["twitter", "bluesky"]})
    assert answer.status_code == 400
    assert [(one["platform"], one["code"]) for one in answer.json()["errors"]] == [("twitter", code)]
    assert [one["platform"] for one in answer.json()["postIds"]] == ["bluesky"]


async def test_tiktok_is_pending_first_and_gets_its_id_within_two_minutes(api, make_picture):
    options = {"post": "Look", "platforms": ["tiktok"], "mediaUrls": [await make_picture(api)]}
    answer = await api.post("/api/post", json=options)
    (entry,) = answer.json()["postIds"]
    assert answer.status_code == 200
    assert (entry["id"], entry["status"]) == ("pending", "success")
    assert "postUrl" not in entry
    await api.post("/sandbox/clock", json={"advanceSeconds": 59})
    assert (await api.get(f"/api/post/{answer.json()['id']}")).json()["postIds"][0]["id"] == "pending"
    await api.post("/sandbox/clock", json={"advanceSeconds": 61})
    (entry,) = (await api.get(f"/api/post/{answer.json()['id']}")).json()["postIds"]
    assert entry["id"].isdigit()
    assert entry["id"] in entry["postUrl"]


async def test_instagram_counts_the_used_quota(api, make_picture):
    url = await make_picture(api)
    used = []
    for text in ("one", "two"):
        _, answer = await send(api, post=text, platforms=["instagram"], mediaUrls=[url])
        used.append(answer["postIds"][0]["usedQuota"])
    assert used == [1, 2]


async def test_a_repost_series_shares_one_id(api):
    _, answer = await send(api, autoRepost={"repeat": 2, "days": 3})
    assert answer["status"] == "success"
    assert [one["scheduleDate"] for one in answer["reposts"]] == ["2026-03-05T09:30:00Z", "2026-03-08T09:30:00Z"]
    series = (await api.get("/api/history", params={"autoRepostId": answer["autoRepostId"]})).json()
    assert [row["status"] for row in series["history"]] == ["pending", "pending", "success"]
    assert (await api.get("/api/history", params={"autoRepostId": "all"})).json()["count"] == 3
    assert (await api.request("DELETE", "/api/post", json={"id": answer["reposts"][0]["id"]})).status_code == 200


async def test_a_date_wins_over_a_repost_series(api):
    _, answer = await send(api, autoRepost={"repeat": 2, "days": 3}, scheduleDate=SCHEDULED)
    assert answer["status"] == "scheduled"
    assert "autoRepostId" not in answer


async def test_a_repost_series_can_start_later(api):
    _, answer = await send(api, autoRepost={"repeat": 1, "days": 2, "startDate": SCHEDULED})
    assert (answer["status"], answer["scheduleDate"]) == ("scheduled", SCHEDULED)
    assert answer["reposts"][0]["scheduleDate"] == "2026-03-07T09:00:00Z"


async def test_the_next_free_slot_is_taken(api):
    await api.post("/api/auto-schedule/set", json={"schedule": ["10:00Z", "15:00Z"], "title": "daily"})
    taken = [
        (await send(api, post=text, autoSchedule={"schedule": True, "title": "daily"}))[1]["scheduleDate"]
        for text in ("one", "two", "three")
    ]
    assert taken == ["2026-03-02T10:00:00Z", "2026-03-02T15:00:00Z", "2026-03-03T10:00:00Z"]


async def test_a_refused_post_gives_its_slot_back(api):
    await api.post("/api/auto-schedule/set", json={"schedule": ["10:00Z", "15:00Z"]})
    refused, _ = await send(api, post="x" * 301, autoSchedule={"schedule": True})
    assert refused == 400
    _, answer = await send(api, autoSchedule={"schedule": True})
    assert answer["scheduleDate"] == "2026-03-02T10:00:00Z"


async def test_links_are_shortened_and_hashtags_added_before_the_check(api):
    long = "https://shop.example.com/" + "a" * 400
    status, answer = await send(api, post=f"New shoes {long}", shortenLinks=True, platforms=["bluesky"])
    assert status == 200, answer
    assert long not in answer["post"]
    _, answer = await send(api, post="Pigeons breed pigeons", autoHashtag={"max": 1, "position": "end"})
    assert answer["post"].count("#") == 1


async def test_validation_stores_nothing_and_warns_of_unlinked_networks(connect):
    shop = await connect(linked=("bluesky",))
    good = await shop.post("/api/validate/post", json={"post": "Hi", "platforms": ["bluesky", "facebook"]})
    assert (good.status_code, good.json()["status"]) == (200, "success")
    assert [one["code"] for one in good.json()["warnings"]] == [156]
    bad = await shop.post("/api/validate/post", json={"post": "x" * 301, "platforms": ["bluesky"]})
    assert (bad.status_code, bad.json()["status"], bad.json()["action"]) == (400, "error", "post")
    assert bad.json()["message"]
    assert (await shop.get("/api/history")).json()["history"]["code"] == 221


async def test_an_unknown_post_is_404_with_code_186(api):
    answer = await api.get("/api/post/nosuchpost")
    assert answer.status_code == 404
    assert {"action": "get", "status": "error", "code": 186}.items() <= answer.json().items()


OLDER = [
    ({"mediaUrl": "$picture"}, "mediaUrls"),
    ({"mediaurl": ["$picture"]}, "mediaUrls"),
    ({"media_urls": ["$picture"]}, "mediaUrls"),
    ({"shorten_links": True}, "shortenLinks"),
]


@pytest.mark.parametrize(("given", "name"), OLDER, ids=repr)
async def test_older_spellings_of_fields_are_read(api, make_picture, kept, given, name):
    kept.known["picture"] = await make_picture(api)
    status, answer = await send(api, **kept.filled(given))
    assert status == 200, answer
    assert (await api.get(f"/api/post/{answer['id']}")).json()[name] in ([kept.known["picture"]], True)


OPTIONS = [
    ("facebook", "facebookOptions", {"Targeting": {"AGEMIN": 18}}, {"targeting": {"ageMin": 18}}),
    ("facebook", "FACEBOOKOPTIONS", {"Link": "https://example.org"}, {"link": "https://example.org"}),
    (
        "twitter",
        "xOptions",
        {"poll": {"Duration": 60, "Options": ["a", "b"]}},
        {"poll": {"duration": 60, "options": ["a", "b"]}},
    ),
    ("bluesky", "blueskyOptions", {"alttext": ["A dove"]}, {"altText": ["A dove"]}),
    (
        "linkedin",
        "linkedinOptions",
        {"VISIBILITY": "public", "isCarousel": True},
        {"visibility": "public", "isCarousel": True},
    ),
]


@pytest.mark.parametrize(("platform", "key", "given", "stored"), OPTIONS, ids=repr)
async def test_option_objects_and_their_fields_are_matched_without_regard_to_case(api, platform, key, given, stored):
    _, answer = await send(api, platforms=[platform], **{key: given})
    post = (await api.get(f"/api/post/{answer['id']}")).json()
    assert [value for name, value in post.items() if name.endswith("Options")] == [stored]


TAGGED = "Lisbon builds a wind farm: the offshore wind farm will feed Lisbon, says the harbour authority of Lisbon"


@pytest.mark.parametrize(
    ("body", "most"),
    [
        ({}, 2),
        ({"autoHashtag": {"max": 3, "position": "end"}}, 3),
        ({"platforms": ["bluesky", "threads"]}, 1),
        ({"post": TAGGED + " #farm", "platforms": ["threads"]}, 0),
        ({"post": TAGGED + " " * (298 - len(TAGGED)) + ".."}, 0),
    ],
    ids=repr,
)
async def test_hashtags_are_added_as_far_as_every_network_takes_them(api, body, most):
    given = {"post": TAGGED, "autoHashtag": True} | body
    status, answer = await send(api, **given)
    assert status == 200, answer
    assert answer["post"].count("#") - given["post"].count("#") == most


async def test_a_series_beside_a_date_is_left_out_or_refused_as_the_server_is_told(api, make_host, client_of):
    body = {"autoRepost": {"repeat": 2, "days": 2}, "scheduleDate": SCHEDULED}
    assert "reposts" not in (await send(api, **body))[1]
    async with make_host(strict_auto_repost=True) as host, client_of(host) as strict:
        assert (await send(strict, **body))[1]["code"] == 101


async def test_a_series_that_no_network_took_is_not_repeated(api):
    answer = (await send(api, post="x" * 301, autoRepost={"repeat": 2, "days": 2}))[1]
    assert answer["status"] == "error"
    assert "reposts" not in answer
    assert (await api.get("/api/history")).json()["count"] == 1
