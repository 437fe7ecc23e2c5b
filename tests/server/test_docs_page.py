"""`/docs`: every call and model on one page that loads nothing from elsewhere."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from social.contract.routes import ROUTES
from social.networks import NETWORKS

# One worker describes the server, once.
pytestmark = pytest.mark.xdist_group("docs page")


@pytest.fixture
async def page(api):
    answer = await api.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


async def test_the_page_loads_nothing_from_elsewhere(page):
    loaded = []

    class Loads(HTMLParser):
        def handle_starttag(self, tag, attrs):
            loaded.extend(
                value for name, value in attrs if name in {"src", "srcset"} or (name, tag) == ("href", "link")
            )

    Loads().feed(page)
    assert loaded == ["data:,"]
    assert "@import" not in page
    assert "url(" not in page


async def test_the_page_shows_every_call_and_alias(page):
    for route in ROUTES:
        for method, path in ((route.method, route.path), *route.aliases):
            assert f'data-method="{method}" data-path="/api{path}"' in page, (method, path)


async def test_every_link_of_the_page_leads_somewhere(page):
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    assert "model-PostRequest" in targets


async def test_the_options_of_each_network_are_described(page, api):
    request = (await api.get("/openapi.json")).json()["components"]["schemas"]["PostRequest"]["properties"]
    for network in NETWORKS.values():
        if network.options_key:
            assert network.options_key in request
            assert f'<a href="#model-{network.options.__name__}">' in page
    assert "options" not in request


async def test_what_a_form_starts_with_is_taken_by_the_api(page, api):
    form = re.search(r'data-method="POST" data-path="/api/post".*?<textarea[^>]*>(.*?)</textarea>', page, re.DOTALL)
    answer = await api.post("/api/post", content=unescape(form[1]))
    assert answer.json()["status"] == "success"


async def test_the_alternatives_with_assets_from_elsewhere_are_off(api):
    assert (await api.get("/redoc")).status_code == 404
