"""`python -m server`: the sandbox of the social API as a process, with its worker."""

import argparse
import asyncio
import logging
import signal
from collections.abc import Sequence

import uvicorn

from server.clock import MovableClock
from server.compression import Compressed
from server.host import Host
from server.settings import ServerSettings

SHUTDOWN_SECONDS = 5
log = logging.getLogger("server")


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped by a signal."""
    settings = _settings(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn stops at these and then raises them again, which by default would kill the process before it has
        # handed its posts back.
        signal.signal(number, lambda _number, _frame: None)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(serve(settings))


async def serve(settings: ServerSettings) -> None:
    """Serve with the given settings; worker and courier look for due posts and webhooks all the while."""
    async with Host(settings, MovableClock()) as host:
        config = uvicorn.Config(
            Compressed(host.app),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        running = [asyncio.create_task(one.run()) for one in (host.worker, host.courier)]
        log.info("listening on http://%s:%s, API below /api, description at /docs", settings.host, settings.port)
        try:
            await uvicorn.Server(config).serve()
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
