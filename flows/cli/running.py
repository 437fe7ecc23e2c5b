"""Commands that run the flows: `publish`, `reconcile`, `measure`, `report`, `serve`. These need Prefect, and say so."""

import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.planning import Backfill, CampaignFile, Sources, campaign_of
from flows.cli.showing import Code, Home, Json, answer, environment, note, run
from flows.serve import environment as prefect_environment
from flows.serve import free_port, prefect_server, wait_until_ready
from flows.serve import main as serve_prefect
from pipeline.campaign import Campaign
from server.environment import Environment

UI_PORT = 4200
_QUIET = {"PREFECT_LOGGING_LEVEL": "WARNING", "PREFECT_LOGGING_TO_API_ENABLED": "false"}


def publish(
    sources: Sources = None,
    *,
    campaign: CampaignFile = None,
    backfill: Backfill = 3,
    plan: Annotated[Path | None, typer.Option(help="Carry out this saved plan, exactly or not at all.")] = None,
    approve: Annotated[bool, typer.Option("--approve", help="Wait for a person's answer in the Prefect UI.")] = False,
    home: Home = "",
    as_json: Json = False,
) -> None:
    """Read the sources and schedule what is new, each item exactly once."""
    settings = environment(home)
    if plan is not None and (sources or campaign):
        raise typer.BadParameter("a saved plan brings its campaign: give no sources and no --campaign with --plan")
    told = Campaign() if plan else campaign_of(sources or [], campaign, backfill)
    with prefect(settings, need_ui=approve):
        from flows.publish import publish as flow  # noqa: PLC0415  (Prefect takes seconds to import)

        state = run(_state(flow(told, plan=str(plan or ""), approve=approve, return_state=True)))
        story = run(_result(state))
    answer(story.text, {"state": state.name, **story.told()}, as_json=as_json)
    raise typer.Exit(Code.MOVED if state.name == "Declined" else _code(state.name))


def reconcile(*, home: Home = "", as_json: Json = False) -> None:
    """Settle every post whose outcome is unknown, and see how scheduled posts ended."""
    _simple("reconcile", home, as_json=as_json)


def measure(*, home: Home = "", as_json: Json = False) -> None:
    """Measure the posts that are due by their age, the accounts and the links."""
    _simple("measure", home, as_json=as_json)


def report(
    *,
    title: Annotated[str, typer.Option(help="Heading of the report.")] = "Social posts",
    home: Home = "",
    as_json: Json = False,
) -> None:
    """Write the report: one HTML file that opens offline."""
    _simple("report", home, as_json=as_json, title=title)


def serve(*, home: Home = "") -> None:
    """Run a Prefect server with Dovecote in it: UI, blocks, deployments and a worker, until Ctrl-C."""
    os.environ["DOVECOTE_HOME"] = str(environment(home).folder)
    serve_prefect()


def _simple(name: str, home: str, *, as_json: bool, **arguments: str) -> None:
    with prefect(environment(home)):
        import importlib  # noqa: PLC0415

        flow = getattr(importlib.import_module(f"flows.{name}"), name)
        state = run(_state(flow(**arguments, return_state=True)))
        said = run(_result(state))
    answer(said, {"state": state.name, "said": said}, as_json=as_json)
    raise typer.Exit(_code(state.name))


def _code(state: str) -> Code:
    return Code.WELL if state == "Completed" else Code.ATTENTION


async def _state(running: Any) -> Any:  # noqa: ANN401 - Prefect types a flow by its result, not by its state
    return await running


async def _result(state: Any) -> Any:  # noqa: ANN401
    return await state.aresult()


@contextmanager
def prefect(settings: Environment, *, need_ui: bool = False) -> Iterator[None]:
    """Prefect's server for the time of a `with`: the one configured, the one on this machine, or one of our own."""
    os.environ["DOVECOTE_HOME"] = str(settings.folder)
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    port = int(os.environ.get("PREFECT_SERVER_API_PORT", UI_PORT))
    if url := os.environ.get("PREFECT_API_URL"):
        note(f"Prefect is starting; it reports to {url} …")
        yield
    elif _answers(port):
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        note(f"Prefect is starting; it reports to the server on this machine, http://127.0.0.1:{port} …")
        yield
    else:
        with _own(settings.folder / "prefect", port if need_ui else free_port(), need_ui=need_ui):
            yield


@contextmanager
def _own(home: Path, port: int, *, need_ui: bool) -> Iterator[None]:
    where = f"; its UI: http://127.0.0.1:{port}" if need_ui else ""
    note(f"Prefect is starting with a server of its own, which takes up to half a minute{where} …")
    os.environ.update(prefect_environment(home, port))
    with prefect_server(home, port) as server:
        wait_until_ready(server, port)
        yield


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=1) as answered:
            return bool(answered.read().strip() == b"true")
    except OSError:
        return False
