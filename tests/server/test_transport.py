"""What holds for every call: spellings of arrays, unknown keys, methods, headers (analytics.md 1, posts.md 1)."""

import pytest
from starlette.requests import Request

from server.parsing import _lists, read_query
from social.contract.routes import GET_HISTORY, ROUTES

LISTS = [
    pytest.param(route, name, id=f"{route.name} {name}")
    for route in ROUTES
    if route.query
    for name in sorted(_lists(route.query))
]
SPELLINGS = ["{0}[0]={1}&{0}[1]={2}", "{0}[]={1}&{0}[]={2}", "{0}={1}&{0}={2}", "{0}={1},{2}", "{0}={1},%20{2}"]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("route", "name"), LISTS)
def test_arrays_in_queries_are_read_in_every_spelling(route, name, spelling):
    first, second = values_of(route, name)
    query = spelling.format(name, first, second)
    scope = {"type": "http", "query_string": query.encode(), "headers": []}
    read = read_query(Request(scope), route.query)
    found = {key.lower(): value for key, value in read.to_wire().items()}
    assert found[name] == [first, second]


def values_of(route, name):
    """Two values that the list takes."""
    properties = {key.lower(): value for key, value in route.query.model_json_schema()["properties"].items()}
    kinds = [properties[name], *properties[name].get("anyOf", ())]
    chosen = next((kind["items"]["enum"] for kind in kinds if "enum" in kind.get("items", {})), ["bluesky", "facebook"])
    return chosen[:2]


def test_the_catalogue_has_lists_to_try():
    assert GET_HISTORY.query in {param.values[0].query for param in LISTS}


@pytest.mark.parametrize("call", [("/analytics/post", {"id": "$post"}), ("/analytics/social", {})], ids=str)
async def test_analytics_take_the_older_profile_key_in_the_body_unless_a_header_names_one(api, connect, call, kept):
    keys = [(await api.post("/sandbox/profiles", json={"title": title})).json()["profileKey"] for title in "AB"]
    shops = [await connect(**{"Profile-Key": key}) for key in keys]
    body = {"post": "Hi", "platforms": ["bluesky"]}
    kept.keep((await shops[0].post("/api/post", json=body)).json(), {"post": "posts.0.id"})
    path, fields = call[0], kept.filled(call[1]) | {"platforms": ["bluesky"]}

    async def asked(client, **more):
        found = (await client.post("/api" + path, json=fields | more)).json()
        return found.get("bluesky") or found["code"]

    right = await asked(shops[0])
    assert await asked(api, profileKey=keys[0]) == right
    assert await asked(shops[0], profileKey=keys[1]) == right
    assert await asked(api) != right
    assert await asked(api, profileKey="nobody") == 102


async def test_the_history_takes_networks_in_every_spelling(api):
    for platform in ("bluesky", "facebook", "linkedin"):
        await api.post("/api/post", json={"post": f"Hello {platform}", "platforms": [platform]})
    for spelling in SPELLINGS:
        found = (await api.get(f"/api/history?{spelling.format('platforms', 'bluesky', 'facebook')}")).json()
        assert {post["platforms"][0] for post in found["history"]} == {"bluesky", "facebook"}, spelling


@pytest.mark.parametrize("source", ["npm", "pypi"])
async def test_what_the_sdks_add_is_ignored(api, source):
    assert (await api.get("/api/user", params={"source": source, "other": "1"})).status_code == 200
    body = {"post": "Hi", "platforms": ["bluesky"], "source": source, "other": {"a": [1]}}
    assert (await api.post("/api/post", json=body)).status_code == 200


async def test_the_names_of_options_are_matched_in_any_case(api):
    body = {"POST": "Hi", "Platforms": ["bluesky"], "NOTES": "n"}
    post = (await api.post("/api/post", json=body)).json()
    assert (await api.get(f"/api/post/{post['id']}")).json()["notes"] == "n"


async def test_a_wrong_method_is_told_the_right_ones(api):
    answer = await api.patch("/api/user")
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, 405, "GET")


async def test_a_key_is_neither_in_an_answer_nor_in_what_is_stored(api, connect, host):
    client = await connect(**{"X-Twitter-OAuth1-Api-Secret": "very-secret-x"})
    answer = await client.post("/api/post", json={"post": "Hi", "platforms": ["twitter"]})
    assert "very-secret-x" not in answer.text
    async with host.database.read() as connection:
        stored = await connection.exec_driver_sql("SELECT request FROM posts")
        assert "very-secret-x" not in str(stored.all())
