"""Metric models hold every field that `data/metrics.json` lists after analytics.md 5, and read answers leniently."""

import json
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from social.contract.analytics import AccountAnalytics, PostAnalytics
from social.contract.metrics import ACCOUNT_METRICS, POST_METRICS
from social.networks import NETWORKS
from social.networks.base import Feature

LISTED = json.loads((Path(__file__).parent.parent / "data" / "metrics.json").read_text(encoding="utf-8"))
SCOPES = {"post": POST_METRICS, "account": ACCOUNT_METRICS, "personal account": ACCOUNT_METRICS}
TABLES = [(network, scope, kinds) for network, scopes in LISTED.items() for scope, kinds in scopes.items()]
IDS = [f"{network}-{scope}" for network, scope, _ in TABLES]
KINDS = {
    "int": {int},
    "num": {float},
    "str": {str},
    "iso": {str},
    "bool": {bool},
    "str[]": {list},
    "obj[]": {list},
    "map": {dict},
    "obj": {dict},
    "size": {list, dict},
}


def annotation_at(model: type[BaseModel], path: str) -> Any:
    name, _, rest = path.partition(".")
    annotation = model.model_fields[name].annotation
    return annotation_at(next(part for part in parts(annotation) if is_model(part)), rest) if rest else annotation


def parts(annotation):
    """The bare types of a union, members of lists included."""
    if get_origin(annotation) in {dict, None}:
        return [annotation]
    return [one for part in get_args(annotation) for one in [part, *parts(part)]]


def is_model(annotation):
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def kinds_of(annotation):
    found = {get_origin(part) or (dict if is_model(part) else part) for part in [annotation, *parts(annotation)]}
    return {kind for kind in found if isinstance(kind, type)}


def fields_of(model: type[BaseModel], path=""):
    """Every field of a model by its path, with the fields of objects within."""
    for name, field in model.model_fields.items():
        yield path + name, field
        for part in parts(field.annotation):
            if is_model(part) and part.__name__ not in {"Daily", "DayValue"}:
                yield from fields_of(part, f"{path}{name}.")


@pytest.mark.parametrize(("network", "scope", "kinds"), TABLES, ids=IDS)
def test_every_listed_field_is_declared_with_its_type(network, scope, kinds):
    model = SCOPES[scope][network]
    for kind, paths in kinds.items():
        for path in paths.split():
            if kind == "removed":
                assert path not in model.model_fields, path
            else:
                assert KINDS[kind] <= kinds_of(annotation_at(model, path)), (path, kind)


@pytest.mark.parametrize("scope", ["post", "account"])
def test_nothing_is_declared_that_is_not_listed(scope):
    for network, model in SCOPES[scope].items():
        of_scope = [kinds for where, kinds in LISTED[network].items() if where.endswith(scope)]
        listed = {path for kinds in of_scope for paths in kinds.values() for path in paths.split()}
        assert {path for path, _ in fields_of(model)} == listed - removed(network, scope), network


def removed(network, scope):
    return set(LISTED[network][scope].get("removed", "").split())


@pytest.mark.parametrize("model", [*POST_METRICS.values(), *ACCOUNT_METRICS.values()], ids=lambda one: one.__name__)
def test_every_field_says_what_it_means_and_may_be_absent(model):
    for path, field in fields_of(model):
        assert field.description, path
        assert field.description.endswith("."), path
        assert field.default is None, path


def test_networks_with_metrics_are_those_whose_features_say_so():
    for feature, metrics in ((Feature.POST_ANALYTICS, POST_METRICS), (Feature.ACCOUNT_ANALYTICS, ACCOUNT_METRICS)):
        assert set(metrics) == {name for name, network in NETWORKS.items() if feature in network.features}


def read(network="instagram", answer=PostAnalytics, **analytics):
    return getattr(answer.model_validate({"status": "success", network: {"analytics": analytics}}), network).analytics


def test_metrics_are_read_typed_and_absent_ones_are_none():
    metrics = read(likeCount="3", created="2026-10-01T08:00:00Z")
    assert (metrics.likeCount, metrics.created, metrics.viewsCount) == (3, "2026-10-01T08:00:00Z", None)
    assert PostAnalytics.model_validate({"status": "success"}).instagram is None


def test_unknown_metrics_are_kept():
    assert read(brandNew=7).brandNew == 7
    assert read("twitter", publicMetrics={"likeCount": 1, "newCount": 2}).publicMetrics.newCount == 2


@pytest.mark.parametrize("unfit", ["many", {"a": 1}, [1], 1.5])
def test_a_value_of_another_type_is_none_and_stays_in_what_was_given(unfit):
    metrics = read(likeCount=unfit, viewsCount=2)
    assert (metrics.likeCount, metrics.viewsCount) == (None, 2)
    assert metrics.given == {"likeCount": unfit, "viewsCount": 2}


def test_daily_values_and_arrays_are_read():
    daily = {"values": [{"value": 12, "endTime": "2026-09-30T07:00:00+0000"}], "total": 300}
    answer = {"status": "success", "snapchat": {"analytics": [{"views": daily, "subscribers": 4}]}}
    metrics = AccountAnalytics.model_validate(answer).snapchat.analytics
    assert (metrics.views.total, metrics.views.values[0].value, metrics.subscribers) == (300, 12, 4)


def test_a_thread_is_its_first_post_and_all_tweets():
    blocks = [{"id": number, "analytics": {"post": str(number)}} for number in (1, 2)]
    answer = PostAnalytics.model_validate({"status": "success", "twitter": blocks})
    assert answer.twitter.analytics.post == "1"
    assert [tweet.id for tweet in answer.tweets] == ["1", "2"]


def test_answers_do_not_pay_for_metrics_they_do_not_read():
    import subprocess
    import sys

    code = "import sys, social.client; print('social.contract.metrics' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"
