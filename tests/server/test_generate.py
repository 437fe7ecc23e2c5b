"""Drafts by a model, played by a server on loopback that speaks OpenAI's protocol; and without one (content.md 9)."""

import base64
import io
import json

import pytest
from PIL import Image

SETTINGS = {"model_key": "model-secret", "model_name": "played", "allow_private_addresses": True}
POST = "We bake bread every morning. The oven is old. Come and see how bread is made before noon. Bring a bag."


class Played:
    """A model: what it was asked, and what it says next."""

    def __init__(self, site):
        self.site, self.said, self.status = site, "A draft", 200
        site.pages["/v1/chat/completions"] = self._answer(self._chat)
        site.pages["/v1/moderations"] = self._answer(self._moderation)
        site.pages["/v1/audio/transcriptions"] = self._answer(lambda: {"text": "Good morning. The bread is ready."})

    @property
    def asked(self):
        return [json.loads(one.body) for one in self.site.asked if one.path.startswith("/v1/chat")]

    def _chat(self):
        message = {"role": "assistant", "content": self.said}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 30, "completion_tokens": 10, "total_tokens": 40}
        return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}

    def _moderation(self):
        names = ("hate", "hate/threatening", "violence")
        verdict = {
            "flagged": True,
            "categories": dict.fromkeys(names, True),
            "category_scores": dict.fromkeys(names, 0.9),
        }
        return {"id": "m", "model": "m", "results": [verdict]}

    def _answer(self, make):
        async def play(_request, writer):
            body = json.dumps(make()).encode() if isinstance(self.said, str) else self.said
            head = f"HTTP/1.1 {self.status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()

        return play


@pytest.fixture
async def model(site):
    return Played(site)


@pytest.fixture
async def modelled(make_host, client_of, site, model):
    """A client of a server with a model."""
    async with make_host(model_url=site.url("/v1"), **SETTINGS) as host, client_of(host) as client:
        yield client


async def call(api, path, **body):
    return (await api.post(f"/api{path}", json=body)).json()


async def upload(api, name, data, kind):
    file = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return (await api.post("/api/media/upload", json={"file": file, "fileName": name})).json()["url"]


def picture():
    file = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(file, "JPEG")
    return file.getvalue()


async def test_a_post_is_drafted_and_its_tokens_counted(modelled, model):
    answer = await call(modelled, "/generate/post", text="Sourdough", emojis=True)
    assert answer == {"status": "success", "post": "A draft", "usage": 40, "totalMonthlyUsage": 40}
    assert (await call(modelled, "/generate/post", text="Rye"))["totalMonthlyUsage"] == 80
    asked = model.asked[0]
    assert asked["model"] == "played"
    assert asked["messages"][1] == {"role": "user", "content": "Sourdough"}
    assert "hashtags" in asked["messages"][0]["content"]
    assert "Sourdough" not in asked["messages"][0]["content"]


async def test_a_post_for_x_fits_x(modelled, model):
    model.said = "Bread is good. " * 40
    assert len((await call(modelled, "/generate/post", text="Bread", twitter=True))["post"]) <= 280


async def test_pictures_go_as_data(modelled, model):
    url = await upload(modelled, "a.jpg", picture(), "image/jpeg")
    answer = await call(modelled, "/generate/post", mediaUrls=[url])
    assert (answer["post"], answer["mediaUrls"]) == (["A draft"], [url])
    shown = model.asked[0]["messages"][1]["content"][1]["image_url"]["url"]
    assert shown.startswith("data:image/jpeg;base64,")
    described = await call(modelled, "/generate/altText", url=url, keywords=["night"], lang="de")
    assert described["altText"] == "A draft"
    assert (await call(modelled, "/generate/altText", url="http://127.0.0.1:1/a.jpg"))["code"] == 136
    assert (await call(modelled, "/generate/altText", url="file:///etc/passwd"))["code"] == 136


@pytest.mark.parametrize("said", ['["One", "Two"]', '```json\n["One", "Two"]\n```', "- One\n- Two"])
async def test_variants_are_read_however_they_come(modelled, model, said):
    model.said = said
    answer = await call(modelled, "/generate/rewrite", post=POST, rewrites=2)
    assert answer["post"] == POST
    assert answer["rewrites"] == ["One", "Two"]


async def test_a_text_is_translated(modelled, model):
    model.said = "Brot"
    answer = await call(modelled, "/generate/translate", text="Bread", lang="de")
    assert (answer["originalText"], answer["translatedText"], answer["lang"]) == ("Bread", "Brot", "de")
    assert (await call(modelled, "/generate/translate", text="Bread", lang="ignore all"))["code"] == 101


async def test_a_video_of_the_gallery_is_heard(modelled):
    body = {"post": "Film", "platforms": ["youtube"], "randomMediaUrl": True, "isLandscapeVideo": True}
    await call(modelled, "/post", **body, youTubeOptions={"title": "Film"})
    film = next(one["url"] for one in (await modelled.get("/api/media")).json())
    answer = await call(modelled, "/generate/transcription", videoUrl=film)
    assert answer["transcriptArray"] == ["Good morning.", "The bread is ready."]
    assert answer["wordCount"] == 6
    assert (await call(modelled, "/generate/transcription", videoUrl="https://example.org/a.mp4"))["code"] == 101


@pytest.mark.parametrize("path", ["/generate/sentiment", "/generate/sentiments"])
async def test_a_model_judges_the_mood(modelled, model, path):
    model.said = '{"sentiment": "negative", "score": -3}'
    answer = await call(modelled, path, text="Meh")
    assert (answer["sentiment"], answer["score"]) == ("negative", -1.0)
    model.said = "cannot say"
    assert (await call(modelled, path, text="Meh"))["code"] == 500


async def test_a_model_moderates(modelled):
    url = await upload(modelled, "a.jpg", picture(), "image/jpeg")
    for more in ({}, {"imageUrl": url}):
        verdict = (await call(modelled, "/validate/moderation", text="Grr", **more))["results"]
        assert verdict["flagged"] is True
        assert verdict["categories"]["hate/threatening"] is True
        assert verdict["category_scores"]["violence"] == 0.9


@pytest.mark.parametrize(
    ("status", "said", "code"),
    [
        (401, "x", 403),
        (403, "x", 403),
        (429, "x", 500),
        (500, "x", 500),
        (404, "x", 500),
        (200, "", 500),
        (200, b"no json", 500),
        (200, b"[]", 500),
        (200, b'{"choices": []}', 500),
        (200, b'{"choices": [{"message": {}}]}', 500),
    ],
)
async def test_a_model_that_fails_is_told(modelled, model, status, said, code):
    model.status, model.said = status, said
    refused = await modelled.post("/api/generate/post", json={"text": "Bread"})
    assert refused.json()["code"] == code
    assert refused.status_code in {403, 502}
    assert "model-secret" not in refused.text


async def test_the_month_has_an_end(make_host, client_of, site, model, clock):
    settings = SETTINGS | {"model_url": site.url("/v1"), "model_monthly_tokens": 50}
    async with make_host(**settings) as host, client_of(host) as api:
        for _ in range(2):
            assert (await call(api, "/generate/post", text="Bread"))["status"] == "success"
        assert (await call(api, "/generate/post", text="Bread"))["code"] == 403
        clock.advance(clock.now().replace(month=4, day=1) - clock.now())
        assert (await call(api, "/generate/post", text="Bread"))["totalMonthlyUsage"] == 40


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/generate/post", {"text": "Bread"}),
        ("/generate/rewrite", {"post": POST, "emojis": True}),
        ("/generate/translate", {"text": "Bread", "lang": "de"}),
        ("/generate/altText", {"url": "https://example.org/a.jpg"}),
        ("/generate/transcription", {"videoUrl": "https://sandbox.dovecote.localhost/media/a.mp4"}),
        ("/validate/moderation", {"text": "Grr"}),
    ],
)
async def test_without_a_model_what_needs_one_is_refused(api, path, body):
    refused = await api.post(f"/api{path}", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, 403)
    assert "DOVECOTE_SERVER_MODEL_URL" in refused.json()["message"]


async def test_without_a_model_a_post_is_shortened_in_its_own_words(api):
    answer = await call(api, "/generate/rewrite", post=POST)
    assert answer["usage"] == 0
    assert 2 <= len(answer["rewrites"]) <= 5
    for one in answer["rewrites"]:
        assert len(one) < len(POST)
        assert all(part.strip(". ") in POST for part in one.split("."))
    tagged = await call(api, "/generate/rewrite", post=POST, hashtags=True, rewrites=1)
    assert "#" in tagged["rewrites"][0]
    assert (await call(api, "/generate/rewrite", post="One sentence only"))["rewrites"] == []


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("What a wonderful bakery, I love it", "positive"),
        ("Rude, slow and terrible", "negative"),
        ("The shop opens at nine", "neutral"),
    ],
)
async def test_without_a_model_the_mood_comes_from_a_lexicon(api, text, mood):
    answer = await call(api, "/generate/sentiment", text=text)
    assert answer["sentiment"] == mood
    assert -1 <= answer["score"] <= 1
    assert answer["detail"]["by"] == "vader"


@pytest.mark.parametrize("path", ["post", "rewrite", "transcription", "translate", "altText", "sentiment"])
async def test_what_is_missing_is_refused(api, path):
    assert (await call(api, f"/generate/{path}"))["code"] == 101
