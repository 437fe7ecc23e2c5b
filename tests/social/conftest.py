"""One sample of every route, composed from the contract: what is sent and what comes back. One file per noun."""

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples():
    found = {}
    for path in sorted((Path(__file__).parent / "data" / "routes").glob("*.json")):
        found |= json.loads(path.read_text(encoding="utf-8"))
    return found
