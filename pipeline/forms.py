"""What the run form is made of: the base of its models, networks and zones as fields, and how sheets are read."""

from datetime import time
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from social.networks import NETWORKS


def _known_network(name: str) -> str:
    if name not in NETWORKS:
        raise ValueError(f"unknown network {name!r}; choose from {', '.join(sorted(NETWORKS))}")
    return name


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"unknown time zone {name!r}; give an IANA name such as Europe/Berlin")
    return name


# Looking through the files of all zones takes milliseconds, and a form is validated often.
_zones = cache(available_timezones)

# The schema's choices become a menu in the run form.
Platform = Annotated[str, AfterValidator(_known_network), WithJsonSchema({"type": "string", "enum": sorted(NETWORKS)})]
Zone = Annotated[str, AfterValidator(_known_zone)]
# JSON Schema's own `time` has an offset, so a form would refuse 09:00; and wall time has none.
WallTime = Annotated[time, WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2})?$"})]


class Settings(BaseModel):
    """Base of everything a person fills in: unknown fields are an error, not silently dropped."""

    model_config = ConfigDict(extra="forbid")


class SheetForm(Settings):
    """How the sheets among the sources are read, where a sheet leaves something open. Most need nothing."""

    mapping: dict[str, str] = Field(
        default={},
        description='Roles of columns by letter or header, such as {"B": "text", "Wann": "date"}; an empty role leaves '
        "a column out. Empty: guessed from headers and cells.",
    )
    sheet: str = Field(default="", description="Name of the sheet in a workbook of several.")
    header_row: int | None = Field(
        default=None, ge=0, description="Row of the headers, from 1; 0 for none. Empty: found."
    )
    zone: Annotated[str, AfterValidator(lambda name: _known_zone(name) if name else name)] = Field(
        default="", description="IANA zone of dates that name none themselves. Empty: timing.zone."
    )
    default_time: WallTime = Field(default=time(9, 0), description="Time of day for dates without one.")
    date_order: Literal["", "dmy", "mdy"] = Field(
        default="", description="For dates that could be read either way round, such as 03/04/2027; else found."
    )
    media_base: str = Field(default="", description="URL of the folder that file names of pictures belong to.")
    media_folder: str = Field(
        default="",
        description="Folder of this machine that holds the pictures and videos which sheets name as files; they are "
        "measured and uploaded. Nothing outside the folder is read.",
    )
    local_media: Literal["refuse", "leave out"] = Field(
        default="refuse",
        description="File names of pictures without media_base, or not in media_folder: refuse the sheet, or leave "
        "them out.",
    )
    hidden_rows: Literal["leave out", "take"] = Field(default="leave out", description="What becomes of hidden rows.")
    ready_only: bool = Field(default=False, description="Leave out rows that are drafts or not approved.")
    edits: Literal["update", "ignore"] = Field(
        default="update",
        description="When a row changes after its post was planned. update: a post that still waits is replaced, or "
        "moved if only the date changed; one that went out stays, and the table says so. ignore: nothing.",
    )
    write_back: bool = Field(
        default=False,
        description="After each run, write status, link and error of every row into three columns of our own. "
        "XLSX files, and Google Sheets read by a service account; everything else in them stays as it is.",
    )

    @model_validator(mode="after")
    def _one_place(self) -> "SheetForm":
        if self.media_base and self.media_folder:
            raise ValueError("sheet: media_base and media_folder both say where files are: give one of them")
        return self
