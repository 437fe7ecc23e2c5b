"""A decoration that fails never sinks the post; what is asked of pictures, alternative texts and hashtags is kept."""

import io
import json
from datetime import UTC, datetime

import av
import httpx
import pytest
from PIL import Image

from pipeline.campaign import Campaign
from pipeline.compose.album import Album
from pipeline.compose.drafts import Composer, NothingToSay
from pipeline.compose.requests import body
from pipeline.compose.shortening import shorten_chosen
from pipeline.compose.uploads import upload_pictures
from pipeline.fetching import Fetcher
from pipeline.planning import draft_all
from pipeline.records import Draft, Picture
from social.client import SocialClient
from social.instants import ManualClock

NOW = datetime(2027, 1, 5, 8, 0, tzinfo=UTC)
LONG = "https://shop.example.org/offers/of-the-week?page=1"


def picture(width: int, height: int, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, form)
    return out.getvalue()


def video(frames: int = 100) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        frame = av.VideoFrame(640, 360, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        for at in range(frames):
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


FILES = {
    "/fits.png": picture(600, 600),
    "/dot.png": picture(3, 3),
    "/half.png": picture(2600, 900)[:90_000],
    "/wide.png": picture(2600, 400),
    "/clip.mp4": video(),
    "/page.mp4": b"<!DOCTYPE html><p>no video",
}


class Api:
    """Uploads and links; every call of a path in `broken` is refused."""

    def __init__(self, *broken: str, there: bool = True) -> None:
        self.broken = broken
        self.there = there
        self.files: list[dict[str, str]] = []
        self.put: list[tuple[str, int]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if any(path.endswith(one) for one in self.broken):
            return httpx.Response(400, json={"status": "error", "code": 101, "message": "no such luck"})
        if request.method == "PUT":
            self.put.append((request.headers["content-type"], len(request.content)))
            return httpx.Response(200)
        if path.endswith("/media/uploadUrl"):
            addresses = {"uploadUrl": "https://store.test/up", "accessUrl": "https://cdn.example/large.mp4"}
            return httpx.Response(200, json={**addresses, "contentType": "video/mp4"})
        if path.endswith("/media/urlExists"):
            return httpx.Response(200, json={"status": "success" if self.there else "error"})
        if path.endswith("/links"):
            return httpx.Response(200, json={"id": "a1", "shortUrl": "https://ayrs.io/abc001", "originalUrl": LONG})
        self.files.append(json.loads(request.content))
        return httpx.Response(200, json={"id": "1", "url": f"https://cdn.example/{len(self.files)}.png"})


@pytest.fixture
def host(site):
    site.pages |= {path: (200, {}, data) for path, data in FILES.items()}
    return site.base


async def ready(item, api: Api, *platforms: str, **fields: object) -> list[Draft]:
    """The drafts of one item as they are claimed: composed, uploaded, shortened."""
    campaign = Campaign.model_validate({"platforms": platforms or ["facebook"], **fields})
    clock = ManualClock(NOW)
    transport = httpx.MockTransport(api)
    async with (
        Fetcher(allow_private=True) as fetcher,
        SocialClient(base_url="https://api.test/api", api_key="k", transport=transport) as client,
    ):
        with Album() as album:
            drafts, _ = await draft_all(campaign, [item], linked=None, fetcher=fetcher, now=NOW, album=album)
            drafts, _ = await upload_pictures(drafts, client=client, fetched=album, clock=clock)
        return await shorten_chosen(drafts, campaign, client=client)


def pictures(*urls: str, alt: str = "boats") -> tuple[Picture, ...]:
    return tuple(Picture(url=url, alt=alt) for url in urls)


BROKEN = {
    "dead picture": ("/gone.png", {}, (), "HTTP 404"),
    "broken picture": ("/half.png", {}, (), "cannot be unpacked"),
    "picture beyond repair": ("/dot.png", {"platforms": ["threads"]}, (), "cannot be made to fit"),
    "shape refused by policy": (
        "/wide.png",
        {"platforms": ["threads", "instagram"], "pictures": {"fit": "none"}},
        (),
        "none",
    ),
    "upload refused": ("/fits.png", {}, ("/media/upload",), "the API did not take it"),
    "upload of a new file refused": ("/wide.png", {}, ("/media/upload",), "the API did not take it"),
    "short link refused": (
        "",
        {"links": {"shorten": "chosen", "shorten_domains": ["example.org"]}},
        ("/links",),
        "not shortened",
    ),
    "UTM template fails": ("", {"links": {"utm": {"source": "{{ item.nothing }}"}}}, (), "link without UTM"),
    "comment template fails": ("", {"first_comment": "{{ item.tags[9] }}"}, (), "no first comment"),
    "comment not possible": ("", {"platforms": ["gmb"], "first_comment": "Hi"}, (), "no first comment"),
    "no alternative text": ("/fits.png", {"pictures": {"alt": "warn"}}, (), "without alternative text"),
    "no room for hashtags": (
        "",
        {"platforms": ["bluesky"], "hashtags": {"max": 30, "always": ["x" * 99, "y" * 99, "z" * 99]}},
        (),
        "no room",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_decoration_that_fails_never_sinks_the_post(host, make_item, case):
    path, fields, broken, warning = BROKEN[case]
    alt = "" if "alternative" in case else "boats"
    item = make_item(link=LONG, pictures=[(host + path, alt)] if path else [])
    fields = dict(fields)
    (draft,) = await ready(item, Api(*broken), *fields.pop("platforms", ["facebook"]), **fields)
    assert draft.texts
    assert all("Storm over the harbour" in text and LONG in text for text in draft.texts.values())
    assert any(warning in each for each in (*draft.warnings, *draft.left_out.values())), draft
    assert json.loads(body(draft, "dc-1"))["platforms"] == draft.platforms


async def test_every_decoration_failing_at_once_leaves_the_plain_post(host, make_item):
    item = make_item(link=LONG, pictures=[(f"{host}/gone.png", ""), (f"{host}/half.png", ""), (f"{host}/wide.png", "")])
    fields = {
        "links": {"shorten": "chosen", "shorten_domains": ["example.org"], "utm": {"source": "{{ item.nothing }}"}},
        "first_comment": "{{ item.tags[9] }}",
        "pictures": {"max": 3},
    }
    (draft,) = await ready(item, Api("/links", "/media/upload"), "facebook", "bluesky", **fields)
    assert draft.texts == dict.fromkeys(["bluesky", "facebook"], f"Storm over the harbour\n\n{LONG}")
    assert (draft.media, draft.first_comment) == ({}, "")
    assert len(draft.warnings) >= 6


async def test_a_picture_is_made_to_fit_uploaded_and_named_by_the_apis_url(host, make_item):
    api = Api()
    item = make_item(pictures=[(f"{host}/wide.png", "boats")])
    (draft,) = await ready(item, api, "facebook", "instagram", "linkedin")
    assert set(draft.texts) == {"facebook", "instagram", "linkedin"}
    assert len(set(draft.media.values())) == 3
    assert all(url.startswith("https://cdn.example/") for urls in draft.media.values() for url in urls)
    assert len(api.files) == 3
    assert {options["altText"][0] for options in draft.options.values()} == {"boats"}


async def test_a_picture_that_fits_is_uploaded_byte_for_byte(host, make_item):
    import base64

    api = Api()
    await ready(make_item(pictures=[(f"{host}/fits.png", "boats")]), api, "facebook", "bluesky", "linkedin")
    (file,) = api.files
    assert base64.b64decode(file["file"].partition(",")[2]) == FILES["/fits.png"]


async def test_several_pictures_stay_together(host, make_item):
    item = make_item(pictures=[(f"{host}/fits.png", "one"), (f"{host}/wide.png", "two")])
    (draft,) = await ready(item, Api(), "facebook", "linkedin", pictures={"max": 4})
    assert len(draft.media["facebook"]) == 2
    assert draft.media["facebook"] == draft.media["linkedin"]
    assert isinstance(json.loads(body(draft, "dc-1"))["mediaUrls"], list)


async def test_a_video_is_measured_and_large_ones_are_put(host, make_item, monkeypatch):
    api = Api()
    monkeypatch.setattr("pipeline.compose.uploads.LARGE", 1_000)
    item = make_item(video=f"{host}/clip.mp4", title="A clip")
    (draft,) = await ready(item, api, "youtube", options={"youtube": {"visibility": "public"}})
    assert draft.media == {"youtube": ("https://cdn.example/large.mp4",)}
    assert api.put == [("video/mp4", len(FILES["/clip.mp4"]))]


async def test_an_upload_that_never_arrived_is_no_media(host, make_item, monkeypatch):
    monkeypatch.setattr("pipeline.compose.uploads.LARGE", 1_000)
    assert await ready(make_item(video=f"{host}/clip.mp4"), Api(there=False), "youtube") == []


async def test_a_video_too_short_for_a_network_is_left_out_there(host, make_item, site):
    site.pages["/clip.mp4"] = (200, {}, video(frames=25))
    campaign = Campaign.model_validate({"platforms": ["youtube", "tiktok"]})
    async with Fetcher(allow_private=True) as fetcher:
        ((draft,), _) = await draft_all(
            campaign, [make_item(video=f"{host}/clip.mp4")], linked=None, fetcher=fetcher, now=NOW
        )
    assert list(draft.texts) == ["youtube"]
    assert "1 seconds" in draft.left_out["tiktok"]


@pytest.mark.parametrize("platforms", [["facebook", "bluesky"], ["instagram"]])
async def test_a_video_no_network_would_get_is_not_fetched(host, make_item, site, platforms):
    item = make_item(video=f"{host}/clip.mp4", pictures=[(f"{host}/fits.png", "boats")])
    await ready(item, Api(), *platforms)
    assert "/clip.mp4" not in [request.path for request in site.asked]


async def test_what_is_no_video_is_said(host, make_item):
    campaign = Campaign.model_validate({"platforms": ["youtube", "facebook"]})
    async with Fetcher(allow_private=True) as fetcher:
        ((draft,), _) = await draft_all(
            campaign, [make_item(video=f"{host}/page.mp4")], linked=None, fetcher=fetcher, now=NOW
        )
    assert list(draft.texts) == ["facebook"]
    assert any("web page" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("policy", "said", "left_out", "warnings"),
    [
        ("optional", ["bluesky", "threads"], [], 0),
        ("warn", ["bluesky", "threads"], [], 1),
        ("require", ["threads"], ["bluesky"], 0),
    ],
)
def test_the_gate_of_alternative_texts(make_item, make_facts, policy, said, left_out, warnings):
    url = "https://example.org/a.jpg"
    composer = Composer(Campaign.model_validate({"platforms": ["bluesky", "threads"], "pictures": {"alt": policy}}))
    draft = composer.compose(make_item(pictures=[(url, " ")]), media=make_facts(url))
    assert (sorted(draft.texts), sorted(draft.left_out), len(draft.warnings)) == (said, left_out, warnings)
    described = composer.compose(make_item(pictures=[(url, "boats")]), media=make_facts(url))
    assert (sorted(described.texts), described.warnings) == (["bluesky", "threads"], ())
    assert described.options["bluesky"] == {"altText": ["boats"]}


def test_a_required_alternative_text_can_leave_nothing_to_say(make_item, make_facts):
    url = "https://example.org/a.jpg"
    composer = Composer(Campaign.model_validate({"platforms": ["bluesky"], "pictures": {"alt": "require"}}))
    with pytest.raises(NothingToSay, match="without alternative text"):
        composer.compose(make_item(pictures=[(url, "")]), media=make_facts(url))


def test_hashtags_may_differ_by_network(make_item):
    own = {
        "max": 2,
        "banned": ["Straße"],
        "networks": {"facebook": {"max": 0}, "bluesky": {"always": ["dove"], "banned": ["sea"]}},
    }
    composer = Composer(Campaign.model_validate({"platforms": ["bluesky", "facebook", "telegram"], "hashtags": own}))
    draft = composer.compose(make_item(tags=("STRASSE", "sea", "boats", "Übersee")))
    tags = {name: text.rpartition("\n\n")[2] for name, text in draft.texts.items()}
    assert tags == {"bluesky": "#dove #boats", "facebook": "https://example.org/storm", "telegram": "#sea #boats"}
