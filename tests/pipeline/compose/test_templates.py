"""The campaign's templates."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.campaign import Campaign
from pipeline.compose.templates import TemplateError, Templates, single_spaced, tidy
from pipeline.records import Item

ITEM = Item(
    source="feed",
    place="entry 1",
    identity="1",
    content_hash="h",
    title="Storm over {{ harbour }}",
    text="First sentence. Second one follows.",
    link="https://example.org/a",
    author="Ada",
    tags=("weather", "harbour front"),
    published=datetime(2027, 1, 5, 9, tzinfo=UTC),
)


def templates(source: str, **fields: object) -> Templates:
    return Templates(Campaign.model_validate({"template": source, "platforms": ["bluesky", "facebook"], **fields}))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ item.title }}\n\n{{ item.link }}", "Storm over {{ harbour }}\n\nhttps://example.org/a"),
        ("{{ item.text | first_sentence }}", "First sentence."),
        ("{{ item.text | truncate_words(3) }}", "First sentence. Second…"),
        ("{{ item.title | upper }}", "STORM OVER {{ HARBOUR }}"),
        ("{% for tag in item.tags %}{{ tag | hashtag }} {% endfor %}", "#weather #HarbourFront"),
        ("{{ network }} {{ campaign }}", "bluesky news"),
        ("{{ item.published | date('%d.%m.%Y') }}", "05.01.2027"),
        ("{{ item.author or 'nobody' }}{% if item.video %} video{% endif %}", "Ada"),
        ("{% for n in range(3) %}{{ n * 2 }}{% endfor %}", "024"),
        ("  a  \n b \t\n", "a\n b"),
    ],
)
def test_render(source: str, text: str) -> None:
    assert templates(source).text(ITEM, "bluesky") == text


def test_a_network_has_its_own_template() -> None:
    both = templates("{{ item.title }}", templates={"facebook": "{{ item.author }}"})
    assert both.text(ITEM, "facebook") == "Ada"
    assert both.text(ITEM, "bluesky").startswith("Storm")


def test_item_text_is_never_a_template() -> None:
    hostile = replace(ITEM, title="{{ item.__class__ }}{% for x in range(9) %}x{% endfor %}")
    assert templates("{{ item.title }}").text(hostile, "bluesky") == hostile.title


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ item.titel }}", "titel"),
        ("{{ titel }}", "'titel' is undefined"),
        ("{{ item.__class__ }}", "unsafe"),
        ("{{ 'a' * 1000000000 }}", r"\* is not allowed"),
        ("{{ 9 ** 9 ** 9 }}", r"\*\* is not allowed"),
        ("{{ '%999999999d' % 1 }}", "% is not allowed"),
        ("{{ 'a'.center(999999999) }}", "unsafe"),
        ("{% for n in range(1000000000) %}x{% endfor %}", "at most 10,000"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ item.title.append('x') }}", "append"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
    ],
)
def test_what_goes_wrong_names_campaign_network_and_line(source: str, reason: str) -> None:
    made = templates(f"one\n{source}")
    with pytest.raises(TemplateError, match=reason) as caught:
        made.text(ITEM, "facebook")
    assert "campaign 'news', template for facebook, line 2: " in str(caught.value)


def test_output_is_bounded() -> None:
    endless = templates("{% for a in range(9999) %}{% for b in range(9999) %}xxxxxxxxxx{% endfor %}{% endfor %}")
    with pytest.raises(TemplateError, match="template for bluesky: gives more than 200,000 characters"):
        endless.text(ITEM, "bluesky")


@pytest.mark.parametrize(
    "source", ["ok\n{{ item.title", "ok\n{% if %}", "ok\n{{ item.title | centre }}", "ok\n{{ 1 | center }}"]
)
def test_a_template_that_cannot_be_read_shows_before_the_first_item(source: str) -> None:
    with pytest.raises(TemplateError, match="campaign 'news', template for bluesky, line 2: "):
        templates(source)


def test_tidy_drops_what_no_network_shows() -> None:
    assert tidy(" a\x00b\x07\r\nc \ud800 \n\n\nd ") == "ab\nc\n\n\nd"
    assert single_spaced("a\n\n\n\nb") == "a\n\nb"
