"""Each media rule of posts.md 12.3 and 12.4: one content just inside, one just outside."""

from dataclasses import replace
from typing import Any

import pytest

from social.networks import NETWORKS
from social.networks.base import MediaFacts, MediaKind
from social.networks.checks import check, check_url

A = MediaFacts(url="https://cdn.example.org/a.jpg", kind=MediaKind.IMAGE)
G = MediaFacts(url="https://cdn.example.org/a.gif", kind=MediaKind.GIF)
V = MediaFacts(url="https://cdn.example.org/a.mp4", kind=MediaKind.VIDEO)
D = MediaFacts(url="https://cdn.example.org/a.pdf", kind=MediaKind.DOCUMENT)
COVER = {"thumbNail": "https://cdn.example.org/cover.jpg"}
MB = 1_000_000
GB = 1_000_000_000

# network, files inside, files outside, code, options
COUNTS: list[tuple[str, list[MediaFacts], list[MediaFacts], int, dict[str, Any]]] = [
    ("bluesky", [A] * 4, [A] * 5, 136, {}),
    ("bluesky", [V], [V, V], 136, {}),
    ("bluesky", [G], [G, G], 136, {}),
    ("bluesky", [V], [V, A], 136, {}),
    ("bluesky", [A, A], [A, G], 136, {}),
    ("facebook", [A] * 10, [A] * 11, 136, {}),
    ("facebook", [V], [V, V], 136, {}),
    ("facebook", [A, G], [A, V], 136, {}),
    ("facebook", [V], [], 136, {"reels": True}),
    ("facebook", [V], [A], 136, {"reels": True}),
    ("gmb", [A], [A, A], 136, {}),
    ("gmb", [V], [V, V], 136, {}),
    ("gmb", [V], [], 136, {"isPhotoVideo": True}),
    ("instagram", [A] * 10, [A] * 11, 138, {}),
    ("instagram", [V] * 10, [V] * 11, 138, {}),
    ("instagram", [A] * 5 + [V] * 5, [A] * 6 + [V] * 5, 138, {}),
    ("instagram", [A], [], 138, {}),
    ("linkedin", [A] * 9, [A] * 10, 136, {}),
    ("linkedin", [V], [V, V], 136, {}),
    ("linkedin", [D], [D, D], 136, {}),
    ("linkedin", [D], [D, A], 136, {}),
    ("pinterest", [A] * 5, [A] * 6, 136, {}),
    ("pinterest", [V], [V, V], 136, COVER),
    ("pinterest", [A], [], 136, {}),
    ("pinterest", [A], [A, V], 136, COVER),
    ("snapchat", [A], [A, A], 136, {}),
    ("snapchat", [V], [V, V], 136, {}),
    ("snapchat", [V], [], 136, {}),
    ("snapchat", [V], [], 136, {"spotlight": True}),
    ("telegram", [A], [A, A], 136, {}),
    ("telegram", [G], [G, G], 136, {}),
    ("telegram", [V], [V, V], 136, {}),
    ("telegram", [V], [D], 136, {}),
    ("threads", [A] * 20, [A] * 21, 136, {}),
    ("threads", [V] * 20, [V] * 21, 136, {}),
    ("threads", [A] * 10 + [V] * 10, [A] * 11 + [V] * 10, 136, {}),
    ("tiktok", [A] * 35, [A] * 36, 136, {}),
    ("tiktok", [V], [V, V], 136, {}),
    ("tiktok", [V], [V, A], 136, {}),
    ("tiktok", [V], [], 136, {}),
    ("twitter", [A] * 4, [A] * 5, 136, {}),
    ("twitter", [V] * 4, [V] * 5, 136, {}),
    ("twitter", [A, G], [A, V], 136, {}),
    ("youtube", [V], [V, V], 136, {}),
    ("youtube", [V], [A], 136, {}),
    ("youtube", [V], [], 136, {}),
]
# Without text, since it is not shown.
SILENT_COUNTS: list[tuple[str, list[MediaFacts], list[MediaFacts], int, dict[str, Any]]] = [
    ("facebook", [A], [A, A], 136, {"stories": True}),
    ("facebook", [V], [], 136, {"stories": True}),
    ("instagram", [V], [V, V], 138, {"stories": True}),
    ("instagram", [A], [], 138, {"stories": True}),
    ("reddit", [A], [A, A], 136, {}),
    ("reddit", [A], [V], 136, {}),
]
# network, file, facts inside, facts outside, code, options
Facts = dict[str, Any]
FILES: list[tuple[str, MediaFacts, Facts, Facts, int, Facts]] = [
    ("bluesky", A, {"size": MB}, {"size": MB + 1}, 136, {}),
    ("bluesky", A, {"format": "jpg"}, {"format": "webp"}, 136, {}),
    ("bluesky", G, {"format": "gif", "size": MB}, {"format": "gif", "size": MB + 1}, 136, {}),
    ("bluesky", V, {"size": 100 * MB}, {"size": 100 * MB + 1}, 136, {}),
    ("bluesky", V, {"format": "mp4"}, {"format": "mov"}, 136, {}),
    ("bluesky", V, {"duration": 1}, {"duration": 0.9}, 136, {}),
    ("bluesky", V, {"duration": 180}, {"duration": 180.5}, 136, {}),
    ("bluesky", V, {"width": 300, "height": 100}, {"width": 310, "height": 100}, 136, {}),
    ("bluesky", V, {"width": 100, "height": 300}, {"width": 100, "height": 310}, 136, {}),
    ("facebook", A, {"size": 10 * MB}, {"size": 10 * MB + 1}, 136, {}),
    ("facebook", A, {"format": "tif"}, {"format": "webp"}, 136, {}),
    ("facebook", A, {"width": 2_048}, {"width": 2_049}, 136, {}),
    ("facebook", A, {"height": 2_048}, {"height": 2_049}, 136, {}),
    ("facebook", V, {"size": 10 * GB}, {"size": 10 * GB + 1}, 136, {}),
    ("facebook", V, {"format": "avi"}, {"format": "webm"}, 136, {}),
    ("facebook", V, {"duration": 14_400}, {"duration": 14_401}, 136, {}),
    ("facebook", V, {"fps": 30}, {"fps": 31}, 136, {}),
    ("facebook", V, {"size": 2 * GB}, {"size": 2 * GB + 1}, 136, {"reels": True}),
    ("facebook", V, {"format": "mov"}, {"format": "webm"}, 136, {"reels": True}),
    ("facebook", V, {"duration": 3}, {"duration": 2.9}, 136, {"reels": True}),
    ("facebook", V, {"duration": 90}, {"duration": 90.1}, 136, {"reels": True}),
    ("facebook", V, {"fps": 24}, {"fps": 23}, 136, {"reels": True}),
    ("facebook", V, {"fps": 60}, {"fps": 61}, 136, {"reels": True}),
    ("gmb", A, {"size": 10_000}, {"size": 9_999}, 136, {}),
    ("gmb", A, {"size": 5 * MB}, {"size": 5 * MB + 1}, 136, {}),
    ("gmb", A, {"format": "webp"}, {"format": "gif"}, 136, {}),
    ("gmb", A, {"width": 250}, {"width": 249}, 136, {}),
    ("gmb", A, {"height": 250}, {"height": 249}, 136, {}),
    ("gmb", V, {"size": 26 * MB}, {"size": 26 * MB + 1}, 136, {}),
    ("gmb", V, {"duration": 1}, {"duration": 0.5}, 136, {}),
    ("gmb", V, {"duration": 30}, {"duration": 30.1}, 136, {}),
    ("gmb", V, {"width": 1_280, "height": 720}, {"width": 1_280, "height": 719}, 136, {}),
    ("instagram", A, {"size": 8 * MB}, {"size": 8 * MB + 1}, 138, {}),
    ("instagram", A, {"format": "webp"}, {"format": "tiff"}, 138, {}),
    ("instagram", A, {"width": 320}, {"width": 319}, 138, {}),
    ("instagram", A, {"width": 1_440}, {"width": 1_441}, 138, {}),
    ("instagram", A, {"width": 1_200, "height": 628}, {"width": 1_200, "height": 600}, 138, {}),
    ("instagram", A, {"width": 1_080, "height": 1_350}, {"width": 1_080, "height": 1_400}, 138, {}),
    ("instagram", A, {"width": 1_080, "height": 1_920}, {"width": 1_080, "height": 2_000}, 138, {}),
    ("instagram", A, {"size": 8 * MB, "width": 9_000, "height": 10}, {"size": 8 * MB + 1}, 138, {"autoResize": True}),
    ("instagram", V, {"size": GB}, {"size": GB + 1}, 182, {}),
    ("instagram", V, {"format": "mov"}, {"format": "avi"}, 138, {}),
    ("instagram", V, {"duration": 3}, {"duration": 2.9}, 138, {}),
    ("instagram", V, {"duration": 900}, {"duration": 901}, 138, {}),
    ("instagram", V, {"fps": 23}, {"fps": 22}, 138, {}),
    ("instagram", V, {"fps": 60}, {"fps": 61}, 138, {}),
    ("instagram", V, {"width": 1_920, "height": 1_080}, {"width": 1_921, "height": 1_080}, 182, {}),
    ("instagram", V, {"width": 1_080, "height": 3_600}, {"width": 1_080, "height": 3_601}, 182, {}),
    ("instagram", V, {"width": 540, "height": 960}, {"width": 539, "height": 960}, 182, {}),
    ("instagram", V, {"width": 960, "height": 540}, {"width": 959, "height": 540}, 182, {}),
    ("linkedin", A, {"size": 5 * MB}, {"size": 5 * MB + 1}, 254, {}),
    ("linkedin", A, {"format": "gif"}, {"format": "bmp"}, 136, {}),
    ("linkedin", A, {"width": 6_012, "height": 6_013}, {"width": 6_016, "height": 6_010}, 254, {}),
    ("linkedin", V, {"size": 500 * MB}, {"size": 500 * MB + 1}, 136, {}),
    ("linkedin", V, {"format": "mp4"}, {"format": "mov"}, 136, {}),
    ("linkedin", V, {"duration": 3}, {"duration": 2.9}, 136, {}),
    ("linkedin", V, {"duration": 1_800}, {"duration": 1_801}, 136, {}),
    ("linkedin", V, {"width": 240, "height": 100}, {"width": 250, "height": 100}, 136, {}),
    ("linkedin", V, {"width": 100, "height": 240}, {"width": 100, "height": 250}, 136, {}),
    ("linkedin", D, {"size": 100 * MB}, {"size": 100 * MB + 1}, 136, {}),
    ("linkedin", D, {"format": "docx"}, {"format": "odt"}, 136, {}),
    ("linkedin", D, {"pages": 300}, {"pages": 301}, 136, {}),
    ("pinterest", A, {"size": 20 * MB}, {"size": 20 * MB + 1}, 136, {}),
    ("pinterest", A, {"format": "bmp"}, {"format": "svg"}, 136, {}),
    ("pinterest", V, {"size": 2 * GB}, {"size": 2 * GB + 1}, 136, COVER),
    ("pinterest", V, {"format": "m4v"}, {"format": "avi"}, 136, COVER),
    ("pinterest", V, {"duration": 4}, {"duration": 3.9}, 136, COVER),
    ("pinterest", V, {"duration": 900}, {"duration": 901}, 136, COVER),
    ("pinterest", V, {"width": 100, "height": 200}, {"width": 100, "height": 205}, 136, COVER),
    ("pinterest", V, {"width": 191, "height": 100}, {"width": 200, "height": 100}, 136, COVER),
    ("snapchat", A, {"size": 20 * MB}, {"size": 20 * MB + 1}, 136, {}),
    ("snapchat", A, {"format": "png"}, {"format": "gif"}, 136, {}),
    ("snapchat", V, {"size": GB}, {"size": GB + 1}, 136, {"spotlight": True}),
    ("snapchat", V, {"format": "mp4"}, {"format": "mov"}, 136, {}),
    ("snapchat", V, {"duration": 5}, {"duration": 4.9}, 136, {}),
    ("snapchat", V, {"duration": 60}, {"duration": 60.1}, 136, {}),
    ("telegram", A, {"size": 5 * MB}, {"size": 5 * MB + 1}, 136, {}),
    ("telegram", A, {"format": "webp"}, {"format": "bmp"}, 136, {}),
    ("telegram", A, {"width": 5_000, "height": 5_000}, {"width": 5_000, "height": 5_001}, 136, {}),
    ("telegram", A, {"width": 2_000, "height": 100}, {"width": 2_001, "height": 100}, 136, {}),
    ("telegram", A, {"width": 100, "height": 2_000}, {"width": 100, "height": 2_001}, 136, {}),
    ("telegram", V, {"size": 20 * MB}, {"size": 20 * MB + 1}, 136, {}),
    ("threads", A, {"size": 8 * MB}, {"size": 8 * MB + 1}, 136, {}),
    ("threads", A, {"format": "webp"}, {"format": "gif"}, 136, {}),
    ("threads", A, {"width": 320}, {"width": 319}, 136, {}),
    ("threads", A, {"width": 4_000, "height": 400}, {"width": 4_100, "height": 400}, 136, {}),
    ("threads", V, {"size": GB}, {"size": GB + 1}, 136, {}),
    ("threads", V, {"format": "mov"}, {"format": "avi"}, 136, {}),
    ("threads", V, {"duration": 300}, {"duration": 300.1}, 136, {}),
    ("threads", V, {"duration": 0.1}, {"duration": 0.0}, 136, {}),
    ("threads", V, {"fps": 23}, {"fps": 22}, 136, {}),
    ("threads", V, {"fps": 60}, {"fps": 61}, 136, {}),
    ("threads", V, {"width": 1_920}, {"width": 1_921}, 136, {}),
    ("threads", V, {"width": 1_000, "height": 100}, {"width": 1_010, "height": 100}, 136, {}),
    ("tiktok", A, {"size": 20 * MB}, {"size": 20 * MB + 1}, 136, {}),
    ("tiktok", A, {"format": "webp"}, {"format": "png"}, 136, {}),
    ("tiktok", A, {"width": 1_920, "height": 1_080}, {"width": 1_921, "height": 1_080}, 136, {}),
    ("tiktok", A, {"width": 1_080, "height": 1_080}, {"width": 1_081, "height": 1_081}, 136, {}),
    ("tiktok", V, {"size": 10 * GB}, {"size": 10 * GB + 1}, 136, {}),
    ("tiktok", V, {"format": "webm"}, {"format": "avi"}, 136, {}),
    ("tiktok", V, {"duration": 3}, {"duration": 2.9}, 136, {}),
    ("tiktok", V, {"duration": 600}, {"duration": 600.1}, 136, {}),
    ("tiktok", V, {"fps": 23}, {"fps": 22}, 136, {}),
    ("tiktok", V, {"fps": 60}, {"fps": 61}, 136, {}),
    ("tiktok", V, {"width": 360}, {"width": 359}, 136, {}),
    ("tiktok", V, {"height": 4_096}, {"height": 4_097}, 136, {}),
    ("twitter", A, {"size": 5 * MB}, {"size": 5 * MB + 1}, 136, {}),
    ("twitter", A, {"format": "webp"}, {"format": "bmp"}, 136, {}),
    ("twitter", A, {"width": 4, "height": 4}, {"width": 4, "height": 3}, 136, {}),
    ("twitter", A, {"width": 8_192, "height": 8_192}, {"width": 8_192, "height": 8_193}, 136, {}),
    ("twitter", V, {"size": 512 * MB}, {"size": 512 * MB + 1}, 136, {}),
    ("twitter", V, {"format": "mov"}, {"format": "avi"}, 136, {}),
    ("twitter", V, {"duration": 0.5}, {"duration": 0.4}, 136, {}),
    ("twitter", V, {"duration": 140}, {"duration": 140.5}, 136, {}),
    ("twitter", V, {"duration": 14_400}, {"duration": 14_401}, 136, {"longVideo": True}),
    ("twitter", V, {"fps": 60}, {"fps": 61}, 136, {}),
    ("twitter", V, {"width": 1_280, "height": 1_024}, {"width": 1_281, "height": 1_024}, 136, {}),
    ("twitter", V, {"width": 1_024, "height": 1_024}, {"width": 1_025, "height": 1_025}, 136, {}),
    ("twitter", V, {"width": 300, "height": 100}, {"width": 310, "height": 100}, 136, {}),
    ("twitter", V, {"width": 100, "height": 300}, {"width": 100, "height": 310}, 136, {}),
    ("youtube", V, {"size": 4 * GB}, {"size": 4 * GB + 1}, 136, {}),
    ("youtube", V, {"format": "mov"}, {"format": "avi"}, 136, {}),
    ("youtube", V, {"duration": 180}, {"duration": 181}, 136, {"shorts": True}),
]
SILENT_FILES: list[tuple[str, MediaFacts, Facts, Facts, int, Facts]] = [
    ("facebook", A, {"format": "png"}, {"format": "webp"}, 136, {"stories": True}),
    ("instagram", A, {"size": 8 * MB}, {"size": 8 * MB + 1}, 138, {"stories": True}),
    ("reddit", A, {"size": 10 * MB}, {"size": 10 * MB + 1}, 136, {}),
    ("reddit", A, {"format": "webp"}, {"format": "bmp"}, 136, {}),
]
# The shapes a network names, without saying that it refuses another.
ADVICE: list[tuple[str, MediaFacts, Facts, Facts, Facts]] = [
    ("facebook", V, {"width": 1_280, "height": 720}, {"width": 1_000, "height": 720}, {}),
    ("facebook", V, {"width": 720, "height": 1_280}, {"width": 720, "height": 1_000}, {}),
    ("facebook", V, {"width": 540, "height": 960}, {"width": 960, "height": 540}, {"reels": True}),
    ("pinterest", A, {"width": 1_000, "height": 1_500}, {"width": 1_000, "height": 1_400}, {}),
    ("pinterest", A, {"width": 600}, {"width": 599}, {}),
    ("pinterest", A, {"width": 2_000}, {"width": 2_001}, {}),
    ("pinterest", A, {"height": 900}, {"height": 899}, {}),
    ("pinterest", A, {"height": 3_000}, {"height": 3_001}, {}),
    ("snapchat", V, {"width": 1_080, "height": 1_920}, {"width": 1_080, "height": 1_350}, {}),
    ("tiktok", V, {"width": 1_920, "height": 1_080}, {"width": 1_080, "height": 1_080}, {}),
    ("youtube", V, {"width": 1_080, "height": 1_920}, {"width": 1_920, "height": 1_080}, {"shorts": True}),
]


def name(row: tuple[object, ...]) -> str:
    return str(row[0])


@pytest.mark.parametrize("row", COUNTS, ids=name)
def test_counts(assert_edge, row) -> None:
    network, inside, outside, code, options = row
    given, broken = ({"media": tuple(files), "options": options} for files in (inside, outside))
    assert_edge(network, given, broken, code, "mediaUrls")


@pytest.mark.parametrize("row", SILENT_COUNTS, ids=name)
def test_counts_where_text_is_not_shown(assert_edge, row) -> None:
    network, inside, outside, code, options = row
    given, broken = ({"text": "", "media": tuple(files), "options": options} for files in (inside, outside))
    assert_edge(network, given, broken, code, "mediaUrls")


@pytest.mark.parametrize("row", FILES, ids=name)
def test_files(assert_edge, row) -> None:
    network, file, inside, outside, code, options = row
    given, broken = ({"media": (replace(file, **facts),), "options": options} for facts in (inside, outside))
    assert_edge(network, given, broken, code, "mediaUrls[0]")


@pytest.mark.parametrize("row", SILENT_FILES, ids=name)
def test_files_where_text_is_not_shown(assert_edge, row) -> None:
    network, file, inside, outside, code, options = row
    given, broken = (
        {"text": "", "media": (replace(file, **facts),), "options": options} for facts in (inside, outside)
    )
    assert_edge(network, given, broken, code, "mediaUrls[0]")


@pytest.mark.parametrize("row", ADVICE, ids=name)
def test_named_shapes_are_advice(assert_edge, row) -> None:
    network, file, inside, outside, options = row
    given, broken = ({"media": (replace(file, **facts),), "options": options} for facts in (inside, outside))
    assert_edge(network, given, broken, 136, "mediaUrls[0]", warning=True)


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ({"width": 540, "height": 960}, {"width": 539, "height": 958}),
        ({"width": 540, "height": 960}, {"width": 537, "height": 955}),
    ],
)
def test_a_reel_of_facebook_has_a_smallest_size(content, inside: Facts, outside: Facts) -> None:
    facebook, options = NETWORKS["facebook"], {"reels": True}
    assert check(facebook, content("facebook", media=(replace(V, **inside),), options=options)) == []
    problems = check(facebook, content("facebook", media=(replace(V, **outside),), options=options))
    assert [(problem.code, problem.warning) for problem in problems] == [(136, False), (136, False)]


def test_a_reel_of_instagram_may_have_nearly_any_ratio(content) -> None:
    problems = check(NETWORKS["instagram"], content("instagram", media=(replace(V, width=19_000, height=1_000),)))
    assert {problem.code for problem in problems} == {182}
    assert "has 19 width by height; allowed: 0.01 to 10" in problems[-1].message


@pytest.mark.parametrize("network", [name for name, declared in NETWORKS.items() if declared.media.max_images])
def test_formats_that_the_api_converts_are_taken(network: str, content) -> None:
    for converted in ("heic", "heif", "avif"):
        assert check(NETWORKS[network], content(network, text="", media=(replace(A, format=converted),))) == []


def test_message_names_file_limit_and_actual_value_but_no_signature(content) -> None:
    file = replace(A, url="https://cdn.example.org/a.jpg?signature=secret", size=1_500_000)
    (problem,) = check(NETWORKS["bluesky"], content("bluesky", media=(A, file)))
    assert problem.message == (
        "Bluesky: mediaUrls[1] https://cdn.example.org/a.jpg has 1,500,000 bytes; allowed: at most 1,000,000"
    )


def test_every_fault_of_every_file_is_reported(content) -> None:
    file = replace(A, size=9 * MB, width=200)
    problems = check(NETWORKS["instagram"], content("instagram", media=(file, A, file)))
    assert [problem.field for problem in problems] == ["mediaUrls[0]"] * 2 + ["mediaUrls[2]"] * 2


@pytest.mark.parametrize(
    "url",
    ["https://cdn.example.org/a.jpg", "https://cdn.example.org/se%C3%B1al.jpg", "https://cdn.example.org/v?x=1&y=2"],
)
def test_good_media_url(url: str) -> None:
    assert check_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example.org/a.jpg",
        "cdn.example.org/a.jpg",
        "https:///a.jpg",
        "https://[::1/a.jpg",
        "https://cdn.example.org/a b.jpg",
        "https://cdn.example.org/a%20b.jpg",
        "https://cdn.example.org/señal.jpg",
        "",
    ],
)
def test_bad_media_url(url: str) -> None:
    problem = check_url(url, "mediaUrls[3]")
    assert problem is not None
    assert (problem.code, problem.field) == (136, "mediaUrls[3]")
