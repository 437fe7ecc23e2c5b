"""`python -m server`: the sandbox of the social API as a process, with its worker."""

import argparse
import asyncio
import logging
from collections.abc import Sequence

from server.clock import MovableClock
from server.compression import Compressed
from server.host import Host
from server.serving import prepare_process, serve_app
from server.settings import ServerSettings

log = logging.getLogger("server")


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped by a signal."""
    settings = _settings(arguments)
    prepare_process()
    asyncio.run(serve(settings))


async def serve(settings: ServerSettings) -> None:
    """Serve with the given settings; worker and courier look for due posts and webhooks all the while."""
    async with Host(settings, MovableClock()) as host:
        running = [asyncio.create_task(one.run()) for one in (host.worker, host.courier)]
        log.info("listening on http://%s:%s, API below /api, description at /docs", settings.host, settings.port)
        try:
            await serve_app(Compressed(host.app), settings.host, settings.port)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await host.worker.stop()


def _settings(arguments: Sequence[str] | None) -> ServerSettings:
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on")
    parser.add_argument("--database", help="SQLite or PostgreSQL URL of the store")
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    return ServerSettings(**given)


if __name__ == "__main__":
    main()
