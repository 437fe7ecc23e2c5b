"""Duplicates and quotas: the window of 48 hours around a post, per profile and network (posts.md 9.2, 12.2)."""

from datetime import timedelta

import pytest

from social.instants import wire


async def send(api, text, platforms=("bluesky",), **body):
    answer = await api.post("/api/post", json={"post": text, "platforms": list(platforms)} | body)
    return answer.json()


def codes(answer):
    return [(one["platform"], one["code"]) for one in answer.get("errors", [])]


@pytest.mark.parametrize(
    ("hours", "refused"),
    [(0, True), (-23.99, True), (23.99, True), (24, False), (-24, False), (30, False)],
)
async def test_the_window_ends_24_hours_before_and_after(api, clock, hours, refused):
    middle = clock.now() + timedelta(days=10)
    await send(api, "Fresh bread today", scheduleDate=wire(middle))
    again = await send(api, "Fresh bread today", scheduleDate=wire(middle + timedelta(hours=hours)))
    assert codes(again) == ([("bluesky", 137)] if refused else [])


async def test_a_refusal_names_the_first_post(api):
    first = await send(api, "Fresh bread")
    again = await send(api, "Fresh bread!!!", scheduleDate="2026-03-02T20:00:00Z")
    (error,) = again["errors"]
    assert error["details"] == {"id": first["id"], "scheduleDate": "2026-03-02T09:30:00Z"}
    assert error["post"] == "Fresh bread!!!"


async def test_each_network_is_judged_by_itself(api):
    await send(api, "Fresh bread", ["bluesky"])
    again = await send(api, "Fresh bread", ["bluesky", "facebook"])
    assert codes(again) == [("bluesky", 137)]
    assert [one["platform"] for one in again["postIds"]] == ["facebook"]


@pytest.mark.parametrize("platform", ["telegram", "reddit"])
async def test_some_networks_take_repetitions(api, platform):
    extra = {"title": "T", "subreddit": "bread"}
    assert codes(await send(api, "Fresh bread", [platform], **extra)) == []
    assert codes(await send(api, "Fresh bread", [platform], **extra)) == []


async def test_profiles_do_not_see_each_other(api, connect):
    shop = await connect(linked=("bluesky",))
    await send(api, "Fresh bread")
    assert (await send(shop, "Fresh bread"))["status"] == "success"


@pytest.mark.parametrize("body", [{}, {"scheduleDate": "2026-03-03T09:00:00Z"}])
async def test_what_was_deleted_may_be_said_again(api, body):
    first = await send(api, "Fresh bread", **body)
    await api.request("DELETE", "/api/post", json={"id": first["id"]})
    assert codes(await send(api, "Fresh bread", **body)) == []


async def test_what_was_refused_may_be_said_again(api):
    long = "Fresh bread " * 40
    assert codes(await send(api, long)) == [("bluesky", 101)]
    assert codes(await send(api, long)) == [("bluesky", 101)]


async def test_tiktok_takes_six_a_minute(api, clock, make_picture):
    url = await make_picture(api)
    bodies = [f"Nr {number}" for number in range(7)]
    results = [codes(await send(api, text, ["tiktok"], mediaUrls=[url])) for text in bodies]
    assert results == [[]] * 6 + [[("tiktok", 373)]]
    clock.advance(timedelta(seconds=60))
    assert codes(await send(api, "One minute later", ["tiktok"], mediaUrls=[url])) == []


async def test_a_quota_rolls_and_counts_what_is_scheduled(api, clock, make_picture):
    url = await make_picture(api)
    day = clock.now() + timedelta(days=2)
    for number in range(15):
        at = wire(day + timedelta(minutes=number))
        assert codes(await send(api, f"Nr {number}", ["tiktok"], mediaUrls=[url], scheduleDate=at)) == []
    for hours, expected in ((23, [("tiktok", 373)]), (25, [])):
        at = wire(day + timedelta(hours=hours))
        assert codes(await send(api, f"After {hours}", ["tiktok"], mediaUrls=[url], scheduleDate=at)) == expected
