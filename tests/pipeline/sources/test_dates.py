from datetime import UTC, datetime, timedelta

import pytest

from pipeline.records import DateQuality
from pipeline.sources.dates import best_date, read_date

NOW = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant", "quality"),
    [
        ("2027-01-04T09:00:00Z", "2027-01-04T09:00:00", "exact"),
        ("2027-01-04t09:00:00.5+01:00", "2027-01-04T08:00:00.500000", "exact"),
        ("2027-01-04 09:00:00 +0100", "2027-01-04T08:00:00", "exact"),
        ("2027-01-04T09:00", "2027-01-04T09:00:00", "assumed zone"),
        ("Mon, 4 Jan 2027 09:00 GMT", "2027-01-04T09:00:00", "exact"),
        ("04 Jan 2027 09:00:00 -0330", "2027-01-04T12:30:00", "exact"),
        ("Mon, 4 Jan 2027 09:00:00 XYZ", "2027-01-04T09:00:00", "assumed zone"),
        ("Mon, 4 Jan 2027", "2027-01-04T00:00:00", "date only"),
        ("Mon Jan  4 09:00:00 2027", "2027-01-04T09:00:00", "assumed zone"),
        ("January 4, 2027", "2027-01-04T00:00:00", "date only"),
        ("01/04/2027 09:00", "2027-01-04T09:00:00", "assumed zone"),
        ("04.01.2027", "2027-01-04T00:00:00", "date only"),
        ("Mon, 4 Jan 27 09:00:00 GMT", "2027-01-04T09:00:00", "exact"),
        ("4 stycznia 2027", "2027-01-04T00:00:00", "date only"),
        ("Tue, 05 Jan 2027 11:00:00 GMT", "2027-01-05T11:00:00", "exact"),
        ("Tue, 05 Jan 2027 13:00:00 GMT", "2027-01-05T13:00:00", "implausible"),
        ("Sat, 31 Dec 1994 23:59:59 GMT", "1994-12-31T23:59:59", "implausible"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59", "implausible"),
    ],
)
def test_dates_are_read(text, instant, quality):
    assert read_date(text, now=NOW) == (datetime.fromisoformat(instant).replace(tzinfo=UTC), DateQuality(quality))


@pytest.mark.parametrize(
    "text", ["2027-13-40", "31/02/2027", "Mon, 32 Jan 2027 09:00:00 GMT", "2 days ago", "09:00", "x" * 200]
)
def test_nonsense_is_unreadable(text):
    assert read_date(text, now=NOW) == (None, DateQuality.UNREADABLE)


def test_most_trustworthy_date_wins():
    plausible = NOW - timedelta(days=1)
    texts = ["0001-01-01T00:00:00Z", "nonsense", plausible.isoformat(), NOW.isoformat()]
    assert best_date(texts, now=NOW) == (plausible, DateQuality.EXACT)
    assert best_date(texts[:2], now=NOW)[1] is DateQuality.IMPLAUSIBLE
    assert best_date([], now=NOW) == (None, DateQuality.MISSING)
