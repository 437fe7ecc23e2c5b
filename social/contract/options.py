"""Option objects: on the wire under a key of each network's own, here gathered by network (posts.md 3.1, 11)."""

from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from social.contract.base import Wire
from social.networks import OPTION_KEYS, option_key, resolve
from social.networks.base import Options


class WithOptions(Wire):
    """A body that carries option objects. `options` holds them by network.

    On the wire each has its own key (`faceBookOptions`), matched without regard to case, as are the keys within.
    """

    options: dict[str, dict[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        keys = [key for key in data if isinstance(key, str) and key.lower() in OPTION_KEYS]
        if not keys:
            return data
        stated = data.get("options")
        gathered = dict(stated) if isinstance(stated, dict) else {}
        gathered |= {OPTION_KEYS[key.lower()]: data[key] for key in keys if data[key] is not None}
        return {key: value for key, value in data.items() if key not in keys} | {"options": gathered}

    @field_validator("options")
    @classmethod
    def _sendable(cls, options: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for network in options:
            option_key(network)
        return {resolve(name).name: spelled(resolve(name).options, given) for name, given in options.items()}

    @model_serializer(mode="wrap")
    def _spread(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        body: dict[str, Any] = handler(self)
        options = body.pop("options", None) or {}
        return body | {option_key(network): values for network, values in options.items()}


def spelled(model: type[BaseModel], given: dict[str, Any]) -> dict[str, Any]:
    """The option object with its fields spelled as the contract spells them, those of nested objects too."""
    known = _spellings(model)
    found: dict[str, Any] = {}
    for key, value in given.items():
        name, inner = known.get(key.lower(), (key, None))
        found[name] = value if inner is None else _respelled(inner, value)
    return found


def _respelled(model: type[BaseModel], value: object) -> object:
    if isinstance(value, dict):
        return spelled(model, value)
    return [_respelled(model, one) for one in value] if isinstance(value, list) else value


@cache
def _spellings(model: type[BaseModel]) -> dict[str, tuple[str, type[BaseModel] | None]]:
    return {
        (field.alias or name).lower(): (field.alias or name, _inner(field.annotation))
        for name, field in model.model_fields.items()
    }


def _inner(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, Options):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner(part))), None)
