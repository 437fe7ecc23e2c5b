"""One sample of every route, composed from the contract: what is sent and what comes back."""

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples():
    return json.loads((Path(__file__).parent / "data" / "routes.json").read_text(encoding="utf-8"))
