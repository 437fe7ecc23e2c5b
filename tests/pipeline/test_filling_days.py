"""Days of accounts that nobody asked about while nothing ran are asked about afterwards, without anybody's doing."""

from datetime import timedelta

from pipeline.analytics.gaps import day_gaps
from pipeline.measuring import AccountOptions, measure_accounts
from pipeline.recording import LAG_DAYS, QUARTER, lacks_days, record_measured

BY_DAY = AccountOptions(daily=True)


async def look(desk, *, fill_up):
    found = await measure_accounts(
        ["facebook"], client=desk.client, clock=desk.clock, source="sandbox", options=BY_DAY, fill_up=fill_up
    )
    assert not found.errors
    return record_measured(desk, {"account_metrics": found}, run_id=f"{desk.clock.now()}")


def gaps(desk, since):
    known = desk.lake.frame("account_days")
    found = day_gaps(known, since=since, until=desk.clock.now())
    return found[found["days"] > LAG_DAYS]


async def test_days_of_an_outage_are_filled_in(desk, embedded):
    _, host = embedded
    start = desk.clock.now()
    assert lacks_days(desk)
    await look(desk, fill_up=True)
    assert gaps(desk, start - QUARTER).empty
    assert not lacks_days(desk)
    await host.advance(timedelta(days=60))
    assert lacks_days(desk)
    await look(desk, fill_up=False)
    (days,) = gaps(desk, start)["days"]
    assert days > 25
    await host.advance(timedelta(hours=25))
    await look(desk, fill_up=lacks_days(desk))
    assert gaps(desk, start).empty


async def test_they_are_looked_for_once_a_day(desk, embedded):
    _, host = embedded
    await look(desk, fill_up=False)
    # The days before the usual span are lacking, and were not looked for.
    assert not gaps(desk, desk.clock.now() - QUARTER).empty
    assert not lacks_days(desk)
    await host.advance(timedelta(hours=25))
    assert lacks_days(desk)
    assert await look(desk, fill_up=True) > 0
    assert gaps(desk, desk.clock.now() - QUARTER).empty
    assert not lacks_days(desk)
    await host.advance(timedelta(hours=25))
    assert not lacks_days(desk)
