"""The catalogue of routes is served completely: paths, aliases, description."""

import re

import pytest

from server.routing import HANDLERS
from social.contract.routes import ROUTES


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_every_route_and_alias_has_a_handler(api, route):
    assert route.name in HANDLERS
    for method, path in ((route.method, route.path), *route.aliases):
        answer = await api.request(
            method, "/api" + re.sub(r"\{\w+\}", "someid", path.replace("{platform}", "facebook"))
        )
        assert answer.status_code != 405, (method, path)
        assert "No such endpoint." not in answer.text, (method, path)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_every_route_is_described(api, route):
    described = (await api.get("/openapi.json")).json()
    operation = described["paths"]["/api" + route.path][route.method.lower()]
    assert operation["summary"] == route.summary
    for model in (route.answer, route.body):
        assert model is None or model.__name__ in described["components"]["schemas"]


async def test_every_reference_of_the_description_leads_somewhere(api):
    text = (await api.get("/openapi.json")).text
    schemas = (await api.get("/openapi.json")).json()["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= set(schemas)


async def test_docs_and_health_need_no_key(api, connect):
    client = await connect(Authorization="")
    assert (await client.get("/docs")).status_code == 200
    assert (await client.get("/health")).json()["status"] == "success"
