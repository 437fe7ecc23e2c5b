"""Drafts: what is said where."""

import pytest

from pipeline.campaign import Campaign
from pipeline.compose.drafts import Composer, NothingToSay
from pipeline.records import NOW, Slot
from social.networks import NETWORKS
from social.networks.base import MediaKind

A, B, C = (f"https://example.org/{name}.jpg" for name in "abc")


def composer(*platforms: str, **fields: object) -> Composer:
    return Composer(Campaign.model_validate({"platforms": platforms, **fields}))


def test_the_plain_case_says_the_same_everywhere(make_item):
    draft = composer("facebook", "bluesky").compose(make_item())
    assert draft.texts == dict.fromkeys(["bluesky", "facebook"], "Storm over the harbour\n\nhttps://example.org/storm")
    assert (draft.target, draft.slot, draft.left_out, draft.warnings) == ("default:bluesky,facebook", NOW, {}, ())


def test_the_target_names_the_whole_campaign_and_the_profile(make_item):
    made = Composer(Campaign(platforms=["twitter", "bluesky", "twitter"]), profile="shop")
    assert made.compose(make_item(), linked={"bluesky"}).target == "shop:bluesky,twitter"


def test_a_network_that_is_not_linked_is_left_out(make_item):
    draft = composer("bluesky", "facebook").compose(make_item(), linked=["bluesky"])
    assert draft.platforms == ["bluesky"]
    assert "not linked" in draft.left_out["facebook"]


def test_each_network_gets_its_own_length(make_item):
    long = make_item(text="The harbour was quiet that morning. " * 40)
    draft = composer("bluesky", "twitter", "facebook", template="{{ item.text }} {{ item.link }}").compose(long)
    for name, text in draft.texts.items():
        assert NETWORKS[name].text.count(text) <= NETWORKS[name].text.limit
        assert text.endswith("https://example.org/storm")
    assert draft.warnings == ("bluesky: text cut to fit 300", "twitter: text cut to fit 280")


def test_hashtags_by_network(make_item):
    tagged = make_item(tags=("sea", "weather", "boats"))
    draft = composer("threads", "bluesky", hashtags={"max": 3}).compose(tagged)
    assert draft.texts["bluesky"].endswith("storm\n\n#sea #weather #boats")
    assert draft.texts["threads"].endswith("storm\n\n#sea")


def test_inline_hashtags_lose_none(make_item):
    hashtags = {"max": 2, "place": "inline", "always": ["storm", "dovecote"]}
    draft = composer("bluesky", hashtags=hashtags).compose(make_item())
    assert draft.texts["bluesky"] == "#storm over the harbour\n\nhttps://example.org/storm\n\n#dovecote"


def test_surplus_hashtags_of_the_source_become_words(make_item):
    draft = composer("threads", hashtags={"max": 0}).compose(make_item(title="#one and #two"))
    assert draft.texts["threads"].startswith("#one and two")
    assert draft.warnings == ("threads: hashtags beyond 1 became plain words",)


def test_the_link_carries_utm(make_item):
    draft = composer("bluesky", "facebook", links={"utm": {"source": "{{ network }}"}, "shorten": True}).compose(
        make_item()
    )
    assert draft.texts["bluesky"].endswith("storm?utm_source=bluesky")
    assert draft.shorten_links


def test_an_item_without_link_leaves_no_gap(make_item):
    assert composer("bluesky").compose(make_item(link="")).texts == {"bluesky": "Storm over the harbour"}


def test_a_network_that_needs_media_is_left_out_without_any(make_item):
    draft = composer("bluesky", "instagram").compose(make_item())
    assert draft.left_out == {"instagram": "needs a picture or video; the item has none"}


def test_unusable_pictures_are_named(make_item, make_facts):
    item = make_item(pictures=[(A, "")])
    draft = composer("bluesky", "instagram").compose(item, media=make_facts(A, width=100, height=100))
    assert "100 pixels wide" in draft.left_out["instagram"]
    assert draft.media == {"bluesky": (A,)}
    assert "can be used" in composer("bluesky", "instagram").compose(item).left_out["instagram"]


def test_a_picture_too_large_for_one_network_is_a_warning_there(make_item, make_facts):
    item = make_item(pictures=[(A, "a boat")])
    draft = composer("bluesky", "facebook").compose(item, media=make_facts(A, size=2_000_000))
    assert draft.media == {"facebook": (A,)}
    (warning,) = draft.warnings
    assert warning.startswith("bluesky: ")
    assert "2,000,000 bytes" in warning


def test_the_next_picture_is_taken_when_the_first_is_unusable(make_item, make_facts):
    item = make_item(pictures=[(A, "a"), (B, "b"), (B, "again")])
    media = make_facts(A, format="bmp") | make_facts(B)
    draft = composer("bluesky", pictures={"max": 3}).compose(item, media=media)
    assert draft.media == {"bluesky": (B,)}
    assert draft.options == {"bluesky": {"altText": ["b"]}}


def test_several_pictures_with_alt_texts_where_there_is_a_place_for_them(make_item, make_facts):
    item = make_item(pictures=[(A, "a boat"), (B, ""), (C, "x" * 900)])
    draft = composer("bluesky", "threads", pictures={"max": 3}).compose(item, media=make_facts(A, B, C))
    assert draft.media == dict.fromkeys(["bluesky", "threads"], (A, B, C))
    assert draft.options == {"bluesky": {"altText": ["a boat", "", "x" * 499 + "…"]}}


def test_networks_with_different_media_take_one_picture_each(make_item, make_facts):
    item = make_item(pictures=[(A, "a"), (B, "b")])
    draft = composer("bluesky", "telegram", pictures={"max": 2}).compose(item, media=make_facts(A, B))
    assert draft.media == {"bluesky": (A,), "telegram": (A,)}
    assert draft.options == {"bluesky": {"altText": ["a"]}}
    assert draft.warnings == ("bluesky: 1 picture(s) left out: networks that get different media take one each",)


def test_no_pictures_when_none_are_wanted(make_item, make_facts):
    item = make_item(pictures=[(A, "")])
    assert composer("bluesky", pictures={"max": 0}).compose(item, media=make_facts(A)).media == {}


def test_reddit_keeps_its_text_instead_of_a_picture(make_item, make_facts):
    made = composer("reddit", options={"reddit": {"subreddit": "boats"}})
    draft = made.compose(make_item(pictures=[(A, "")]), media=make_facts(A))
    assert draft.media == {}
    assert draft.options == {"reddit": {"subreddit": "boats", "title": "Storm over the harbour"}}


def test_reddit_without_a_subreddit_is_left_out(make_item):
    draft = composer("bluesky", "reddit").compose(make_item())
    assert "subreddit is missing" in draft.left_out["reddit"]


def test_youtube_takes_the_video_and_a_title(make_item, make_facts):
    video = "https://example.org/storm.mp4"
    item = make_item(video=video, title="Storm <live> " + "x" * 120, text="a < b")
    media = make_facts(video, kind=MediaKind.VIDEO, format="mp4", width=None, height=None)
    draft = composer("youtube", template="{{ item.text }}").compose(item, media=media)
    assert draft.media == {"youtube": (video,)}
    assert draft.texts == {"youtube": "a ‹ b"}
    assert draft.options["youtube"]["title"].startswith("Storm ‹live›")
    assert len(draft.options["youtube"]["title"]) <= 100


def test_a_title_given_by_the_campaign_stays(make_item):
    made = composer("reddit", options={"reddit": {"subreddit": "boats", "title": "Daily news"}})
    assert made.compose(make_item()).options["reddit"]["title"] == "Daily news"


def test_a_pin_leads_to_the_item(make_item, make_facts):
    draft = composer("pinterest").compose(make_item(pictures=[(A, "")]), media=make_facts(A, width=1000, height=1500))
    assert draft.options["pinterest"] == {"title": "Storm over the harbour", "link": "https://example.org/storm"}


def test_a_wrong_option_leaves_the_network_out(make_item):
    draft = composer("bluesky", "twitter", options={"twitter": {"replySettings": "nobody"}}).compose(make_item())
    assert "twitterOptions.replySettings" in draft.left_out["twitter"]


def test_a_thread_is_not_cut(make_item):
    made = composer("twitter", template="{{ item.text }}", options={"twitter": {"thread": True}})
    draft = made.compose(make_item(text="\n".join(["The harbour was quiet that morning."] * 30)))
    assert draft.texts["twitter"].count("harbour") == 30


def test_a_story_carries_no_text(make_item, make_facts):
    made = composer("instagram", options={"instagram": {"stories": True}})
    draft = made.compose(make_item(pictures=[(A, "a boat")]), media=make_facts(A))
    assert draft.texts == {"instagram": ""}
    assert draft.warnings == ()


def test_nothing_to_say_names_every_reason(make_item):
    with pytest.raises(NothingToSay, match="no network can take it") as caught:
        composer("instagram", "youtube").compose(make_item())
    assert set(caught.value.reasons) == {"instagram", "youtube"}
    assert "entry 1" in str(caught.value)


def test_a_campaign_without_networks_is_refused():
    with pytest.raises(ValueError, match="no platforms"):
        composer()


def test_the_slot_and_occurrence_travel(make_item):
    slot = Slot(auto_schedule="default")
    draft = composer("bluesky").compose(make_item(), slot=slot, occurrence="2027-01")
    assert (draft.slot, draft.occurrence) == (slot, "2027-01")
