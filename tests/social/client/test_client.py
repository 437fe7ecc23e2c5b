"""The catalogue as methods: every route has exactly one, sends what the contract says and reads its answer."""

import email
import inspect
import json

import httpx
import pytest
from pydantic import SecretStr

from social.client import SocialClient
from social.contract.routes import BY_NAME, ROUTES
from social.errors import OutcomeUnknown

NAMES = [route.name for route in ROUTES]
BEYOND_THE_CATALOGUE = {"history.everything", "media.put"}
KEY = "AAAAAAA-BBBBBBB-CCCCCCC-DDDDDDD"

# How the methods are called that take their body or query apart; the others take the path's values and the model.
CALLS = {
    "posts.retry": lambda call, given: call(given["body"].id),
    "history.get": lambda call, given: call(given["path"]["native_id"], search_all_posts=True, platform="facebook"),
    "media.upload": lambda call, _: call(b"\x00\x01\x02", "a.png", "image/png", description="hero"),
    "media.upload_url": lambda call, given: call(given["query"].file_name, given["query"].content_type),
    "media.exists": lambda call, given: call(given["body"].media_url),
    "media.meta": lambda call, given: call(given["query"].url),
    "links.update": lambda call, given: call(*given["path"].values(), given["body"].url),
    "user.get": lambda call, _: call(instagram_details=True),
    "errors.explain": lambda call, given: call(given["query"].code, given["query"].platform),
    "profiles.unlink": lambda call, given: call(given["body"].platform),
    "feed.delete": lambda call, given: call(given["body"].id),
    "hashtags.recommend": lambda call, given: call(given["query"].keyword),
    "hashtags.banned": lambda call, given: call(given["query"].hashtag),
    "generate.transcription": lambda call, given: call(given["body"].video_url),
    "generate.translate": lambda call, given: call(given["body"].text, given["body"].lang),
    "generate.sentiment": lambda call, given: call(given["body"].text),
    "reviews.list": lambda call, given: call(given["query"].platform),
    "reviews.get": lambda call, given: call(given["path"]["id"], given["query"].platform),
    "webhooks.delete": lambda call, given: call(given["body"].action, source=given["body"].source),
    "webhooks.rotate": lambda call, given: call(given["body"].secret),
    "posts.bulk": lambda call, given: call(given["body"].file),
    "validate.json": lambda call, given: call(given["body"]),
    "posts.get": lambda call, given: call(given["path"]["id"]),
}


def plain(call, given):
    return call(*given["path"].values(), *(given[part] for part in ("body", "query") if given[part] is not None))


def given_of(route, sample):
    return {
        "path": sample.get("path", {}),
        "body": route.body.model_validate(sample["body"]) if route.body else sample.get("body"),
        "query": route.query.model_validate(sample["query"]) if "query" in sample else None,
    }


def method_of(client, name):
    noun, verb = name.split(".")
    return getattr(getattr(client, noun), verb)


@pytest.mark.parametrize("name", NAMES)
async def test_each_route_is_sent_and_read_as_the_contract_says(name, samples, answering):
    route, sample = BY_NAME[name], samples[name]
    given = given_of(route, sample)
    client, requests = await answering(200, sample["answer"])

    answer = await CALLS.get(name, plain)(method_of(client, name), given)

    (request,) = requests
    assert request.method == route.method
    assert request.url.path == "/api" + route.path.format(**sample.get("path", {}))
    assert carried(request) == sample.get("body")
    assert not request.content or request.headers["content-type"].partition(";")[0] == route.content_type
    assert queried(request) == {key: text(value) for key, value in sample.get("query", {}).items()}
    read = route.answer.model_validate
    assert answer == ([read(one) for one in sample["answer"]] if route.listed else read(sample["answer"]))


READS_BY_POST = {"posts.validate", "media.exists", "hashtags.auto", "analytics.post", "analytics.social"}
READS_BY_POST |= {"validate.length", "validate.json", "validate.moderation"}


@pytest.mark.parametrize("name", NAMES)
async def test_only_calls_that_change_nothing_are_repeated(name, samples, answering):
    route = BY_NAME[name]
    client, requests = await answering(503, b"")
    with pytest.raises(OutcomeUnknown):
        await CALLS.get(name, plain)(method_of(client, name), given_of(route, samples[name]))
    assert len(requests) == (3 if route.method == "GET" or name in READS_BY_POST else 1)


def carried(request):
    """The body as data: JSON, the text itself, or the parts of a form by name."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("text/"):
        return request.content.decode()
    if not kind.startswith("multipart/"):
        return json.loads(request.content) if request.content else None
    parts = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.read()).get_payload()
    return {part.get_param("name", header="content-disposition"): part.get_payload() for part in parts}


def queried(request):
    return {key: request.url.params.get_list(key) for key in request.url.params}


def text(value):
    return [
        {True: "true", False: "false"}.get(one, str(one)) if isinstance(one, bool) else str(one)
        for one in (value if isinstance(value, list) else [value])
    ]


async def test_the_client_has_no_method_the_catalogue_lacks(connect):
    client = await connect(lambda _: httpx.Response(500))
    nouns = {name: noun for name, noun in vars(client).items() if not name.startswith("_")}
    found = {
        f"{name}.{verb}"
        for name, noun in nouns.items()
        for verb, method in inspect.getmembers(noun, inspect.ismethod)
        if not verb.startswith("_")
    }
    assert found == set(NAMES) | BEYOND_THE_CATALOGUE


async def test_headers_carry_the_keys(answering):
    client, requests = await answering(
        200, {}, api_key=SecretStr(KEY), profile_key=SecretStr("PPPP-QQQQ"), x_keys=("xkey", SecretStr("xsecret"))
    )
    await client.user.get()
    headers = requests[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["profile-key"] == "PPPP-QQQQ"
    assert headers["x-twitter-oauth1-api-key"] == "xkey"
    assert headers["x-twitter-oauth1-api-secret"] == "xsecret"
    assert headers["accept-encoding"] == "deflate, gzip, br"
    assert "content-type" not in headers


@pytest.mark.parametrize("profile_key", [None, "", "  ", SecretStr("")])
async def test_an_empty_profile_key_is_no_header(answering, profile_key):
    client, requests = await answering(200, {}, profile_key=profile_key)
    await client.user.get()
    assert "profile-key" not in requests[0].headers
    assert not [name for name in requests[0].headers if name.startswith("x-")]


async def test_a_body_that_is_json_already_goes_out_byte_for_byte(answering):
    stored = '{"post":"Grüße","platforms":["bluesky"],"notes":"k1"}'
    client, requests = await answering(200, {"status": "success", "id": "p1", "postIds": []})
    for body in (stored, stored.encode()):
        assert (await client.posts.create(body)).id == "p1"
    assert [request.content for request in requests] == [stored.encode()] * 2
    assert {request.headers["content-type"] for request in requests} == {"application/json"}


@pytest.mark.parametrize(
    ("post_id", "path"), [("a/../b", "/api/post/a%2F..%2Fb"), ("ä?x#y", "/api/post/%C3%A4%3Fx%23y")]
)
async def test_ids_cannot_leave_their_place_in_the_path(answering, post_id, path):
    client, requests = await answering(200, {"id": "a", "status": "pending"})
    await client.posts.get(post_id)
    assert requests[0].url.raw_path.decode() == path


@pytest.mark.parametrize("post_id", ["", ".", ".."])
async def test_an_id_that_is_no_id_is_an_error_of_the_caller(answering, post_id):
    client, requests = await answering(200, {})
    with pytest.raises(ValueError, match="is no id"):
        await client.posts.get(post_id)
    assert requests == []


@pytest.mark.parametrize(
    "keys", [{"api_key": ""}, {"api_key": "  "}, {"api_key": "good", "profile_key": "a\nb-secret"}]
)
def test_keys_that_cannot_be_sent_are_refused_without_being_shown(keys):
    with pytest.raises(ValueError, match="_key") as raised:
        SocialClient(**keys)
    assert "secret" not in str(raised.value)
