"""An item as text, for the time between admission and claim."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from pipeline.records import Ask, DateQuality, Item, Picture, Replaced, Slot

_ITEM = tuple(field.name for field in fields(Item))
_PICTURE = tuple(field.name for field in fields(Picture))
_ASK = tuple(field.name for field in fields(Ask))
_SLOT = tuple(field.name for field in fields(Slot))
_REPLACED = tuple(field.name for field in fields(Replaced))
_NAMES = {Item: _ITEM, Picture: _PICTURE, Ask: _ASK, Slot: _SLOT, Replaced: _REPLACED}


def dump_item(item: Item) -> str:
    """The item as JSON; `load_item` gives back an equal one."""
    return json.dumps(item, default=_plain, separators=(",", ":"))


def load_item(text: str) -> Item:
    """The item that `dump_item` wrote. Keys of an older or newer version are left aside."""
    told: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in _ITEM}
    published = told.get("published")
    return Item(
        **told
        | {
            "tags": tuple(told.get("tags", ())),
            "pictures": tuple(map(_picture, told.get("pictures", ()))),
            "published": datetime.fromisoformat(published) if published else None,
            "published_quality": DateQuality(told.get("published_quality", DateQuality.MISSING)),
            "ask": _ask(told["ask"]) if told.get("ask") else None,
            "replaces": _replaced(told["replaces"]) if told.get("replaces") else None,
        }
    )


def _plain(value: object) -> object:
    names = _NAMES.get(type(value))
    if names is not None:
        return {name: getattr(value, name) for name in names}
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"an item cannot hold {type(value).__name__}: {value!r}")


def _picture(told: dict[str, Any]) -> Picture:
    return Picture(**{name: value for name, value in told.items() if name in _PICTURE})


def _ask(told: dict[str, Any]) -> Ask:
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items() if name in _ASK}
    slot = told.get("slot")
    return Ask(**told | {"slot": _slot(slot) if slot else None})


def _replaced(told: dict[str, Any]) -> Replaced:
    slot = told.get("slot")
    return Replaced(
        **{name: told[name] for name in _REPLACED if name in told} | {"slot": _slot(slot) if slot else None}
    )


def _slot(told: dict[str, Any]) -> Slot:
    told = {name: value for name, value in told.items() if name in _SLOT}
    return Slot(**told | {"at": datetime.fromisoformat(told["at"]) if told.get("at") else None})
