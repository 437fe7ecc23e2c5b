"""What a sloppy or hostile client sends is refused in the envelope; nothing of it becomes an internal error."""

import json

import pytest

from server.settings import SANDBOX_KEY

NUL_ID = "a\0b"
# Texts that reach the store, by call: each is tried with a NUL, which PostgreSQL does not store.
TEXTS = [
    ("POST", "/api/post", {"post": "Hi", "platforms": ["bluesky"], "notes": NUL_ID}),
    ("POST", "/api/post", {"post": "Hi", "platforms": ["bluesky"], "idempotencyKey": NUL_ID}),
    ("POST", "/api/post", {"post": NUL_ID, "platforms": ["bluesky"]}),
    ("PATCH", "/api/post", {"id": NUL_ID, "notes": "x"}),
    ("DELETE", "/api/post", {"id": NUL_ID}),
    ("PUT", "/api/post/retry", {"id": NUL_ID}),
    ("POST", "/api/analytics/post", {"id": NUL_ID}),
    ("DELETE", "/api/auto-schedule/delete", {"title": NUL_ID}),
    ("POST", "/api/auto-schedule/set", {"title": NUL_ID, "schedule": ["09:00Z"]}),
    ("POST", "/sandbox/profiles", {"title": NUL_ID}),
    ("GET", "/api/post/a%00b", None),
    ("GET", "/api/history/a%00b", None),
    ("GET", "/api/links/a%00b", None),
    ("GET", "/api/history?autoRepostId=a%00b", None),
    ("GET", "/api/history?platforms[0]=facebook,%00", None),
]
# Instants at both ends of the calendar, where reckoning in UTC or with windows runs out of years.
ENDS = ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]


@pytest.mark.usefixtures("database_url")
async def test_a_nul_in_any_text_is_a_wrong_parameter(api):
    for method, path, body in TEXTS:
        answer = await api.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, 101), (method, path)
        assert "NUL" in answer.json()["message"]


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("path", ["/l/a%00b", "/media/a%00b"])
async def test_a_nul_in_a_public_address_is_refused(api, path):
    assert (await api.get(path)).status_code == 400


async def test_a_text_about_nul_is_no_nul(api):
    answer = await api.post("/api/post", json={"post": r"In JSON it is written \u0000.", "platforms": ["bluesky"]})
    assert answer.json()["post"] == r"In JSON it is written \u0000."


@pytest.mark.parametrize("end", ENDS)
async def test_instants_where_the_calendar_ends_are_refused(api, end):
    dated = {"post": "Hi", "platforms": ["bluesky"]}
    later = {"repeat": 1, "days": 2, "startDate": end}
    calls = [
        ("/api/post", dated | {"scheduleDate": end}),
        ("/api/validate/post", dated | {"scheduleDate": end}),
        ("/api/post", dated | {"autoRepost": later}),
        ("/api/auto-schedule/set", {"schedule": ["09:00Z"], "setStartDate": end}),
    ]
    for path, body in calls:
        answer = await api.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, 101), (path, body)
    for field in ("startDate", "endDate"):
        answer = await api.get("/api/history", params={field: end})
        assert (answer.status_code, answer.json()["code"]) == (400, 101), field


@pytest.mark.parametrize("seconds", [10**30, -(10**14), "5", None])
async def test_a_document_store_instant_out_of_range_is_refused(api, seconds):
    body = {"post": "Hi", "platforms": ["bluesky"], "scheduleDate": {"_seconds": seconds}}
    assert (await api.post("/api/post", json=body)).json()["code"] == 101


async def test_an_option_dated_where_the_calendar_ends_is_that_networks_error(api):
    body = {"post": "Hi", "platforms": ["facebook"], "faceBookOptions": {"scheduledPublishDate": ENDS[2]}}
    answer = await api.post("/api/post", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["platform"] == "facebook"


@pytest.mark.parametrize("days", ["99999999999", "1" + "0" * 400])
async def test_more_days_than_the_calendar_has_mean_everything(api, days):
    await api.post("/api/post", json={"post": "Hi", "platforms": ["bluesky"]})
    answer = await api.get("/api/history", params={"lastDays": days})
    assert answer.status_code == 200
    assert answer.json()["count"] == 1


@pytest.mark.parametrize("field", ["fromCreatedDate", "toCreatedDate", "fromClickDate", "toClickDate"])
async def test_the_last_day_of_the_calendar_bounds_links(api, field):
    await api.post("/api/links", json={"url": "https://example.com/"})
    assert (await api.get("/api/links", params={field: "9999-12-31"})).status_code == 200


@pytest.mark.usefixtures("database_url")
async def test_a_key_longer_than_an_index_holds_is_refused(api):
    body = {"post": "Hi", "platforms": ["bluesky"]}
    longest = "".join(chr(0x1F300 + number) for number in range(512))
    assert (await api.post("/api/post", json=body | {"idempotencyKey": longest})).status_code == 200
    answer = await api.post("/api/post", json=body | {"idempotencyKey": longest + "x"})
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "-Infinity"])
async def test_numbers_json_does_not_have_are_not_read(api, raw):
    body = f'{{"post": "Hi", "platforms": ["facebook"], "faceBookOptions": {{"locationId": {raw}}}}}'
    answer = await api.post("/api/post", content=body)
    assert answer.json()["message"].startswith("The body is not JSON")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_huge_body_is_refused_before_it_is_held(api, announced):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 100_000
            yield b" " * 100_000

    if announced:
        answer = await api.post("/api/post", content=endless(), headers={"content-length": "5000001"})
        assert sent <= 100_000
    else:
        answer = await api.post("/api/post", content=endless())
        assert sent <= 5_200_000
    assert answer.status_code == 400
    assert "larger than 5,000,000 bytes" in answer.json()["message"]


async def test_a_refusal_names_a_few_of_many_errors(api):
    answer = await api.post("/api/post", json={"post": "Hi", "platforms": [1] * 10_000})
    assert "and 9990 more" in answer.json()["message"]
    assert len(answer.content) < 2_000


async def test_a_form_that_cannot_be_read_is_a_wrong_parameter(api):
    headers = {"content-type": "multipart/form-data"}
    answer = await api.post("/api/media/upload", content=b"abc", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)
    assert "boundary" in answer.json()["message"]


@pytest.mark.usefixtures("database_url")
async def test_a_nul_in_a_files_name_is_left_out(api, make_picture):
    picture = await api.get((await make_picture(api)).removeprefix("https://sandbox.dovecote.localhost"))
    parts = {"file": ("dove.jpg", picture.content, "image/jpeg")}
    answer = await api.post("/api/media/upload", files=parts, data={"description": "a\0b"})
    assert (answer.status_code, answer.json()["description"]) == (200, "ab")


@pytest.mark.parametrize("depth", [150, 5_000])
async def test_deep_json_is_refused_or_ignored(api, depth):
    nested = "[" * depth + "]" * depth
    answer = await api.post("/api/post", content=f'{{"post": "Hi", "platforms": ["bluesky"], "unknown": {nested}}}')
    assert answer.status_code == (200 if depth < 200 else 400)
    assert json.loads(answer.content)["status"] in {"success", "error"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"post": "a." * 100_001}, "post: 200,002 characters"),
        ({"post": {"default": "Hi", "facebook": "x" * 200_001}}, "post: 200,001 characters"),
        ({"post": "Hi", "mediaUrls": ["https://127.0.0.1/a.jpg"] * 101}, "mediaUrls: 101 files"),
        ({"post": "https://e.com " * 501, "shortenLinks": True}, "shortenLinks: the text has more than 500 links"),
        ({"post": "Hi", "profileKeys": [str(number) for number in range(501)]}, "profileKeys: 501 keys"),
    ],
)
async def test_what_would_only_keep_the_server_busy_is_refused_as_a_whole(api, body, named):
    answer = await api.post("/api/post", json={"platforms": ["facebook"]} | body)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)
    assert answer.json()["message"].startswith(named)


async def test_a_text_no_network_takes_gets_no_hashtags(api):
    text = "dove loft " * 6_400
    answer = await api.post("/api/post", json={"post": text, "platforms": ["facebook"], "autoHashtag": True})
    assert answer.json()["post"] == text


@pytest.mark.parametrize("content", [b"not json", b'{"post": "Hi"}', b'{"platforms": []}'])
async def test_with_a_profile_key_what_cannot_be_read_is_refused_in_the_envelope_too(connect, content):
    client = await connect(("bluesky",))
    answer = await client.post("/api/post", content=content)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert [(one["code"], one["profileTitle"]) for one in answer.json()["posts"]] == [(101, "Shop")]


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("path", ["/api/post", "/api/media/upload"])
async def test_a_body_that_breaks_off_is_no_internal_error(host, path, kind):
    headers = {"authorization": f"Bearer {SANDBOX_KEY}", "content-type": kind}
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "http_version": "1.1"}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
    coming = [{"type": "http.request", "body": b"--x\r\n", "more_body": True}, {"type": "http.disconnect"}]
    sent = []

    async def receive():
        return coming.pop(0)

    async def send(message):
        sent.append(message)

    await host.app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert json.loads(sent[1]["body"])["message"] == "The body broke off."
