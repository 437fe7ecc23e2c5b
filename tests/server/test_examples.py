"""The contract's examples: request in, answer compared key by key and type by type. One file per noun in data/examples.

An example may have calls `before` it, whose answers it keeps parts of as `$name`. Of its `answer` every key must come
with the same type, as deep as it goes; an array's first element stands for all. `exact` paths must have the same value.
`as` is the key of the profile that calls; `$site` is a site with a feed and a picture, `$picture` a data URI.
"""

import base64
import io
import json
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

FILES = sorted((Path(__file__).parent / "data" / "examples").glob("*.json"))
EXAMPLES = [
    pytest.param(one, id=f"{file.stem}: {one['name']}")
    for file in FILES
    for one in json.loads(file.read_text(encoding="utf-8"))
]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|\+0000)")


def assert_shaped(example, answer, where="$"):
    # A number with a fraction may by chance come whole.
    kinds = {float, int} if type(example) is float else {type(example)}
    assert type(answer) in kinds, f"{where}: {answer!r} is no {type(example).__name__}"
    if isinstance(example, dict):
        for name, value in example.items():
            assert name in answer, f"{where}.{name} is missing"
            assert_shaped(value, answer[name], f"{where}.{name}")
    elif isinstance(example, list):
        assert answer or not example, f"{where} is empty"
        for value in answer if example else []:
            assert_shaped(example[0], value, f"{where}[]")
    elif isinstance(example, str) and (form := INSTANT.fullmatch(example)):
        given = INSTANT.fullmatch(answer)
        assert given, f"{where}: {answer!r} is no instant as {example}"
        assert (bool(given[1]), given[2]) == (bool(form[1]), form[2]), (
            f"{where}: {answer!r} is not written as {example}"
        )


async def prepare(api, clock, steps, kept):
    for step in steps:
        if "wait" in step:
            clock.advance(timedelta(seconds=step["wait"]))
        elif "visit" in step:
            await api.get(kept.filled(step["visit"]), headers={"User-Agent": "Mozilla/5.0 Firefox/130.0"})
        else:
            answer = await send(api, step, kept)
            assert answer.status_code == 200, answer.text
            kept.keep(answer.json(), step.get("keep", {}))


async def send(api, step, kept):
    method, path = step["call"]
    place = re.sub(r"\$\w+", lambda found: str(kept.filled(found[0])), path)
    if "file" in step:
        sent = {"files": {"file": (step["file"]["name"], step["file"]["content"].encode())}}
    elif "text" in step:
        sent = {"content": step["text"], "headers": {"Content-Type": "text/plain"}}
    else:
        sent = {"json": kept.filled(step.get("body"))}
    if "as" in step:
        sent["headers"] = sent.get("headers", {}) | {"Profile-Key": kept.filled(step["as"])}
    return await api.request(method, f"{step.get('under', '/api')}{place}", **sent)


@cache
def picture(form):
    file = io.BytesIO()
    Image.new("RGB", (1080, 1080), "white").save(file, form)
    return file.getvalue()


@pytest.fixture
async def host(make_host):
    async with make_host(allow_private_addresses=True) as opened:
        yield opened


@pytest.fixture
def kept(kept, site):
    channel = (
        "<title>Blog</title><link>https://blog.example.com</link><description>All of it</description>"
        "<image><url>https://blog.example.com/logo.png</url><title>Blog</title>"
        "<link>https://blog.example.com</link><width>32</width><height>32</height></image>"
    )
    feed = f"<rss version='2.0'><channel>{channel}</channel></rss>".encode()
    site.pages["/feed"] = 200, {"content-type": "application/rss+xml"}, feed
    site.pages["/a.jpg"] = 200, {"content-type": "image/jpeg"}, picture("JPEG")
    kept.known["site"] = site.url("")
    kept.known["picture"] = f"data:image/png;base64,{base64.b64encode(picture('PNG')).decode()}"
    return kept


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("example", EXAMPLES)
async def test_the_answer_is_as_the_example_says(api, clock, example, kept):
    await prepare(api, clock, example.get("before", []), kept)
    answer = await send(api, example, kept)
    wanted, found = kept.filled(example["answer"]), answer.json()
    assert answer.status_code == example.get("status", 200), answer.text
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert_shaped(wanted, found)
    for path in example["exact"]:
        assert kept.at(found, path) == kept.at(wanted, path), path
