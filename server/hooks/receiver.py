"""The address webhooks are sent to: `POST /` on any path, with the raw body checked before anything believes it."""

import asyncio
import logging
from http import HTTPStatus

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.hooks.received import ReceivedEvents
from social.contract.webhooks import read_event
from social.instants import Clock
from social.signatures import BadSignature, verify

log = logging.getLogger(__name__)

MOST_BYTES = 1 << 20
"""An event is some kilobytes; more is not read."""


class _TooLong(Exception):
    pass


def make_receiver(events: ReceivedEvents, secrets: tuple[str, ...], clock: Clock, arrived: asyncio.Event) -> Starlette:
    """The application that keeps events in `events`. `arrived` is set whenever a new one was kept.

    Answers 200 only once the event is on disk, so whoever sends it tries again until it is; a repeat is 200 too. 401
    for what none of `secrets` signed, 400 for what is no event, 413 above a megabyte. Raises ValueError: no secret.
    """
    if not secrets:
        raise ValueError(
            "there is no secret: set DOVECOTE_HOOKS_SECRET to the one the webhooks were registered with, for anybody "
            "can send events to an address that checks none"
        )

    async def receive(request: Request) -> Response:
        try:
            body = verify(await _body_of(request), request.headers, *secrets, now=clock.now())
            event = read_event(body)
            new = await events.keep(event, body.decode(), clock.now())
        except _TooLong:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"an event has at most {MOST_BYTES:,} bytes")
        except BadSignature as error:
            log.warning("refused a webhook: %s", error)
            return _refused(HTTPStatus.UNAUTHORIZED, str(error))
        except ValidationError as error:
            missing = ", ".join(".".join(map(str, one["loc"])) or one["msg"] for one in error.errors()[:5])
            return _refused(HTTPStatus.BAD_REQUEST, f"the body is no event of the API: {missing}")
        if new:
            log.info("%s: event %s", event.action, event.hook_id)
            arrived.set()
        return JSONResponse({"status": "success", "new": new})

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "success", "now": clock.now().isoformat()})

    return Starlette(
        routes=[Route("/health", health, methods=["GET"]), Route("/{path:path}", receive, methods=["POST"])]
    )


async def _body_of(request: Request) -> bytes:
    taken = bytearray()
    async for part in request.stream():
        taken += part
        if len(taken) > MOST_BYTES:
            raise _TooLong
    return bytes(taken)


def _refused(status: HTTPStatus, message: str) -> Response:
    return JSONResponse({"status": "error", "message": message}, status_code=status)
