"""`POST /post/bulk`: the rows of a CSV file as scheduled posts (posts.md 8)."""

from datetime import timedelta

import pytest

from server import bulk

HEADER = "post,platforms,mediaUrls,scheduleDate"
WHEN = "2026-03-05T09:00:00Z"


async def send(api, *rows, header=HEADER, method="POST"):
    data = "\r\n".join([header, *rows]).encode()
    return await api.request(method, "/api/post/bulk", files={"file": ("posts.csv", data, "text/csv")})


async def stored(api, post_id):
    return (await api.get(f"/api/post/{post_id}")).json()


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_each_row_is_scheduled(api, clock, make_picture, method, database_url):
    picture = await make_picture(api)
    answer = await send(
        api,
        f"row one,bluesky,,{WHEN}",
        f'"two, with ""quotes"" and\nlines","facebook, linkedin","{picture},{picture}",2026-03-06T09:00:00Z',
        method=method,
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    one, two = answer.json()["posts"]
    assert (one["status"], one["scheduleDate"], one["post"]) == ("scheduled", WHEN, "row one")
    assert two["post"] == 'two, with "quotes" and\nlines'
    clock.advance(timedelta(days=6))
    sent = await stored(api, two["id"])
    assert (sent["status"], sent["mediaUrls"]) == ("success", [picture, picture])
    assert sent["platforms"] == ["facebook", "linkedin"]


async def test_columns_come_in_any_order_and_others_are_ignored(api):
    answer = await send(api, f"{WHEN},remark,bluesky,,Hello", header="\ufeffscheduleDate,x,Platforms, mediaurls ,POST")
    assert answer.json()["posts"][0]["post"] == "Hello"


async def test_a_duplicate_is_accepted_now_and_refused_when_its_time_comes(api, clock):
    answer = await send(api, f"same,bluesky,,{WHEN}", "same,bluesky,,2026-03-05T15:00:00Z")
    assert answer.status_code == 200
    clock.advance(timedelta(days=4))
    first, second = [await stored(api, one["id"]) for one in answer.json()["posts"]]
    assert first["status"] == "success"
    assert (second["status"], second["errors"][0]["code"]) == ("error", 137)


async def test_a_row_that_its_network_refuses_stops_no_other(api):
    answer = await send(api, f"{'x' * 301},bluesky,,{WHEN}", f"fine,bluesky,,{WHEN}")
    assert (answer.status_code, answer.json()["status"]) == (400, "error")
    refused, fine = answer.json()["posts"]
    assert (refused["status"], refused["errors"][0]["platform"]) == ("error", "bluesky")
    assert fine["status"] == "scheduled"
    assert (await api.get("/api/history")).json()["count"] == 1


async def test_a_past_date_publishes_at_once(api):
    answer = await send(api, "old,bluesky,,2020-01-01T00:00:00Z")
    assert answer.json()["posts"][0]["status"] == "success"


async def test_a_user_profile_sees_its_own(connect):
    shop = await connect(linked=("bluesky",))
    answer = (await send(shop, f"Hi,bluesky,,{WHEN}")).json()
    assert (await stored(shop, answer["posts"][0]["id"]))["profileTitle"] == "Shop"


UNREADABLE = [
    (["ok,bluesky,,{WHEN}", "no date,bluesky,,"], "Row 3: Missing or wrong parameters: scheduleDate"),
    (["ok,bluesky,,{WHEN}", "loose,bluesky,,4/6/21 12:50"], "Row 3: Missing or wrong parameters: scheduleDate"),
    (["ok,bluesky,,{WHEN}", "x,myspace,,{WHEN}"], "Row 3: platforms: unknown myspace"),
    (["ok,bluesky,,{WHEN}", "x,,,{WHEN}"], "Row 3: platforms: name at least one"),
    (["one, two,bluesky,,{WHEN}"], "Row 2 has 5 cells and the header 4"),
    (['"open,bluesky,,{WHEN}'], "The file is no CSV"),
    (["a\0b,bluesky,,{WHEN}"], "A text holds the character NUL"),
    ([], "The file has no rows."),
    ([" , ,,"], "The file has no rows."),
]


@pytest.mark.parametrize(("rows", "said"), UNREADABLE, ids=[said for _, said in UNREADABLE])
async def test_a_file_that_cannot_be_read_to_its_end_schedules_nothing(api, rows, said):
    answer = await send(api, *(row.replace("{WHEN}", WHEN) for row in rows))
    assert (answer.status_code, answer.json()["code"]) == (400, 101)
    assert answer.json()["message"].startswith(said)
    assert (await api.get("/api/history")).json()["history"]["code"] == 221


@pytest.mark.parametrize("header", ["post,platforms,scheduleDate", "post,post,platforms,mediaUrls,scheduleDate", ""])
async def test_every_column_is_needed_once(api, header):
    answer = await send(api, "a,b,c,d", header=header)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)
    assert "needs each of the columns post, platforms, mediaUrls, scheduleDate once" in answer.json()["message"]


async def test_a_file_has_bounds(api):
    many = await send(api, *[f"{number},bluesky,,{WHEN}" for number in range(bulk.MOST_ROWS + 1)])
    assert "more than 1,000 rows" in many.json()["message"]
    large = await send(api, "x" * bulk.MOST_BYTES)
    assert "larger than 5 MB" in large.json()["message"]


@pytest.mark.parametrize(
    "request_",
    [{"json": {}}, {"files": {"other": b"x"}}, {"files": {"file": b"\xff\xfe"}}],
    ids=["json", "other", "utf16"],
)
async def test_what_is_no_csv_upload_is_refused(api, request_):
    answer = await api.post("/api/post/bulk", **request_)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)
