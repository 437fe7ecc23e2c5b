"""Reading everything back: a history with pages but no cursor, against a small history of our own."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from social.errors import Refused, SocialError
from social.instants import parse_instant

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EMPTY = {"history": {"action": "history", "status": "error", "code": 221, "message": "nothing"}}


class Store:
    """Answers `GET /history` from rows of (id, instant, status), newest first, at most `largest` at once."""

    def __init__(self, rows, largest=1000):
        self.rows = sorted(rows, key=lambda row: row[1], reverse=True)
        self.largest = largest
        self.queries = []

    def __call__(self, request):
        query = request.url.params
        self.queries.append(query)
        first, last, status = parse_instant(query["startDate"]), parse_instant(query["endDate"]), query.get("status")
        found = [
            row
            for row in self.rows
            if first <= row[1] <= last and (row[2] == status if status else row[2] != "deleted")
        ][: min(int(query["limit"]), self.largest)]
        if not found:
            return httpx.Response(400, json=EMPTY)
        rows = [{"id": id_, "status": status, "notes": f"n{id_}", "platforms": ["bluesky"]} for id_, _, status in found]
        return httpx.Response(200, json={"history": rows, "count": len(rows)})


async def collected(client, start, end, **settings):
    return [row.id async for row in client.history.everything(start, end, **settings)]


def spread(count, step, status="success", prefix="p"):
    return [(f"{prefix}{number}", START + step * number, status) for number in range(count)]


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        pytest.param(spread(0, DAY), 1, id="none"),
        pytest.param(spread(999, timedelta(minutes=1)), 1, id="one page"),
        pytest.param(spread(1000, timedelta(minutes=1)), 1, id="exactly a page"),
        pytest.param(spread(4321, timedelta(minutes=7)), 365, id="many pages"),
        pytest.param(spread(3000, timedelta(milliseconds=350)), 365, id="crowded within minutes"),
        pytest.param(
            spread(900, timedelta()) + spread(900, timedelta(), "pending", "q"), 2, id="one second, two statuses"
        ),
        pytest.param(spread(10, DAY) + spread(1500, timedelta(hours=1), "deleted", "d"), 90, id="deleted ones too"),
    ],
)
async def test_everything_is_found_exactly_once(connect, rows, days):
    store = Store(rows)
    found = await collected(await connect(store), START, START + days * DAY)
    inside = {row[0] for row in rows if START <= row[1] <= START + days * DAY}
    assert len(found) == len(set(found))
    assert set(found) == inside
    assert {query["limit"] for query in store.queries} == {"1000"}


async def test_a_server_with_the_older_page_of_500_loses_nothing(connect):
    rows = spread(2300, timedelta(minutes=3))
    found = await collected(await connect(Store(rows, largest=500)), START, START + 30 * DAY)
    assert sorted(found) == sorted(row[0] for row in rows)


async def test_newer_posts_come_first(connect):
    rows = spread(3000, timedelta(minutes=1))
    found = await collected(await connect(Store(rows)), START, START + 3 * DAY)
    numbers = [int(id_[1:]) for id_ in found]
    assert numbers == sorted(numbers, reverse=True)


async def test_a_page_that_is_not_full_is_read_once_per_status(connect):
    store = Store(spread(20, DAY))
    await collected(await connect(store), START, START + 30 * DAY)
    assert [query.get("status") for query in store.queries] == [None, "deleted"]


async def test_statuses_can_be_chosen(connect):
    store = Store(spread(3, DAY) + spread(2, DAY, "pending", "q"))
    found = await collected(await connect(store), START, START + 30 * DAY, statuses=["pending"])
    assert sorted(found) == ["q0", "q1"]


async def test_a_fraction_at_the_end_is_still_inside(connect):
    rows = [("late", START + timedelta(seconds=5, milliseconds=600), "success")]
    assert await collected(await connect(Store(rows)), START, START + timedelta(seconds=5, milliseconds=700)) == [
        "late"
    ]


async def test_more_than_a_page_in_one_second_is_an_error_and_never_a_part(connect):
    client = await connect(Store(spread(1001, timedelta())))
    with pytest.raises(SocialError, match=r"share the second 2026-01-01T00:00:00\+00:00"):
        await collected(client, START, START + DAY)


async def test_naive_dates_are_refused(connect):
    with pytest.raises(ValueError, match="naive"):
        await collected(await connect(Store([])), datetime(2026, 1, 1), START)  # noqa: DTZ001


async def test_a_refusal_ends_the_reading(connect):
    client = await connect(lambda _: httpx.Response(403, json={"status": "error", "code": 102, "message": "no"}))
    with pytest.raises(Refused):
        await collected(client, START, START + DAY)


async def test_notes_are_read_back(connect):
    client = await connect(Store(spread(3, DAY)))
    assert {row.notes async for row in client.history.everything(START, START + 9 * DAY)} == {"np0", "np1", "np2"}
