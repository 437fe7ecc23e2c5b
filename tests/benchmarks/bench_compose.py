"""Composing: items per second for three networks, and how much it adds to bare Jinja rendering of the same template."""

import statistics
import time
from collections.abc import Callable

from jinja2 import Environment
from rows import QUICK, REPEATS, Row, ratio, tell

from pipeline.campaign import Campaign
from pipeline.compose.drafts import Composer
from pipeline.compose.requests import body
from pipeline.records import Item

ITEMS = 300 if QUICK else 3_000
NETWORKS = ["bluesky", "facebook", "linkedin"]


def items() -> list[Item]:
    """Invented items as a news feed has them: a headline, a link, a teaser, three tags."""
    return [
        Item(
            source="https://example.org/feed",
            place=f"entry {number}",
            identity=str(number),
            content_hash="",
            title=f"Größe der Häfen: story {number} about boats in winter",
            text="The storm came at night. Boats were lost. " * 6,
            link=f"https://example.org/story/{number}?a=b",
            tags=("sea", "boats", "winter harbour"),
        )
        for number in range(ITEMS)
    ]


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the rates, medians of interleaved repeats."""
    given = items()
    campaign = Campaign(platforms=NETWORKS)
    composer = Composer(campaign)
    template = Environment(autoescape=False).from_string(campaign.template)  # noqa: S701 - plain text
    drafts = [composer.compose(item) for item in given]
    work = {
        "bare": lambda: [template.render(item=item) for item in given for _ in NETWORKS],
        "compose": lambda: [composer.compose(item) for item in given],
        "body": lambda: [body(draft, "dc-key") for draft in drafts],
    }
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(REPEATS):
        for name, run in work.items():
            taken[name].append(seconds(run))
    composing, bodies = (ITEMS / statistics.median(taken[name]) for name in ("compose", "body"))
    detail = f"{composing:,.0f} items/s for {len(NETWORKS)} networks, {bodies:,.0f} request bodies/s"
    tell(Row(f"compose {ITEMS:,} items", "bare Jinja", ratio(taken["compose"], taken["bare"]), detail=detail))


if __name__ == "__main__":
    main()
