"""Short links for chosen URLs."""

import json

import httpx
import pytest
from pydantic import ValidationError

from pipeline.campaign import Campaign, Links
from pipeline.compose.drafts import Composer
from pipeline.compose.shortening import PLACEHOLDER, is_chosen, shorten_chosen
from social.client import SocialClient

LONG = "https://shop.example.org/offers/of-the-week?page=1"


class Api:
    """The endpoint of links: numbers them; answers as told first."""

    def __init__(self, *answers: int | Exception) -> None:
        self.urls: list[str] = []
        self.answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        if answer != 200:
            body = {"status": "error", "code": 101, "message": "no such luck"}
            return httpx.Response(answer, json=body, headers={"Retry-After": "7"})
        self.urls.append(json.loads(request.content)["url"])
        short = f"https://ayrs.io/abc{len(self.urls):03}"
        return httpx.Response(200, json={"id": short[-6:], "shortUrl": short, "originalUrl": self.urls[-1]})


def campaign(**links: object) -> Campaign:
    given = {"shorten": "chosen", "shorten_domains": ["example.org"], **links}
    return Campaign.model_validate(
        {"platforms": ["bluesky", "facebook"], "links": given, "template": "{{ item.text }}"}
    )


async def shortened(campaign, text, make_item, *answers, first_comment=""):
    api = Api(*answers)
    item = make_item(text=text)
    draft = Composer(campaign.model_copy(update={"first_comment": first_comment})).compose(item)
    async with SocialClient(base_url="https://api.test/api", api_key="k", transport=httpx.MockTransport(api)) as client:
        (after,) = await shorten_chosen([draft], campaign, client=client)
    return after, api


@pytest.mark.parametrize(("given", "kept"), [(True, "all"), (False, "none"), ("all", "all"), ("none", "none")])
def test_the_old_switch_still_works(given, kept):
    assert Links.model_validate({"shorten": given}).shorten == kept


@pytest.mark.parametrize(
    "links", [{"shorten": "chosen"}, {"shorten": "all", "shorten_domains": ["a.org"]}, {"shorten": 7}]
)
def test_a_choice_that_makes_no_sense_is_refused(links):
    with pytest.raises(ValidationError):
        Links.model_validate(links)


@pytest.mark.parametrize(
    ("url", "chosen"),
    [
        ("https://example.org/a", True),
        ("https://Shop.Example.org/a", True),
        ("https://badexample.org/a", False),
        ("https://example.org.evil.net/a", False),
        ("https://other.net/blog/a", True),
        ("https://other.net/shop", False),
        ("https://[broken/a", False),
    ],
)
def test_which_urls_are_chosen(url, chosen):
    links = Links(shorten="chosen", shorten_domains=["Example.org"], shorten_patterns=["https://other.net/blog/*"])
    assert is_chosen(url, links) is chosen


async def test_chosen_urls_are_replaced_once_and_others_stay(make_item):
    other = "https://elsewhere.net/a/long/enough/address"
    draft, api = await shortened(
        campaign(), f"See ({LONG}), {other}, {LONG}. End", make_item, first_comment=f"Or {LONG}"
    )
    assert api.urls == [LONG]
    short = "https://ayrs.io/abc001"
    assert set(draft.texts.values()) == {f"See ({short}), {other}, {short}. End"}
    assert draft.first_comment == "Or {{ item.link }}".replace("{{ item.link }}", short)
    assert (draft.warnings, draft.shorten_links) == ((), False)


async def test_an_address_that_is_short_already_stays(make_item):
    draft, api = await shortened(campaign(), "See https://example.org/a", make_item)
    assert (api.urls, draft.texts["facebook"]) == ([], "See https://example.org/a")


@pytest.mark.parametrize("trouble", [400, 403, 429, 500, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
async def test_a_failure_leaves_the_long_link_with_a_warning(make_item, trouble):
    draft, _ = await shortened(campaign(), f"See {LONG}", make_item, *[trouble] * 20)
    assert draft.texts == dict.fromkeys(["bluesky", "facebook"], f"See {LONG}")
    (warning,) = draft.warnings
    assert warning.startswith(f"link {LONG} not shortened: ")


async def test_an_api_that_is_away_is_asked_once(make_item):
    urls = " ".join(f"{LONG}&n={number}" for number in range(9))
    draft, api = await shortened(campaign(), urls, make_item, *[httpx.ConnectError("refused")] * 4)
    assert api.urls == []
    assert len(draft.warnings) >= 1


async def test_a_dry_run_shows_a_placeholder_and_says_so(make_item):
    (draft,) = await shorten_chosen(
        [Composer(campaign()).compose(make_item(text=f"See {LONG}"))], campaign(), client=None
    )
    assert draft.texts["facebook"] == f"See {PLACEHOLDER}"
    assert len(PLACEHOLDER) == len("https://ayrs.io/abc001")
    assert draft.warnings == (f"{PLACEHOLDER} stands for the short link that sending makes of {LONG}",)


@pytest.mark.parametrize(("shorten", "asked"), [("all", True), ("none", False)])
async def test_all_is_left_to_the_api(make_item, shorten, asked):
    whole = Campaign.model_validate({"platforms": ["facebook"], "links": {"shorten": shorten}})
    draft = Composer(whole).compose(make_item(link=LONG))
    assert draft.shorten_links is asked
    assert await shorten_chosen([draft], whole, client=None) == [draft]
