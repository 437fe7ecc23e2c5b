"""The pages say what the catalogue says, and name only what is there."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
import yaml

from social.contract.routes import ROUTES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("tables", ROOT / "docs" / "tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_catalogue(tables):
    for path in tables.PAGES:
        page = path.read_text(encoding="utf-8")
        assert tables.filled(page) == page, f"{path.name} is behind the catalogue: run `make docs`"
    shown = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [route.name for route in ROUTES if f"`{route.name}`" not in shown] == []


def test_every_noun_says_what_is_played(tables):
    assert set(tables.PLAYED) == {route.name.partition(".")[0] for route in ROUTES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_project_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_the_set_ups_for_many_machines_can_be_read() -> None:
    """There is no Docker here: what can be known without it is that the files say what they should."""
    scale = ROOT / "docs" / "scale"
    compose = yaml.safe_load((scale / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert {"postgres", "redis", "minio", "prefect", "furnish", "api", "worker"} == set(services)
    assert services["worker"]["deploy"]["replicas"] == services["api"]["deploy"]["replicas"] == 2
    for name, service in services.items():
        waits = service.get("depends_on", [])
        assert set(waits) <= set(services), name
        assert "image" in service or service["build"]["dockerfile"] == "docs/scale/Dockerfile", name
    pool = json.loads((scale / "work-pool.json").read_text(encoding="utf-8"))
    asked = set(re.findall(r"{{ (\w+) }}", json.dumps(pool["job_configuration"])))
    assert asked == set(pool["variables"]["properties"])
