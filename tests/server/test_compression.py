"""Answers over a socket are compressed, brotli first; small ones, pictures and the embedded API's are not."""

import gzip
import zlib

import brotli
import httpx
import pytest

from server.compression import Compressed, best
from server.settings import SANDBOX_KEY
from social.client import SocialClient

PLAIN = {"br": brotli.decompress, "gzip": gzip.decompress, "deflate": zlib.decompress}


@pytest.fixture
async def served(host):
    """The app as a server process serves it; answers are read as they came."""
    headers = {"Authorization": f"Bearer {SANDBOX_KEY}"}
    transport = httpx.ASGITransport(Compressed(host.app))
    async with httpx.AsyncClient(transport=transport, base_url="https://served.localhost", headers=headers) as client:
        yield client


async def raw(client, path, accepted, **headers):
    async with client.stream("GET", path, headers={"Accept-Encoding": accepted} | headers) as answer:
        return answer, b"".join([chunk async for chunk in answer.aiter_raw()])


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("deflate, gzip, br", "br"),
        ("br", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("deflate", "deflate"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("br; q=0, *", "gzip"),
        ("*", "br"),
        ("", None),
        ("identity", None),
        ("*;q=0", None),
        ("zstd", None),
        ("gzip;q=nonsense", None),
    ],
)
async def test_the_coding_is_the_best_the_client_takes(served, api, accepted, coding):
    assert best(accepted) == coding
    answer, body = await raw(served, "/openapi.json", accepted)
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["content-length"] == str(len(body))
    assert "accept-encoding" in answer.headers["vary"].lower()
    whole = (await api.get("/openapi.json")).content
    assert len(whole) > 1024
    assert PLAIN.get(coding, bytes)(body) == whole


async def test_exactly_what_is_over_1024_bytes_is_compressed(served):
    def padded(size):
        return {"code": "156", "platform": "x" * size}

    bare = len((await served.get("/api/error-explainer", params=padded(1))).content) - 1
    for size, coding in ((1024, None), (1025, "br")):
        answer = await served.get("/api/error-explainer", params=padded(size - bare), headers={"Accept-Encoding": "br"})
        assert len(answer.content) == size
        assert answer.headers.get("content-encoding") == coding
        assert answer.json()["platform"] == "x" * (size - bare)


async def test_errors_keep_status_and_headers(served):
    answer, body = await raw(served, "/api/history", "br")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json; charset=utf-8")
    assert b'"code":221' in body


async def test_pictures_go_out_as_they_are(served, api, make_picture):
    url = await make_picture(api)
    answer, body = await raw(served, httpx.URL(url).path, "br")
    assert answer.headers["content-type"] == "image/jpeg"
    assert "content-encoding" not in answer.headers
    assert body[:2] == b"\xff\xd8"


async def test_the_embedded_api_compresses_nothing(api):
    answer = await api.get("/openapi.json", headers={"Accept-Encoding": "br, gzip, deflate"})
    assert "content-encoding" not in answer.headers


async def test_our_client_reads_brotli(host):
    seen = []

    class Watched(httpx.ASGITransport):
        async def handle_async_request(self, request):
            response = await super().handle_async_request(request)
            seen.append(response.headers.get("content-encoding"))
            return response

    client = SocialClient(
        base_url="https://served.localhost/api", api_key=SANDBOX_KEY, transport=Watched(Compressed(host.app))
    )
    async with client:
        assert len((await client.user.get()).display_names) == 13
    assert seen == ["br"]


def test_a_server_process_compresses(start_server):
    client, _ = start_server()
    answer = client.get("/openapi.json", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "br"
    assert answer.json()["openapi"]
