"""Planning: from admitted items to drafts with pictures and slots, and the plan that is shown before anything flies."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.campaign import Campaign
from pipeline.compose.drafts import Composer, NothingToSay
from pipeline.compose.gathering import Gathered, gather
from pipeline.compose.templates import TemplateError
from pipeline.costs import cost
from pipeline.records import Disposition, Draft, Item, Place, Verdict
from pipeline.timing.lateness import Timed
from pipeline.timing.occupied import Occupied
from pipeline.timing.timetable import Timetable
from social.networks import NETWORKS
from social.networks.checks import fit_limit
from social.networks.limits import UNLIMITED

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.fetching import Fetcher

# Drafts composed in one go in a thread; about a tenth of a second.
CHUNK = 500
REQUESTS_PER_WINDOW = 300
"""Calls the API takes per profile in five minutes (analytics.md 12.1)."""
UPDATE_CALLS, MOVE_CALLS = 7, 3
"""Calls that an update of a post that waits takes: replacing or moving it (pipeline/replacing.py)."""

_DTYPES = {
    "campaign": "string",
    "source": "string",
    "identity": "string",
    "title": "string",
    "network": "string",
    "account": "string",
    "text": "string",
    "length": "Int64",
    "limit": "Int64",
    "media": "string",
    "at": "datetime64[us, UTC]",
    "zone": "string",
    "wall": "string",
    "auto_schedule": "string",
    "requests": "Int64",
    "cost_usd": "Float64",
    "warnings": "string",
    "left_out": "string",
    "replaces": "string",
}


async def draft_all(
    campaign: Campaign,
    items: Sequence[Item],
    *,
    linked: Collection[str] | None,
    fetcher: "Fetcher | None",
    now: datetime,
    occupied: Occupied | None = None,
    posted: Mapping[Place, Collection[str]] | None = None,
    profile: str = "default",
    album: MutableMapping[str, bytes] | None = None,
) -> tuple[list[Draft], list[Verdict]]:
    """The drafts of `items` (in posting order, as the ledger admits them), and verdicts on those that cannot be said.

    Slots go to drafts in order, none to items without one; `occupied` is what other posts hold, `posted` the
    occurrences of a series that have their post, by item. An item of a series gets a draft for each occurrence; one
    whose time is over is filtered. A picture that cannot be fetched is a warning. Without a fetcher pictures are taken
    at their names' word. Fetched bytes are kept in `album` for `upload_pictures`. Raises TemplateError when the
    template fails for every item: then it is at fault.
    """
    composer = Composer(campaign, profile=profile)
    items, missed = await _pictured(campaign, items, fetcher)
    goes_to = partial(networks_of, campaign, linked)
    table = Timetable(campaign.timing, items, now=now, networks=goes_to, occupied=occupied, posted=posted)
    items = table.items
    gathered = await gather(campaign, items, fetcher=fetcher, album=album)
    drafts: list[Draft] = []
    verdicts = [Verdict.of(item, Disposition.FILTERED, reason) for item, reason in table.expired]
    faults: list[TemplateError] = []
    for start in range(0, len(items), CHUNK):
        compose = partial(_compose, composer, items[start : start + CHUNK], table, linked, gathered)
        for item, result in await asyncio.to_thread(compose):
            if isinstance(result, list):
                drafts += result
                continue
            faults += [result] if isinstance(result, TemplateError) else []
            verdicts.append(_unsayable(item, result, gathered))
    if faults and len(faults) == len(items):
        raise faults[0]
    return [_noted(draft, missed) for draft in drafts] if missed else drafts, verdicts


def networks_of(campaign: Campaign, linked: Collection[str] | None, item: Item) -> frozenset[str]:
    """The networks an item is meant for, without those that are not `linked` (None: not known)."""
    asked = frozenset(item.ask.platforms if item.ask and item.ask.platforms else campaign.platforms)
    return asked if linked is None else asked.intersection(linked)


async def _pictured(
    campaign: Campaign, items: Sequence[Item], fetcher: "Fetcher | None"
) -> tuple[Sequence[Item], dict[str, str]]:
    if fetcher is None or not campaign.pictures.from_page or not campaign.pictures.max:
        return items, {}
    from pipeline.sources.pages import with_page_pictures  # noqa: PLC0415  (only where asked for)

    return await with_page_pictures(items, fetcher)


def _noted(draft: Draft, missed: dict[str, str]) -> Draft:
    reason = "" if draft.item.pictures else missed.get(draft.item.link)
    return replaced(draft, warnings=(*draft.warnings, reason)) if reason else draft


_Result = tuple[Item, list[Draft] | NothingToSay | TemplateError]


def _compose(
    composer: Composer, items: Sequence[Item], table: Timetable, linked: Collection[str] | None, gathered: Gathered
) -> list[_Result]:
    results: list[_Result] = []
    for item in items:
        slot = table.times(item)[0].slot
        try:
            draft = composer.compose(
                item, linked=linked, media=gathered.media, renditions=gathered.renditions, slot=slot
            )
        except (NothingToSay, TemplateError) as error:
            results.append((item, error))
            continue
        # A network that cannot take the item holds it up no longer.
        times = table.took(item, frozenset(draft.texts))
        warnings = (*draft.warnings, *gathered.warnings(item))
        results.append((item, [_timed(draft, timed, warnings) for timed in times]))
    return results


def _timed(draft: Draft, timed: Timed, warnings: tuple[str, ...]) -> Draft:
    said = (*warnings, timed.note) if timed.note else warnings
    return replaced(draft, slot=timed.slot, occurrence=timed.occurrence or draft.occurrence, warnings=said)


def _unsayable(item: Item, error: NothingToSay | TemplateError, gathered: Gathered) -> Verdict:
    reasons = [error.reason if isinstance(error, NothingToSay) else str(error), *gathered.warnings(item)]
    return Verdict.of(item, Disposition.QUARANTINED, "; ".join(reasons))


def planned(drafts: Iterable[Draft]) -> list[Verdict]:
    """The verdict `planned` on each item drafted, however many drafts it has."""
    items = {(draft.item.source, draft.item.identity): draft.item for draft in drafts}
    return [
        Verdict.of(item, Disposition.PLANNED, item.replaces.words if item.replaces else "") for item in items.values()
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would post (promise 3): its drafts, and the verdicts on all items that were read but not drafted.

    `accounts` are the display names of the linked accounts by network, as `GET /user` tells them.
    """

    drafts: Sequence[Draft] = ()
    verdicts: Sequence[Verdict] = ()
    accounts: Mapping[str, str] = field(default_factory=dict)

    def all_verdicts(self) -> list[Verdict]:
        """One verdict per item read: the given ones, and `planned` for every item drafted."""
        return [*self.verdicts, *planned(self.drafts)]

    def sum_line(self) -> str:
        """The account in one line: `read 12 = known 7 + quarantined 1 + planned 4`."""
        counts = Counter(each.disposition for each in self.all_verdicts())
        parts = [f"{disposition} {counts[disposition]}" for disposition in Disposition if counts[disposition]]
        return f"read {counts.total()} = {' + '.join(parts) or '0'}"

    @property
    def budget(self) -> "Budget":
        """What the plan uses up: calls of the API, and money at the networks that charge."""
        return Budget.of(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """The rows of `frame` as dicts, without pandas; missing values are None."""
        uploaded: set[str] = set()
        return [row for draft in self.drafts for row in _rows(draft, self.accounts, uploaded)]

    def frame(self) -> "pd.DataFrame":
        """One row per draft and network, in posting order; networks left out have a reason and no text.

        Columns: campaign, source, identity, title, network, account (display name), text, media (URLs, one per line),
        zone, wall, auto_schedule, warnings (one per line), left_out, replaces (what an edit does to a post that waits):
        string; length and limit in the network's own counting: Int64, NA where there is none; at: datetime64[us, UTC],
        NaT for now or when the API chooses; requests: Int64, calls of the API a post needs, its new pictures included,
        in the first of its rows and 0 in the others; cost_usd: Float64, US dollars the network charges
        (pipeline/costs.py), 0 where it charges nothing.
        """
        import pandas as pd  # noqa: PLC0415 - planning and sending never load it

        rows = self.rows()
        return pd.DataFrame(
            {name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in _DTYPES.items()}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a plan uses up. `requests` are calls of the API that sending takes; `usd` what networks charge in all."""

    requests: int
    usd: Decimal

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "Budget":
        """That of the rows of a plan."""
        used = [(row["requests"], row["cost_usd"]) for row in rows]
        return cls(
            requests=sum(requests for requests, _ in used),
            usd=sum((Decimal(str(usd)) for _, usd in used if usd), Decimal(0)),
        )

    @property
    def windows(self) -> int:
        """Windows of five minutes the calls need at the API's rate of 300 each (analytics.md 12.1)."""
        return -(-self.requests // REQUESTS_PER_WINDOW)

    @property
    def line(self) -> str:
        """As people read it: `34 of 300 requests, 0.40 USD`."""
        windows = f" ({self.windows} windows of 5 minutes)" if self.windows > 1 else ""
        return f"{self.requests} of {REQUESTS_PER_WINDOW} requests per 5 minutes{windows}, {self.usd:.2f} USD"


def _rows(draft: Draft, accounts: Mapping[str, str], uploaded: set[str]) -> Iterator[dict[str, Any]]:
    fresh = {url for urls in draft.media.values() for url in urls} - uploaded
    uploaded |= fresh
    requests = _calls(draft.item) + len(fresh)
    for network in sorted({*draft.texts, *draft.left_out}):
        text = draft.texts.get(network)
        others = NETWORKS.keys() - {network}
        warnings = [each for each in draft.warnings if each.partition(": ")[0] not in others]
        yield {
            "campaign": draft.campaign,
            "source": draft.item.source,
            "identity": draft.item.identity,
            "title": draft.item.title,
            "network": network,
            "account": accounts.get(network, ""),
            "text": text or "",
            "length": None if text is None else NETWORKS[network].text.count(text),
            "limit": None if text is None else _limit(network, draft),
            "media": "\n".join(draft.media.get(network, ())),
            "at": draft.slot.at,
            "zone": draft.slot.zone,
            "wall": draft.slot.wall,
            "auto_schedule": draft.slot.auto_schedule or "",
            "requests": requests,
            "cost_usd": 0.0 if text is None else float(cost(network, text, draft.options.get(network))),
            "warnings": "\n".join(warnings),
            "left_out": draft.left_out.get(network, ""),
            "replaces": draft.item.replaces.words if draft.item.replaces else "",
        }
        requests = 0


def _calls(item: Item) -> int:
    if item.replaces is None or item.replaces.slot is None:
        return 1
    return MOVE_CALLS if item.replaces.moved else UPDATE_CALLS


def _limit(network: str, draft: Draft) -> int | None:
    limit = fit_limit(NETWORKS[network], draft.options.get(network))
    return None if limit == UNLIMITED else limit
