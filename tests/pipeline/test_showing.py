"""Hostile feeds and careless sources, as a run tells of them."""

import json
import re

import pytest

from pipeline.campaign import Campaign, Pictures
from pipeline.publishing import Publishing
from pipeline.showing import as_markdown, shown
from pipeline.story import planned_text, tell

STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x1b[2Jb\x9b31m\x07\u202ec\n", "a[2Jb31mc\n"),
        ("https://me:hunter2@example.org/feed", "https://***@example.org/feed"),
        ("ftp://token@example.org/a@b and https://b@c/", "ftp://***@example.org/a@b and https://***@c/"),
        ("https://example.org/@someone mail@example.org", "https://example.org/@someone mail@example.org"),
        ("Ünïcode 日本語 👩‍🚀 \u200fعربي", "Ünïcode 日本語 👩‍🚀 \u200fعربي"),
    ],
)
def test_foreign_text_steers_nothing_and_tells_no_password(text, seen):
    assert shown(text) == seen


def test_markdown_is_shown_letter_by_letter():
    assert as_markdown("[x](javascript:y) <img src=x> `a`") == r"\[x\](javascript:y) \<img src=x\> \`a\`"


@pytest.fixture
async def run(tmp_path, desk):
    entry = {
        "id": "1",
        "url": "https://e.example/1",
        "title": "A\x1b[2J\x9b31m\u202eB",
        "content_text": "\x1b]0;title\x07",
        "image": "https://e.example/\x1b]8;;evil.png",
    }
    (tmp_path / "f.json").write_text(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [entry]})
    )
    sources = [
        str(tmp_path / "f.json"),
        "https://me:hunter2@e.example/feed",
        "https://me:hunter2@[broken",
        "[x](y)\x1b.xml",
    ]
    campaign = Campaign(sources=sources, platforms=["bluesky"], backfill=1, pictures=Pictures(upload=False))
    return await Publishing(campaign, desk).run()


async def test_a_hostile_feed_reaches_neither_terminal_nor_artifacts(run):
    story = tell(run)
    said = "\n".join(
        [
            story.text,
            planned_text(run.plan.drafts),
            *story.lines,
            *(str(v) for row in story.table for v in row.values()),
        ]
    )
    assert story.headline == "read 1 = refused 1"
    assert STEERING.findall(said) == []
    assert "hunter2" not in said
    assert r"\[x\](y)" in "\n".join(story.lines)


async def test_a_claim_that_fails_is_repeated_by_the_next_try(run, monkeypatch):
    again = Publishing(run.campaign.model_copy(update={"name": "again", "pictures": Pictures(max=0)}), run.desk)
    await again.read()
    await again.admit()
    with monkeypatch.context() as patch:
        patch.setattr(run.desk.ledger, "claim", _busy)
        with pytest.raises(TimeoutError):
            await again.send()
    assert again.waiting == 1
    await again.send()
    await again.close()
    assert tell(again).headline == "read 1 = scheduled 1"


async def _busy(_drafts):
    raise TimeoutError("database is locked")
