"""Records of the journey as rows of the lake."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.analytics.rows import item_rows, post_rows, receipt_rows, run_row
from pipeline.analytics.tables import conform, to_pandas
from pipeline.records import Disposition, Draft, Item, NetworkReceipt, Outcome, Receipt, Slot, Verdict

AT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
ITEM = Item(
    source="https://f.example/rss",
    place="entry 1",
    identity="i1",
    content_hash="h",
    title="T",
    link="https://f.example/1",
)
DRAFT = Draft(campaign="news", item=ITEM, target="default:bluesky,twitter", texts={"bluesky": "b", "twitter": "t"})


def verdict(disposition: Disposition) -> Verdict:
    return Verdict(source=ITEM.source, place="entry 1", identity="i1", title="T", disposition=disposition, reason="why")


def receipt(**changes: Any) -> Receipt:
    networks = (
        NetworkReceipt(platform="bluesky", outcome=Outcome.ACCEPTED, social_id="at://1", url="https://b.example/1"),
        NetworkReceipt(platform="twitter", outcome=Outcome.REFUSED, code=110, message="duplicate"),
    )
    given = {"key": "k", "outcome": Outcome.ACCEPTED, "post_id": "p", "status": "success", "networks": networks}
    return Receipt(**(given | changes))


def test_items_carry_their_verdict_and_feed() -> None:
    rows = item_rows(
        [verdict(Disposition.SCHEDULED)],
        run_id="r",
        campaign="news",
        observed_at=AT,
        source="sandbox",
        items={(ITEM.source, "i1"): ITEM},
    )
    row = to_pandas("items", conform("items", rows)).iloc[0]
    assert (row["feed"], row["disposition"], row["link"]) == (ITEM.source, "scheduled", ITEM.link)


def test_receipts_have_one_row_per_network_or_one_for_the_whole() -> None:
    refused = receipt(outcome=Outcome.REFUSED, networks=(), reason="quota used up", code=402, status="")
    rows = receipt_rows([receipt(), refused], run_id="r", campaign="news", observed_at=AT, source="sandbox")
    frame = to_pandas("receipts", conform("receipts", rows))
    assert frame["network"].tolist() == ["bluesky", "twitter", ""]
    assert frame["reason"].tolist()[1:] == ["duplicate", "quota used up"]


def test_posts_stand_per_network() -> None:
    frame = to_pandas("posts", conform("posts", post_rows(DRAFT, receipt(), observed_at=AT, source="sandbox")))
    assert frame["status"].tolist() == ["success", "refused"]
    assert frame["published_at"].isna().tolist() == [False, True]
    assert frame["text"].tolist() == ["b", "t"]


def test_a_scheduled_post_is_not_out_yet() -> None:
    later = AT + timedelta(hours=3)
    draft = Draft(
        campaign="news", item=ITEM, target="x", texts={"bluesky": "b"}, slot=Slot(at=later, zone="Europe/Berlin")
    )
    answer = receipt(status="scheduled", networks=())
    frame = to_pandas("posts", conform("posts", post_rows(draft, answer, observed_at=AT, source="sandbox")))
    row = frame.iloc[0]
    assert (row["status"], row["scheduled_for"], row["zone"]) == ("scheduled", later, "Europe/Berlin")
    assert row.isna()["published_at"]


def test_a_run_closes_when_every_item_is_accounted_for() -> None:
    known = {
        "run_id": "r",
        "flow": "publish",
        "campaign": "news",
        "started_at": AT,
        "ended_at": AT,
        "source": "sandbox",
    }
    counts = {Disposition.KNOWN: 2, Disposition.REFUSED: 1}
    rows = [run_row(counts, read=3, **known), run_row(counts, read=4, **known)]
    frame = to_pandas("runs", conform("runs", rows))
    assert frame["closes"].tolist() == [True, False]
    assert frame["known"].tolist() == [2, 2]
