"""Measuring: who is looked at when, and what becomes of answers that are partial, refused, slow or wrong."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from pipeline.cadence import next_look, pause
from pipeline.measuring import (
    AccountOptions,
    PostToMeasure,
    measurable,
    measure,
    measure_accounts,
    measure_links,
)
from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import ManualClock
from social.networks import NETWORKS

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Handler = Callable[[httpx.Request], httpx.Response]


def post(
    name: str = "p1", *, networks: tuple[str, ...] = ("bluesky",), age: timedelta = HOUR, **more: Any
) -> PostToMeasure:
    return PostToMeasure(post_id=name, networks=networks, published_at=NOW - age, **more)


def block(likes: int, next_update: str | None = "2027-01-05T12:30:00.000Z") -> dict[str, Any]:
    known = {"id": "s1", "analytics": {"likeCount": likes}, "lastUpdated": "2027-01-05T12:00:00.000Z"}
    return known | ({"nextUpdate": next_update} if next_update else {})


def answered(**networks: Any) -> httpx.Response:
    return httpx.Response(200, json={"status": "success", "id": "p1", **networks})


def refused(status: int, **body: Any) -> httpx.Response:
    return httpx.Response(status, json={"action": "analytics", "status": "error", **body})


def client(handler: Handler, clock: ManualClock) -> SocialClient:
    pacer = Pacer(limit=0, clock=clock)
    return SocialClient(
        base_url="http://api.test/api", api_key="k", transport=httpx.MockTransport(handler), pacer=pacer,
        x_keys=("a", "b"),
    )  # fmt: skip


async def look(handler: Handler, *posts: PostToMeasure, in_flight: int = 5) -> Any:
    clock = ManualClock(NOW)
    async with client(handler, clock) as api:
        return await measure(posts, client=api, clock=clock, in_flight=in_flight, source="sandbox")


@pytest.mark.parametrize(
    ("age", "unchanged", "expected"),
    [
        (MINUTE, 0, 30 * MINUTE),
        (MINUTE, 1, HOUR),
        (MINUTE, 2, 2 * HOUR),
        (MINUTE, 9, 3 * HOUR),
        (DAY, 0, 3 * HOUR),
        (2 * DAY, 4, DAY),
        (7 * DAY, 0, DAY),
        (8 * DAY, 2, 4 * DAY),
        (8 * DAY, 40, 7 * DAY),
        (100 * DAY, 0, 7 * DAY),
        (100 * DAY, 3, 30 * DAY),
        (900 * DAY, 0, 30 * DAY),
        (900 * DAY, 1, 60 * DAY),
        (900 * DAY, 3, 180 * DAY),
    ],
)
def test_the_older_and_calmer_the_post_the_rarer_the_look(age: timedelta, unchanged: int, expected: timedelta) -> None:
    assert pause(age, unchanged) == expected


def test_no_look_before_the_api_has_new_numbers() -> None:
    assert next_look(NOW - HOUR, NOW) == NOW + 27 * MINUTE
    assert next_look(NOW - HOUR, NOW, advised=NOW + 2 * HOUR) == NOW + 2 * HOUR
    assert next_look(NOW - HOUR, NOW, advised=NOW) == NOW + 27 * MINUTE


def test_a_million_old_posts_are_no_million_calls_a_day() -> None:
    """Posts of three years, one in ten of which still moves; the API allows 300 calls in five minutes."""
    ages = [timedelta(days=(number + 0.5) * 1095 / 1000) for number in range(1000)]
    moving, still = (sum(DAY / pause(age, unchanged) for age in ages) / len(ages) for unchanged in (0, 9))
    assert 1_000_000 * (0.1 * moving + 0.9 * still) < 86_400


def test_networks_without_post_analytics_are_not_asked() -> None:
    assert measurable(NETWORKS) == sorted(set(NETWORKS) - {"gmb", "telegram"})
    assert measurable(["telegram", "myspace"]) == []


async def test_due_posts_are_asked_about_and_others_are_not() -> None:
    asked: list[dict[str, Any]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        return answered(bluesky=block(3))

    measured = await look(
        handler, post("new", networks=("bluesky", "telegram")), post("mute", networks=("telegram", "gmb"))
    )
    assert asked == [{"id": "new", "platforms": ["bluesky"], "searchPlatformId": False}]
    assert [(s.post_id, s.network, s.metric, s.value, s.observed_at) for s in measured.samples] == [
        ("new", "bluesky", "likeCount", 3, NOW)
    ]
    assert measured.looks["new"].next_look == NOW + 30 * MINUTE
    assert measured.looks["new"].told == {"bluesky:likeCount"}
    assert measured.looks["mute"].next_look > NOW + 100 * DAY
    assert (measured.asked, measured.errors) == (1, [])


async def test_numbers_that_stand_still_are_asked_for_less_and_less() -> None:
    likes = iter([3, 3, 3, 4, 4])
    found = None
    pauses, calm = [], []
    for _ in range(5):
        block_now = block(next(likes), None)
        measured = await look(lambda _, told=block_now: answered(bluesky=told), post(look=found))
        found = measured.looks["p1"]
        calm.append(found.unchanged)
        pauses.append(found.next_look - NOW)
    assert calm == [0, 1, 2, 0, 1]
    assert pauses == [0.9 * wait for wait in (30 * MINUTE, HOUR, 2 * HOUR, 30 * MINUTE, HOUR)]


async def test_a_metric_that_is_told_no_more_is_withdrawn_once() -> None:
    def told(**analytics: int) -> httpx.Response:
        return answered(bluesky={"id": "s1", "analytics": analytics}, facebook={"id": "f1", "analytics": {"likes": 1}})

    both = ("bluesky", "facebook")
    first = await look(lambda _: told(likeCount=3, quoteCount=1), post(networks=both))
    second = await look(lambda _: told(likeCount=3), post(networks=both, look=first.looks["p1"]))
    gone = [(s.network, s.social_id, s.metric, s.value) for s in second.samples if s.quality == "withdrawn"]
    assert gone == [("bluesky", "s1", "quoteCount", None)]
    third = await look(lambda _: told(likeCount=3), post(networks=both, look=second.looks["p1"]))
    assert {s.quality for s in third.samples} == {"exact"}
    back = await look(lambda _: told(likeCount=3, quoteCount=1), post(networks=both, look=third.looks["p1"]))
    assert [s.value for s in back.samples if s.metric == "quoteCount"] == [1]


async def test_what_a_failing_network_told_before_is_not_withdrawn() -> None:
    first = await look(lambda _: answered(bluesky=block(1), facebook=block(2)), post(networks=("bluesky", "facebook")))
    error = {"action": "analytics", "status": "error", "code": 156, "message": "not linked", "platform": "facebook"}
    partial = {"status": "partial", "id": "p1", "bluesky": block(1), "errors": [error]}
    second = await look(lambda _: httpx.Response(200, json=partial), post(look=first.looks["p1"]))
    assert {s.quality for s in second.samples} == {"exact"}
    assert second.looks["p1"].told == {"bluesky:likeCount", "facebook:likeCount"}


async def test_what_a_network_estimates_is_marked() -> None:
    video = {"id": "v1", "analytics": {"views": 9, "estimatedMinutesWatched": 4}}
    measured = await look(lambda _: answered(youtube=video), post(networks=("youtube",)))
    assert {s.metric: s.quality for s in measured.samples} == {"views": "exact", "estimatedMinutesWatched": "estimated"}


async def test_a_network_that_fails_is_a_row_beside_the_others() -> None:
    error = {"action": "analytics", "status": "error", "code": 156, "message": "not linked", "platform": "facebook"}
    partial = {"status": "partial", "id": "p1", "bluesky": block(1), "errors": [error]}
    measured = await look(lambda _: httpx.Response(200, json=partial), post(networks=("bluesky", "facebook")))
    assert len(measured.samples) == 1
    assert [(e.post_id, e.network, e.code, e.message, e.source) for e in measured.errors] == [
        ("p1", "facebook", 156, "not linked", "sandbox")
    ]


@pytest.mark.parametrize(
    ("answer", "network", "code", "message"),
    [
        (refused(404, code=186, message="post id not found", id="p1"), "", 186, "post id not found"),
        (refused(400, errors=[{"code": 156, "message": "relink", "platform": "bluesky"}]), "bluesky", 156, "relink"),
        (httpx.Response(200, json={"status": "success", "bluesky": {"analytics": "none"}}), "", None, "contract"),
    ],
)
async def test_an_answer_without_numbers_is_a_row(
    answer: httpx.Response, network: str, code: int | None, message: str
) -> None:
    measured = await look(lambda _: answer, post())
    (error,) = measured.errors
    assert (error.network, error.code, measured.samples) == (network, code, [])
    assert message in error.message


async def test_a_dead_line_is_a_row_per_post() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    measured = await look(handler, post("a"), post("b"))
    assert sorted((e.post_id, e.code) for e in measured.errors) == [("a", None), ("b", None)]


async def test_an_unreadable_next_update_leaves_the_cadence_to_decide() -> None:
    measured = await look(lambda _: answered(bluesky=block(1, "soon")), post())
    assert (len(measured.samples), measured.looks["p1"].next_look) == (1, NOW + 27 * MINUTE)


async def test_one_wait_when_told_to_slow_down() -> None:
    answers = iter(
        [httpx.Response(429, json={"status": "error", "code": 429, "message": "slow"}), answered(bluesky=block(2))]
    )
    measured = await look(lambda _: next(answers), post(), in_flight=1)
    assert [s.value for s in measured.samples] == [2]


async def test_a_round_ends_when_the_api_stays_limited() -> None:
    calls = 0

    def handler(_: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        return httpx.Response(429, json={"status": "error", "code": 429, "message": "slow"})

    measured = await look(handler, *(post(f"p{n}") for n in range(50)), in_flight=2)
    assert len(measured.errors) == 2
    assert calls <= 4
    assert measured.looks == {}


async def test_no_more_calls_at_once_than_asked_for() -> None:
    flying = most = 0
    clock = ManualClock(NOW)

    async def handler(_: httpx.Request) -> httpx.Response:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await clock.sleep(0)
        flying -= 1
        return answered(bluesky=block(1))

    async with client(handler, clock) as api:
        posts = [post(f"p{n}") for n in range(40)]
        measured = await measure(posts, client=api, clock=clock, in_flight=3, source="api")
    assert (len(measured.samples), most) == (40, 3)


async def test_accounts_in_one_call() -> None:
    asked: list[dict[str, Any]] = []
    clock = ManualClock(NOW)

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        return answered(bluesky={"analytics": {"id": "did:1", "followersCount": 5}})

    async with client(handler, clock) as api:
        measured = await measure_accounts(["bluesky", "telegram"], client=api, clock=clock, source="api")
        nothing = await measure_accounts(["telegram"], client=api, clock=clock, source="api")
    assert [body["platforms"] for body in asked] == [["bluesky"]]
    assert [(s.network, s.social_id, s.value) for s in measured.samples] == [("bluesky", "did:1", 5)]
    assert (nothing.samples, nothing.asked) == ([], 0)


async def test_accounts_day_by_day() -> None:
    asked: list[dict[str, Any]] = []
    clock = ManualClock(NOW)
    days = {
        "values": [{"value": 5, "endTime": "2027-01-04T08:00:00+0000"}, {"value": None, "endTime": "x"}],
        "total": 5,
    }
    boards = [{"date": "2027-01-03", "dataStatus": "READY", "metrics": {"impression": 7}}]

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        told = {"pageMediaView": days} if asked[-1].get("daily") else {"pageMediaView": 5}
        return answered(
            facebook={"analytics": {"id": "f1"} | told}, pinterest={"id": "b1", "analytics": {"daily": boards}}
        )

    options = AccountOptions(daily=True, quarters=2, tiktok_60_days=True, youtube_lifetime=True)
    async with client(handler, clock) as api:
        found = await measure_accounts(
            ["bluesky", "facebook", "pinterest", "tiktok", "telegram"],
            client=api,
            clock=clock,
            source="api",
            options=options,
        )
    keys = [{name: value for name, value in body.items() if value} for body in asked]
    assert keys == [
        {"platforms": ["bluesky", "facebook", "pinterest", "tiktok"], "quarters": 2, "youtube": {"lifetime": True}},
        {"platforms": ["facebook", "pinterest", "tiktok"], "quarters": 2, "daily": True},
        {"platforms": ["tiktok"], "period60Days": True},
    ]
    assert [(one.network, one.social_id, one.metric, one.value, one.day.isoformat()) for one in found.days] == [
        ("facebook", "f1", "pageMediaView", 5, "2027-01-04T08:00:00+00:00"),
        ("pinterest", "b1", "impression", 7, "2027-01-04T00:00:00+00:00"),
    ]
    assert [(s.network, s.metric, s.value) for s in found.samples][:1] == [("facebook", "pageMediaView", 5)]


async def test_clicks_of_links() -> None:
    link = {"id": "k3Zp9Q", "shortUrl": "https://l.test/k3Zp9Q", "originalUrl": "https://s.test", "totalClicks": 4}
    clock = ManualClock(NOW)
    async with client(lambda _: httpx.Response(200, json={"status": "success", "analytics": [link]}), clock) as api:
        measured = await measure_links(client=api, clock=clock, source="api")
    assert [(s.metric, s.value, s.observed_at) for s in measured.samples] == [("totalClicks", 4, NOW)]
