"""The deployment file as data: Prefect drops unknown keys in silence, so a strict reading here is the only guard."""

import importlib
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from cronsim import CronSim
from prefect import Flow
from pydantic import BaseModel, ConfigDict

from social.contract.webhooks import Action

ROOT = Path(__file__).parent.parent.parent


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Schedule(Strict):
    cron: str
    timezone: str
    slug: str
    active: bool = True
    parameters: dict[str, Any] = {}


class WorkPool(Strict):
    name: str
    work_queue_name: str
    job_variables: dict[str, Any]


class ConcurrencyLimit(Strict):
    limit: int
    collision_strategy: Literal["CANCEL_NEW", "ENQUEUE"]
    grace_period_seconds: int


class Trigger(Strict):
    name: str
    description: str
    enabled: bool
    match: dict[str, str]
    expect: list[str]
    within: int


class Deployment(Strict):
    name: str
    description: str
    entrypoint: str
    tags: list[str]
    work_pool: WorkPool
    concurrency_limit: ConcurrencyLimit | None = None
    enforce_parameter_schema: bool
    schedules: list[Schedule] = []
    parameters: dict[str, Any] = {}
    triggers: list[Trigger] = []


class File(Strict):
    definitions: dict[str, Any]
    pull: list[dict[str, Any]]
    deployments: list[Deployment]


def read() -> File:
    return File.model_validate(yaml.safe_load((ROOT / "deployments.yaml").read_text(encoding="utf-8")))


BY_HAND = {"people", "shard", "everyone"}
DEPLOYMENTS = [pytest.param(deployment, id=deployment.name) for deployment in read().deployments]


def load(deployment: Deployment) -> Flow[Any, Any]:
    module, name = deployment.entrypoint.rsplit(".", 1)
    found = getattr(importlib.import_module(module), name)
    assert isinstance(found, Flow)
    return found


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_entrypoint_is_a_flow_with_a_docstring(deployment: Deployment) -> None:
    assert load(deployment).description


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_parameters_fit_the_flow(deployment: Deployment) -> None:
    flow = load(deployment)
    assert set(deployment.parameters) <= set(flow.parameters.properties)
    flow.validate_parameters(deployment.parameters)


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_schedules_are_slugged_crons(deployment: Deployment) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    for schedule in deployment.schedules:
        now = datetime(2026, 11, 23, tzinfo=ZoneInfo(schedule.timezone))
        assert next(CronSim(schedule.cron, now)) > now
    slugs = [schedule.slug for schedule in deployment.schedules]
    assert slugs or deployment.name in BY_HAND
    assert len(set(slugs)) == len(slugs)


FLOWS = [path for path in (ROOT / "flows").glob("*.py") if "@flow(" in path.read_text(encoding="utf-8")]


def test_every_flow_is_deployed() -> None:
    deployed = {deployment.entrypoint.split(".")[1] for deployment in read().deployments}
    assert deployed == {flow.stem for flow in FLOWS}


def test_names_are_unique() -> None:
    names = [deployment.name for deployment in read().deployments]
    assert len(set(names)) == len(names)


def test_triggers_wait_for_events_there_are() -> None:
    expected = [event for deployment in read().deployments for one in deployment.triggers for event in one.expect]
    assert expected
    assert set(expected) <= {f"dovecote.webhook.{action}" for action in Action}


def formats(schema: Any) -> set[str]:
    """Every format a schema asks for, at any depth."""
    if isinstance(schema, list):
        return {one for each in schema for one in formats(each)}
    if not isinstance(schema, dict):
        return set()
    own = {schema["format"]} if isinstance(schema.get("format"), str) else set()
    return own | {one for each in schema.values() for one in formats(each)}


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_forms_take_their_own_defaults(deployment: Deployment) -> None:
    """Prefect's form checks formats strictly: a `time` needs an offset there, which wall time has not."""
    assert formats(load(deployment).parameters.model_dump()) <= {"date-time"}
