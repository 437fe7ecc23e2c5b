"""Features and quotas against the contract's matrices (posts.md 12.2, 12.6, content.md 12.1)."""

import pytest

from social.networks import NETWORKS
from social.networks.base import DAY, Feature

COLUMNS = (
    Feature.DELETE,
    Feature.COMMENTS,
    Feature.ADD_COMMENT,
    Feature.REPLY,
    Feature.COMMENT_MEDIA,
    Feature.REPLY_MEDIA,
    Feature.REPLY_BY_ID,
    Feature.DELETE_COMMENT,
    Feature.DELETE_COMMENT_BY_ID,
    Feature.DISABLE_COMMENTS,
    Feature.POST_ANALYTICS,
    Feature.ACCOUNT_ANALYTICS,
    Feature.HISTORY,
    Feature.MESSAGES,
    Feature.REVIEWS,
    Feature.STORIES,
    Feature.SHORT_VIDEO,
    Feature.ALT_TEXT,
    Feature.RICH_TEXT,
    Feature.THREADS,
    Feature.DUPLICATE_CHECK,
)
MATRIX = {
    #           del get add rep media rmedia rid dc dcid off post acc hist dm rev story short alt rich thread dup
    "bluesky": "y y y y . . . y . . y y y . . . . y . . y",
    "facebook": "y y y y y y y y y . y y y y y y y y y . y",
    "gmb": "y . . . . . . . . . . y . . y . . . . . y",
    "instagram": ". y y y . . y y y y y y y y . y y y y . y",
    "linkedin": "y y y y y y y y . y y y y . . . . y y . y",
    "pinterest": "y . . . . . . . . . y y y . . . . y . . .",
    "reddit": "y . y . . . . y . . y y . . . . . . . . .",
    "snapchat": "y . . . . . . . . . y y y . . y y . . . y",
    "telegram": "y . . . . . . . . . . . . . . . . . y . .",
    "threads": ". y y y . . . y y . y y y . . . . . y y y",
    "tiktok": ". y y y . . y y y y y y y . . . y . . . y",
    "twitter": "y y y y y . y y y . y y y y . . . y y y y",
    "youtube": "y y y y . . . y y . y y y . . . y . . . y",
}


@pytest.mark.parametrize("name", MATRIX)
def test_features_are_those_of_the_contract(name: str) -> None:
    expected = {feature for feature, mark in zip(COLUMNS, MATRIX[name].split(), strict=True) if mark == "y"}
    assert set(NETWORKS[name].features) == expected


def test_the_matrix_is_complete() -> None:
    assert set(MATRIX) == set(NETWORKS)
    assert set(COLUMNS) == set(Feature)


def test_quotas_are_those_of_the_contract() -> None:
    quotas = {name: [(q.posts, q.seconds, q.option) for q in network.quotas] for name, network in NETWORKS.items()}
    assert {name: found for name, found in quotas.items() if found} == {
        "facebook": [(30, DAY, "reels")],
        "instagram": [(50, DAY, None)],
        "linkedin": [(150, DAY, None)],
        "threads": [(250, DAY, None)],
        "tiktok": [(6, 60, None), (15, DAY, None)],
    }


def test_comments_are_limited_where_the_contract_says_so() -> None:
    limits = {name: network.comment_limit for name, network in NETWORKS.items() if network.comment_limit}
    assert limits == {"instagram": 2_196, "linkedin": 1_250, "reddit": 10_000}
