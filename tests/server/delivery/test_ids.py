"""Ids of delivered posts look like the network's own and are always the same for the same post."""

import re

import pytest

from server.delivery.ids import SHAPES, content_id, native_post
from social.networks import NETWORKS

SHAPE = {
    "bluesky": r"at://did:plc:[a-z2-7]{24}/app\.bsky\.feed\.post/3l[a-z2-7]{11}",
    "facebook": r"\d{15}_\d{15}",
    "gmb": r"\d{19}",
    "instagram": r"\d{17}",
    "linkedin": r"urn:li:share:7\d{18}",
    "pinterest": r"\d{18}",
    "reddit": r"1[a-z0-9]{6}",
    "snapchat": r"\d{19}",
    "telegram": r"\d{6}",
    "threads": r"\d{17}",
    "tiktok": r"\d{19}",
    "twitter": r"\d{19}",
    "youtube": r"[\w-]{11}",
}
PROFILE = "0f" * 20


def test_every_network_has_a_shape():
    assert set(SHAPES) == set(SHAPE) == set(NETWORKS)


@pytest.mark.parametrize("platform", sorted(SHAPES))
def test_shape(platform):
    post = native_post(PROFILE, platform, "Kq2n0TzAyrsharePosts")
    assert re.fullmatch(SHAPE[platform], post.social_id)
    assert post.url.startswith("https://")
    assert post == native_post(PROFILE, platform, "Kq2n0TzAyrsharePosts")


@pytest.mark.parametrize("platform", sorted(SHAPES))
def test_other_posts_have_other_ids(platform):
    ids = {native_post(PROFILE, platform, f"post-{number}").social_id for number in range(200)}
    assert len(ids) == 200


def test_content_ids_are_base_32():
    assert re.fullmatch(r"bafyrei[a-z2-7]{45}", content_id("a"))
    assert content_id("a") != content_id("b")
