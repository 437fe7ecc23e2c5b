"""First comments."""

import pytest

from pipeline.campaign import Campaign
from pipeline.compose.drafts import Composer
from pipeline.compose.templates import TemplateError
from pipeline.records import Ask
from social.networks import NETWORKS


def composer(*platforms: str, **fields: object) -> Composer:
    return Composer(Campaign.model_validate({"platforms": platforms, **fields}))


def test_the_comment_comes_from_the_template(make_item):
    draft = composer("bluesky", first_comment="More: {{ item.link }}").compose(make_item())
    assert draft.first_comment == "More: https://example.org/storm"
    assert draft.warnings == ()


def test_without_a_template_there_is_none(make_item):
    assert composer("bluesky", "telegram").compose(make_item()).first_comment == ""


def test_networks_without_comments_are_named(make_item):
    draft = composer("bluesky", "telegram", first_comment="Hello").compose(make_item())
    assert draft.first_comment == "Hello"
    assert draft.warnings == ("telegram: no first comment there",)


def test_where_no_network_has_comments_there_is_none(make_item):
    draft = composer("gmb", "telegram", first_comment="Hello").compose(make_item())
    assert draft.first_comment == ""
    assert draft.warnings == ("no first comment: gmb, telegram cannot have one",)


@pytest.mark.parametrize(
    ("options", "comment"), [({}, "Hello"), ({"visibility": "private"}, ""), ({"visibility": "public"}, "Hello")]
)
def test_tiktok_takes_comments_on_public_posts_only(make_item, make_facts, options, comment):
    made = composer("tiktok", first_comment="Hello", options={"tiktok": options})
    url = "https://example.org/a.jpg"
    assert made.compose(make_item(pictures=[(url, "")]), media=make_facts(url)).first_comment == comment


def test_it_fits_the_shortest_network(make_item):
    draft = composer("bluesky", "facebook", "twitter", first_comment="{{ item.text }}").compose(
        make_item(text="Quiet words, many of them. " * 40)
    )
    for name in ("bluesky", "twitter"):
        assert NETWORKS[name].text.count(draft.first_comment) <= NETWORKS[name].text.limit
    assert any("first comment cut" in warning for warning in draft.warnings)


def test_a_link_that_differs_by_network_is_the_plain_one(make_item):
    utm = {"utm": {"source": "{{ network }}"}}
    made = composer("bluesky", "facebook", first_comment="{{ item.link }}", links=utm)
    assert made.compose(make_item()).first_comment == "https://example.org/storm"
    same = {"utm": {"source": "social"}}
    made = composer("bluesky", "facebook", first_comment="{{ item.link }}", links=same)
    assert made.compose(make_item()).first_comment == "https://example.org/storm?utm_source=social"


def test_the_row_of_a_sheet_has_its_own(make_item):
    made = composer("bluesky", first_comment="Template")
    assert made.compose(make_item(ask=Ask(first_comment="Mine"))).first_comment == "Mine"
    assert composer("bluesky").compose(make_item(ask=Ask(first_comment="Mine"))).first_comment == "Mine"


def test_a_template_that_cannot_be_read_is_named():
    with pytest.raises(TemplateError, match="first_comment"):
        composer("bluesky", first_comment="{{ oops")
