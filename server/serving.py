"""Serving an ASGI application as a process that ends well: what the server and the receiver of webhooks share."""

import logging
import signal

import uvicorn
from starlette.types import ASGIApp

SHUTDOWN_SECONDS = 5


def prepare_process() -> None:
    """Log to stderr, and let signals end what serves instead of the process itself."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # uvicorn stops at these and then raises them again, which by default would kill the process before it has
        # handed its work back.
        signal.signal(number, lambda _number, _frame: None)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


async def serve_app(app: ASGIApp, host: str, port: int) -> None:
    """Serve until a signal comes."""
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", lifespan="off", timeout_graceful_shutdown=SHUTDOWN_SECONDS
    )
    await uvicorn.Server(config).serve()
