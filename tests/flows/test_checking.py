"""`dovecote feeds lint` over lists of feeds: OPML files and URLs, each feed in them once."""

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app

Feed = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_home(home: Path) -> Path:
    return home


def linted(*words: object, code: int) -> dict[str, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, ["feeds", "lint", *map(str, words), "--json"])
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return {each["source"]: each["findings"] for each in json.loads(result.stdout)["feeds"]}


def opml(folder: Path, *addresses: str, name: str = "list.opml") -> Path:
    outlines = "".join(f'<outline text="Folder"><outline text="Feed" xmlUrl="{each}"/></outline>' for each in addresses)
    path = folder / name
    path.write_text(f'<opml version="2.0"><head/><body>{outlines}</body></opml>', encoding="utf-8")
    return path


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_feed_of_an_opml_file_is_linted(feed: Feed, tmp_path: Path) -> None:
    first, second = feed(range(3)), feed(range(3), name="other.xml")
    second.write_text(second.read_text().replace("<guid>entry-1</guid>", "<guid>entry-2</guid>"))
    found = linted(opml(tmp_path, "feed.xml", "other.xml", "feed.xml", "gone.xml"), second, code=4)
    assert list(found) == [first.as_uri(), second.as_uri(), (tmp_path / "gone.xml").as_uri(), str(second)]
    assert any("guid" in one["said"] for one in found[second.as_uri()])
    assert found[first.as_uri()] != found[second.as_uri()] == found[str(second)]
    assert [one["place"] for one in found[(tmp_path / "gone.xml").as_uri()]] == ["feed"]


def test_a_list_at_an_address_is_fetched_with_its_feeds(feed: Feed, tmp_path: Path, site: str) -> None:
    feed(range(3))
    opml(tmp_path, "feed.xml", f"file://{tmp_path}/feed.xml")
    found = linted(f"{site}/list.opml", "--private", code=1)
    assert list(found) == [f"{site}/feed.xml"]
    assert {one["place"] for one in found[f"{site}/feed.xml"]} != {"list"}


def test_a_list_that_cannot_be_read_says_why(tmp_path: Path, site: str) -> None:
    bad = tmp_path / "bad.opml"
    bad.write_text("<html></html>")
    found = linted(bad, tmp_path / "none.opml", f"{site}/list.opml", code=4)
    said = {source: one[0]["said"] for source, one in found.items()}
    assert "no OPML" in said[str(bad)]
    assert "No such file" in said[str(tmp_path / "none.opml")]
    assert "only public addresses are fetched" in said[f"{site}/list.opml"]
