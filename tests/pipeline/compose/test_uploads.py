"""Pictures handed to the API."""

import base64
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from PIL import Image

from pipeline.compose.album import Album
from pipeline.compose.uploads import upload_pictures
from social.client import SocialClient
from social.errors import NotSent, RateLimited
from social.instants import ManualClock

A, B, C = (f"https://example.org/{name}.png" for name in "abc")


def png(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    return out.getvalue()


PICTURES = {A: png("red"), B: png("lime")}


class Api:
    """The upload endpoint: keeps what came, answers as told first."""

    def __init__(self, *answers: int | Exception) -> None:
        self.files: list[dict[str, str]] = []
        self.answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        if answer != 200:
            body = {"status": "error", "code": 136, "message": "no such luck"}
            return httpx.Response(answer, json=body, headers={"Retry-After": "7"})
        self.files.append(json.loads(request.content))
        return httpx.Response(200, json={"id": "1", "url": f"https://cdn.example/{len(self.files)}.png"})


@pytest.fixture
def clock():
    return ManualClock(datetime(2027, 1, 5, tzinfo=UTC))


async def upload(api, clock, drafts, fetched=PICTURES):
    async with SocialClient(base_url="https://api.test/api", api_key="k", transport=httpx.MockTransport(api)) as client:
        return await upload_pictures(drafts, client=client, fetched=fetched, clock=clock)


async def test_each_picture_once_and_all_drafts_name_the_apis_url(clock, make_draft):
    api = Api()
    drafts, verdicts = await upload(
        api, clock, [make_draft(bluesky=(A, B), facebook=(A, B)), make_draft(facebook=(A,))]
    )
    assert verdicts == []
    assert len(api.files) == 2
    where = {
        base64.b64decode(f["file"].partition(",")[2]): f"https://cdn.example/{n}.png"
        for n, f in enumerate(api.files, 1)
    }
    a, b = (where[PICTURES[url]] for url in (A, B))
    assert [draft.media for draft in drafts] == [{"bluesky": (a, b), "facebook": (a, b)}, {"facebook": (a,)}]
    assert all(f["file"].startswith("data:image/png;base64,") and f["fileName"].endswith(".png") for f in api.files)
    assert drafts[0].warnings == ()


async def test_the_same_bytes_under_two_urls_are_uploaded_once(clock, make_draft):
    api = Api()
    same = {A: PICTURES[A], B: PICTURES[A]}
    (draft,), _ = await upload(api, clock, [make_draft(facebook=(A, B))], same)
    assert len(api.files) == 1
    assert draft.media == {"facebook": ("https://cdn.example/1.png",) * 2}


async def test_what_was_not_fetched_stays(clock, make_draft):
    api = Api()
    plain = make_draft(facebook=(C,))
    assert await upload(api, clock, [plain]) == ([plain], [])
    assert api.files == []


async def test_a_refused_picture_is_dropped_with_its_alternative_text(clock, make_draft):
    (draft,), _ = await upload(Api(400), clock, [make_draft(bluesky=(A, B), facebook=(A, B))])
    assert len(draft.media["bluesky"]) == 1
    assert len(draft.options["bluesky"]["altText"]) == 1
    (warning,) = draft.warnings
    assert warning.startswith(f"picture {A} left out: the API did not take it")


async def test_a_network_that_needs_its_picture_is_left_out(clock, make_draft):
    draft = replace(make_draft(facebook=(A,), instagram=(A,)), options={"instagram": {"altText": ["a"]}})
    (draft,), verdicts = await upload(Api(400), clock, [draft])
    assert draft.platforms == ["facebook"]
    assert (draft.media, draft.options, verdicts) == ({}, {}, [])
    assert "needs a picture" in draft.left_out["instagram"]


async def test_a_draft_without_a_network_left_becomes_a_verdict(clock, make_draft):
    drafts, (verdict,) = await upload(Api(400), clock, [make_draft(instagram=(A,))])
    assert drafts == []
    assert verdict.disposition == "quarantined"
    assert verdict.reason.startswith("instagram: needs a picture or video: the API did not take it")


@pytest.mark.parametrize("trouble", [429, 500, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
async def test_passing_trouble_is_waited_out(clock, make_draft, trouble):
    api = Api(trouble)
    (draft,), _ = await upload(api, clock, [make_draft(facebook=(A,))])
    assert draft.media == {"facebook": ("https://cdn.example/1.png",)}
    assert clock.now() > datetime(2027, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(("trouble", "error"), [(httpx.ConnectError("refused"), NotSent), (429, RateLimited)])
async def test_an_api_that_is_away_stops_the_run_instead_of_stripping_posts(clock, make_draft, trouble, error):
    with pytest.raises(error):
        await upload(Api(*[trouble] * 20), clock, [make_draft(facebook=(A,)), make_draft(instagram=(B,))])


def test_an_album_keeps_pictures_on_disk_until_it_is_closed():
    with Album() as album:
        album[A] = b"one"
        album[A] = b"two"
        album[B] = b"three"
        folder = album._folder.name
        assert (album[A], set(album), len(album)) == (b"two", {A, B}, 2)
        del album[B]
        assert B not in album
    assert len(album) == 0
    assert not Path(folder).exists()
