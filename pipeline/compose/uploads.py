"""Pictures handed to the API before posting: their URLs become the API's own, which no dead host can break."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from pipeline.compose.drafts import options_for
from pipeline.media import MediaError, facts_by_name, facts_of
from pipeline.records import Disposition, Draft, Verdict
from social.errors import NotSent, OutcomeUnknown, RateLimited, Refused
from social.instants import Clock, SystemClock
from social.networks import NETWORKS
from social.networks.base import MediaKind

if TYPE_CHECKING:
    from social.client import SocialClient

AT_ONCE = 4
LARGE = 10_000_000
"""Bytes from which the contract recommends an address of its own for the upload (content.md 6.3)."""

TRIES = 3
_PAUSE = 1.0
_Value = TypeVar("_Value")


@dataclass(slots=True)
class _Uploads:
    """What became of each URL; the same bytes under two URLs are uploaded once."""

    moved: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    by_content: dict[str, str] = field(default_factory=dict)
    locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))


async def upload_pictures(
    drafts: Sequence[Draft],
    *,
    client: "SocialClient",
    fetched: Mapping[str, bytes],
    clock: Clock | None = None,
) -> tuple[list[Draft], list[Verdict]]:
    """The drafts with the URLs of `fetched` pictures replaced by those of the API, each picture uploaded once.

    URLs that are not in `fetched` stay as they are. A picture the API does not take is dropped with a warning, with it
    its alternative text; a network that needs media and has none left is left out; a draft without any network left
    becomes a verdict. Raises NotSent or RateLimited when the API cannot be reached or stays too busy: then nothing has
    been lost, and the items can be drafted again.
    """
    wanted = dict.fromkeys(url for draft in drafts for urls in draft.media.values() for url in urls if url in fetched)
    uploads = _Uploads()
    queue = iter(wanted)
    stopped: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(wanted))):
                group.create_task(_work(queue, uploads, client, fetched, clock or SystemClock()))
    except* (NotSent, RateLimited) as errors:
        stopped = errors.exceptions[0]
    if stopped is not None:
        raise stopped
    settled = [_settled(draft, uploads) for draft in drafts]
    return [draft for draft in settled if draft.texts], [_lost(draft) for draft in settled if not draft.texts]


async def _work(
    queue: Iterator[str], uploads: _Uploads, client: "SocialClient", fetched: Mapping[str, bytes], clock: Clock
) -> None:
    for url in queue:
        data = await asyncio.to_thread(fetched.__getitem__, url)
        content = hashlib.sha256(data).hexdigest()[:32]
        try:
            async with uploads.locks[content]:
                if content not in uploads.by_content:
                    uploads.by_content[content] = await _upload(url, content, data, client, clock)
            uploads.moved[url] = uploads.by_content[content]
        except (Refused, OutcomeUnknown) as error:
            uploads.failed[url] = f"the API did not take it ({error.message})"
        except MediaError as error:
            uploads.failed[url] = error.reason


async def _upload(url: str, name: str, data: bytes, client: "SocialClient", clock: Clock) -> str:
    facts = facts_of(data, url=url)
    family = "video" if facts.kind is MediaKind.VIDEO else "image"
    file, tries = f"{name}.{facts.format}", 0
    while True:
        tries += 1
        try:
            if len(data) > LARGE:
                return await _put(url, file, data, client)
            return (await client.media.upload(data, file, f"{family}/{facts.format}")).url
        except (NotSent, RateLimited, OutcomeUnknown) as error:
            # An upload that happened twice is an orphan in the gallery, not a second post.
            if tries == TRIES:
                raise
            await clock.sleep(error.retry_after if isinstance(error, RateLimited) else _PAUSE)


async def _put(url: str, file: str, data: bytes, client: "SocialClient") -> str:
    to = await client.media.upload_url(file)
    await client.media.put(to, data)
    # The API never reports an upload that failed (content.md 6.3).
    if (await client.media.exists(to.access_url)).status != "success":
        raise MediaError(url, "was uploaded, but the API does not have it")
    return to.access_url


def _settled(draft: Draft, uploads: _Uploads) -> Draft:
    touched = {url for urls in draft.media.values() for url in urls if url in uploads.moved or url in uploads.failed}
    if not touched:
        return draft
    kept = {network: _kept(urls, uploads) for network, urls in draft.media.items()}
    gone = {network for network in draft.media if not kept[network] and _needs_media(draft, network)}
    reasons = {network: f"needs a picture or video: {uploads.failed[draft.media[network][0]]}" for network in gone}
    media = {network: _moved(draft.media[network], places, uploads) for network, places in kept.items()}
    options = draft.options | {
        network: options_for(draft.options[network], places)
        for network, places in kept.items()
        if network in draft.options
    }
    return replace(
        draft,
        texts=_without(gone, draft.texts),
        media=_without(gone, media),
        options=_without(gone, options),
        left_out=draft.left_out | reasons,
        warnings=(*draft.warnings, *_warnings(touched, uploads)),
    )


def _kept(urls: tuple[str, ...], uploads: _Uploads) -> list[int]:
    return [place for place, url in enumerate(urls) if url not in uploads.failed]


def _moved(urls: tuple[str, ...], places: list[int], uploads: _Uploads) -> tuple[str, ...]:
    return tuple(uploads.moved.get(urls[place], urls[place]) for place in places)


def _without(gone: set[str], by_network: Mapping[str, _Value]) -> dict[str, _Value]:
    # An empty text is content, an empty tuple of media or an empty options object is nothing.
    return {network: value for network, value in by_network.items() if network not in gone and value not in ((), {})}


def _needs_media(draft: Draft, network: str) -> bool:
    known = NETWORKS[network]
    return known.media_rule(known.read_options(draft.options.get(network))).required


def _warnings(urls: set[str], uploads: _Uploads) -> list[str]:
    failed = sorted(url for url in urls if url in uploads.failed)
    # What follows # names a rendition of ours.
    return [f"{_kind(url)} {url.partition('#')[0]} left out: {uploads.failed[url]}" for url in failed]


def _kind(url: str) -> str:
    facts = facts_by_name(url)
    return "video" if facts and facts.kind is MediaKind.VIDEO else "picture"


def _lost(draft: Draft) -> Verdict:
    reason = "; ".join(f"{network}: {reason}" for network, reason in draft.left_out.items())
    return Verdict.of(draft.item, Disposition.QUARANTINED, reason)
