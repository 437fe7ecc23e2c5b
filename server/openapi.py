"""The OpenAPI description behind /docs, from the models of the catalogue."""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from social.contract.base import Wire
from social.contract.errors import ErrorAnswer, NothingFound
from social.contract.options import WithOptions
from social.contract.route import JSON, Route
from social.networks import NETWORKS

REFS = "#/components/schemas/{model}"
REFERENCE = re.compile(re.escape(REFS.removesuffix("{model}")) + r"(\w+)")
PARAMETER = re.compile(r"\{(\w+)\}")


@cache
def operation(route: Route) -> dict[str, Any]:
    """What FastAPI cannot see in a handler that reads the request itself."""
    described: dict[str, Any] = {
        "description": f"Contract: {route.source}.",
        "parameters": [_parameter(name, "path", {"type": "string"}) for name in PARAMETER.findall(route.path)],
        "responses": {
            "200": {"description": "Done", "content": _content(_answered(route))},
            "4XX": {"description": "Refused", "content": _content(_refused(route))},
        },
        "security": [{"apiKey": []}, {"apiKey": [], "profileKey": []}],
    }
    if route.query is not None:
        properties = route.query.model_json_schema(ref_template=REFS)["properties"]
        described["parameters"] += [_parameter(name, "query", schema) for name, schema in properties.items()]
    if route.body is not None or route.content_type != JSON:
        schema = _reference(route.body) if route.body is not None else {"type": "string"}
        described["requestBody"] = {"required": True, "content": {route.content_type: {"schema": schema}}}
    return described


def describe(app: FastAPI, routes: Iterable[Route]) -> None:
    """Let the app's description carry the models of the routes and the two kinds of key."""
    models = {model for route in routes for model in (route.answer, route.body) if model is not None}
    models |= {ErrorAnswer, NothingFound}

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            app.openapi_schema["components"] = {"schemas": _schemas(models), "securitySchemes": _SECURITY}
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


_SECURITY = {
    "apiKey": {"type": "http", "scheme": "bearer", "description": "API key of the primary profile"},
    "profileKey": {"type": "apiKey", "in": "header", "name": "Profile-Key", "description": "Key of a user profile"},
}


def _schemas(models: Iterable[type[Wire]]) -> dict[str, Any]:
    wanted: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in models]
    wanted += [(network.options, "validation") for network in NETWORKS.values() if network.options_key]
    schemas: dict[str, Any] = models_json_schema(wanted, ref_template=REFS)[1].get("$defs", {})
    # On the wire each network's options have a key of their own; `options` is how Python gathers them (posts.md 3.1).
    for request in (schemas[model.__name__]["properties"] for model, _ in wanted if issubclass(model, WithOptions)):
        del request["options"]
        for network in NETWORKS.values():
            if network.options_key:
                request[network.options_key] = {"$ref": REFS.format(model=network.options.__name__)}
    used = set(REFERENCE.findall(json.dumps(schemas))) | {model.__name__ for model, _ in wanted}
    return {name: schema for name, schema in schemas.items() if name in used}


def _answered(route: Route) -> dict[str, Any]:
    one = _reference(route.answer)
    several = {"type": "array", "items": one}
    return several if route.listed else {"anyOf": [one, several]} if route.may_list else one


def _refused(route: Route) -> dict[str, Any]:
    # A verdict is the answer itself although it says no; a list without rows is refused under its own name.
    models: list[type[Wire]] = [
        ErrorAnswer,
        *([route.answer] if route.judged else []),
        *([NothingFound] if route.empty_code else []),
    ]
    return {"anyOf": [_reference(model) for model in models]} if len(models) > 1 else _reference(ErrorAnswer)


def _reference(model: type[Wire]) -> dict[str, Any]:
    return {"$ref": REFS.format(model=model.__name__)}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {JSON: {"schema": schema}}


def _parameter(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}
