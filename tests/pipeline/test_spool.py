"""The spool: what is put in comes out, in order and as often as asked, whether it lay in memory or on disk."""

import tempfile

import pytest

from pipeline.spool import Spool

THINGS = {number: (f"thing {number}", list(range(number))) for number in range(7)}


@pytest.mark.parametrize("most", [0, 12, 10**9])
def test_things_come_out_in_order_however_they_came_in(most):
    spool = Spool(most)
    for number in (3, 0, 6, 1, 5, 2, 4):
        spool.put(number, THINGS[number], weight=number + 1)
    assert len(spool) == len(THINGS)
    for _ in range(2):
        assert list(spool) == list(THINGS.values())


def test_two_can_read_at_once():
    spool = Spool(0)
    for number, thing in THINGS.items():
        spool.put(number, thing, weight=1)
    assert [*zip(spool, spool, strict=True)] == [(thing, thing) for thing in THINGS.values()]


def test_only_what_has_room_is_held():
    spool, light, heavy = Spool(10), ["light"], ["heavy"]
    for number, (thing, weight) in enumerate([(light, 10), (heavy, 1), (light, 0)]):
        spool.put(number, thing, weight)
    first, second, third = spool
    assert first is light
    assert third is light
    assert second == heavy
    assert second is not heavy


def test_nobody_else_finds_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool(0)
    spool.put(0, "secret", weight=1)
    assert list(tmp_path.iterdir()) == []
    assert list(spool) == ["secret"]
