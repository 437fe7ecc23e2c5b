"""`python -m server.hooks`: the receiver of webhooks as a process, beside a Prefect server."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence

from server.hooks.received import ReceivedEvents
from server.hooks.receiver import make_receiver
from server.hooks.settings import HookSettings
from server.hooks.telling import Teller
from server.serving import prepare_process, serve_app
from social.instants import SystemClock

log = logging.getLogger("server.hooks")


def main(arguments: Sequence[str] | None = None) -> None:
    """Receive until stopped by a signal. Exits with 2 and the reason when there is no secret."""
    settings = _settings(arguments)
    prepare_process()
    try:
        asyncio.run(serve(settings))
    except ValueError as error:
        sys.exit(f"server.hooks: {error}")


async def serve(settings: HookSettings) -> None:
    """Serve with the given settings. Raises ValueError without a secret."""
    clock = SystemClock()
    async with ReceivedEvents(settings.database) as events:
        teller = Teller(events, settings, clock)
        app = make_receiver(events, settings.secrets, clock, teller.arrived)
        telling = asyncio.create_task(teller.run())
        to = settings.prefect_url or "nobody: set PREFECT_API_URL"
        log.info("receiving on http://%s:%s, telling %s", settings.host, settings.port, to)
        try:
            await serve_app(app, settings.host, settings.port)
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            await teller.close()


def _settings(arguments: Sequence[str] | None) -> HookSettings:
    parser = argparse.ArgumentParser(prog="python -m server.hooks", description=__doc__)
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on")
    parser.add_argument("--database", help="SQLite or PostgreSQL URL where events are kept")
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    return HookSettings(**given)


if __name__ == "__main__":
    main()
