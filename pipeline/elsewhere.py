"""Posts that the lake does not tell of: those of the ledger still under way, and what the API holds from elsewhere.

A calendar that knew only its own posts would show free days where a colleague has planned one at the API.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pipeline.analytics.rows import Row, post_rows
from pipeline.desk import Desk
from pipeline.ledger import noted_key
from pipeline.ledger.answers import receipt_of
from pipeline.ledger.keeping import draft_of, texts_of
from pipeline.ledger.receipts import PUBLISHED
from pipeline.records import Claim, Draft, Item, Outcome, Receipt, Slot
from social.contract.posts import StoredPost
from social.errors import SocialError


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Rows of the lake's table `posts`, not to be kept there, and what could not be learnt: empty when all was."""

    rows: list[Row]
    trouble: str = ""


async def elsewhere(desk: Desk, known: Collection[str], start: datetime, end: datetime) -> Elsewhere:
    """What goes out or went out from `start` to `end`, but is none of the posts with the API's ids in `known`.

    An API that cannot be asked is a trouble, not an error: the rest can be shown all the same.
    """
    rows: list[Row] = []
    found: set[str | None] = set()
    trouble = ""
    now = desk.clock.now()
    try:
        async for post in desk.client.history.everything(start, end):
            key = noted_key(post.notes)
            found.add(key)
            if post.id not in known:
                rows += _stored(post, key or post.id, now, desk.source)
    except SocialError as error:
        trouble = f"posts that wait at the API are missing: {error}"
    for claim in await desk.ledger.unsettled():
        if claim.key not in found and start <= (claim.slot.at or now) <= end:
            rows += _open(claim, now, desk.source)
    return Elsewhere(rows, trouble)


def _stored(post: StoredPost, key: str, now: datetime, source: str) -> list[Row]:
    at = post.schedule_date or post.created or now
    item = Item(source="", place="", identity=post.id, content_hash="")
    texts = texts_of(post.post or "", post.platforms)
    draft = Draft(campaign="", item=item, target="", texts=texts, slot=Slot(at=at))
    rows = post_rows(draft, receipt_of(key, post, post.platforms), observed_at=now, source=source, out_at=at)
    return rows if post.status in PUBLISHED else [row | {"published_at": None} for row in rows]


def _open(claim: Claim, now: datetime, source: str) -> list[Row]:
    outcome = Outcome.PENDING if claim.attempted_at is None else Outcome.UNKNOWN
    receipt = Receipt(key=claim.key, outcome=outcome, scheduled_for=claim.slot.at)
    return post_rows(draft_of(claim), receipt, observed_at=now, source=source)
