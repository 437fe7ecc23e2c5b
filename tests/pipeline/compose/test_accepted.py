"""What the composer says is what the API takes: drafts of every network sent to the server in memory."""

import io
import json
from collections import Counter

import pytest
from PIL import Image

from pipeline.campaign import Campaign
from pipeline.compose.requests import body
from pipeline.compose.uploads import LARGE, upload_pictures
from pipeline.planning import draft_all
from pipeline.records import Item, Picture
from server.embedded import embedded
from server.settings import SANDBOX_KEY, ServerSettings
from social.client import SocialClient
from social.instants import SystemClock
from social.networks import NETWORKS

HARD = "Größe & Wärme <b>heute</b> @someone #eins #zwei — 漢字と仮名、مرحبا 👩‍👩‍👧‍👦 https://example.org/a?b=c " * 12
OPTIONS = {"reddit": {"subreddit": "boats"}}


def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1000, 1250), 60).convert("RGB").save(out, "JPEG", quality=40)
    return out.getvalue()


@pytest.fixture
async def client(tmp_path):
    settings = ServerSettings(
        database=f"sqlite:///{tmp_path / 'server.db'}",
        media_dir=tmp_path / "media",
        linked=tuple(NETWORKS),
        rate_limit=0,
    )
    async with (
        embedded(settings) as transport,
        SocialClient(
            base_url="https://sandbox.dovecote.localhost/api",
            api_key=SANDBOX_KEY,
            x_keys=("app", "secret"),
            transport=transport,
        ) as client,
    ):
        yield client


def item(**fields):
    given = {
        "source": "feed",
        "place": "entry 1",
        "identity": "1",
        "content_hash": "h",
        "title": f"Titel {HARD}",
        "text": HARD,
        "link": "https://example.org/größe/a b",
        "tags": ("Wetter bericht", "漢字", "2027", "sea"),
        "pictures": (Picture(url="https://example.org/a.jpg", alt="ein Bild"),),
    }
    return Item(**given | fields)


def campaign(*names):
    return Campaign.model_validate(
        {
            "platforms": names,
            "template": "{{ item.title }}\n\n{{ item.text }}\n\n{{ item.link }}",
            "hashtags": {"max": 4},
            "options": {name: OPTIONS[name] for name in names if name in OPTIONS},
        }
    )


async def sent(client, campaign, *items, key="dc"):
    clock = SystemClock()
    drafts, verdicts = await draft_all(campaign, items, linked=None, fetcher=None, now=clock.now())
    assert verdicts == []
    drafts, _ = await upload_pictures(drafts, client=client, fetched={"https://example.org/a.jpg": picture()})
    return [(draft, await client.posts.create(body(draft, f"{key}-{number}"))) for number, draft in enumerate(drafts)]


async def test_a_hard_item_is_accepted_by_every_network(client):
    refused = {}
    for name in sorted(NETWORKS.keys() - {"youtube", "instagram"}):
        ((draft, answer),) = await sent(client, campaign(name), item(identity=name), key=name)
        assert draft.texts[name].count("https://example.org/gr%C3%B6%C3%9Fe/a%20b") == 1, name
        if answer.status != "success":
            refused[name] = answer.errors
        assert (await client.posts.get(answer.id)).post == draft.texts[name]
    assert refused == {}


async def test_instagram_is_left_out_for_its_mentions_and_said_without(client):
    drafts, verdicts = await draft_all(
        campaign("instagram"), [item()], linked=None, fetcher=None, now=SystemClock().now()
    )
    assert drafts == []
    assert "@mentions" in verdicts[0].reason
    calm = item(text=HARD.replace("@", ""), title="Titel")
    ((_, answer),) = await sent(client, campaign("instagram"), calm)
    assert answer.status == "success"


async def test_many_networks_in_one_post_each_get_their_own(client):
    names = ["bluesky", "facebook", "linkedin", "pinterest", "telegram", "threads", "twitter"]
    ((draft, answer),) = await sent(client, campaign(*names), item())
    assert answer.status == "success"
    assert Counter(post.platform for post in answer.post_ids) == Counter(names)
    assert isinstance(json.loads(body(draft, "dc-1"))["post"], dict)
    assert draft.options["bluesky"] == {"altText": ["ein Bild"]}


async def test_threads_with_a_first_comment_are_accepted(client):
    names = ["bluesky", "threads", "twitter"]
    given = campaign(*names).model_dump() | {
        "threads": {"platforms": ["threads", "twitter"]},
        "first_comment": "{{ item.link }}",
        "hashtags": {"max": 1},
    }
    calm = item(title="Titel", text=HARD.replace("#", ""))
    ((draft, answer),) = await sent(client, Campaign.model_validate(given), calm)
    assert (answer.status, answer.errors) == ("success", [])
    assert draft.options["twitter"]["thread"] is True
    assert draft.first_comment == "https://example.org/gr%C3%B6%C3%9Fe/a%20b"


async def test_a_large_file_goes_by_its_own_address_and_arrives(client):
    drawn = Image.effect_noise((1900, 1900), 90).convert("RGB")
    out = io.BytesIO()
    drawn.save(out, "PNG", compress_level=0)
    large = out.getvalue()
    assert len(large) > LARGE
    url = "https://example.org/a.png"
    clock = SystemClock()
    pictured = item(pictures=(Picture(url=url, alt="Rauschen"),))
    drafts, _ = await draft_all(campaign("snapchat"), [pictured], linked=None, fetcher=None, now=clock.now())
    (draft,), _ = await upload_pictures(drafts, client=client, fetched={url: large})
    (address,) = draft.media["snapchat"]
    assert (await client.media.exists(address)).status == "success"
