"""Sheets through whole runs on the embedded API: each row once, whatever is moved, sorted, edited or broken."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from pipeline.campaign import Campaign
from pipeline.desk import Desk
from pipeline.publishing import Publishing
from pipeline.story import tell
from social.contract.history import HistoryQuery
from social.contract.posts import StoredPost
from tests.pipeline.compose.test_decorations import video as film

HEADER = ("Date", "Time", "Platform", "Caption", "Link", "Hashtags")
SHEETS = Path(__file__).parents[2].parent / "shared" / "data" / "sheets"
Row = Sequence[str]


class Rig:
    """A desk on the embedded API, and what a person does with it."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder

    def day(self, ahead: int) -> str:
        return f"{self.desk.clock.now() + timedelta(days=ahead):%Y-%m-%d}"

    def rows(self) -> list[Row]:
        return [
            (self.day(3), "09:30", "Bluesky, Facebook", "The harbour café opens", "https://example.org/cafe", ""),
            (self.day(4), "18:00", "Telegram", "Boats leave at noon", "", "#Sea #Boats #Winter"),
            ("", "", "", "A row that waits for its turn in the queue", "", ""),
        ]

    def csv(self, rows: Sequence[Row], name: str = "calendar.csv") -> Path:
        told = io.StringIO(newline="")
        csv.writer(told).writerows([HEADER, *rows])
        path = self.folder / name
        path.write_text(told.getvalue(), encoding="utf-8", newline="")
        return path

    def xlsx(self, rows: Sequence[Row], name: str = "calendar.xlsx") -> Path:
        book = openpyxl.Workbook()
        for row in (HEADER, *rows):
            book.active.append(list(row))
        path = self.folder / name
        book.save(path)
        return path

    def campaign(self, *sources: Path, **changes: Any) -> Campaign:
        given = {"sources": [str(one) for one in sources], "platforms": ["bluesky", "facebook"], **changes}
        return Campaign.model_validate(given)

    async def run(self, campaign: Campaign, *, dry_run: bool = False) -> Publishing:
        return await Publishing(campaign, self.desk, dry_run=dry_run).run()

    async def posts(self) -> dict[str, StoredPost]:
        found = (await self.desk.client.history.list(HistoryQuery(limit=1000, last_days=0))).history
        return {text_of(post): post for post in found}


def text_of(post: StoredPost) -> str:
    return str(post.post).splitlines()[0]


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def counts(run: Publishing) -> dict[str, int]:
    return {name: count for name, count in tell(run).counts.items() if count}


@pytest.fixture
def rig(tmp_path, desk):
    sheets = tmp_path / "calendars"
    sheets.mkdir()
    return Rig(desk, sheets)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_every_row_is_posted_once(rig, kind):
    write: Callable[[Sequence[Row]], Path] = getattr(rig, kind)
    campaign = rig.campaign(write(rig.rows()))
    assert counts(await rig.run(campaign, dry_run=True)) == {"planned": 3}
    assert counts(await rig.run(campaign)) == {"scheduled": 3}
    assert counts(await rig.run(campaign)) == {"known": 3}
    posts = await rig.posts()
    assert len(posts) == 3
    cafe = posts["The harbour café opens"]
    assert (sorted(cafe.platforms), str(cafe.post).splitlines()[-1]) == (
        ["bluesky", "facebook"],
        "https://example.org/cafe",
    )
    boats = posts["Boats leave at noon #Sea #Boats #Winter"]
    assert list(boats.platforms) == ["telegram"]


async def test_moved_and_inserted_rows_are_never_posted_again(rig):
    rows = rig.rows()
    campaign = rig.campaign(rig.csv(rows))
    await rig.run(campaign)
    new = (rig.day(6), "08:00", "Bluesky", "Something else altogether", "", "")
    rig.csv([rows[2], new, rows[1], rows[0]])
    assert counts(await rig.run(campaign)) == {"known": 3, "scheduled": 1}
    assert len(await rig.posts()) == 4


async def test_a_rows_time_is_wall_time_in_its_zone(rig):
    row = ("2027-07-01", "09:30", "Bluesky", "Summer begins", "", "")
    campaign = rig.campaign(rig.csv([row]), sheet={"zone": "Europe/Berlin"}, timing={"policy": "slots"})
    run = await rig.run(campaign)
    slot = run.plan.drafts[0].slot
    assert (slot.at, slot.zone) == (datetime(2027, 7, 1, 7, 30, tzinfo=UTC), "Europe/Berlin")
    assert (await rig.posts())["Summer begins"].schedule_date == slot.at


async def test_rows_without_a_date_go_out_in_the_order_of_the_sheet(rig):
    rows = [("", "", "", f"Row number {number}", "", "") for number in range(5)]
    campaign = rig.campaign(rig.csv(rows), timing={"policy": "spread", "every_minutes": 30})
    run = await rig.run(campaign)
    assert [draft.item.text for draft in run.plan.drafts] == [row[3] for row in rows]


async def test_an_edited_row_updates_the_post_that_waits_and_no_other(rig):
    rows = rig.rows()
    campaign = rig.campaign(rig.xlsx(rows), sheet={"write_back": True})
    await rig.run(campaign)
    rows[0] = (*rows[0][:3], "The harbour café opens today", *rows[0][4:])
    rows[2] = (*rows[2][:3], "A row that waited for its turn in the queue", *rows[2][4:])
    rig.xlsx(rows)
    run = await rig.run(campaign)
    assert counts(run) == {"known": 2, "scheduled": 1}
    assert sorted(verdict.reason.partition(" for ")[0] for verdict in run.part.verdicts) == [
        "edited since it was planned: text changed; it went out before the edit",
        "replaces the post scheduled",
        "seen before",
    ]
    told = tell(run)
    assert told.troubles == []
    assert [row["networks"] for row in told.table if row["disposition"] == "scheduled"] == ["bluesky, facebook"]
    assert sorted(await rig.posts()) == sorted(
        [rows[0][3], "Boats leave at noon #Sea #Boats #Winter", rig.rows()[2][3]]
    )
    cells = list(openpyxl.load_workbook(rig.folder / "calendar.xlsx").active.values)
    assert [row[6] for row in cells[1:]] == [
        f"scheduled for {rig.day(3)} 09:30 UTC",
        f"scheduled for {rig.day(4)} 18:00 UTC",
        "posted",
    ]
    assert counts(await rig.run(campaign)) == {"known": 3}


async def test_a_row_that_expired_is_posted_once_it_has_a_new_date(rig):
    row = ("2020-01-05", "09:30", "Bluesky", "Long gone", "", "")
    campaign = rig.campaign(rig.csv([row]))
    assert counts(await rig.run(campaign)) == {"filtered": 1}
    rig.csv([(rig.day(2), *row[1:])])
    assert counts(await rig.run(campaign)) == {"scheduled": 1}


async def test_a_row_left_over_by_a_broken_run_goes_out_as_it_reads_now(rig):
    rows = rig.rows()
    campaign = rig.campaign(rig.csv(rows))
    broken = Publishing(campaign, rig.desk)
    await broken.read()
    await broken.admit()
    rows[1] = (*rows[1][:3], "Boats leave at one", *rows[1][4:])
    rig.csv(rows)
    assert counts(await rig.run(campaign)) == {"scheduled": 3}
    assert "Boats leave at one #Sea #Boats #Winter" in await rig.posts()
    assert len(await rig.posts()) == 3


async def test_the_queue_fits_around_dated_rows_of_later_batches(rig, monkeypatch):
    monkeypatch.setattr("pipeline.publishing.BATCH", 1)
    rows = [("", "", network, f"{network} in its turn", "", "") for network in ("Bluesky", "Facebook")]
    path = rig.csv([*rows, (rig.day(1), "09:30", "Facebook", "On its date", "", "")])
    run = await rig.run(rig.campaign(path, timing={"policy": "slots", "slots": ["09:30"], "start": rig.day(1)}))
    days = {draft.item.text.partition(" in")[0]: f"{draft.slot.at:%Y-%m-%d}" for draft in run.plan.drafts}
    assert days == {"Bluesky": rig.day(1), "Facebook": rig.day(2), "On its date": rig.day(1)}


async def test_an_id_tells_who_an_edited_row_is(rig):
    path = rig.folder / "ids.csv"
    campaign = rig.campaign(path)

    def write(date: str, text: str) -> None:
        path.write_text(f"Id,Date,Time,Platform,Caption\n7,{date},09:30,Bluesky,{text}\n", encoding="utf-8")

    write("2020-01-05", "Boats leave")
    assert counts(await rig.run(campaign)) == {"filtered": 1}
    write(rig.day(2), "Boats leave")
    assert counts(await rig.run(campaign)) == {"scheduled": 1}
    write(rig.day(3), "Boats have left")
    assert counts(await rig.run(campaign)) == {"scheduled": 1}
    assert list(await rig.posts()) == ["Boats have left"]


async def test_a_refused_sheet_stops_no_other_and_is_handed_back(rig, feed):
    bad = rig.csv([*rig.rows(), (rig.day(2), "10:00", "Fotolog", "Nowhere to go", "", "")], "bad.csv")
    good = rig.csv([(rig.day(5), "10:00", "Bluesky", "A row of another sheet", "", "")], "good.csv")
    run = await rig.run(rig.campaign(bad, good, feed(range(2)), backfill=2))
    assert counts(run) == {"quarantined": 4, "scheduled": 3}
    (trouble,) = tell(run).troubles
    assert "C5: 'Fotolog' is no network" in trouble
    copy = Path(trouble.rpartition(": ")[2])
    assert copy.parent == rig.desk.reports.parent / "sheets"
    (line,) = [line for line in lines_of(copy) if "Fotolog" in line]
    assert "is no network" in line
    rig.csv(rig.rows(), "bad.csv")
    assert counts(await rig.run(rig.campaign(bad, good))) == {"known": 1, "scheduled": 3}


async def test_a_dry_run_writes_no_copy(rig):
    bad = rig.csv([(rig.day(2), "10:00", "Fotolog", "Nowhere to go", "", "")])
    run = await rig.run(rig.campaign(bad), dry_run=True)
    assert counts(run) == {"quarantined": 1}
    assert not (rig.desk.reports.parent / "sheets").exists()


async def test_a_folder_may_hold_sheets_and_feeds(rig, feed):
    feed(range(2)).rename(rig.folder / "news.xml")
    rig.csv(rig.rows())
    (rig.folder / "~$calendar.xlsx").write_bytes(b"kept open by an office program")
    run = await rig.run(rig.campaign(rig.folder, backfill=1))
    assert counts(run) == {"filtered": 1, "scheduled": 4}
    assert tell(run).troubles == []


async def test_results_are_written_back(rig):
    path = rig.xlsx([*rig.rows(), (rig.day(2), "10:00", "YouTube", "No video for this", "", "")])
    campaign = rig.campaign(path, sheet={"write_back": True})
    assert counts(await rig.run(campaign)) == {"quarantined": 1, "scheduled": 3}
    cells = list(openpyxl.load_workbook(path).active.values)
    assert cells[0] == (*HEADER, "Dovecote status", "Dovecote link", "Dovecote error")
    assert cells[1][:4] == tuple(rig.rows()[0][:4])
    assert cells[1][6] == f"scheduled for {rig.day(3)} 09:30 UTC"
    assert cells[3][6] == "posted"
    assert cells[3][7].startswith("http")
    assert counts(await rig.run(campaign)) == {"known": 4}


def with_files(rig, *names: str, header: str = "Picture") -> Path:
    path = rig.folder / "calendar.csv"
    rows = [f"{rig.day(3 + n)};Post number {n};{name}" for n, name in enumerate(names)]
    path.write_text("\n".join([f"Date;Text;{header}", *rows, ""]), encoding="utf-8")
    return path


async def test_pictures_and_videos_of_a_folder_are_measured_fitted_and_uploaded(rig, tmp_path):
    files = tmp_path / "files"
    (files / "harbour").mkdir(parents=True)
    Image.effect_noise((900, 700), 40).convert("RGB").save(files / "harbour" / "two boats.png")
    Image.effect_noise((900, 200), 40).convert("RGB").save(files / "boat.jpg")
    (files / "clip.mp4").write_bytes(film())
    sheet = with_files(rig, "harbour\\two boats.png, boat.jpg", "clip.mp4")
    folder = {"media_folder": str(files)}
    pictures = {"alt": "optional"}
    campaign = rig.campaign(sheet, sheet=folder, platforms=["bluesky", "instagram"], pictures=pictures)
    planned = (await rig.run(campaign, dry_run=True)).plan.rows()
    assert "media:harbour/two%20boats.png" in planned[0]["media"]
    assert str(tmp_path) not in json.dumps([row["media"] for row in planned])
    run = await rig.run(campaign)
    assert (counts(run), [draft.warnings for draft in run.plan.drafts]) == ({"scheduled": 2}, [(), ()])
    posts = await rig.posts()
    assert {name: len(post.media_urls) for name, post in posts.items()} == {"Post number 0": 2, "Post number 1": 1}
    urls = [url for post in posts.values() for url in post.media_urls]
    assert [url.partition(":")[0] for url in urls] == ["https"] * 3
    assert counts(await rig.run(campaign)) == {"known": 2}


async def test_files_outside_of_the_folder_refuse_the_sheet_by_cell(rig, tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    sheet = with_files(rig, "../secret.png", "gone.png", str(tmp_path / "secret.png"))
    folder = {"media_folder": str(tmp_path / "files")}
    run = await rig.run(rig.campaign(sheet, sheet=folder))
    assert counts(run) == {"quarantined": 3}
    (trouble,) = tell(run).troubles
    assert ["C2: '../secret.png' leads out" in trouble, "C3: 'gone.png' is no file in" in trouble] == [True, True]
    left_out = rig.campaign(sheet, sheet=folder | {"local_media": "leave out"})
    assert counts(await rig.run(left_out, dry_run=True)) == {"planned": 3}
    nowhere = await rig.run(rig.campaign(sheet, sheet={"media_folder": str(tmp_path / "none")}), dry_run=True)
    assert "media_folder: there is no folder" in tell(nowhere).troubles[0]


async def test_a_file_that_is_no_picture_is_a_warning_and_never_sent(rig, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    for name in ("notes.png", "broken.mp4"):
        (files / name).write_bytes(b"just words")
    campaign = rig.campaign(with_files(rig, "notes.png", "broken.mp4"), sheet={"media_folder": str(files)})
    run = await rig.run(campaign)
    assert counts(run) == {"scheduled": 2}
    assert ["left out: is no media file" in " ".join(draft.warnings) for draft in run.plan.drafts] == [True, True]
    assert [post.media_urls for post in (await rig.posts()).values()] == [[], []]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sheet": {"media_folder": "a", "media_base": "https://example.org"}}, "give one of them"),
        ({"sheet": {"media_folder": "a"}, "pictures": {"upload": False}}, r"needs pictures\.upload"),
    ],
)
def test_a_folder_that_could_not_be_used_is_refused_at_once(changes, said):
    with pytest.raises(ValueError, match=said):
        Campaign.model_validate({"sources": ["a.csv"], **changes})


async def test_many_warnings_of_a_sheet_are_counted(rig):
    rows = [(rig.day(n), "09:30", "Bluesky, newsletter", f"Post number {n}", "", "") for n in range(3, 28)]
    told = tell(await rig.run(rig.campaign(rig.csv(rows)), dry_run=True))
    assert sum("newsletter is no social network" in note for note in told.notes) == 20
    assert any("and 5 more warnings: dovecote sheets check shows them all" in note for note in told.notes)
    assert len(told.sheets[0]["problems"]) == 25


async def test_what_cannot_be_written_to_is_a_trouble(rig):
    campaign = rig.campaign(rig.csv(rig.rows()), sheet={"write_back": True})
    run = await rig.run(campaign)
    assert counts(run) == {"scheduled": 3}
    assert ["XLSX files on this machine only" in trouble for trouble in tell(run).troubles] == [True]


@pytest.mark.skipif(not SHEETS.is_dir(), reason="the real sheets are not beside this repository")
async def test_the_real_sheets_go_through_a_dry_run(rig):
    sources = sorted(path for path in SHEETS.iterdir() if path.is_file())
    run = await rig.run(rig.campaign(*sources, timing={"allow_burst": True}, pictures={"upload": False}), dry_run=True)
    assert len(run.readings) == len(sources) == 26
    refused = [reading for reading in run.readings if reading.status == "failed"]
    assert all(reading.reason for reading in refused)
    assert len(tell(run).troubles) == len(refused)
    assert run.admission.read == sum(sheet.rows for sheet in run.sheets) > 500
