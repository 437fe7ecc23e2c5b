"""`/docs`: the OpenAPI description as one page that needs nothing from anywhere else, with a form to try each call."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup, escape

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"
NOTES = {"default": "default", "minimum": "from", "maximum": "to", "maxLength": "at most characters"}
# What a form starts with where the required fields alone would say little.
EXAMPLES: dict[str, Schema] = {
    "PostRequest": {"post": "Hello from the loft", "platforms": ["bluesky", "facebook"]},
    "PostDelete": {"id": ""},
    "SocialAnalyticsRequest": {"platforms": ["facebook", "youtube"]},
    "AutoScheduleSet": {"schedule": ["09:00Z", "17:30Z"]},
    "ClockMove": {"advanceSeconds": 3600},
}


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a table: `kind` is its type in words, with links to the models it names."""

    name: str
    kind: Markup
    required: bool
    note: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call as the page shows it. `example` is the JSON its form starts with, empty where there is no body."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    older: bool
    parameters: list[Field]
    body: str
    answer: str
    example: str


def render(description: Schema) -> str:
    """The page of an OpenAPI document."""
    schemas: dict[str, Schema] = description["components"]["schemas"]
    models = {name: list(_fields(schema)) for name, schema in sorted(schemas.items())}
    about = {name: schema.get("description", "").replace("`", "") for name, schema in schemas.items()}
    operations = sorted(_operations(description), key=lambda one: (one.tag, one.older))
    return _template().render(title=description["info"]["title"], operations=operations, models=models, about=about)


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("server", "")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("docs.html.jinja")


def _operations(description: Schema) -> Iterator[Operation]:
    for path, calls in description["paths"].items():
        for method, call in calls.items():
            body = _model(call.get("requestBody", {}))
            example = _example(body, description["components"]["schemas"]) if body else None
            yield Operation(
                id=call["operationId"],
                method=method.upper(),
                path=path,
                tag=call["tags"][0],
                summary=call["summary"],
                description=call["description"],
                older=bool(call.get("deprecated")),
                parameters=[_parameter(one) for one in call.get("parameters", [])],
                body=body,
                answer=_model(call["responses"]["200"]),
                example=json.dumps(example, indent=2) if example is not None else "",
            )


def _model(holder: Schema) -> str:
    schema: Schema = next((one["schema"] for one in holder.get("content", {}).values()), {})
    first = schema.get("items") or next(iter(schema.get("anyOf", [])), schema)
    return str(first.get("$ref", "")).removeprefix(PREFIX)


def _example(model: str, schemas: dict[str, Schema]) -> Schema:
    schema = schemas[model]
    return EXAMPLES.get(model) or {name: _blank(schema["properties"][name]) for name in schema.get("required", [])}


def _blank(schema: Schema) -> object:
    return {"array": [], "integer": 0, "number": 0, "boolean": False, "object": {}}.get(schema.get("type", ""), "")


def _parameter(one: Schema) -> Field:
    return Field(one["name"], _kind(one["schema"]), one["required"], f"in the {one['in']}")


def _fields(schema: Schema) -> Iterator[Field]:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield Field(name, _kind(field), name in required, _note(field))


def _note(field: Schema) -> str:
    limits = [f"{word} {json.dumps(field[key])}" for key, word in NOTES.items() if field.get(key) is not None]
    about = field.get("description", "").removesuffix(".")
    return "; ".join([part for part in (about, *limits) if part])


def _kind(schema: Schema) -> Markup:
    if name := schema.get("$ref", "").removeprefix(PREFIX):
        # Models of one name in several modules carry their modules in front.
        return Markup('<a href="#model-{}">{}</a>').format(name, name.rpartition("__")[2])
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _joined(_kind(one) for one in choices if one.get("type") != "null")
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return _joined(escape(json.dumps(value)) for value in values)
    if schema.get("type") == "array":
        return Markup("list of {}").format(_kind(schema.get("items", {})))
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict) and inner:
        return Markup("object of {}").format(_kind(inner))
    return escape(schema.get("format") or schema.get("type", "anything"))


def _joined(kinds: Iterable[Markup]) -> Markup:
    return Markup(" or ").join(kinds)
