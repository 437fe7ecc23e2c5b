"""A ledger, drafts for it, and an API in memory whose wire can be cut at any request."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import make_url

from pipeline.ledger import Ledger
from pipeline.records import DateQuality, Draft, Item, Slot
from pipeline.sources.feeds import FeedReading, FeedState, ParsedFeed, Quarantined
from server.embedded import embedded
from server.settings import ServerSettings
from social.client import SocialClient
from social.client.pacing import Pacer
from social.instants import Clock, ManualClock, parse_instant, wire
from tests.conftest import fresh_database
from tests.pipeline.ledger.faults import FAULTS
from tests.pipeline.ledger.office import OLD, Line, Office

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FEED = "https://example.org/feed.xml"


class FakeApi(httpx.AsyncBaseTransport):
    """`POST /post`, `GET /post/:id` and `GET /history` of the contract: keys refused, notes kept (posts.md 3.7)."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.rows: list[dict] = []
        self.keys: set[str] = set()
        self.history_calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(await request.aread() or b"{}")
        status, answer = self.answer(request.method, request.url.path, dict(request.url.params), body)
        return httpx.Response(status, json=answer, request=request)

    def answer(self, method: str, path: str, query: dict, body: dict) -> tuple[int, dict]:
        path = path.removeprefix("/api")
        if (method, path) == ("POST", "/post"):
            return self.create(body)
        if path == "/history":
            self.history_calls += 1
            return self.history(query)
        row = next((row for row in self.rows if path == f"/post/{row['id']}"), None)
        return (200, row) if row else (404, {"status": "error", "code": 186, "message": "post id not found"})

    def create(self, body: dict) -> tuple[int, dict]:
        key = body["idempotencyKey"]
        if key in self.keys:
            return 400, {"action": "post", "status": "error", "code": 105, "message": "idempotencyKey already used"}
        self.keys.add(key)
        text = body["post"] if isinstance(body["post"], str) else " ".join(body["post"].values())
        refused = [name for name in sorted(body["platforms"]) if f"no {name}" in text or "no one" in text]
        return self.store(body, text, refused)

    def store(self, body: dict, text: str, refused: list[str]) -> tuple[int, dict]:
        now = wire(self.clock.now())
        number = len(self.rows) + 1
        scheduled = body.get("scheduleDate", "") > now
        errors = [
            {"action": "post", "status": "error", "code": 137, "message": "said before", "platform": name}
            for name in refused
        ]
        taken = [] if scheduled else [name for name in sorted(body["platforms"]) if name not in refused]
        ids = [{"status": "success", "id": f"{name}-{number}", "platform": name} for name in taken]
        row = {"id": f"post{number}", "post": text, "platforms": body["platforms"], "notes": body["notes"]}
        row |= {"created": now, "scheduleDate": body.get("scheduleDate", now), "postIds": ids, "errors": errors}
        row["status"] = "pending" if scheduled else "error" if errors else "success"
        if scheduled and errors:
            return 400, {"status": "error", "postIds": [], "errors": errors, "validate": True, "id": ""}
        self.rows.append(row)
        answer = {name: row[name] for name in ("id", "post", "postIds", "errors", "status")}
        if scheduled:
            return 200, {"status": "scheduled", "scheduleDate": body["scheduleDate"], "id": row["id"], "post": text}
        return 400 if errors else 200, answer

    def history(self, query: dict) -> tuple[int, dict]:
        start, end = parse_instant(query["startDate"]), parse_instant(query["endDate"])
        wanted = query.get("status")
        rows = [
            row
            for row in self.rows
            if start <= parse_instant(row["scheduleDate"]) <= end
            and (row["status"] == wanted if wanted else row["status"] != "deleted")
        ]
        if not rows:
            return 400, {"history": {"action": "history", "status": "error", "code": 221, "message": "nothing"}}
        rows.sort(key=lambda row: row["scheduleDate"], reverse=True)
        return 200, {"history": rows[: int(query["limit"])], "count": len(rows)}

    def publish_due(self, refuse: Iterable[str] = ()) -> None:
        for row in self.rows:
            if row["status"] == "pending" and parse_instant(row["scheduleDate"]) <= self.clock.now():
                row["postIds"] = [
                    {"status": "success", "id": f"{name}-{row['id']}", "platform": name}
                    for name in sorted(set(row["platforms"]) - set(refuse))
                ]
                row["errors"] = [
                    {"code": 156, "message": "not linked", "platform": name, "status": "error", "action": "post"}
                    for name in sorted(set(row["platforms"]) & set(refuse))
                ]
                row["status"] = "error" if row["errors"] else "success"


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """A transport that plays `faults` on the next posts, then `always` if given, and lets everything else through."""

    inner: httpx.AsyncBaseTransport
    faults: list[str] = field(default_factory=list)
    always: str = ""
    posts: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "POST" or not request.url.path.endswith("/post"):
            return await self.inner.handle_async_request(request)
        self.posts += 1
        fault = self.faults.pop(0) if self.faults else self.always
        if fault:
            return await FAULTS[fault](self.inner, request)
        return await self.inner.handle_async_request(request)


EVERYTHING_TWICE = os.environ.get("DOVECOTE_TEST_STORE") == "postgresql"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Edits are tried at each step in many ways; on PostgreSQL a run has one of each, `make test-postgresql` has all.
    spared = [item for item in items if not EVERYTHING_TWICE and _is_spared(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in spared]


def _is_spared(item: pytest.Item) -> bool:
    values = getattr(item, "callspec", None)
    chosen = {str(value) for value in values.params.values()} if values else set()
    if not item.path.name.startswith("test_replacing") or "postgresql" not in chosen:
        return False
    return "without an id" in chosen or item.name.startswith("test_killed")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def api(clock: ManualClock) -> FakeApi:
    return FakeApi(clock)


@pytest.fixture
def line(api: FakeApi) -> Wire:
    return Wire(api)


@pytest.fixture
async def client(line: Wire, clock: ManualClock) -> AsyncIterator[SocialClient]:
    pacer = Pacer(limit=0, clock=clock)
    async with SocialClient(base_url="http://fake/api", api_key="key", transport=line, pacer=pacer) as client:
        yield client


async def make_tables(url: str) -> None:
    async with Ledger(url, ManualClock(START)):
        pass


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """New databases have the tables of the ledger."""
    path = tmp_path_factory.mktemp("ledger") / "empty.db"
    asyncio.run(make_tables(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """New databases have the tables of the ledger."""
    with fresh_database(postgres_server) as url:
        asyncio.run(make_tables(url))
        yield make_url(url).database or ""


@pytest.fixture
async def ledger(database_url: str, clock: ManualClock) -> AsyncIterator[Ledger]:
    async with Ledger(database_url, clock) as ledger:
        yield ledger


@pytest.fixture
async def another(database_url: str, clock: ManualClock, ledger: Ledger) -> AsyncIterator[Ledger]:
    """The same ledger as another process sees it."""
    async with Ledger(database_url, clock) as second:
        yield second


@pytest.fixture
def make_item() -> Callable[..., Item]:
    def make(number: int, **changes: object) -> Item:
        values: dict = {
            "source": FEED,
            "place": f"entry {number}",
            "identity": f"guid-{number}",
            "content_hash": f"hash-{number}",
            "title": f"Story number {number}",
            "text": f"Text of story {number}.",
            "link": f"https://example.org/{number}",
            "published": START - timedelta(hours=number),
            "published_quality": DateQuality.EXACT,
        }
        return Item(**values | changes)

    return make


@pytest.fixture
def make_draft(make_item: Callable[..., Item]) -> Callable[..., Draft]:
    def make(
        number: int, *, at: datetime | None = None, networks: str = "bluesky,facebook", **changes: object
    ) -> Draft:
        item = make_item(number)
        text = changes.pop("text", f"{item.title} {item.link}")
        values: dict = {
            "campaign": "news",
            "item": item,
            "target": f"default:{networks}",
            "texts": dict.fromkeys(networks.split(","), text),
            "slot": Slot(at=at, wall=at.isoformat() if at else ""),
        }
        return Draft(**values | changes)

    return make


@pytest.fixture
def make_reading() -> Callable[..., FeedReading]:
    def make(
        items: Iterable[Item] = (),
        *,
        source: str = FEED,
        status: str = "ok",
        reason: str = "",
        etag: str = "",
        bad: int = 0,
    ) -> FeedReading:
        unreadable = tuple(
            Quarantined(place=f"entry {100 + number}", reason="holds nothing", title=f"bad {number}")
            for number in range(bad)
        )
        parsed = ParsedFeed(
            title="Example",
            link="https://example.org",
            language="en",
            items=tuple(items),
            quarantined=unreadable,
            format="rss20",
            oddities=(),
        )
        return FeedReading(
            source=source,
            status=status,
            reason=reason,
            parsed=parsed if status == "ok" else None,
            state=FeedState(url=source, etag=etag or None, last_modified=None),
        )

    return make


@pytest.fixture
def key_in() -> Callable[[dict], str]:
    def key_in(row: dict) -> str:
        found = re.fullmatch(r"dovecote:(dc-\S+)", row["notes"])
        assert found, row
        return found.group(1)

    return key_in


@pytest.fixture
async def office(ledger, clock, tmp_path, empty_store):
    shutil.copy(empty_store, tmp_path / "server.db")
    settings = ServerSettings(
        database=f"sqlite:///{tmp_path / 'server.db'}", media_dir=tmp_path / "media", rate_limit=0
    )
    async with embedded(settings, clock) as transport:
        line = Line(transport)
        async with SocialClient(
            base_url="http://embedded/api",
            api_key=settings.api_key,
            transport=line,
            pacer=Pacer(limit=0, clock=clock),
        ) as client:
            yield Office(line, client, ledger, clock, tmp_path)
    assert line.most <= 1


@pytest.fixture(params=["with an id", "without an id"])
async def planned(office, request):
    """The office, with one post scheduled, and its row under `office.number`."""
    office.number = "7" if request.param == "with an id" else ""
    office.write(OLD, number=office.number)
    await office.publish()
    assert list(await office.posts()) == [(OLD, "pending")]
    office.line.calls.clear()
    return office
