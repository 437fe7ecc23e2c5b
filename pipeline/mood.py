"""The mood of a text by VADER's lexicon, which reads English and emoji and says neutral of everything else."""

from functools import cache
from typing import Any

MARGIN = 0.05
"""Where VADER's authors part neutral from the two others."""


def mood(text: str) -> tuple[str, float]:
    """`positive`, `neutral` or `negative`, and VADER's compound score from -1 to 1. It reads English and emoji."""
    score = float(_analyser().polarity_scores(text)["compound"])
    word = "positive" if score >= MARGIN else "negative" if score <= -MARGIN else "neutral"
    return word, score


@cache
def _analyser() -> Any:  # noqa: ANN401 -- the library has no types
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415 -- reads its lexicon

    return SentimentIntensityAnalyzer()
