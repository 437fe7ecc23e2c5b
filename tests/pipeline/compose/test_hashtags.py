"""Hashtags: made, found, chosen, placed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.campaign import Hashtags
from pipeline.compose.hashtags import as_hashtag, choose, limit_signs, place, suggest
from pipeline.records import Item
from social.networks import NETWORKS
from social.networks.counting import hashtags


def item(**fields: object) -> Item:
    given = {"source": "feed", "place": "entry 1", "identity": "1", "content_hash": "h", **fields}
    return Item(**given)


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("climate", "#climate"),
        ("climate change", "#ClimateChange"),
        ("New York", "#NewYork"),
        ("#already", "#already"),
        ("don't panic", "#DontPanic"),
        ("R&D", "#RD"),
        ("U.S.", "#US"),
        ("größe", "#größe"),
        ("東京", "#東京"),
        ("हिन्दी", "#हिन्दी"),
        ("أخبار", "#أخبار"),
        ("e\u0301te\u0301", "#été"),
        ("covid-19", "#Covid19"),
        ("snake_case", "#snake_case"),
        ("3D", "#3D"),
        ("1984", None),
        ("2024-25", None),
        ("_", None),
        ("x", None),
        ("木", "#木"),
        ("", None),
        ("🎉", None),
        ("y" * 101, None),
    ],
)
def test_as_hashtag(word: str, tag: str | None) -> None:
    assert as_hashtag(word) == tag


@settings(deadline=None)
@given(st.text(max_size=60))
def test_every_hashtag_is_one_to_the_network(word: str) -> None:
    tag = as_hashtag(word)
    assert tag is None or hashtags(f"text {tag} text") == [tag]


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "The new telescope sees its first galaxy. The telescope is the largest in Chile.",
            "en",
            ["#telescope", "#Chile"],
        ),
        ("Neues Fahrrad im Test: Das Fahrrad von Canyon überzeugt auf der Strecke.", "de", ["#Fahrrad"]),
        ("NASA schickt Sonde zum Jupiter", "de", ["#NASA"]),
        ("東京オリンピックの開会式", "ja", ["#オリンピック"]),
        ("https://example.org/telescope @telescope", "en", []),
        ("and the of with from", "en", []),
    ],
)
def test_suggest(text: str, language: str, wanted: list[str]) -> None:
    assert set(wanted) <= set(suggest(text, most=2, language=language))
    assert len(suggest(text, most=2, language=language)) <= 2
    assert bool(wanted) == bool(suggest(text, language=language))


@pytest.mark.parametrize(
    ("text", "position", "placed"),
    [
        ("Rain in Berlin", "end", "Rain in Berlin #rain #NewYork"),
        ("Rain in New York", "auto", "#rain in #NewYork"),
        ("Rain in Berlin", "auto", "#rain in Berlin #NewYork"),
        ("Rain in Berlin", "inline", "#rain in Berlin"),
        ("Brains https://x.org/rain #Rain", "auto", "Brains https://x.org/rain #Rain #NewYork"),
        ("Rain\nagain", "end", "Rain\nagain\n\n#rain #NewYork"),
        ("", "end", "#rain #NewYork"),
    ],
)
def test_place(text: str, position: str, placed: str) -> None:
    assert place(text, ["#rain", "#NewYork"], position) == placed


def test_own_tags_come_first_then_the_items_then_keywords() -> None:
    policy = Hashtags(max=4, always=["dovecote"], banned=["#SPAM"], keywords=True)
    tagged = item(title="The Telescope in Chile", tags=("Non classé", "space", "Dovecote", "spam", "1984"))
    assert choose(tagged, policy, NETWORKS["bluesky"])[:2] == ["#dovecote", "#space"]
    assert "#Chile" in choose(tagged, policy, NETWORKS["bluesky"])
    assert "#spam" not in choose(tagged, policy, NETWORKS["bluesky"])


def test_the_networks_limit_holds_with_what_the_text_has() -> None:
    policy = Hashtags(max=10)
    tagged = item(tags=tuple(f"tag{letter}" for letter in "abcdefgh"))
    assert len(choose(tagged, policy, NETWORKS["bluesky"])) == 8
    assert len(choose(tagged, policy, NETWORKS["instagram"])) == 5
    assert choose(tagged, policy, NETWORKS["threads"]) == ["#taga"]
    assert choose(tagged, policy, NETWORKS["threads"], used=1) == []


def test_where_tags_are_unusual_only_the_campaigns_own_are_taken() -> None:
    policy = Hashtags(max=3, always=["own"], keywords=True)
    assert choose(item(title="Telescope", tags=("space",)), policy, NETWORKS["gmb"]) == ["#own"]


def test_none_when_none_are_wanted() -> None:
    assert choose(item(tags=("space",)), Hashtags(max=0), NETWORKS["bluesky"]) == []


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["#a1", "#ab", "x#a1", "#1", "##b", "@c", "word", "#a1b"])).map(" ".join),
    st.integers(0, 4),
)
def test_surplus_hashtags_lose_their_sign(text: str, most: int) -> None:
    limited = limit_signs(text, most)
    assert len(hashtags(limited)) <= most
    assert limited.replace("#", "") == text.replace("#", "")
    assert hashtags(limited) == hashtags(text)[:most]
