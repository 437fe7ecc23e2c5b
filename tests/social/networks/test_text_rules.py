"""Each text rule of posts.md 12.1 and 12.2: one content just inside, one just outside."""

import pytest

from social.networks import NETWORKS
from social.networks.base import MediaFacts, MediaKind
from social.networks.checks import check, fit_limit, shorten
from social.networks.limits import UNLIMITED

IMAGE = (MediaFacts(url="https://cdn.example.org/a.jpg", kind=MediaKind.IMAGE),)
FAMILY = "👨‍👩‍👧‍👦"
LINK = "https://example.org/a-long-path-that-does-not-count"

# network, inside, outside, code; the text alone.
EDGES = [
    ("bluesky", "x" * 300, "x" * 301, 101),
    ("bluesky", FAMILY * 300, FAMILY * 301, 101),
    ("facebook", "x" * 63_206, "x" * 63_207, 101),
    ("gmb", "x" * 1_500, "x" * 1_501, 101),
    ("gmb", "Open 05-11-2026, 10 000 000 visitors", "Call +49 30 1234567", 101),
    ("instagram", "x" * 2_200, "x" * 2_201, 138),
    ("instagram", "#a #b #c #d #e", "#a #b #c #d #e #f", 138),
    ("instagram", "@a @b @c", "@a @b @c @d", 138),
    ("linkedin", "x" * 3_000, "x" * 3_001, 101),
    ("pinterest", "x" * 500, "x" * 501, 101),
    ("reddit", "x" * 5_000, "x" * 5_001, 101),
    ("snapchat", "x" * 500, "x" * 501, 101),
    ("threads", "x" * 500, "x" * 501, 101),
    ("threads", "Hello #one", "Hello #one #two", 101),
    ("tiktok", "x" * 2_200, "x" * 2_201, 101),
    ("twitter", "x" * 280, "x" * 281, 111),
    ("twitter", "日" * 140, "日" * 140 + "x", 111),
    ("twitter", "x" * 256 + " " + LINK, "x" * 257 + " " + LINK, 111),
    ("twitter", FAMILY * 140, FAMILY * 140 + "x", 111),
    ("youtube", "x" * 5_000, "x" * 5_001, 101),
    ("youtube", "a & b", "a < b", 101),
    ("youtube", "a & b", "a > b", 101),
]
# network, options, inside, outside, code
WITH_OPTIONS = [
    ("twitter", {"longPost": True}, "x" * 25_000, "x" * 25_001, 101),
    ("twitter", {"thread": True}, "x" * 280 + "\n" + "y" * 280, "x" * 280 + "\n" + "y" * 281, 111),
    ("twitter", {"thread": True}, "x" * 280 + "\n\n\ny", "x" * 200 + "\n" + "x" * 200 + "\n\n\ny", 111),
    ("twitter", {"thread": True, "threadNumber": True}, "x" * 276, "x" * 277, 111),
    ("threads", {"thread": True}, "x" * 500 + "\n" + "y" * 500, "x" * 500 + "\n" + "y" * 501, 101),
    ("threads", {"thread": True, "threadNumber": True}, "x" * 496, "x" * 497, 101),
]
# network, options, inside, outside: the network cuts, so it is a warning
CUT = [("telegram", {}, 1_024), ("snapchat", {"spotlight": True}, 160)]


def name(row: tuple[object, ...]) -> str:
    return str(row[0])


@pytest.mark.parametrize(("network", "inside", "outside", "code"), EDGES)
def test_text_edges(assert_edge, network: str, inside: str, outside: str, code: int) -> None:
    assert_edge(network, {"text": inside}, {"text": outside}, code, "post")


@pytest.mark.parametrize("row", WITH_OPTIONS, ids=name)
def test_text_edges_that_options_move(assert_edge, row) -> None:
    network, options, inside, outside, code = row
    assert_edge(network, {"text": inside, "options": options}, {"text": outside, "options": options}, code, "post")


@pytest.mark.parametrize(("network", "options", "limit"), CUT)
def test_cut_text_is_a_warning(assert_edge, network: str, options: dict[str, bool], limit: int) -> None:
    inside, outside = ({"text": "x" * length, "options": options} for length in (limit, limit + 1))
    assert_edge(network, inside, outside, 101, "post", warning=True)


@pytest.mark.parametrize(("network", "options", "limit"), CUT)
def test_shortened_as_the_network_cuts(network: str, options: dict[str, bool], limit: int) -> None:
    declared = NETWORKS[network]
    assert shorten(declared, "x" * 2_000, options) == "x" * limit
    assert shorten(declared, "x" * (limit - 1) + FAMILY, options) == "x" * (limit - 1)
    assert shorten(declared, "short", options) == "short"


def test_networks_that_refuse_do_not_shorten() -> None:
    assert shorten(NETWORKS["bluesky"], "x" * 400) == "x" * 400


@pytest.mark.parametrize(
    ("network", "options", "limit"),
    [
        ("twitter", None, 280),
        ("twitter", {"longPost": True}, 25_000),
        ("twitter", {"thread": True}, UNLIMITED),
        ("threads", {"thread": False}, 500),
        ("threads", {"thread": True}, UNLIMITED),
        ("snapchat", None, 500),
        ("snapchat", {"spotlight": True}, 160),
        ("instagram", {"stories": True}, UNLIMITED),
        ("reddit", {"link": "https://example.org"}, 5_000),
    ],
)
def test_limit_follows_the_options(network: str, options: dict[str, object] | None, limit: int) -> None:
    assert fit_limit(NETWORKS[network], options) == limit


@pytest.mark.parametrize(
    ("network", "given"),
    [
        ("facebook", {"options": {"stories": True}, "media": IMAGE}),
        ("instagram", {"options": {"stories": True}}),
        ("reddit", {"options": {"link": "https://example.org"}}),
        ("reddit", {"media": IMAGE}),
    ],
)
def test_text_that_nobody_will_see_is_a_warning(assert_edge, network: str, given: dict[str, object]) -> None:
    code = NETWORKS[network].code
    assert_edge(
        network, {"text": "", **given}, {"text": "Hello #a #b #c #d #e #f", **given}, code, "post", warning=True
    )


def test_a_carousel_of_facebook_needs_no_text(content) -> None:
    item = {"picture": "https://example.org/a.jpg", "link": "https://example.org"}
    options = {"carousel": {"link": "https://example.org", "items": [item, item]}}
    assert check(NETWORKS["facebook"], content("facebook", text="", options=options)) == []


def test_message_names_network_limit_and_actual_value(content) -> None:
    (problem,) = check(NETWORKS["twitter"], content("twitter", text="x" * 290))
    assert problem.message == "X: post counts 290, at most 280; shorten it by 10"
