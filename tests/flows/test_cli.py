"""The console command: what it answers, with which code, and that its quick commands stay quick."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app

Feed = Callable[..., Path]
ROOT = Path(__file__).parent.parent.parent
VARIABLES = ("API_URL", "API_KEY", "PROFILE_KEY", "X_API_KEY", "X_API_SECRET", "LEDGER", "LAKE", "GOOGLE_CREDENTIALS")


@pytest.fixture(autouse=True)
def own_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"DOVECOTE_{name}", raising=False)


def dovecote(*words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return result


def told(*words: object, code: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(dovecote(*words, "--json", code=code).stdout)
    return answer


COLD = """
import contextlib, gc, io, sys
from flows.console import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as said:
    main()
assert gc.isenabled()
late = {"prefect", "pandas", "pyarrow", "altair"} & sys.modules.keys()
print(len(said.getvalue()) > 20, sorted(late))
"""


@pytest.mark.parametrize("command", ["plan", "doctor", "feeds lint", "sheets check"])
def test_quick_commands_load_nothing_that_is_slow(command: str, feed: Feed, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("date,text\n2099-01-05 09:00,Hello there\n", encoding="utf-8")
    inputs = {"plan": [feed(range(5))], "doctor": [], "feeds lint": [feed(range(5))], "sheets check": [sheet]}
    words = [*command.split(), *map(str, inputs[command])]
    ran = subprocess.run(
        [sys.executable, "-c", COLD, *words], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert ran.stdout.strip() == "True []"


def test_every_command_is_explained() -> None:
    shown = dovecote("--help").stdout
    names = ("plan", "publish", "reconcile", "measure", "report", "serve", "doctor", "export", "feeds", "sheets")
    assert [name for name in names if name not in shown] == []
    assert "Exit codes" in shown
    for name in (*names[:8], "feeds lint", "sheets check"):
        assert "--help" in dovecote(*name.split(), "--help").stdout


def test_plan_shows_texts_times_calls_and_cost(feed: Feed, tmp_path: Path) -> None:
    file = tmp_path / "campaign.json"
    file.write_text(json.dumps({"sources": [str(feed(range(3)))], "platforms": ["twitter", "bluesky"], "backfill": 2}))
    answer = told("plan", "--campaign", file)
    assert [row["network"] for row in answer["rows"]] == ["bluesky", "twitter"] * 2
    assert [row["cost_usd"] for row in answer["rows"]] == [0, 0.2, 0, 0.2]
    assert answer["budget"] == {"requests": 2, "windows": 1, "usd": "0.4"}
    assert all(row["account"] for row in answer["rows"])
    words = dovecote("plan", "--campaign", file).stdout
    assert "read 3 = filtered 1 + planned 2" in words
    assert "2 of 300 requests per 5 minutes, 0.40 USD" in words
    assert "assumed" in words


def test_plan_shows_texts_whole_when_asked(feed: Feed, tmp_path: Path) -> None:
    file = tmp_path / "campaign.json"
    template = f"{{{{ item.title }}}}\n\n{'word ' * 50}\n\n{{{{ item.link }}}}"
    settings = {"sources": [str(feed(range(1)))], "platforms": ["twitter", "gmb", "youtube"], "template": template}
    links = {"utm": {"source": "{{ network }}"}}
    file.write_text(json.dumps(settings | {"backfill": 1, "links": links, "first_comment": "More"}))
    (row,) = [row for row in told("plan", "--campaign", file)["rows"] if row["network"] == "gmb"]
    assert len(row["text"]) > 250
    lines = dovecote("plan", "--campaign", file, "--full").stdout.splitlines()
    head = lines.index(f"      gmb · {row['account']} · {row['length']} of 1,500")
    shown = row["text"].splitlines()
    assert lines[head + 1 : head + 1 + len(shown)] == [f"      | {line}" for line in shown]
    assert any("| https://news.example.org/0?utm_source=twitter" in line for line in lines)
    assert any(line.startswith("      left out youtube: ") for line in lines)
    assert "      first comment: More" in lines


def test_plan_is_saved_and_compared(feed: Feed, tmp_path: Path) -> None:
    source, saved = feed(range(2)), tmp_path / "p" / "plan.json"
    assert "no plan of this campaign was saved" in dovecote("plan", source, "--diff").stdout
    dovecote("plan", source, "--save", saved)
    assert "nothing differs" in dovecote("plan", source, "--diff").stdout
    feed(range(1, 3))
    changes = told("plan", source, "--diff")["changes"]
    assert [(one["kind"], one["title"]) for one in changes] == [
        ("removed", "Entry number 0"),
        ("added", "Entry number 2"),
    ]
    assert json.loads(saved.read_text())["form"] == "dovecote-plan/1"


def test_plan_records_nothing(feed: Feed, tmp_path: Path) -> None:
    assert told("plan", feed(range(3)))["headline"] == told("plan", feed(range(3)))["headline"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["plan"], 2, "campaign.sources"),
        (["plan", "--campaign", "nowhere.json"], 4, "nowhere.json"),
        (["plan", "nowhere.xml"], 1, ""),
        (["sheets", "check", "nowhere.csv"], 4, ""),
        (["feeds", "lint", "nowhere.xml"], 4, ""),
        (["sheets", "check", "a.csv", "--date-order", "ymd"], 2, "dmy or mdy"),
        (["publish", "feed.xml", "--plan", "plan.json"], 2, "brings its campaign"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_what_cannot_be_done_has_a_code_and_a_reason(words: list[str], code: int, said: str) -> None:
    assert said in dovecote(*words, code=code).stderr


def test_a_campaign_with_a_wrong_field_names_it(tmp_path: Path) -> None:
    file = tmp_path / "campaign.json"
    file.write_text('{"sources": ["a.xml"], "platfroms": ["bluesky"]}')
    assert "platfroms" in dovecote("plan", "--campaign", file, code=2).stderr


def test_foreign_text_cannot_steer_the_terminal(feed: Feed) -> None:
    source = feed(range(1))
    source.write_text(source.read_text().replace("Entry number 0", "Entry &#x202e;number\u009b31m 0"))
    shown = dovecote("plan", source).stdout + dovecote("feeds", "lint", source, code=1).stdout
    assert not {"\u202e", "\u009b", "\x1b"} & set(shown)


def test_sheet_with_errors_names_the_cells(tmp_path: Path) -> None:
    sheet = tmp_path / "calendar.csv"
    sheet.write_text("date,text,platforms\n2099-01-05 09:00,Hello,bluesky\n2099-01-06 09:00,Bye,Myspace\n")
    answer = told("sheets", "check", sheet, code=4)
    assert (answer["ok"], answer["posts"]) == (False, 0)
    assert [problem["cell"] for problem in answer["problems"]] == ["C3"]
    copy = tmp_path / "errors.csv"
    shown = dovecote("sheets", "check", sheet, "--errors", copy, code=4).stdout
    assert "C3" in shown
    assert "refused" in shown
    assert "Dovecote error" in copy.read_text(encoding="utf-8-sig")


def test_what_a_sheet_should_be_looked_at_for_is_shown_by_plan_too(tmp_path: Path) -> None:
    sheet = tmp_path / "calendar.csv"
    key = "sk-abcdefghijklmnopqrstuvwx1234"
    sheet.write_text(
        f"date,description,platforms,Zebra,API key\n2099-01-05 09:00,Hello,bluesky,stripes,{key}\n"
        '2099-01-06 09:00,Bye,"bluesky, newsletter",,\n'
    )
    checked = told("sheets", "check", sheet, "--zone", "UTC", code=1)
    answer = told("plan", sheet)
    assert answer["sheets"] == [checked]
    assert [problem["cell"] for problem in checked["problems"]] == ["E1", "C3"]
    notes = [
        "columns: A 'date' → date, B 'description' → text (60% sure), C 'platforms' → platforms",
        "columns not used: D 'Zebra'",
        "E1: the column looks like keys or passwords; it is masked in everything shown",
        "C3: newsletter is no social network: left out",
    ]
    assert [note.startswith(f"{sheet}: {said}") for note, said in zip(answer["notes"], notes, strict=True)] == [
        True
    ] * 4
    shown = dovecote("plan", sheet).stdout
    assert [said in shown for said in notes] == [True] * 4
    assert [said in dovecote("sheets", "check", sheet, code=1).stdout for said in notes] == [True] * 4
    assert key not in shown + json.dumps(answer)


def test_sheet_that_is_well_says_what_its_columns_are(tmp_path: Path) -> None:
    sheet = tmp_path / "calendar.csv"
    sheet.write_text("Wann,Was\n2099-01-05 09:00,Hallo zusammen\n")
    answer = told("sheets", "check", sheet, "--map", "Wann=date", "--map", "B=text", "--zone", "Europe/Berlin")
    assert (answer["ok"], answer["posts"]) == (True, 1)
    assert [(one["column"], one["role"]) for one in answer["columns"]] == [("A", "date"), ("B", "text")]


class Api(BaseHTTPRequestHandler):
    """An API whose `GET /user` answers as a test says."""

    answer: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        told = self.answer
        body = told.get("raw", json.dumps(told.get("user", {})).encode())
        self.send_response_only(told.get("status", 200))
        date = datetime.now(UTC) + timedelta(seconds=told.get("ahead", 0))
        self.send_header("Date", format_datetime(date, usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("DOVECOTE_API_URL", f"http://127.0.0.1:{server.server_port}/api")
        monkeypatch.setenv("DOVECOTE_API_KEY", "key-that-nobody-may-see")
        Api.answer = {"user": {"activeSocialAccounts": ["bluesky"], "title": "Herald"}}
        yield Api.answer
        server.shutdown()


def graded(code: int) -> dict[str, tuple[str, str, str]]:
    result = dovecote("doctor", "--json", code=code)
    assert "key-that-nobody-may-see" not in result.output
    return {one["what"]: (one["grade"], one["said"], one["advice"]) for one in json.loads(result.stdout)["findings"]}


def test_doctor_finds_everything_well(api: dict[str, Any]) -> None:
    found = graded(0)
    assert list(found) == ["data folder", "API", "key and profile", "networks", "clock", "ledger", "lake"]
    assert "Herald" in found["key and profile"][1]


@pytest.mark.parametrize(
    ("change", "what", "grade", "advice"),
    [
        (
            {"status": 403, "user": {"status": "error", "code": 102, "message": "no"}},
            "key and profile",
            "error",
            "copy",
        ),
        ({"user": {"activeSocialAccounts": []}}, "networks", "error", "link at least one"),
        ({"user": {"activeSocialAccounts": ["bluesky"], "suspended": True}}, "networks", "error", "support"),
        ({"user": {"activeSocialAccounts": ["twitter"]}}, "X headers", "error", "DOVECOTE_X_API_KEY"),
        ({"ahead": 900}, "clock", "error", "time synchronisation"),
        ({"ahead": -900}, "clock", "error", "time synchronisation"),
        ({"raw": b"<html>hello</html>"}, "API", "error", "/api"),
    ],
)
def test_doctor_says_what_to_do(
    api: dict[str, Any], change: dict[str, Any], what: str, grade: str, advice: str
) -> None:
    api |= change
    found = graded(4)
    assert found[what][0] == grade
    assert advice in found[what][2]


def test_doctor_knows_the_keys_of_x(api: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    api |= {"user": {"activeSocialAccounts": ["twitter"]}}
    monkeypatch.setenv("DOVECOTE_X_API_KEY", "app-key-of-a-test")
    monkeypatch.setenv("DOVECOTE_X_API_SECRET", "app-secret-of-a-test")
    assert graded(0)["X headers"][0] == "ok"


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("DOVECOTE_LEDGER", "sqlite:////dev/null/at/ledger.db", "ledger"),
        ("DOVECOTE_API_URL", "http://127.0.0.1:9/api", "API"),
        ("DOVECOTE_HOME", "/dev/null/home", "data folder"),
        ("DOVECOTE_GOOGLE_CREDENTIALS", "/dev/null/key.json", "Google account"),
    ],
)
def test_doctor_names_what_cannot_be_reached(
    api: dict[str, Any], monkeypatch: pytest.MonkeyPatch, variable: str, value: str, what: str
) -> None:
    monkeypatch.setenv(variable, value)
    grade, _, advice = graded(4)[what]
    assert grade == "error"
    assert advice


def test_doctor_looks_into_a_lake_that_exists(tmp_path: Path) -> None:
    table = tmp_path / "lake" / "runs" / "_delta_log"
    table.mkdir(parents=True)
    (table / "00000000000000000000.json").write_text("not a log")
    found = {one["what"]: one for one in told("doctor", code=4)["findings"]}
    assert found["lake"]["grade"] == "error"
    assert "DOVECOTE_LAKE" in found["lake"]["advice"]


def test_doctor_tells_an_embedded_sandbox(tmp_path: Path) -> None:
    found = {one["what"]: one for one in told("doctor")["findings"]}
    assert "sandbox" in found["API"]["said"]
    assert found["X headers"]["grade"] == "ok"


def test_flows_run_from_the_console(prefect_url: str, feed: Feed, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    dovecote("plan", feed(range(3)), "--save", saved)
    environment = os.environ | {"PREFECT_API_URL": prefect_url, "PREFECT_LOGGING_LEVEL": "WARNING"}

    def run(*words: str) -> tuple[int, dict[str, Any], str]:
        script = [sys.executable, "-c", "from flows.console import main; main()", *words, "--json"]
        ran = subprocess.run(
            script, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120, check=False
        )
        return ran.returncode, json.loads(ran.stdout or "{}"), ran.stderr

    code, answer, beside = run("publish", "--plan", str(saved))
    assert (code, answer["counts"]["scheduled"]) == (0, 3)
    assert "Prefect is starting" in beside
    code, _, beside = run("publish", "--plan", str(saved))
    assert code == 3
    assert "already claimed" in beside
    code, answer, _ = run("reconcile")
    assert (code, answer["state"]) == (0, "Completed")
