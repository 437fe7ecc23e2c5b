"""The published link."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.campaign import Campaign
from pipeline.compose.links import Tagger, publishable, with_utm
from pipeline.compose.templates import TemplateError, Templates
from pipeline.records import Item
from social.networks.counting import LINK_WEIGHT, weighted


def item(link: str, title: str = "Überraschung & mehr") -> Item:
    return Item(source="feed", place="entry 1", identity="1", content_hash="h", title=title, link=link)


@pytest.mark.parametrize(
    ("url", "published"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/größe/a b", "https://example.org/gr%C3%B6%C3%9Fe/a%20b"),
        ("https://example.org/a%20b?q=%C3%A9", "https://example.org/a%20b?q=%C3%A9"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://example.org:8443/x?a=é#ü", "https://example.org:8443/x?a=%C3%A9#%C3%BC"),
        ("https://[2001:db8::1]/x y", "https://[2001:db8::1]/x%20y"),
        (' https://example.org/"quoted" ', "https://example.org/%22quoted%22"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://[broken", "https://[broken"),
        ("", ""),
    ],
)
def test_publishable(url: str, published: str) -> None:
    assert publishable(url) == published
    assert publishable(published) == published


@pytest.mark.parametrize(
    ("url", "tagged"),
    [
        ("https://example.org/a", "https://example.org/a?utm_source=x%20y"),
        ("https://example.org/a?b=c%2Fd&e", "https://example.org/a?b=c%2Fd&e&utm_source=x%20y"),
        ("https://example.org/a#part", "https://example.org/a?utm_source=x%20y#part"),
        ("https://example.org/a?utm_source=old&k=1", "https://example.org/a?k=1&utm_source=x%20y"),
        ("", ""),
        ("ftp://example.org/a", "ftp://example.org/a"),
    ],
)
def test_with_utm(url: str, tagged: str) -> None:
    assert with_utm(url, {"utm_source": "x y", "utm_term": ""}) == tagged
    assert with_utm(tagged, {"utm_source": "x y"}) == tagged


def test_utm_values_are_templates() -> None:
    utm = {"source": "{{ network }}", "utm_medium": "social", "content": "{{ item.title }}"}
    campaign = Campaign.model_validate({"links": {"utm": utm}})
    tagged = Tagger(campaign, Templates(campaign)).tagged(item("https://example.org/a"), "bluesky")
    assert tagged.link == (
        "https://example.org/a?utm_source=bluesky&utm_medium=social&utm_content=%C3%9Cberraschung%20%26%20mehr"
    )


def test_without_utm_a_plain_link_is_the_same_item() -> None:
    campaign = Campaign()
    plain = item("https://example.org/a")
    assert Tagger(campaign, Templates(campaign)).tagged(plain, "bluesky") is plain


def test_a_wrong_utm_template_is_named() -> None:
    campaign = Campaign.model_validate({"links": {"utm": {"source": "{{ oops"}}})
    with pytest.raises(TemplateError, match=r"links\.utm\.source"):
        Tagger(campaign, Templates(campaign))


@settings(deadline=None)
@given(st.text(max_size=40), st.dictionaries(st.sampled_from(["utm_source", "utm_term"]), st.text(max_size=30)))
def test_every_published_link_is_one_link_to_x(path: str, utm: dict[str, str]) -> None:
    link = with_utm(publishable(f"https://example.org/{path}"), utm)
    assert link.isascii()
    assert " " not in link
    assert weighted(f"{link}x"[:-1]) >= LINK_WEIGHT
