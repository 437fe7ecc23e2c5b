"""What an answer means: every class of error, and the answers that only look like one."""

import pytest

from social.contract.analytics import PostAnalyticsRequest
from social.contract.media import MediaExists
from social.contract.posts import PostDelete, PostRequest
from social.errors import KeySeen, NotAllowed, NotSent, OutcomeUnknown, RateLimited, Refused

POST = PostRequest(platforms=["bluesky", "youtube"], post="Hello", idempotency_key="k1")
TOOK = {"platform": "bluesky", "status": "success", "id": "at://1"}
FAILED = {"action": "post", "status": "error", "code": 156, "message": "not linked", "platform": "youtube"}
FLAT = {"action": "request", "status": "error", "code": 102, "message": "API Key not valid"}
SEEN = {"action": "post", "status": "error", "code": 105, "message": "Duplicate"}
SEEN_BY_WORDS = {"status": "error", "code": 999, "message": "This idempotencyKey has been used"}
PARTIAL = {"status": "error", "id": "p1", "postIds": [TOOK], "errors": [FAILED]}
VERIFIED = {"status": "error", "postIds": [], "validate": True, "errors": [FAILED | {"verifyCheck": True}]}

JUDGED = [
    pytest.param(200, {"status": "success", "id": "p1", "postIds": [TOOK], "errors": []}, "success", id="accepted"),
    pytest.param(200, {"status": "scheduled", "id": "p1"}, "scheduled", id="scheduled"),
    pytest.param(200, {"status": "awaiting approval", "id": "p1"}, "awaiting approval", id="approval"),
    pytest.param(200, PARTIAL, "error", id="partial with 200"),
    pytest.param(400, PARTIAL, "error", id="partial"),
    pytest.param(500, PARTIAL, "error", id="partial, sometimes 500"),
    pytest.param(429, PARTIAL, "error", id="partial with 429"),
    pytest.param(400, {"status": "error", "posts": [PARTIAL | {"profileTitle": "Shop"}]}, "error", id="wrapped"),
    pytest.param(400, VERIFIED, "error", id="refused by verification"),
]


@pytest.mark.parametrize(("status", "body", "said"), JUDGED)
async def test_a_judged_post_is_an_answer_whatever_its_status(answering, status, body, said):
    client, requests = await answering(status, body)
    answer = await client.posts.create(POST)
    assert answer.status == said
    assert len(requests) == 1


async def test_both_lists_of_a_partial_answer_are_read(answering):
    client, _ = await answering(400, PARTIAL)
    answer = await client.posts.create(POST)
    assert [one.platform for one in answer.post_ids] == ["bluesky"]
    assert [(one.platform, one.code) for one in answer.errors] == [("youtube", 156)]


REFUSED = [
    pytest.param(403, FLAT, NotAllowed, 102, id="bad key"),
    pytest.param(200, FLAT, Refused, 102, id="error with 200"),
    pytest.param(401, {"status": "error", "message": "no"}, NotAllowed, None, id="no code"),
    pytest.param(404, b"<html>not here</html>", NotAllowed, None, id="no such address"),
    pytest.param(400, b"", Refused, None, id="no body"),
    pytest.param(400, {"posts": [{"message": "Missing post", "status": "error"}]}, Refused, None, id="wrapped refusal"),
    pytest.param(301, b"", NotAllowed, None, id="moved"),
    pytest.param(400, SEEN, KeySeen, 105, id="key seen by code"),
    pytest.param(409, SEEN_BY_WORDS, KeySeen, 999, id="key seen by words"),
    pytest.param(400, {"status": "error", "posts": [SEEN]}, KeySeen, 105, id="key seen, wrapped"),
    pytest.param(400, {"status": "error", "postIds": [], "errors": [SEEN]}, KeySeen, 105, id="key seen in a list"),
]


@pytest.mark.parametrize(("status", "body", "kind", "code"), REFUSED)
async def test_a_refusal_is_final_and_carries_the_apis_code(answering, status, body, kind, code):
    client, requests = await answering(status, body)
    with pytest.raises(Refused, match="POST /post: ") as raised:
        await client.posts.create(POST)
    assert type(raised.value) is kind
    assert (raised.value.code, raised.value.status) == (code, status)
    assert len(requests) == 1


async def test_a_post_to_retry_that_is_not_found_is_no_fault_of_the_caller(answering):
    client, _ = await answering(404, {"action": "retry", "status": "error", "code": 186, "message": "not found"})
    with pytest.raises(Refused, match="code 186") as raised:
        await client.posts.retry("p1")
    assert type(raised.value) is Refused


async def test_a_refusal_keeps_the_words_and_the_body(answering):
    client, _ = await answering(400, FLAT | {"details": "regenerate it"})
    with pytest.raises(Refused, match="code 102: API Key not valid: regenerate it") as raised:
        await client.posts.create(POST)
    assert raised.value.body["action"] == "request"


async def test_a_seen_key_beside_a_network_that_took_the_post_is_an_answer(answering):
    client, _ = await answering(400, PARTIAL | {"errors": [SEEN]})
    assert (await client.posts.create(POST)).post_ids[0].id == "at://1"


UNKNOWN = [
    pytest.param(500, FLAT, id="server error"),
    pytest.param(500, {"status": "error", "postIds": [], "errors": [FAILED]}, id="server error without a post"),
    pytest.param(502, b"<html>Bad gateway</html>", id="gateway"),
    pytest.param(504, b"", id="gateway timeout"),
    pytest.param(408, b"", id="request timeout"),
    pytest.param(302, b"", id="found elsewhere"),
    pytest.param(200, b"", id="empty"),
    pytest.param(200, b"<html>log in to this wifi</html>", id="no JSON"),
    pytest.param(200, b'{"status": "succ', id="cut off"),
    pytest.param(200, b"null", id="null"),
    pytest.param(200, [], id="array"),
    pytest.param(200, {}, id="no status"),
    pytest.param(200, {"status": "success"}, id="no id"),
    pytest.param(200, {"status": "success", "id": "p1", "postIds": "all"}, id="wrong type"),
    pytest.param(400, PARTIAL | {"postIds": [{"id": 1}]}, id="a verdict that cannot be read"),
]


@pytest.mark.parametrize(("status", "body"), UNKNOWN)
async def test_an_outcome_nobody_knows_is_never_sent_again(answering, status, body):
    client, requests = await answering(status, body)
    with pytest.raises(OutcomeUnknown, match="POST /post: "):
        await client.posts.create(POST)
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("body", "headers", "wait", "by_network"),
    [
        (
            {"action": "request", "status": "error", "code": 429, "message": "slow down"},
            {"Retry-After": "17"},
            17,
            False,
        ),
        (b"", {"Retry-After": "Thu, 01 Oct 2026 08:00:30 GMT"}, 30, False),
        (b"", {}, 300, False),
        (b"", {"Retry-After": "soon"}, 300, False),
        (FLAT | {"code": 444, "message": "page throttled"}, {}, 60, True),
        (FLAT | {"code": 444, "message": "page throttled"}, {"Retry-After": "5"}, 5, True),
    ],
)
async def test_a_rate_limit_says_how_long_to_wait_and_whose_it_is(answering, body, headers, wait, by_network):
    client, requests = await answering(429, body, headers)
    with pytest.raises(RateLimited) as raised:
        await client.posts.create(POST)
    assert raised.value.retry_after == wait
    assert raised.value.by_network is by_network
    assert ("code 444" in str(raised.value)) is by_network
    assert len(requests) == 1


async def test_an_empty_history_is_an_empty_list(answering):
    nested = {"history": {"action": "history", "status": "error", "code": 221, "message": "nothing"}, "count": 0}
    client, _ = await answering(400, nested)
    assert (await client.history.list()).history == []


async def test_another_error_nested_in_history_is_refused(answering):
    client, _ = await answering(400, {"history": {"status": "error", "code": 101, "message": "wrong dates"}})
    with pytest.raises(Refused, match="wrong dates") as raised:
        await client.history.list()
    assert raised.value.code == 101


async def test_never_having_had_a_schedule_is_an_empty_list(answering):
    client, _ = await answering(400, {"action": "get", "status": "error", "code": 192, "message": "none"})
    assert (await client.auto_schedule.list()).schedules == {}


async def test_a_stored_post_that_failed_is_an_answer(answering):
    row = {
        "id": "p1",
        "status": "error",
        "platforms": ["bluesky"],
        "errors": [FAILED],
        "created": "2026-01-01T00:00:00Z",
    }
    client, _ = await answering(200, row)
    assert (await client.posts.get("p1")).status == "error"
    assert (await client.history.get("p1")).errors[0].code == 156


async def test_an_unknown_post_is_refused(answering):
    client, _ = await answering(
        404, {"action": "get", "status": "error", "code": 186, "message": "not found", "id": "p1"}
    )
    for call in (client.posts.get, client.history.get):
        with pytest.raises(Refused, match="code 186"):
            await call("p1")


@pytest.mark.parametrize(
    "body",
    [
        {"action": "post", "status": "error", "code": 136, "message": "media"},
        {"status": "error", "code": 136, "message": "media", "errors": [FAILED]},
    ],
)
async def test_a_post_that_fails_validation_is_an_answer(answering, body):
    client, _ = await answering(400, body)
    answer = await client.posts.validate(POST)
    assert (answer.status, answer.code) == ("error", 136)


async def test_a_caller_that_may_not_validate_is_refused(answering):
    client, _ = await answering(403, FLAT)
    with pytest.raises(Refused, match="code 102"):
        await client.posts.validate(POST)


@pytest.mark.parametrize("status", [200, 400, 404])
async def test_media_that_does_not_answer_is_an_answer(answering, status):
    client, _ = await answering(status, {"status": "error", "statusCode": 404, "statusText": "Not Found"})
    answer = await client.media.exists("https://a.example/x.png")
    assert answer == MediaExists(status="error", status_code=404, status_text="Not Found")


async def test_analytics_that_failed_everywhere_are_refused_with_the_first_reason(answering):
    body = {"status": "error", "errors": [{"code": 485, "message": "expired", "platform": "instagram"}]}
    client, _ = await answering(200, body)
    with pytest.raises(Refused, match="code 485: expired"):
        await client.analytics.post(PostAnalyticsRequest(id="p1"))


async def test_a_bulk_deletion_is_read(answering):
    client, _ = await answering(200, [{"id": "a", "status": "success"}, {"id": "b", "status": "error", "code": 114}])
    answer = await client.posts.delete(PostDelete(bulk=["a", "b"]))
    assert [(one.id, one.status) for one in answer.results] == [("a", "success"), ("b", "error")]


@pytest.mark.parametrize("body", [{}, {"status": "success"}, [{"id": "a"}]])
async def test_a_gallery_of_another_shape_is_no_answer(answering, body):
    client, _ = await answering(200, body)
    with pytest.raises(OutcomeUnknown):
        await client.media.list()


@pytest.mark.parametrize("status", [401, 500, 429, 200])
async def test_a_key_the_answer_repeats_is_blotted_out(answering, status):
    key = "AAAAAAA-BBBBBBB-CCCCCCC-DDDDDDD"
    client, _ = await answering(
        status, {"status": "error", "message": f"key {key} of profile PPPPPPP-QQQQQQQ"}, profile_key="PPPPPPP-QQQQQQQ"
    )
    with pytest.raises((Refused, OutcomeUnknown, RateLimited)) as raised:
        await client.posts.create(POST)
    shown = f"{raised.value!s}{raised.value!r}{vars(raised.value)}"
    assert "key *** of profile ***" in shown
    assert key not in shown
    assert "PPPPPPP" not in shown
    assert not isinstance(raised.value, NotSent)
