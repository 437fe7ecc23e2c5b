import pytest

from pipeline.accounting import Account, SumDoesNotClose, frame, verdicts_on
from pipeline.records import Claim, Disposition, Draft, Item, Outcome, Receipt, Verdict


def verdict(disposition, number=0):
    return Verdict(
        source="feed", place=f"entry {number}", identity=f"id {number}", title="T", disposition=disposition, reason="r"
    )


def draft(identity, networks="bluesky"):
    item = Item(source="feed", place="entry 1", identity=identity, content_hash="h", title=identity)
    return Draft(campaign="news", item=item, target=f"default:{networks}", texts={networks: "text"})


def claim(key, identity):
    return Claim(
        key=key, campaign="news", source="feed", identity=identity, title="", target="t", digest="d", body="{}"
    )


@pytest.fixture
def account():
    account = Account([verdict(Disposition.KNOWN, number) for number in range(80)])
    account.add([verdict(Disposition.SCHEDULED), verdict(Disposition.REFUSED)])
    return account


def test_a_sum_that_closes_gives_the_counts(account):
    counts = account.close(82)
    assert counts == dict.fromkeys(Disposition, 0) | {
        Disposition.KNOWN: 80,
        Disposition.SCHEDULED: 1,
        Disposition.REFUSED: 1,
    }
    assert account.line(82) == "read 82 = known 80 + scheduled 1 + refused 1"
    assert Account().close(0) == dict.fromkeys(Disposition, 0)
    assert Account().line(0) == "read 0 = 0"


@pytest.mark.parametrize(("read", "words"), [(83, "1 have no verdict"), (80, "2 verdicts are too many")])
def test_a_sum_that_does_not_close_fails(account, read, words):
    with pytest.raises(SumDoesNotClose, match=words):
        account.close(read)


def test_frame_keeps_one_row_per_verdict(account):
    table = account.frame()
    assert table.shape == (82, 6)
    assert table["disposition"].value_counts().to_dict() == {"known": 80, "scheduled": 1, "refused": 1}
    assert {str(dtype) for dtype in table.dtypes} == {"string"}
    assert frame([]).columns.tolist() == table.columns.tolist()


@pytest.mark.parametrize(
    ("outcomes", "disposition"),
    [
        ([Outcome.ACCEPTED], Disposition.SCHEDULED),
        ([Outcome.REFUSED], Disposition.REFUSED),
        ([Outcome.UNKNOWN], Disposition.UNKNOWN),
        ([Outcome.PENDING], Disposition.UNKNOWN),
        ([None], Disposition.UNKNOWN),
        ([], Disposition.KNOWN),
        ([Outcome.ACCEPTED, Outcome.REFUSED], Disposition.REFUSED),
        ([Outcome.ACCEPTED, None], Disposition.UNKNOWN),
    ],
)
def test_each_item_has_one_verdict(outcomes, disposition):
    claims = [claim(f"k{number}", "a") for number in range(len(outcomes))]
    receipts = [
        Receipt(key=f"k{number}", outcome=outcome, reason=f"because {outcome}")
        for number, outcome in enumerate(outcomes)
        if outcome
    ]
    [found] = verdicts_on([draft("a"), draft("a", "facebook")], claims, receipts)
    assert (found.identity, found.disposition) == ("a", disposition)
