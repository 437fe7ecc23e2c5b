"""Auto-schedules: named clock times, and the pointer that hands them out."""

from datetime import UTC, datetime, timedelta

import pytest

from server.answers import ApiError
from server.store import auto_schedules as store
from server.store.auto_schedules import AutoSchedule, slots

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday


async def put(api, **body):
    return await api.post("/api/auto-schedule/set", json=body)


async def handed_out(host, count=1, title="default"):
    found = []
    for _ in range(count):
        async with host.database.begin() as connection:
            found.append(await store.next_slot(connection, 1, title, host.clock.now()))
    return [f"{slot:%m-%d %H:%M}" for slot in found]


@pytest.mark.parametrize("path", ["/api/auto-schedule/set", "/api/auto-schedule", "/api/set-auto-schedule"])
async def test_a_schedule_is_set_under_each_of_its_paths(api, path):
    body = {
        "schedule": ["13:05Z", "20:14z", "13:05Z"],
        "daysOfWeek": [5, 1],
        "excludeDates": ["04/04/2026", "2026-12-25"],
    }
    answer = await api.post(path, json=body)
    assert answer.json() == {
        "status": "success",
        "message": "Auto schedule set.",
        "title": "default",
        "schedule": ["13:05Z", "20:14Z"],
        "daysOfWeek": [1, 5],
        "excludeDates": ["04/04/2026", "2026-12-25"],
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"schedule": []},
        {"schedule": ["13:05"]},
        {"schedule": ["25:00Z"]},
        {"schedule": ["noon"]},
        {"schedule": ["13:05Z"], "title": "a*b"},
        {"schedule": ["13:05Z"], "title": "a/b"},
        {"schedule": ["13:05Z"], "title": "[x]"},
        {"schedule": ["13:05Z"], "title": "~"},
        {"schedule": ["13:05Z"], "title": " "},
        {"schedule": ["13:05Z"], "title": "x" * 256},
        {"schedule": ["13:05Z"], "daysOfWeek": [7]},
        {"schedule": ["13:05Z"], "excludeDates": ["25/12/2026"]},
        {"schedule": ["13:05Z"], "setStartDate": "soon"},
        {"schedule": ["13:05Z"], "setStartDate": "9999-12-31T00:00:00Z"},
        {"setStartDate": "2026-04-01T00:00:00Z"},
    ],
)
async def test_what_cannot_be_a_schedule_is_refused(api, body):
    answer = await put(api, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def test_never_set_is_code_192_and_deleted_is_an_empty_object(api):
    never = await api.get("/api/auto-schedule/list")
    assert (never.status_code, never.json()["code"]) == (400, 192)
    await put(api, schedule=["13:05Z"])
    assert (await api.request("DELETE", "/api/auto-schedule/delete", json={})).json()["status"] == "success"
    assert (await api.get("/api/auto-schedule")).json() == {"status": "success", "schedules": {}}
    again = await api.request("DELETE", "/api/auto-schedule", json={"title": "default"})
    assert (again.status_code, again.json()["code"]) == (400, 192)


@pytest.mark.usefixtures("database_url")
async def test_schedules_are_listed_by_title_with_the_last_instant_handed_out(api, host):
    await put(api, schedule=["13:05Z"])
    await put(api, schedule=["08:00Z"], title="Team B", daysOfWeek=[1])
    assert (await api.get("/api/auto-schedule/list")).json()["schedules"] == {
        "Team B": {"schedule": ["08:00Z"], "daysOfWeek": [1], "excludeDates": []},
        "default": {"schedule": ["13:05Z"], "excludeDates": []},
    }
    await handed_out(host)
    shown = (await api.get("/api/auto-schedule/list")).json()["schedules"]["default"]
    assert shown["lastScheduleDate"] == "2026-03-02T13:05:00Z"


@pytest.mark.usefixtures("database_url")
async def test_each_slot_is_handed_out_once_and_days_follow_without_end(api, host):
    await put(api, schedule=["20:14Z", "09:00Z", "13:05Z"])
    assert await handed_out(host, 5) == ["03-02 13:05", "03-02 20:14", "03-03 09:00", "03-03 13:05", "03-03 20:14"]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"daysOfWeek": [0]}, ["03-08 10:00", "03-15 10:00"]),
        ({"daysOfWeek": [6, 0]}, ["03-07 10:00", "03-08 10:00"]),
        ({"daysOfWeek": []}, ["03-02 10:00", "03-03 10:00"]),
        ({"excludeDates": ["2026-03-02", "03/04/2026"]}, ["03-03 10:00", "03-05 10:00"]),
        ({"setStartDate": "2026-03-10T10:00:00Z"}, ["03-10 10:00", "03-11 10:00"]),
        ({"setStartDate": "2026-03-10T10:00:01Z"}, ["03-11 10:00", "03-12 10:00"]),
        ({"setStartDate": "2025-01-01T00:00:00Z"}, ["03-02 10:00", "03-03 10:00"]),
    ],
)
async def test_days_exclusions_and_start_shape_what_is_handed_out(api, host, schedule, expected):
    await put(api, schedule=["10:00Z"], **schedule)
    assert await handed_out(host, 2) == expected


async def test_the_pointer_survives_a_replacement_and_never_goes_back(api, host):
    await put(api, schedule=["10:00Z"])
    assert await handed_out(host, 2) == ["03-02 10:00", "03-03 10:00"]
    await put(api, schedule=["10:00Z", "11:00Z"])
    assert await handed_out(host) == ["03-03 11:00"]


async def test_a_start_alone_moves_a_schedule_that_is_there(api, host):
    await put(api, schedule=["10:00Z"], daysOfWeek=[1, 2, 3])
    await handed_out(host, 5)
    answer = await put(api, setStartDate="2026-03-04T00:00:00Z")
    assert (answer.json()["schedule"], answer.json()["daysOfWeek"]) == (["10:00Z"], [1, 2, 3])
    assert await handed_out(host) == ["03-04 10:00"]


async def test_a_missing_schedule_cannot_hand_anything_out(api, host):
    await put(api, schedule=["10:00Z"])
    with pytest.raises(ApiError) as refusal:
        await handed_out(host, title="Default")
    assert refusal.value.code == 192


async def auto_post(api, number, **body):
    request = {"post": f"Message {number} of its own kind {number * 7919}", "platforms": ["bluesky"]}
    answer = await api.post("/api/post", json=request | {"autoSchedule": {"schedule": True}} | body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("database_url")
async def test_posts_take_slots_wait_and_are_listed_until_published(api, clock):
    await put(api, schedule=["10:00Z", "18:00Z"])
    first, second = await auto_post(api, 1), await auto_post(api, 2)
    assert [one["scheduleDate"] for one in (first, second)] == ["2026-03-02T10:00:00Z", "2026-03-02T18:00:00Z"]
    pending = (await api.get("/api/auto-schedule/pending")).json()
    assert [post["id"] for post in pending["posts"]] == [first["id"], second["id"]]
    assert {post["autoScheduleTitle"] for post in pending["posts"]} == {"default"}
    clock.advance(timedelta(hours=2))
    assert [post["id"] for post in (await api.get("/api/auto-schedule/pending")).json()["posts"]] == [second["id"]]


async def test_a_freed_slot_is_not_given_again(api):
    await put(api, schedule=["10:00Z"])
    first = await auto_post(api, 1)
    await api.request("DELETE", "/api/post", json={"id": first["id"]})
    assert (await auto_post(api, 2))["scheduleDate"] == "2026-03-03T10:00:00Z"


async def test_forgetting_the_pointer_starts_again_but_skips_posts_that_wait(api):
    await put(api, schedule=["10:00Z"])
    first, _second = await auto_post(api, 1), await auto_post(api, 2)
    await api.request("DELETE", "/api/post", json={"id": first["id"]})
    reset = await api.request("DELETE", "/api/auto-schedule/delete", json={"deleteLastScheduleDate": True})
    assert reset.json()["status"] == "success"
    listed = (await api.get("/api/auto-schedule/list")).json()["schedules"]["default"]
    assert "lastScheduleDate" not in listed
    assert (await auto_post(api, 3))["scheduleDate"] == "2026-03-02T10:00:00Z"
    assert (await auto_post(api, 4))["scheduleDate"] == "2026-03-04T10:00:00Z"


async def test_schedules_belong_to_their_profile(api, connect):
    await put(api, schedule=["10:00Z"])
    other = await connect(("bluesky",))
    assert (await other.get("/api/auto-schedule/list")).json()["code"] == 192


def test_slots_are_aware_utc_and_strictly_later():
    schedule = AutoSchedule(title="x", times=("09:30Z", "09:31Z"))
    first = next(slots(schedule, NOW))
    assert first == NOW + timedelta(minutes=1)
    assert first.tzinfo is UTC


async def test_the_older_place_of_the_title_is_read(api):
    await api.post("/api/auto-schedule/set", json={"title": "Evening", "schedule": ["20:00Z"]})
    body = {"post": "Hi", "platforms": ["bluesky"], "autoSchedule": {"schedule": True}, "autoScheduleTitle": "Evening"}
    assert (await api.post("/api/post", json=body)).json()["scheduleDate"] == "2026-03-02T20:00:00Z"
