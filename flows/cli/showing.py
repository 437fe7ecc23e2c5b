"""What the commands say: words on a terminal or JSON for machines, progress, and one exit code per kind of ending."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from pipeline.applying import PlanMoved
from pipeline.compose.templates import TemplateError
from server.environment import Environment
from social.errors import SocialError

Result = TypeVar("Result")
Advance = Callable[[int], None]

CODES = (
    "Exit codes: 0 all is well; 1 it worked, but something needs attention; 2 wrong usage or settings; "
    "3 the plan moved or was declined, nothing was sent; 4 it could not be done."
)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
Home = Annotated[str, typer.Option("--home", help="Folder of the databases; else DOVECOTE_HOME, else dovecote-data.")]


class Code(IntEnum):
    """How a command ended."""

    WELL = 0
    ATTENTION = 1
    USAGE = 2
    MOVED = 3
    FAILED = 4


def say(text: str = "") -> None:
    """Print at once: whoever waits sees where it is."""
    print(text, flush=True)  # noqa: T201


def note(text: str) -> None:
    """Say something beside the answer, on the error stream."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def answer(text: str, told: Mapping[str, Any], *, as_json: bool) -> None:
    """Give the answer: text for people, or `told` as one JSON object."""
    if as_json:
        say_json(told)
    else:
        say(text)


def say_json(told: Mapping[str, Any]) -> None:
    """Print one JSON object, for machines."""
    say(json.dumps(told, ensure_ascii=False, indent=1, default=str))


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end. What people can mend becomes one line on the error stream and an exit code."""
    results: list[Result] = []

    async def keep() -> None:
        # Not returned: Python 3.11 writes out the result of a task (of a large plan, seconds) as asyncio.run ends.
        results.append(await work)

    with mended():
        asyncio.run(keep())
    return results[0]


@contextmanager
def mended() -> Iterator[None]:
    """Turn the errors people can mend into a line and an exit code; others are faults and keep their traceback."""
    try:
        yield
    except PlanMoved as error:
        raise _ended(str(error), Code.MOVED) from error
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
        raise _ended(f"{error.title}: {said}", Code.USAGE) from error
    except (TemplateError, ValueError) as error:
        raise _ended(str(error), Code.USAGE) from error
    except (SocialError, OSError) as error:
        raise _ended(str(error), Code.FAILED) from error


def _ended(said: str, code: Code) -> typer.Exit:
    note(f"dovecote: {said}")
    return typer.Exit(code)


@contextmanager
def progress(what: str, total: int, *, quiet: bool = False) -> Iterator[Advance]:
    """A bar on the error stream while work is under way; nothing when that is no terminal. A total of 0 is unknown."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415  (scripts never see it)
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total or None)
        yield lambda done: bar.update(task, completed=done)


def environment(home: str = "") -> Environment:
    """The settings of the environment, with the folder the caller names."""
    with mended():
        return Environment.model_validate(Environment().model_dump() | ({"home": home} if home else {}))
