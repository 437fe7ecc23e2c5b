"""From process start to the first post: a one-item publish against a trivial flow of the installed Prefect.

Both processes talk to the same running Prefect server and are started in turn. The publish ends its time where its
`POST /post` arrives at a real server of the contract in this process; the trivial flow where its body runs.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rig import prefect_at, workplace, write_feed
from rows import QUICK, ROOT, Row, number, ratio, spread, tell

REPEATS = int(os.environ.get("BENCH_REPEATS", "1" if QUICK else "7"))
TARGET = 1.5
BLOCK = "noting"
PUBLISH = """
import asyncio, sys
from flows.publish import publish
from pipeline.campaign import Campaign
campaign = Campaign(name=sys.argv[2], sources=[sys.argv[1]], platforms=["bluesky", "facebook"], backfill=1)
asyncio.run(publish(campaign, api="noting"))
"""
EMBEDDED = """
import asyncio, sys, time
from flows.publish import publish
from pipeline.campaign import Campaign
from server.embedded import EmbeddedTransport
answer = EmbeddedTransport.handle_async_request
async def noted(self, request):
    if request.url.path == "/api/post":
        print(time.monotonic(), time.process_time(), flush=True)
    return await answer(self, request)
EmbeddedTransport.handle_async_request = noted
campaign = Campaign(name=sys.argv[2], sources=[sys.argv[1]], platforms=["bluesky", "facebook"], backfill=1)
asyncio.run(publish(campaign))
"""
TRIVIAL = """
import asyncio, time
from prefect import flow
@flow
async def trivial():
    print(time.monotonic(), time.process_time(), flush=True)
asyncio.run(trivial())
"""
PLAN = "from flows.console import main; main()"
IMPORT = "import prefect"
App = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


class Noting:
    """The server's application, and when the first request to each path came."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.first: dict[str, float] = {}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Note the time, then answer as the application does."""
        if scope["type"] == "http":
            self.first.setdefault(f"{scope['method']} {scope['path']}", time.monotonic())
        await self._app(scope, receive, send)


@contextmanager
def noting_api(folder: Path) -> Iterator[tuple[str, Noting]]:
    """A server of the contract in a thread; yields its address and what it noted."""
    import uvicorn

    from server.host import Host
    from server.settings import ServerSettings

    host = Host(ServerSettings(database=f"sqlite:///{folder / 'api.db'}", media_dir=folder / "media", rate_limit=0))
    noting = Noting(host.app)
    server = uvicorn.Server(uvicorn.Config(noting, port=0, log_level="warning", lifespan="off"))

    async def serve() -> None:
        async with host:
            await server.serve()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/api", noting
    finally:
        server.should_exit = True
        thread.join()


async def save_block(base_url: str) -> None:
    """Tell the Prefect server where the API is."""
    from pydantic import SecretStr

    from blocks import SocialApi
    from server.settings import SANDBOX_KEY

    await SocialApi(base_url=base_url, api_key=SecretStr(SANDBOX_KEY)).save(BLOCK, overwrite=True)


def started(script: Path, *words: str, home: Path) -> tuple[float, str]:
    """Run a script to its end; when it was started, and what it printed."""
    # As on a user's machine, where every module is compiled once, not at every start.
    cached = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(script.parent / "compiled")}
    environment = os.environ | cached | {"PYTHONPATH": str(ROOT), "DOVECOTE_HOME": str(home)}
    begun = time.monotonic()
    done = subprocess.run([sys.executable, script, *words], env=environment, stdout=subprocess.PIPE, check=True)
    return begun, done.stdout.decode()


def measure(folder: Path, noting: Noting) -> dict[str, list[float]]:
    """Seconds by what was waited for, one of each per turn."""
    scripts = {}
    for name, code in {"publish": PUBLISH, "embedded": EMBEDDED, "trivial": TRIVIAL}.items():
        scripts[name] = folder / f"{name}.py"
        scripts[name].write_text(code)
    feed = write_feed(folder / "feed.xml", 1)
    took: dict[str, list[float]] = {name: [] for name in ("request", "post", "embedded", "trivial")}
    took |= {"embedded CPU": [], "trivial CPU": []}
    for turn in range(REPEATS + 1):
        noting.first.clear()
        begun, _ = started(scripts["publish"], feed, f"bench-{turn}", home=folder / f"{turn}")
        took["request"].append(min(noting.first.values()) - begun)
        took["post"].append(noting.first["POST /api/post"] - begun)
        for name in ("embedded", "trivial"):
            begun, printed = started(scripts[name], feed, "bench", home=folder / f"{turn}-{name}")
            instant, cpu = map(float, printed.split()[-2:])
            took[name].append(instant - begun)
            took[f"{name} CPU"].append(cpu)
    # The first turn compiles and fills the disk's cache.
    return {name: values[1:] for name, values in took.items()}


def quick(folder: Path) -> Row:
    """A command that needs no Prefect, from start to end, against what only importing Prefect takes."""
    feed = write_feed(folder / "quick.xml", 5)
    took: dict[str, list[float]] = {"plan": [], "import": []}
    for name, code in {"plan": PLAN, "import": IMPORT}.items():
        (folder / f"{name}.py").write_text(code)
    for _ in range(REPEATS + 1):
        for name, words in {"plan": ["plan", str(feed)], "import": []}.items():
            begun, _ = started(folder / f"{name}.py", *words, home=folder / "quick")
            took[name].append(time.monotonic() - begun)
    plan, bare = took["plan"][1:], took["import"][1:]
    detail = f"{spread('plan', plan)}; {spread('import', bare)}"
    return Row("cold start of `dovecote plan` on one feed", "import prefect", ratio(plan, bare), 1.0, detail=detail)


def main() -> None:
    """Measure and tell."""
    with workplace() as folder:
        tell(quick(folder))
    with workplace() as folder, prefect_at(folder), noting_api(folder) as (base_url, noting):
        asyncio.run(save_block(base_url))
        took = measure(folder, noting)
    trivial = spread("trivial flow", took["trivial"])
    request = number(statistics.median(took["request"]))
    first = f"{spread('first post', took['post'])}, first request of any kind {request} s"
    cpu = f"{spread('CPU', took['embedded CPU'])} against {number(statistics.median(took['trivial CPU']))} s"
    for name, place, told in (
        ("post", "API elsewhere", first),
        ("embedded", "embedded API", f"{spread('first post', took['embedded'])}, {cpu}"),
    ):
        above = statistics.median(mine - theirs for mine, theirs in zip(took[name], took["trivial"], strict=True))
        what = f"cold start of a one-item publish to its POST /post, {place}"
        tell(Row(what, "above a trivial flow", above, TARGET, "s", f"{told}; {trivial}"))


if __name__ == "__main__":
    main()
