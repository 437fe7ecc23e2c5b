"""The catalogue of routes is served completely: paths, aliases, description."""

import json
import re
from datetime import UTC, datetime

import pytest

from server.host import Host
from server.routing import HANDLERS
from server.settings import ServerSettings
from social.contract.routes import ROUTES
from social.instants import ManualClock


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_every_route_and_alias_has_a_handler(api, route):
    assert route.name in HANDLERS
    for method, path in ((route.method, route.path), *route.aliases):
        answer = await api.request(
            method, "/api" + re.sub(r"\{\w+\}", "someid", path.replace("{platform}", "facebook"))
        )
        assert answer.status_code != 405, (method, path)
        assert "No such endpoint." not in answer.text, (method, path)


@pytest.fixture(scope="module")
def described():
    """The description of a server; it takes a second to make, and is the same for all."""
    return Host(ServerSettings(), ManualClock(datetime(2026, 3, 2, tzinfo=UTC))).app.openapi()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_is_described(described, route):
    operation = described["paths"]["/api" + route.path][route.method.lower()]
    assert operation["summary"] == route.summary
    for model in (route.answer, route.body):
        assert model is None or model.__name__ in described["components"]["schemas"]


def test_every_reference_of_the_description_leads_somewhere(described):
    schemas = described["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described))) <= set(schemas)


async def test_the_description_is_served(api, described):
    assert (await api.get("/openapi.json")).json() == described


async def test_docs_and_health_need_no_key(api, connect):
    client = await connect(Authorization="")
    assert (await client.get("/docs")).status_code == 200
    assert (await client.get("/health")).json()["status"] == "success"
