"""`profileKeys`: one call, several profiles, one envelope (posts.md 3.8)."""

import pytest

from server.store import profiles

SCHEDULED = "2026-03-05T09:00:00Z"


@pytest.fixture
async def shops(host):
    """Keys of two shops: one with Bluesky alone, one with LinkedIn too."""
    made = []
    async with host.database.begin() as connection:
        for title, linked in (("Shop A", ["bluesky"]), ("Shop B", ["bluesky", "linkedin"])):
            made.append((await profiles.create(connection, title=title, linked=linked, now=host.clock.now()))[0])
    return made


async def send(api, path="/api/post", **body):
    answer = await api.post(path, json={"post": "Hello", "platforms": ["bluesky"]} | body)
    return answer.status_code, answer.json()


async def test_a_post_goes_out_from_each_profile(api, connect, shops, database_url):
    status, answer = await send(api, profileKeys=shops)
    assert (status, answer["status"]) == (200, "success")
    assert [one["profileTitle"] for one in answer["posts"]] == ["Shop A", "Shop B"]
    assert len({one["id"] for one in answer["posts"]}) == len({one["refId"] for one in answer["posts"]}) == 2
    for key, one in zip(shops, answer["posts"], strict=True):
        shop = await connect(**{"Profile-Key": key})
        assert (await shop.get(f"/api/post/{one['id']}")).json()["postIds"] == one["postIds"]
    assert (await api.get("/api/history")).json()["history"]["code"] == 221


async def test_scheduled_posts_go_out_when_due_and_hold_no_key(api, connect, clock, shops):
    from datetime import timedelta

    _, answer = await send(api, profileKeys=shops, scheduleDate=SCHEDULED)
    assert answer["status"] == "scheduled"
    clock.advance(timedelta(days=4))
    shop = await connect(**{"Profile-Key": shops[0]})
    post = await shop.get(f"/api/post/{answer['posts'][0]['id']}")
    assert post.json()["status"] == "success"
    assert shops[0] not in post.text


async def test_one_failure_makes_the_whole_an_error_and_stops_no_other(api, shops):
    status, answer = await send(api, profileKeys=[*shops, "nobody"], platforms=["linkedin"])
    assert (status, answer["status"]) == (400, "error")
    a, b, nobody = answer["posts"]
    assert [one["code"] for one in a["errors"]] == [156]
    assert (b["status"], b["postIds"][0]["platform"]) == ("success", "linkedin")
    assert (nobody["status"], nobody["code"]) == ("error", 102)


async def test_all_means_all_networks_of_each_profile(api, shops):
    _, answer = await send(api, profileKeys=shops, platforms=["all"])
    found = [[network["platform"] for network in one["postIds"]] for one in answer["posts"]]
    assert found == [["bluesky"], ["bluesky", "linkedin"]]


async def test_what_cannot_be_read_is_refused_for_each(api, shops):
    status, answer = await send(api, profileKeys=shops, platforms=["myspace"])
    assert status == 400
    assert [(one["code"], one["profileTitle"]) for one in answer["posts"]] == [(101, "Shop A"), (101, "Shop B")]


async def test_the_same_key_twice_posts_once(api, shops):
    _, answer = await send(api, profileKeys=[shops[0], shops[0]])
    assert [one["profileTitle"] for one in answer["posts"]] == ["Shop A"]


@pytest.mark.parametrize("name", ["profileKey", "profilekeys"])
async def test_older_spellings_name_one_profile(api, shops, name):
    _, answer = await send(api, **{name: shops[0]})
    assert [one["profileTitle"] for one in answer["posts"]] == ["Shop A"]


async def test_the_header_wins_over_the_body(connect, shops):
    shop = await connect(**{"Profile-Key": shops[0]})
    _, answer = await send(shop, profileKeys=[shops[1]])
    assert [one["profileTitle"] for one in answer["posts"]] == ["Shop A"]


async def test_an_array_answer_can_be_asked_for(api):
    status, answer = await send(api, arrayResponse=True)
    assert (status, answer["status"], answer["posts"][0]["status"]) == (200, "success", "success")
    assert answer["posts"][0]["profileTitle"] == "Primary Profile"


async def test_a_suspended_profile_is_refused_alone(api, host, shops):
    async with host.database.begin() as connection:
        found = await profiles.by_key(connection, shops[0])
        await profiles.suspend(connection, found.id)
    status, answer = await send(api, profileKeys=shops)
    assert status == 400
    assert [(one["status"], one.get("code")) for one in answer["posts"]] == [("error", 403), ("success", None)]


async def test_validating_looks_at_every_profile(api, shops):
    _, answer = await send(api, "/api/validate/post", profileKeys=shops, platforms=["linkedin"])
    assert [(one["code"], one["platform"]) for one in answer["warnings"]] == [(156, "linkedin")]
    status, answer = await send(api, "/api/validate/post", profileKeys=["nobody"])
    assert (status, answer["code"]) == (403, 102)
