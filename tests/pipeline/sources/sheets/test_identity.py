"""Rows keep their identity when they are moved, sorted or inserted; edits are recognised."""

from dataclasses import replace

import pytest

from pipeline.ledger.stored import dump_item, load_item
from pipeline.sources.sheets import RowTrace, match_edits, parse_sheet, trace

HEADER = "Date,Platform,Text,Link\n"
ROWS = [
    "2025-03-01 10:00,X,The first swallows are back in the old barn,https://example.com/1",
    "2025-03-02 10:00,X,Nesting boxes can still be hung this week,https://example.com/2",
    "2025-03-02 10:00,fb,Nesting boxes can still be hung this week,https://example.com/2",
    "2025-03-09 10:00,X,Nesting boxes can still be hung this week,https://example.com/2",
    ",X,A quiet word for the queue,",
]


def items(rows, header=HEADER):
    reading = parse_sheet((header + "\n".join(rows)).encode(), name="plan.csv", source="plan.csv")
    assert reading.ok, reading.reason
    return reading.items


def identities(rows):
    return {item.identity: item.content_hash for item in items(rows)}


def edited(rows, before=ROWS):
    """Texts of the old rows by texts of the new ones they were matched with."""
    old, new = ({item.identity: item for item in items(each)} for each in (before, rows))
    matched = match_edits([trace(item) for item in old.values()], [trace(item) for item in new.values()])
    return {new[fresh].place: old[former].place for fresh, former in matched.items()}


def test_reading_twice_gives_the_same():
    assert items(ROWS) == items(ROWS)


def test_sorting_and_inserting_changes_no_identity():
    before = identities(ROWS)
    assert len(before) == 5
    shuffled = [
        *ROWS,
        "2025-04-01,X,A new one",
        "",
        "2025-03-16,X,Nesting boxes can still be hung this week,https://example.com/2",
    ]
    shuffled.sort(key=lambda row: row[::-1])
    after = identities(shuffled)
    assert before.items() <= after.items()
    assert len(after) == 7


def test_removing_the_first_of_two_repeats_leaves_the_other():
    assert identities(ROWS[2:]).items() <= identities(ROWS).items()


def test_columns_may_be_moved_and_added():
    turned = [",".join([*reversed(row.split(",")), "a note"]) for row in ROWS]
    header = "Link,Text,Platform,Date,Notes\n"
    assert {item.identity for item in items(turned, header)} == set(identities(ROWS))


def test_an_id_column_says_who_a_row_is():
    before = items(["7,2025-03-01,One"], "ID,Date,Text\n")
    after = items(["7,2025-03-05,Another thing altogether"], "ID,Date,Text\n")
    assert before[0].identity == after[0].identity == "id:7"
    assert before[0].content_hash != after[0].content_hash
    assert match_edits([trace(before[0])], [trace(after[0])]) == {}


@pytest.mark.parametrize(
    ("row", "change"),
    [
        (0, ("2025-03-01 10:00", "2025-03-05 18:30")),
        (0, ("swallows are back", "swallows have come back")),
        (0, ("https://example.com/1", "https://example.com/one")),
        (0, (",X,", ',"X, LinkedIn",')),
        (4, ("quiet word", "quiet little word")),
        (4, (",X,A", "2025-05-01,X,A")),
    ],
    ids=["date", "text", "link", "networks", "text of the queue", "date for the queue"],
)
def test_an_edited_row_is_found_again(row, change):
    rows = list(ROWS)
    rows[row] = rows[row].replace(*change)
    assert rows[row] != ROWS[row]
    assert edited(rows) == {f"C{row + 2}": f"C{row + 2}"}


def test_an_edit_is_found_in_a_sheet_that_was_sorted():
    rows = [row.replace("first swallows", "very first swallows") for row in reversed(ROWS)]
    assert edited(rows) == {"C6": "C2"}


def test_a_rewritten_row_is_a_new_one():
    rows = [*ROWS[1:], "2025-06-01,LinkedIn,Our yearly meeting takes place in the town hall,https://example.com/9"]
    assert edited(rows) == {}


def test_each_row_is_matched_once():
    before = [RowTrace(identity="a", row=2, text="Spring is here, come and see")]
    after = [
        RowTrace(identity="b", row=2, text="Spring is here, come and see us"),
        RowTrace(identity="c", row=3, text="Spring is here, come and see it"),
    ]
    assert match_edits(before, after) == {"b": "a"}
    assert match_edits(after, before) == {"a": "b"}


def test_matching_many_rows_is_not_all_with_all():
    numbers = range(2000)
    before = [RowTrace(identity=f"a{n}", row=n, text=f"{n:05} of many posts that end alike") for n in numbers]
    after = [replace(one, identity=f"b{n}", wall="2025-03-01") for n, one in enumerate(before)]
    assert match_edits(before, after) == {f"b{n}": f"a{n}" for n in numbers}


def test_what_a_row_asks_for_survives_the_ledger():
    header = "Date,Platform,LinkedIn text,Image,Alt text,Subreddit,First comment\n"
    (item,) = items(["2025-03-01 10:00,Instagram story,Long words,https://example.com/1.jpg,A cat,birds,More"], header)
    assert item.ask.options == {"instagram": {"stories": True}, "reddit": {"subreddit": "birds"}}
    assert load_item(dump_item(item)) == item
