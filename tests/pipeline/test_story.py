"""What a run tells people."""

import pytest

from pipeline.story import gathered


@pytest.mark.parametrize(
    ("warnings", "told"),
    [
        ([], []),
        (["bluesky: no alt", "twitter: no alt"], ["bluesky, twitter: no alt"]),
        (["bluesky: cut", "twitter: no alt"], ["bluesky: cut", "twitter: no alt"]),
        (
            ["picture https://example.org/a.jpg left out: HTTP 404"],
            ["picture https://example.org/a.jpg left out: HTTP 404"],
        ),
    ],
)
def test_same_warning_of_several_networks_is_told_once(warnings: list[str], told: list[str]) -> None:
    assert gathered(warnings) == told
