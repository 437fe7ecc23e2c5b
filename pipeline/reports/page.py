"""What the pages share: one jinja environment with the filters for numbers, instants and networks."""

from zoneinfo import ZoneInfo

import jinja2

from pipeline.reports import charts, formats
from social.networks import NETWORKS


def network_title(name: str) -> str:
    """What people call a network; an unknown name stands for itself."""
    return NETWORKS[name].title if name in NETWORKS else name or "all networks"


def colour(name: str) -> str:
    """The colour of a network's marks and chips."""
    return charts.COLOURS.get(name, charts.ACCENT)


def environment_of(zone: ZoneInfo) -> jinja2.Environment:
    """Templates of this folder; everything foreign is escaped, and what is missing is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline.reports", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=formats.number,
        signed=formats.signed,
        money=formats.money,
        amount=formats.amount,
        percent=formats.percent,
        times=formats.times,
        age=formats.age,
        network=network_title,
        colour=colour,
        **formats.clock(zone),
    )
    return environment
