"""The table of codes: complete, consistent, and the only one; every number the code names is in it."""

import ast
import re
from pathlib import Path

import pytest

from social.contract.codes import CODES, meaning_of, status_of

ROOT = Path(__file__).parents[3]
ROOMS = ("server", "pipeline", "social")
# analytics.md 11.5, posts.md 9.4 and content.md 1.1, number by number.
NAMED = {101, 102, 107, 108, 110, 111, 114, 126, 136, 137, 138, 146, 156, 159, 161, 182, 186, 187, 189, 192, 221, 254}
NAMED |= {272, 288, 294, 349, 350, 361, 362, 373, 379, 382, 383, 395, 399, 400, 419, 440, 444, 450, 451, 452, 479, 485}
NAMED |= {501, 502, 503, 518}
CALLED = {"ApiError", "NetworkError", "meaning_of", "known", "failed", "error_element"}


def test_every_code_of_the_contract_is_there():
    assert set(CODES) >= NAMED
    assert all(number == code.number for number, code in CODES.items())


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: str(code.number))
def test_each_code_says_what_it_means_and_what_to_do(code):
    assert code.status in {200, 400, 401, 402, 403, 404, 405, 429, 500}
    for text in (code.meaning, code.resolution):
        assert re.fullmatch(r"\S.{8,}[.']", text), text


@pytest.mark.parametrize(
    ("number", "status", "classification"),
    [
        (102, 403, "user-action"),
        (401, 401, "user-action"),
        (402, 402, "user-action"),
        (156, 400, "developer-fix"),
        (272, 400, "developer-fix"),
        (186, 404, "developer-fix"),
        (444, 429, "developer-fix"),
        (503, 400, "developer-fix"),
        (500, 500, "network"),
        (518, 200, "warning"),
    ],
)
def test_the_classification_follows_the_http_status(number, status, classification):
    assert (status_of(number), CODES[number].classification) == (status, classification)


def test_unknown_numbers_are_tolerated():
    assert (status_of(9999), meaning_of(9999)) == (400, "The request was refused.")
    assert meaning_of(9999, "No analytics.") == "No analytics."


def test_every_number_in_the_code_is_in_the_table():
    found = {number for room in ROOMS for path in (ROOT / room).rglob("*.py") for number in numbers(path)}
    assert len(found) > 10
    assert found <= set(CODES), "add it to social/contract/codes.py"


def numbers(path):
    """Numbers that a call names as a code, by keyword `code`, or as an argument of a function that takes one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = [keyword.value for keyword in node.keywords if keyword.arg in {"code", "size_code"}]
        for argument in given + (node.args if name in CALLED else []):
            if isinstance(argument, ast.Constant) and type(argument.value) is int and argument.value > 100:
                yield argument.value
