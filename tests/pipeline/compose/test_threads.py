"""Long texts as threads."""

import json

import pytest

from pipeline.campaign import Campaign
from pipeline.compose.drafts import Composer
from pipeline.compose.requests import body
from pipeline.compose.wording import head
from social.networks import NETWORKS
from social.networks.base import Content, MediaFacts
from social.networks.checks import check
from social.networks.thread_posts import SEPARATOR, split_thread

LINK = "https://example.org/storm"
SENTENCE = "The harbour was quiet that morning, and nobody knew why. "


def composer(*platforms: str, threads: dict[str, object], **fields: object) -> Composer:
    template = "{{ item.title }}\n\n{{ item.text }}\n\n{{ item.link }}"
    return Composer(
        Campaign.model_validate({"platforms": platforms, "template": template, "threads": threads, **fields})
    )


def posts_of(draft, network):
    known = NETWORKS[network]
    rule = known.text_rule(known.read_options(draft.options[network]))
    return split_thread(draft.texts[network], rule)


@pytest.mark.parametrize("network", ["twitter", "threads"])
@pytest.mark.parametrize("number", [True, False])
@pytest.mark.parametrize(
    "text", [SENTENCE * 15, "漢字と仮名。" * 90, "word " * 300, "Zwei Absätze. " * 12 + "\n\n" + SENTENCE * 9]
)
def test_a_long_text_becomes_posts_that_fit_and_lose_nothing(make_item, network, number, text):
    made = composer(network, threads={"platforms": [network], "number": number, "most": 25})
    draft = made.compose(make_item(text=text))
    posts = posts_of(draft, network)
    known = NETWORKS[network]
    assert len(posts) > 1
    assert draft.options[network] == ({"thread": True, "threadNumber": True} if number else {"thread": True})
    assert check(known, Content(text=draft.texts[network], options=draft.options[network])) == []
    assert all(known.text.count(post) <= known.text.limit for post in posts)
    assert all(post.endswith(f" {at}/{len(posts)}") for at, post in enumerate(posts, 1)) is number
    assert "".join(draft.texts[network].split()) == "".join(f"Storm over the harbour {text} {LINK}".split())
    assert draft.warnings == ()


def test_posts_end_at_sentences(make_item):
    draft = composer("twitter", threads={"platforms": ["twitter"]}).compose(make_item(text=SENTENCE * 15, link=""))
    parts = draft.texts["twitter"].split(SEPARATOR)
    assert all(part.endswith("why.") for part in parts[1:])


def test_a_text_that_fits_stays_one_post(make_item):
    draft = composer("twitter", "bluesky", threads={"platforms": ["twitter"]}).compose(make_item())
    assert "twitter" not in draft.options
    assert SEPARATOR not in draft.texts["twitter"]


def test_other_networks_get_one_fitted_text(make_item):
    draft = composer("twitter", "bluesky", threads={"platforms": ["twitter"]}).compose(make_item(text=SENTENCE * 15))
    assert NETWORKS["bluesky"].text.count(draft.texts["bluesky"]) <= 300
    sent = json.loads(body(draft, "dc-1"))
    assert sent["twitterOptions"] == {"thread": True, "threadNumber": True}
    assert SEPARATOR in sent["post"]["twitter"]
    assert SEPARATOR not in sent["post"]["bluesky"]


def test_beyond_the_most_posts_the_rest_is_cut_and_the_link_kept(make_item):
    made = composer("twitter", threads={"platforms": ["twitter"], "most": 3}, hashtags={"always": ["sea"]})
    draft = made.compose(make_item(text=SENTENCE * 60))
    posts = posts_of(draft, "twitter")
    assert len(posts) == 3
    assert LINK in posts[2]
    assert "#sea" in posts[2]
    assert draft.warnings == ("twitter: text cut to fit 3 posts",)


def test_a_link_is_never_cut(make_item):
    long = f"https://example.org/{'a' * 600}"
    draft = composer("twitter", threads={"platforms": ["twitter"]}).compose(make_item(text=SENTENCE * 6, link=long))
    assert long in draft.texts["twitter"].split(SEPARATOR)[-1]


def test_hashtags_stand_in_the_last_post(make_item):
    made = composer("threads", threads={"platforms": ["threads"]}, hashtags={"max": 3})
    draft = made.compose(make_item(text=SENTENCE * 15, tags=("sea", "boats")))
    parts = draft.texts["threads"].split(SEPARATOR)
    assert [part.count("#") for part in parts] == [0] * (len(parts) - 1) + [1]


def test_networks_without_threads_are_refused_with_the_reason():
    with pytest.raises(ValueError, match=r"no threads on bluesky, only on threads and twitter; leave it out"):
        Campaign.model_validate({"threads": {"platforms": ["bluesky", "twitter"]}})


def test_pictures_travel_with_a_thread(make_item, make_facts):
    made = composer("twitter", threads={"platforms": ["twitter"]})
    files: dict[str, MediaFacts] = make_facts("https://example.org/a.jpg")
    draft = made.compose(make_item(text=SENTENCE * 15, pictures=[("https://example.org/a.jpg", "boats")]), media=files)
    assert draft.media == {"twitter": ("https://example.org/a.jpg",)}
    assert draft.options["twitter"]["altText"] == ["boats"]


def test_a_link_too_long_for_a_post_is_taken_whole():
    link = f"https://example.org/{'a' * 600}"
    assert head(f"{link} and more", lambda part: len(part) <= 500) == link
    assert head("a" * 600, lambda part: len(part) <= 500) == "a" * 500
