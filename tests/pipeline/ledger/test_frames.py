from datetime import timedelta

import pandas as pd
import pytest

from pipeline.campaign import Campaign
from pipeline.ledger import Run
from pipeline.records import Disposition, NetworkReceipt, Outcome, Receipt

UTC_INSTANT = "datetime64[us, UTC]"
CLAIMS = "slot_at claimed_at attempted_at settled_at scheduled_for published_at measured_at next_look"
INSTANTS = {
    "items": ["published", "first_seen"],
    "claims": [
        "slot_at",
        "claimed_at",
        "attempted_at",
        "settled_at",
        "scheduled_for",
        "published_at",
        "measured_at",
        "next_look",
    ],
    "receipts": [],
    "runs": ["started_at", "finished_at"],
    "feeds": ["primed_at", "last_read", "last_success", "last_new_item"],
}


@pytest.mark.parametrize("filled", [False, True])
async def test_types_are_declared_whether_empty_or_not(ledger, clock, make_item, make_reading, make_draft, filled):
    if filled:
        await ledger.admit(Campaign(name="news"), [make_reading([make_item(1)])], backfill=1)
        [claim] = await ledger.claim([make_draft(1)])
        network = NetworkReceipt(platform="bluesky", outcome=Outcome.ACCEPTED, social_id="b1")
        await ledger.settle([Receipt(key=claim.key, outcome=Outcome.ACCEPTED, status="success", networks=(network,))])
        await ledger.record_run(
            Run(campaign="news", started_at=clock.now(), finished_at=clock.now(), read=0, counts={})
        )
    for name, instants in INSTANTS.items():
        frame = await ledger.frame(name)
        assert len(frame) == filled
        assert [str(frame[column].dtype) for column in instants] == [UTC_INSTANT] * len(instants)
        assert {str(dtype) for dtype in frame.dtypes} <= {UTC_INSTANT, "Int64", "string"}


async def test_frames_hold_what_was_recorded(ledger, clock, make_draft):
    at = clock.now() + timedelta(hours=1, microseconds=123456)
    await ledger.claim([make_draft(1, at=at), make_draft(2)])
    frame = (await ledger.frame("claims")).set_index("identity")

    assert frame.loc["guid-1", "slot_at"] == pd.Timestamp(at)
    assert frame.loc["guid-2", "slot_at"] is pd.NaT
    assert frame.loc["guid-1", "outcome"] == "pending"
    assert frame["code"].isna().all()
    assert not {"lease_owner", "lease_until", "stored", "rank"} & set(frame.columns)


async def test_unknown_frame_names_the_known_ones(ledger):
    with pytest.raises(ValueError, match="choose from items, claims, receipts, runs, feeds"):
        await ledger.frame("posts")


async def test_a_run_is_recorded_once(ledger, clock):
    counts = {Disposition.KNOWN: 80, Disposition.SCHEDULED: 30}
    run = Run(campaign="news", started_at=clock.now(), finished_at=clock.now(), read=110, counts=counts, note="fine")
    await ledger.record_run(run)
    await ledger.record_run(run)

    [row] = (await ledger.frame("runs")).to_dict("records")
    assert (row["read"], row["known"], row["scheduled"], row["refused"], row["note"]) == (110, 80, 30, 0, "fine")
