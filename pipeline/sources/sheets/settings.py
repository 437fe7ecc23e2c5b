"""What a caller can tell the reader of a sheet. Everything has a default: most sheets need nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Literal

Order = Literal["", "dmy", "mdy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSettings:
    """How to read a sheet where it leaves something open.

    `mapping` gives roles to columns, by letter or header (`{"B": "text", "Wann": "date"}`); an empty role leaves a
    column out. `sheet` names the sheet; `header_row` the row of headers from 1, 0 for none, None to find it. `zone`
    (IANA) holds where neither cell, column nor header names one; empty means UTC. `default_time` goes with dates that
    have no time. `date_order` settles columns in which day and month could be either way round. `media_base` is the
    URL that file names of pictures are relative to, `media_folder` the folder of this machine that holds the files.
    Without either a file name refuses the sheet, as does one that is not in the folder, unless `local_media` leaves
    them out. `ready_only` leaves out rows whose status is a draft or whose approval is missing.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    header_row: int | None = None
    zone: str = ""
    default_time: time = time(9, 0)
    date_order: Order = ""
    media_base: str = ""
    media_folder: str = ""
    local_media: Literal["refuse", "leave out"] = "refuse"
    hidden_rows: Literal["leave out", "take"] = "leave out"
    ready_only: bool = False
