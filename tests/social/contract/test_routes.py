"""Every route of the catalogue: its models carry each key of its sample, in both directions."""

import contextlib

import pytest
from pydantic import BaseModel, ValidationError

from social.contract.base import Answer
from social.contract.routes import BY_NAME, ROUTES

NAMES = [route.name for route in ROUTES]


def assert_held(sample, wire, where="$"):
    """Every key of the sample, at every depth, is on the wire with the same value."""
    if isinstance(sample, dict):
        assert isinstance(wire, dict), where
        for key, value in sample.items():
            assert key in wire, f"{where}.{key} was lost"
            assert_held(value, wire[key], f"{where}.{key}")
    elif isinstance(sample, list):
        assert isinstance(wire, list), where
        assert len(sample) == len(wire), where
        for index, (value, found) in enumerate(zip(sample, wire, strict=True)):
            assert_held(value, found, f"{where}[{index}]")
    else:
        assert type(wire) is type(sample), where
        assert wire == sample, where


def assert_round_trip(model, sample):
    read = model.model_validate(sample)
    wire = read.to_wire()
    assert_held(sample, wire)
    for key in wire.keys() - sample.keys():
        assert wire[key] == getattr(model(**only_required(read)), field_of(model, key)), f"{key} is not a default"
    assert model.model_validate(wire) == read


def only_required(read: BaseModel):
    return {name: getattr(read, name) for name, field in type(read).model_fields.items() if field.is_required()} | (
        {"id": "x"} if "id" in type(read).model_fields else {}
    )


def field_of(model, key):
    return next(name for name, field in model.model_fields.items() if (field.serialization_alias or name) == key)


def field_alias(model, field):
    return model.model_fields[field].alias or field


def test_every_route_has_a_sample(samples):
    assert set(samples) == set(NAMES)


def test_names_and_paths_are_unique():
    addresses = [address for route in ROUTES for address in ((route.method, route.path), *route.aliases)]
    assert len(set(addresses)) == len(addresses)
    assert len(BY_NAME) == len(ROUTES)


@pytest.mark.parametrize("name", NAMES)
def test_answers_survive_the_round_trip(name, samples):
    route, sample = BY_NAME[name], samples[name]["answer"]
    for each in sample if route.listed else [sample]:
        assert_round_trip(route.answer, each)


@pytest.mark.parametrize("name", [route.name for route in ROUTES if route.body])
def test_bodies_survive_the_round_trip(name, samples):
    assert_round_trip(BY_NAME[name].body, samples[name]["body"])


@pytest.mark.parametrize("name", [route.name for route in ROUTES if route.query])
def test_queries_survive_the_round_trip(name, samples):
    assert_round_trip(BY_NAME[name].query, samples[name]["query"])


@pytest.mark.parametrize("name", [route.name for route in ROUTES if route.body])
def test_bodies_ignore_what_the_sdks_add(name, samples):
    body = BY_NAME[name].body
    given = {key: value for key, value in samples[name]["body"].items() if key != "source"}
    assert body.model_validate(given | {"source": "npm"}) == body.model_validate(given)


OF_ANY_KIND = (None, True, 0, 1.5, "x", "", [], [None], {}, {"a": []}, [[{}]])


@pytest.mark.parametrize("name", [route.name for route in ROUTES if route.body or route.query])
def test_fields_take_or_refuse_values_of_any_kind(name, samples):
    """Nothing but a refusal that names the field: what else a model raises would be a failure of the server."""
    for model, sample in ((BY_NAME[name].body, "body"), (BY_NAME[name].query, "query")):
        if model is None:
            continue
        for key in {field_alias(model, field) for field in model.model_fields} | samples[name][sample].keys():
            for value in OF_ANY_KIND:
                with contextlib.suppress(ValidationError):
                    model.model_validate(samples[name][sample] | {key: value})


@pytest.mark.parametrize("name", NAMES)
def test_answers_keep_what_nobody_declared(name, samples):
    route, sample = BY_NAME[name], samples[name]["answer"]
    one = sample[0] if route.listed else sample
    read = route.answer.model_validate(one | {"brandNew": {"a": [1]}, "alsoNew": None})
    assert read.to_wire()["brandNew"] == {"a": [1]}
    assert isinstance(read, Answer)
    assert "alsoNew" not in read.to_wire()


@pytest.mark.parametrize("name", NAMES)
def test_a_call_that_creates_is_never_repeatable(name):
    route = BY_NAME[name]
    assert not (route.creates and route.repeatable)
    assert route.repeatable == (route.reads or route.method == "GET")
