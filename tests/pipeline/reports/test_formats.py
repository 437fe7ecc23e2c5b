"""How a report writes numbers, ages, text and links."""

from typing import Any

import pandas as pd
import pytest

from pipeline.reports import charts, formats


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (1234, "1,234"), (9999, "9,999"), (12_345, "12.3k"), (2_500_000, "2.5M"), (4e9, "4.0B"), (pd.NA, "–")],
)
def test_numbers_are_short(value: Any, expected: str) -> None:
    assert formats.number(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(12, "+12"), (-3, "−3"), (0, "±0"), (float("nan"), "–")])
def test_changes_carry_a_sign(value: Any, expected: str) -> None:
    assert formats.signed(value) == expected


@pytest.mark.parametrize(("hours", "expected"), [(0.5, "0.5 hours"), (1, "1 hour"), (36, "36 hours"), (48, "2 days")])
def test_ages_are_said_in_hours_or_days(hours: float, expected: str) -> None:
    assert formats.age(hours) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("One\n\n two  https://a.example/1", "One two"),
        ("https://a.example/1", "https://a.example/1"),
        ("word " * 40, "word " * 17 + "word …"),
        (pd.NA, ""),
    ],
)
def test_the_start_of_a_text_is_one_line(value: Any, expected: str) -> None:
    assert formats.start(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://a.example/1?b=c", "https://a.example/1?b=c"),
        ("http://a.example", "http://a.example"),
        ("javascript:alert(1)", ""),
        (" JavaScript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("https://", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_only_web_links_can_be_clicked(value: Any, expected: str) -> None:
    assert formats.link(value) == expected


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name", charts.COLOURS)
@pytest.mark.parametrize("background", ["#ffffff", "#191d23"])
def test_marks_stand_out_in_light_and_dark(name: str, background: str) -> None:
    light, dark = sorted((luminance(charts.COLOURS[name]), luminance(background)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3
