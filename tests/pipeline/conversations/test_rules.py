"""Rules: which remark fits, what is answered, and what never is."""

from datetime import UTC, datetime, time, timedelta

import pytest
from pydantic import ValidationError

from pipeline.conversations.remarks import Remark
from pipeline.conversations.rules import Engagement, Rule, decide
from pipeline.mood import mood

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def remark(**more):
    known = {
        "kind": "comment",
        "network": "facebook",
        "id": "1",
        "place": "p1",
        "text": "Are you open on Sunday?",
        "author": "Ann Smith",
        "author_id": "17",
        "at": NOW - HOUR,
    }
    return Remark(**(known | more))


def actions(remarks, *rules, **settings):
    engagement = Engagement(rules=list(rules), **settings)
    return decide(remarks, engagement, NOW, mood=lambda text: mood(text)[0])


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"kinds": ["comment", "review"]}, True),
        ({"kinds": ["message"]}, False),
        ({"networks": ["instagram"]}, False),
        ({"contains": ["open"]}, True),
        ({"contains": ["SUNDAY"]}, True),
        ({"contains": ["pen"]}, False),
        ({"contains": ["on sunday"]}, True),
        ({"contains": ["shut", "open"]}, True),
        ({"contains": ["?"]}, True),
        ({"sentiment": ["neutral"]}, True),
        ({"sentiment": ["negative", "positive"]}, False),
        ({"min_stars": 1}, False),
    ],
    ids=repr,
)
def test_everything_given_must_fit(rule, fits):
    assert bool(actions([remark()], Rule(**rule))) is fits


@pytest.mark.parametrize(("stars", "fits"), [(1, False), (2, True), (3, True), (4, False), (None, False)])
def test_stars_are_bounds(stars, fits):
    assert bool(actions([remark(kind="review", stars=stars)], Rule(min_stars=2, max_stars=3))) is fits


def test_the_first_rule_that_fits_decides():
    first, second = Rule(name="a", contains=["open"], action="ignore"), Rule(name="b", action="flag")
    assert [one.rule for one in actions([remark(), remark(text="Hi")], first, second)] == ["a", "b"]


def test_an_answer_is_a_template_over_data():
    rule = Rule(action="answer", reply="Hi {{ first_name }}, {{ text | upper }} ({{ network }})")
    (one,) = actions([remark(text="{{ 7 * 7 }} {% raw %}")], rule)
    assert one.answer == "Hi Ann, {{ 7 * 7 }} {% RAW %} (facebook)"


@pytest.mark.parametrize(
    "reply", ["{{ author.__class__.__mro__ }}", "{{ nobody }}", "{{ 'a' * 99999999 }}", "{{ 1/0 }}"]
)
def test_a_reply_that_fails_flags(reply):
    (one,) = actions([remark()], Rule(action="answer", reply=reply))
    assert one.action == "flag"
    assert "could not be made" in one.reason


@pytest.mark.parametrize(
    "changes",
    [{"own": True}, {"answered": True}, {"at": None}, {"at": NOW - 49 * HOUR}],
    ids=repr,
)
def test_what_never_needs_an_answer(changes):
    assert actions([remark(**changes)], Rule()) == []


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({"network": "facebook", "at": NOW - 23 * HOUR}, "answer"),
        ({"network": "facebook", "at": NOW - 25 * HOUR}, "flag"),
        ({"network": "instagram", "at": NOW - 25 * HOUR}, "answer"),
        ({"network": "twitter", "at": NOW - 47 * HOUR}, "answer"),
        ({"answerable": False}, "flag"),
    ],
    ids=repr,
)
def test_windows_of_networks_are_respected(changes, action):
    (one,) = actions([remark(kind="message", **changes)], Rule(action="answer", reply="Hi"))
    assert one.action == action
    assert bool(one.reason) == (action == "flag")


@pytest.mark.parametrize(
    ("begin", "end", "at", "quiet"),
    [
        (time(22), time(7), "2027-01-05T21:59:00+01:00", False),
        (time(22), time(7), "2027-01-05T22:00:00+01:00", True),
        (time(22), time(7), "2027-01-06T06:59:00+01:00", True),
        (time(22), time(7), "2027-01-06T07:00:00+01:00", False),
        (time(12), time(13), "2027-01-05T12:30:00+01:00", True),
        (time(12), time(13), "2027-01-05T13:00:00+01:00", False),
        # The night on which the clock jumps from 02:00 to 03:00.
        (time(2), time(4), "2027-03-28T01:30:00+00:00", True),
    ],
)
def test_quiet_hours_are_wall_time(begin, end, at, quiet):
    engagement = Engagement(quiet_from=begin, quiet_until=end, zone="Europe/Berlin")
    assert engagement.is_quiet(datetime.fromisoformat(at)) is quiet


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (Rule, {"action": "answer"}),
        (Rule, {"action": "answer", "reply": "{{ author"}),
        (Rule, {"networks": ["myspace"]}),
        (Rule, {"max_stars": 6}),
        (Engagement, {"quiet_from": "22:00"}),
        (Engagement, {"zone": "Nowhere"}),
        (Engagement, {"unknown": 1}),
    ],
    ids=repr,
)
def test_what_a_form_refuses(model, given):
    with pytest.raises(ValidationError):
        model(**given)
