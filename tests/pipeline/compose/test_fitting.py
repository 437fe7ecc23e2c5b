"""Texts cut to each network's limit."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compose.fitting import URL, fit
from pipeline.compose.wording import cut, first_sentence, shorten, truncate_words
from social.networks import NETWORKS

LINK = "https://example.org/story?id=7"
SENTENCE = "The harbour was quiet that morning. "

WORDS = st.sampled_from(
    [
        "harbour", "Die", "größte", "a", "漢字仮名交じり文", "ข้อความ", "مرحبا", "שלום", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽",
        "e\u0301e\u0301", "Dr.",
        "end.", "#tag", "@someone", "example.com",
        "https://example.org/a", "http://x.example.org/long/path?q=1&r=2#f", "\n", "\n\n",
        "https://example.org/" + "p" * 120, "W" * 90, "哈" * 70, "क्षत्रिय", "…", "“quoted”", "\u200f",
        "(https://example.org/b)", "0️⃣",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(WORDS, max_size=120).map(" ".join), st.lists(WORDS, max_size=60).map("".join), st.text(max_size=400)
)
TAGS = st.lists(st.sampled_from(["#News", "#港", "#Größe", "#" + "x" * 60]), max_size=6).map(" ".join)


@pytest.mark.parametrize("name", NETWORKS)
@given(text=TEXTS, suffix=TAGS, times=st.sampled_from([1, 1, 4, 30]))
@settings(max_examples=25, deadline=None)
def test_never_longer_than_the_limit_and_no_link_is_cut(name: str, text: str, suffix: str, times: int) -> None:
    network = NETWORKS[name]
    fitted = fit(text * times, network, suffix=suffix)
    assert network.text.count(fitted.text) <= network.text.limit
    assert set(URL.findall(fitted.text)) <= set(URL.findall(f"{text * times} "))
    assert fitted.cut or fitted.text.startswith(text * times)
    assert not fitted.cut or network.text.count(text * times) > network.text.limit


@pytest.mark.parametrize("name", NETWORKS)
def test_the_link_at_the_end_survives_any_text(name: str) -> None:
    network = NETWORKS[name]
    fitted = fit(f"{SENTENCE * 3_000}\n\n{LINK}", network, suffix="#News")
    assert fitted.cut
    assert fitted.text.endswith(f"\n\n{LINK}\n\n#News")
    assert network.text.count(fitted.text) > network.text.limit * 0.75


def test_what_fits_stays() -> None:
    assert fit("Short.", NETWORKS["bluesky"], suffix="#a #b").text == "Short. #a #b"
    assert fit("Two\nlines", NETWORKS["bluesky"], suffix="#a").text == "Two\nlines\n\n#a"


def test_hashtags_go_before_text_from_the_end() -> None:
    text = "x" * 290
    fitted = fit(text, NETWORKS["bluesky"], suffix="#one #two #three")
    assert (fitted.text, fitted.cut, fitted.dropped) == (f"{text} #one #two", False, ("#three",))


def test_hashtags_stay_when_text_is_cut_anyway() -> None:
    fitted = fit(SENTENCE * 20, NETWORKS["bluesky"], suffix="#one #two")
    assert fitted.text.endswith("morning. #one #two")
    assert fitted.cut


def test_a_sentence_is_kept_whole_if_one_ends_near() -> None:
    assert fit(SENTENCE * 20, NETWORKS["bluesky"]).text.endswith("that morning.")


def test_else_a_word_with_an_ellipsis() -> None:
    fitted = fit("word, " * 100, NETWORKS["bluesky"]).text
    assert fitted.endswith("word…")
    assert 290 <= len(fitted) <= 300


def test_a_giant_word_is_cut_between_characters() -> None:
    fitted = fit("👩‍👩‍👧‍👦" * 400, NETWORKS["bluesky"]).text
    assert fitted == "👩‍👩‍👧‍👦" * 299 + "…"


def test_prose_is_cut_from_the_end_around_links() -> None:
    text = f"{SENTENCE * 3}see {LINK} and then {'tail ' * 60}"
    fitted = fit(text, NETWORKS["bluesky"]).text
    assert fitted.startswith(f"{SENTENCE * 3}see {LINK} and then tail")
    assert fitted.endswith("tail…")


def test_of_too_many_links_the_last_is_kept_longest() -> None:
    links = [f"https://example.org/{n}/{'p' * 70}" for n in range(8)]
    fitted = fit("Look: " + " ".join(links), NETWORKS["bluesky"]).text
    kept = URL.findall(fitted)
    assert kept == [links[0], links[1], links[-1]]


def test_links_may_be_prose() -> None:
    fitted = fit(f"{'word ' * 70}{LINK}", NETWORKS["bluesky"], keep_links=False).text
    assert LINK not in fitted


def test_a_text_that_becomes_a_thread_stays_whole() -> None:
    network = NETWORKS["twitter"]
    rule = network.text_rule(network.read_options({"thread": True}))
    assert fit(SENTENCE * 40, network, rule=rule).text == SENTENCE * 40


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("Dr. Smith went. He came.", "Dr. Smith went."),
        ("The U.S. Army left. Then", "The U.S. Army left."),
        ("Version 2.5 is out! Get it", "Version 2.5 is out!"),
        ("漢字です。次です。", "漢字です。"),
        ("“Really?” he said. Yes", "“Really?”"),
        ("Headline\nBody text", "Headline"),
        ("no end", "no end"),
        ("", ""),
    ],
)
def test_first_sentence(text: str, first: str) -> None:
    assert first_sentence(text) == first


def test_truncate_words() -> None:
    assert truncate_words("one two, three", 2) == "one two…"
    assert truncate_words("one two", 2) == "one two"


@pytest.mark.parametrize("whim", [2, 3, 5])
def test_a_cut_has_always_been_asked_for(whim: int) -> None:
    for limit in range(200):

        def fits(part: str, limit: int = limit) -> bool:
            return len(part) <= limit and zlib.crc32(part.encode()) % whim != 0

        part = cut("word, größer. " * 20, fits)
        assert part is None or fits(part)


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(0, 100))
def test_shorten_never_exceeds(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
