"""What holds for every network: a new entry in the table is tested before anyone writes a test for it."""

import dataclasses
import importlib
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

import social.networks
from social.networks import NETWORKS, OPTION_KEYS, option_key, resolve
from social.networks.base import Content, FileRule, MediaFacts, MediaKind, Network, Options
from social.networks.checks import check, fit_limit, shorten
from social.networks.limits import UNLIMITED, OneOf, Range

every = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
SPINE = {"__init__", "base", "checks", "counting", "domains", "fields", "limits", "meta", "phones", "thread_posts"}
SPINE |= {"youtube_channel"}
# Wire names whose casing is not plain camel case (posts.md 10.4, 10.11).
OWN_CASING = {"isAIGenerated"}


def models(model: type[BaseModel]) -> list[type[BaseModel]]:
    inner = [
        value
        for value in vars(importlib.import_module(model.__module__)).values()
        if isinstance(value, type) and issubclass(value, Options) and value is not Options
    ]
    return [model, *inner]


def limits(rule: FileRule) -> list[Range]:
    found = [getattr(rule, field.name) for field in dataclasses.fields(rule)]
    ranges = [limit for limit in found if isinstance(limit, Range)]
    ranges += [each for limit in found if isinstance(limit, OneOf) for each in limit.ranges]
    return ranges + (limits(rule.advice) if rule.advice else [])


def test_the_table_has_every_file_of_the_package() -> None:
    files = {path.stem for path in Path(social.networks.__file__).parent.glob("*.py")}
    assert set(NETWORKS) == files - SPINE
    assert list(NETWORKS) == sorted(NETWORKS)


def test_thirteen_networks_are_declared() -> None:
    assert len(NETWORKS) == 13


@every
def test_declared_in_the_file_of_its_name(network: Network) -> None:
    module = importlib.import_module(f"social.networks.{network.name}")
    assert getattr(module, network.name.upper()) is network
    assert network.name == network.name.lower()


@every
def test_found_by_every_spelling(network: Network) -> None:
    for spelling in (network.name, network.title, network.name.upper(), f" {network.title.lower()} ", *network.aliases):
        assert resolve(spelling) is network


def test_no_spelling_means_two_networks() -> None:
    spellings = [
        spelling
        for network in NETWORKS.values()
        for spelling in {s.casefold() for s in (network.name, network.title, *network.aliases)}
    ]
    assert len(spellings) == len(set(spellings))


@every
def test_option_key_leads_to_the_network_and_back(network: Network) -> None:
    if network.options_key is None:
        with pytest.raises(ValueError, match="no options object"):
            option_key(network.name)
    else:
        assert option_key(network.name) == network.options_key
        assert OPTION_KEYS[network.options_key.lower()] == network.name
        assert network.options is not Options


@every
def test_option_fields_are_described_and_in_wire_spelling(network: Network) -> None:
    for model in models(network.options) if network.options is not Options else []:
        assert model.__doc__
        for name, info in model.model_fields.items():
            assert info.description, f"{model.__name__}.{name} says nothing"
            assert info.alias == to_camel(name) or info.alias in OWN_CASING


@every
def test_options_are_optional_and_unknown_keys_dropped(network: Network) -> None:
    assert network.read_options({"surprise": 1}) == network.read_options(None)


@every
def test_limits_are_positive_and_in_order(network: Network) -> None:
    assert 0 < network.text.limit < UNLIMITED
    assert network.media.max_total >= max(network.media.max_images, network.media.max_videos)
    assert not network.comment_limit or network.comment_limit > 0
    for quota in network.quotas:
        assert quota.posts > 0
        assert quota.seconds > 0
        assert quota.option is None or network.options.model_validate({quota.option: True})
    for limit in [
        each for rule in (network.media.image, network.media.video, network.media.document) for each in limits(rule)
    ]:
        assert limit.low is None or limit.low > 0
        assert limit.high is None or limit.high >= (limit.low or 0) > -1


@every
def test_what_a_network_takes_has_rules_for_its_files(network: Network) -> None:
    rule = network.media
    for taken, files in (
        (rule.max_images, rule.image),
        (rule.max_videos, rule.video),
        (rule.max_documents, rule.document),
    ):
        assert not taken or files != FileRule()


@every
def test_smallest_content_has_no_problem(network: Network, content) -> None:
    assert check(network, content(network.name)) == []


@every
def test_text_free_media_is_taken(network: Network, content) -> None:
    kind = MediaKind.IMAGE if network.media.max_images else MediaKind.VIDEO
    media = (MediaFacts(url="https://cdn.example.org/a", kind=kind),)
    assert check(network, content(network.name, text="", media=media)) == []


@every
def test_no_text_and_no_media_is_refused_except_by_reddit(network: Network, content) -> None:
    found = check(network, content(network.name, text=" \n", media=()))
    assert bool(found) is (network.name != "reddit")


@every
def test_text_of_the_limit_fits_and_is_not_shortened(network: Network, content) -> None:
    text = "x" * fit_limit(network)
    assert check(network, content(network.name, text=text)) == []
    assert shorten(network, text) == text


@every
def test_longer_text_is_refused_or_cut(network: Network, content) -> None:
    text = "x" * (fit_limit(network) + 1)
    found = check(network, content(network.name, text=text))
    assert [problem.warning for problem in found] == [network.text.too_long == "cut"]
    assert (shorten(network, text) != text) is (network.text.too_long == "cut")


@every
def test_too_many_files_are_refused(network: Network, content) -> None:
    image = MediaFacts(url="https://cdn.example.org/a.jpg", kind=MediaKind.IMAGE)
    problems = check(network, content(network.name, media=(image,) * (network.media.max_images + 1)))
    assert network.media.code in {problem.code for problem in problems if problem.field == "mediaUrls"}


def test_unknown_network_is_named_with_the_choices() -> None:
    with pytest.raises(ValueError, match="unknown network 'myspace'; choose from bluesky, facebook"):
        resolve("myspace")


@pytest.mark.parametrize(
    ("key", "network"),
    [
        ("xOptions", "twitter"),
        ("facebookOptions", "facebook"),
        ("blueskyOptions", "bluesky"),
        ("snapchatOptions", "snapchat"),
    ],
)
def test_spellings_of_option_keys_seen_in_the_wild(key: str, network: str) -> None:
    assert OPTION_KEYS[key.lower()] == network


@pytest.mark.parametrize(
    ("alias", "network"),
    [("X", "twitter"), ("IG", "instagram"), ("Google Business", "gmb"), ("FB", "facebook"), ("yt", "youtube")],
)
def test_names_people_use(alias: str, network: str) -> None:
    assert resolve(alias).name == network


def test_options_of_another_network_are_a_mistake_of_the_caller() -> None:
    bluesky = NETWORKS["bluesky"].read_options({})
    with pytest.raises(TypeError, match="Reddit takes RedditOptions, not BlueskyOptions"):
        check(NETWORKS["reddit"], Content(text="Hello", options=bluesky))


def test_networks_stay_declarations() -> None:
    lines = {
        name: len(Path(sys.modules[f"social.networks.{name}"].__file__ or "").read_text().splitlines())
        for name in NETWORKS
    }
    assert {name: count for name, count in lines.items() if count > 120} == {}
