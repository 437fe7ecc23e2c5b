"""An item as text, for the time between admission and claim."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from pipeline.records import DateQuality, Item, Picture

_ITEM = tuple(field.name for field in fields(Item))
_PICTURE = tuple(field.name for field in fields(Picture))


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
        }
    )


def _plain(value: object) -> object:
    if isinstance(value, Item):
        return {name: getattr(value, name) for name in _ITEM}
    if isinstance(value, Picture):
        return {name: getattr(value, name) for name in _PICTURE}
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"an item cannot hold {type(value).__name__}: {value!r}")


def _picture(told: dict[str, Any]) -> Picture:
    return Picture(**{name: value for name, value in told.items() if name in _PICTURE})
