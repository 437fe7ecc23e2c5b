"""Media: uploaded, listed, served, measured; foreign ones only looked at through the guard."""

import asyncio
import base64
import io
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from server.store import media as store


def picture(size=(64, 48), form="PNG"):
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, form)
    return buffer.getvalue()


def data_uri(data, kind="image/png"):
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


async def upload(api, data=None, **fields):
    answer = await api.post("/api/media/upload", json={"file": data_uri(data or picture())} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(api, **request):
    answer = await api.post("/api/media/upload", **request)
    assert answer.status_code == 400, answer.text
    return answer.json()["code"], answer.json()["message"]


@pytest.mark.usefixtures("database_url")
async def test_an_upload_is_served_listed_and_measured(api, host):
    data = picture((64, 48))
    stored = await upload(api, data, fileName="hero.png", description="the hero")
    assert set(stored) == {"id", "url", "fileName", "description"}
    assert stored["url"] == f"https://sandbox.dovecote.localhost/media/{stored['id']}.png"
    served = await api.get(stored["url"], headers={"Authorization": ""})
    assert (served.content, served.headers["content-type"]) == (data, "image/png")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert (await api.get("/api/media")).json() == [
        {
            "id": stored["id"],
            "url": stored["url"],
            "size": str(len(data)),
            "timeCreated": "2026-03-02T09:30:00.000Z",
            "fileName": "hero.png",
            "description": "the hero",
            "expiresAt": "2026-05-31T09:30:00.000Z",
        }
    ]
    async with host.database.read() as connection:
        facts = await store.facts(connection, stored["url"])
    assert (facts.kind, facts.format, facts.size, facts.width, facts.height) == ("image", "png", len(data), 64, 48)


async def test_a_form_upload_is_the_same(api):
    data = picture(form="JPEG")
    for path in ("/api/media/upload", "/api/upload"):
        files = {"file": ("photo.jpeg", data, "image/jpeg")}
        stored = (await api.post(path, files=files, data={"description": "a photo"})).json()
        assert (stored["fileName"], stored["description"]) == ("photo.jpeg", "a photo")
        assert stored["url"].endswith(".jpeg")
        assert (await api.get(stored["url"])).content == data


async def test_the_bytes_decide_what_a_file_is_not_its_name(api):
    stored = await upload(api, picture(form="PNG"), fileName="evil.html")
    assert stored["url"].endswith(".png")
    assert (await api.get(stored["url"])).headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 101),
        ({"file": "iVBORw0KGgo="}, 101),
        ({"file": "data:image/png;base64,@@@"}, 101),
        ({"file": "data:image/png;base64,"}, 101),
        ({"file": data_uri(b"<html><script>alert(1)</script>", "text/html")}, 136),
        ({"file": data_uri(b"\x89PNG\r\n\x1a\nbroken")}, 136),
    ],
)
async def test_what_is_no_media_file_is_refused(api, body, code):
    assert (await refused(api, json=body))[0] == code


async def test_a_form_without_a_file_is_refused(api):
    assert (await refused(api, files={"picture": ("a.png", picture(), "image/png")}))[0] == 101


async def test_more_than_thirty_megabytes_is_refused(api):
    code, message = await refused(api, json={"file": data_uri(b"\xff\xd8\xff" + bytes(30_000_001))})
    assert code == 101
    assert "uploadUrl" in message

    async def endless():
        for _ in range(50):
            yield bytes(1_000_000)

    assert (await refused(api, content=endless(), headers={"Content-Type": "application/json"}))[0] == 101


async def test_files_expire_after_ninety_days(api, clock, tmp_path):
    stored = await upload(api)
    clock.advance(timedelta(days=90))
    assert (await api.get(stored["url"])).status_code == 404
    assert (await api.get("/api/media")).json() == []
    await upload(api)
    assert [path for path in tmp_path.rglob("*.png") if stored["id"] in path.name] == []


async def test_galleries_belong_to_their_profile(api, connect):
    await upload(api)
    other = await connect(("bluesky",))
    assert (await other.get("/api/media")).json() == []


@pytest.mark.parametrize(
    "name", ["nosuch.png", "0" * 32 + ".png", "..%2F..%2Fserver.db", "0" * 32 + ".png%0A", "%2e%2e"]
)
async def test_only_uploaded_files_are_served(api, name):
    assert (await api.get(f"/media/{name}")).status_code == 404


async def large(api, **query):
    return (await api.get("/api/media/uploadUrl", params=query)).json()


@pytest.mark.parametrize(
    ("query", "content_type", "extension"),
    [
        ({"fileName": "clip.mp4"}, "video/mp4", "mp4"),
        ({"contentType": "mov"}, "video/quicktime", "mov"),
        ({"contentType": "quicktime"}, "video/quicktime", "mov"),
        ({"contentType": "image/png", "fileName": "a"}, "image/png", "png"),
        ({"contentType": "jpg", "fileName": "a.jpeg"}, "image/jpeg", "jpeg"),
        ({"fileName": "notes.xyz"}, "application/octet-stream", "bin"),
    ],
)
async def test_upload_addresses_name_the_content_type(api, query, content_type, extension):
    given = await large(api, **query)
    assert given["contentType"] == content_type
    assert given["accessUrl"].endswith(f".{extension}")


@pytest.mark.parametrize("query", [{}, {"fileName": "clip"}, {"contentType": "text/html"}])
async def test_an_upload_address_needs_a_known_type(api, query):
    answer = await api.get("/api/media/uploadUrl", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, 101)


async def send(api, given, data, content_type=None):
    headers = {"Content-Type": content_type or given["contentType"], "Authorization": ""}
    return await api.put(given["uploadUrl"], content=data, headers=headers)


@pytest.mark.usefixtures("database_url")
async def test_a_large_upload_works_once(api, host):
    data = picture((30, 20))
    given = await large(api, fileName="big.png")
    assert (await api.get(given["accessUrl"])).status_code == 404
    assert (await send(api, given, data)).status_code == 200
    assert (await api.get(given["accessUrl"])).content == data
    assert (await send(api, given, picture((9, 9)))).status_code == 403
    assert (await api.get(given["accessUrl"])).content == data
    assert [one["fileName"] for one in (await api.get("/api/media")).json()] == ["big.png"]
    async with host.database.read() as connection:
        facts = await store.facts(connection, given["accessUrl"])
    assert (facts.width, facts.height, facts.size) == (30, 20, len(data))


async def test_of_two_uploads_at_once_one_wins(api):
    given = await large(api, fileName="big.png")
    sizes = {(10, 10): picture((10, 10)), (20, 20): picture((20, 20))}
    answers = await asyncio.gather(*(send(api, given, data) for data in sizes.values()))
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    winner = list(sizes.values())[[answer.status_code for answer in answers].index(200)]
    assert (await api.get(given["accessUrl"])).content == winner


async def test_an_upload_address_wants_its_type_and_lives_thirty_minutes(api, clock):
    given = await large(api, fileName="big.png")
    assert (await send(api, given, picture(), "image/jpeg")).status_code == 403
    clock.advance(timedelta(minutes=30))
    assert (await send(api, given, picture())).status_code == 403
    assert (await send(api, {"uploadUrl": "/upload/nosuch", "contentType": "a/b"}, b"x")).status_code == 403


async def test_a_failed_large_upload_is_not_reported_but_is_no_media(api):
    given = await large(api, fileName="big.png")
    assert (await send(api, given, b"not a picture")).status_code == 200
    meta = await api.get("/api/media/meta", params={"url": given["accessUrl"]})
    assert (meta.status_code, meta.json()["code"]) == (400, 136)


async def exists(api, url):
    answer = await api.post("/api/media/urlExists", json={"mediaUrl": url})
    return answer.status_code, answer.json()


async def test_own_files_exist_or_not(api):
    stored = await upload(api)
    assert await exists(api, stored["url"]) == (
        200,
        {"status": "success", "statusCode": 200, "contentType": "image/png"},
    )
    missing = {"status": "error", "statusCode": 404, "statusText": "Not Found"}
    assert await exists(api, stored["url"].replace(stored["id"], "0" * 32)) == (400, missing)
    assert await exists(api, "https://sandbox.dovecote.localhost/health") == (400, missing)


class Gallery(BaseHTTPRequestHandler):
    """A foreign host with one picture."""

    def _answer(self, *, with_body):
        found = self.path == "/a.png"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(PICTURE)) if found else "0")
        self.end_headers()
        if found and with_body:
            self.wfile.write(PICTURE)

    def do_GET(self):
        self._answer(with_body=True)

    def do_HEAD(self):
        self._answer(with_body=False)

    def log_message(self, *_):
        """Keep quiet."""


PICTURE = picture((12, 34))


@pytest.fixture
def gallery():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gallery)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


async def test_foreign_files_are_looked_at(make_host, client_of, gallery):
    async with make_host(allow_private_addresses=True) as host, client_of(host) as api:
        assert await exists(api, f"{gallery}/a.png") == (
            200,
            {"status": "success", "statusCode": 200, "contentType": "image/png"},
        )
        status, answer = await exists(api, f"{gallery}/b.png")
        assert (status, answer["status"], answer["statusCode"]) == (400, "error", 404)
        meta = (await api.get("/api/media/meta", params={"url": f"{gallery}/a.png"})).json()
        assert (meta["status"], meta["width"], meta["height"], meta["size"]) == ("success", 12, 34, len(PICTURE))
        gone = await api.get("/api/media/meta", params={"url": f"{gallery}/b.png"})
        assert (gone.status_code, gone.json()["code"]) == (400, 136)


async def test_the_guard_keeps_us_from_private_addresses(api, gallery):
    status, answer = await exists(api, f"{gallery}/a.png")
    assert (status, answer["status"]) == (400, "error")
    meta = await api.get("/api/media/meta", params={"url": f"{gallery}/a.png"})
    assert meta.json()["code"] == 136


async def test_facts_of_an_own_file_need_no_decoding(api, tmp_path):
    stored = await upload(api, picture((70, 50)))
    for path in tmp_path.rglob("*.png"):
        path.write_bytes(b"")
    meta = (await api.get("/api/media/meta", params={"url": stored["url"]})).json()
    assert (meta["status"], meta["contentType"], meta["width"], meta["height"]) == ("success", "image/png", 70, 50)


@pytest.mark.usefixtures("database_url")
async def test_an_uploaded_picture_travels_with_a_post(api):
    stored = await upload(api, picture((800, 800), "JPEG"))
    body = {"post": "With a picture", "platforms": ["instagram"], "mediaUrls": [stored["url"]]}
    answer = await api.post("/api/post", json=body)
    assert (answer.status_code, answer.json()["status"]) == (200, "success"), answer.text
