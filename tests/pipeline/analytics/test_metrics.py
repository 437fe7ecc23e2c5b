"""The metric dictionary reads only fields that the contract declares, or that the vendor has withdrawn since."""

import json
from pathlib import Path

import pytest

from pipeline.analytics.metrics import ACCOUNT_METRICS, POST_METRICS, TEXT_NUMBERS

LISTED = json.loads((Path(__file__).parents[2] / "social" / "data" / "metrics.json").read_text(encoding="utf-8"))
SCOPES = {"post": POST_METRICS, "account": ACCOUNT_METRICS}


@pytest.mark.parametrize("scope", SCOPES)
def test_every_raw_field_is_a_field_of_its_network(scope):
    for network, metrics in SCOPES[scope].items():
        wanted = {name for readings in metrics.values() for one in readings for name in one.fields}
        listed = [(kind, set(paths.split())) for kind, paths in of(network, scope)]
        assert wanted <= set().union(*(names for _, names in listed)), network
        texts = set().union(*(names for kind, names in listed if kind == "str"))
        assert not wanted & (texts - TEXT_NUMBERS.get(network, frozenset())), network


def of(network, scope):
    return [pair for where, kinds in LISTED[network].items() if where.endswith(scope) for pair in kinds.items()]
