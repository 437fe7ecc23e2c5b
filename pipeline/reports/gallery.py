"""The report's charts as files beside it, for slides and mails: each as SVG and as PNG."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup

_SCALE = 2.0
_PAPER = '<rect width="100%" height="100%" fill="#ffffff"/>'


def save_charts(context: dict[str, Any], folder: Path) -> list[Path]:
    """Write every chart of a report's context into `folder`; returns the files. What lay there of older ones goes.

    No folder is made for a report without charts.
    """
    pictures = dict(_named(context))
    if folder.exists():
        for old in (*folder.glob("*.svg"), *folder.glob("*.png")):
            old.unlink()
    if not pictures:
        return []
    # Not above: it takes a while to load, and an empty report needs none.
    import vl_convert  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, svg in pictures.items():
        vector, bitmap = folder / f"{name}.svg", folder / f"{name}.png"
        vector.write_text(svg, encoding="utf-8")
        head, opened, rest = svg.partition(">")
        bitmap.write_bytes(vl_convert.svg_to_png(f"{head}{opened}{_PAPER}{rest}", scale=_SCALE))
        written += [vector, bitmap]
    return written


def _named(context: dict[str, Any]) -> Iterator[tuple[str, Markup]]:
    for group in context["growth"]:
        for panel in group["panels"]:
            yield f"growth-{group['metric']}-{panel['network']}", panel["picture"]
    for name, section in (("networks", context["networks"]), ("hours", context["calendar"])):
        if section and section.get("pictures"):
            yield name, section["pictures"]["wide"]
