"""Uploads: as a data URI, and to an address of the storage that must never see a key."""

import base64
import json
import logging

import httpx
import pytest

from social.contract.media import MAX_UPLOAD_BYTES, UploadUrl
from social.errors import NotSent, OutcomeUnknown, Refused

TO = UploadUrl(
    upload_url="https://storage.example/b/clip.mp4?Signature=s3cret",
    access_url="https://m.example/c",
    content_type="video/mp4",
)


async def test_a_file_goes_up_as_a_data_uri(answering):
    client, requests = await answering(200, {"id": "m1", "url": "https://images.example/m1.png"})
    data = bytes(range(256))
    assert (await client.media.upload(data, "a.png", "image/png")).url == "https://images.example/m1.png"
    head, _, text = json.loads(requests[0].content)["file"].partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(text) == data


async def test_a_file_over_30_mb_is_sent_elsewhere(answering):
    client, requests = await answering(200, {})
    with pytest.raises(ValueError, match=r"30,000,001 bytes.*upload_url and put"):
        await client.media.upload(bytes(MAX_UPLOAD_BYTES + 1), "a.mp4", "video/mp4")
    assert requests == []


@pytest.mark.parametrize("as_file", [False, True])
async def test_put_sends_the_bytes_with_their_length_and_no_key(answering, tmp_path, as_file):
    data = bytes(range(256)) * 9000
    file = tmp_path / "clip.mp4"
    file.write_bytes(data)
    bodies = []

    async def storage(request):
        bodies.append(await request.aread())
        return httpx.Response(200)

    client, requests = await answering(
        200, b"", profile_key="PPPPPPP-QQQQQQQ", x_keys=("xkey", "xsecret"), transport=httpx.MockTransport(storage)
    )
    await client.media.put(TO, file if as_file else data)
    assert bodies == [data]
    assert requests == []


async def test_put_sends_only_what_the_storage_needs(connect):
    seen = []
    client = await connect(lambda request: seen.append(request) or httpx.Response(200))
    await client.media.put(TO, b"abc")
    (request,) = seen
    assert request.url.raw_path == b"/b/clip.mp4?Signature=s3cret"
    assert request.method == "PUT"
    assert dict(request.headers) == {
        "host": "storage.example",
        "content-type": "video/mp4",
        "content-length": "3",
        "user-agent": "dovecote",
    }


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Refused), (404, Refused), (307, Refused), (500, OutcomeUnknown), (503, OutcomeUnknown)]
)
async def test_a_storage_that_says_no_is_an_error_without_the_address(connect, status, kind):
    client = await connect(lambda _: httpx.Response(status))
    with pytest.raises(kind, match=str(status)) as raised:
        await client.media.put(TO, b"abc")
    assert "s3cret" not in str(raised.value)


async def test_a_storage_that_cannot_be_reached_was_sent_nothing(connect):
    def fail(_request):
        raise httpx.ConnectError("no route")

    with pytest.raises(NotSent, match="PUT upload address"):
        await (await connect(fail)).media.put(TO, b"abc")


async def test_the_signed_address_is_not_logged(connect, caplog):
    caplog.set_level(logging.DEBUG)
    client = await connect(lambda _: httpx.Response(200))
    await client.media.put(TO, b"abc")
    assert "s3cret" not in caplog.text
