"""What is known of the pictures and videos of items: fetched, measured and made to fit, or taken at their names."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from pipeline.campaign import Campaign
from pipeline.compose.pictures import HIDING_TEXT, most_of
from pipeline.compose.renditions import picture_rules, render
from pipeline.fetching import Fetched, Fetcher, FetchError, FetchLimits
from pipeline.fetching.limits import MIB
from pipeline.media import MediaError, facts_by_name, facts_of
from pipeline.mediafolder import MediaFolder, is_local
from pipeline.records import Item
from pipeline.videos import measured
from social.networks import NETWORKS
from social.networks.base import MediaFacts, MediaKind, MediaRule
from social.networks.checks import check_url, read_options

# Pictures looked at beyond those wanted, so that a dead or unfit one is replaced by the next.
SPARE = 2
AT_ONCE = 16
# An unpacked picture takes up to 250 MB, a video is whole in memory while it is fetched.
CONVERTED_AT_ONCE = 2
VIDEOS_AT_ONCE = 2
VIDEO_LIMITS = FetchLimits(total=300.0, read=30.0, max_bytes=250 * MIB)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts of the usable files and reasons against the others, both by URL.

    `renditions` are files made for single networks, by network and by the URL of the original; their own URLs stand in
    the facts. `unmade` tells by URL of the original why it could not be made to fit which networks.
    """

    media: dict[str, MediaFacts] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    renditions: dict[str, dict[str, MediaFacts]] = field(default_factory=dict)
    unmade: dict[str, list[str]] = field(default_factory=dict)

    def warnings(self, item: Item) -> list[str]:
        """What became of the item's files that cannot be used, or not everywhere."""
        if not self.failures and not self.unmade:
            return []
        urls = list(dict.fromkeys(picture.url for picture in item.pictures))
        lost = [f"picture {url} left out: {self.failures[url]}" for url in urls if url in self.failures]
        if item.video in self.failures:
            what = "sent unmeasured" if item.video in self.media else "left out"
            lost.append(f"video {item.video} {what}: {self.failures[item.video]}")
        return lost + [warning for url in urls for warning in self.unmade.get(url, ())]


async def gather(
    campaign: Campaign,
    items: Sequence[Item],
    *,
    fetcher: Fetcher | None,
    album: MutableMapping[str, bytes] | None = None,
) -> Gathered:
    """The facts of the files that the campaign may post with `items`.

    With a fetcher, and unless the campaign says otherwise, pictures are fetched (each once), measured and made to fit
    the networks' rules, and their bytes kept in `album` if given; what cannot be fetched or is no picture is a failure,
    never an exception. Else a picture is taken at its name's word. A video is fetched and measured only where a network
    would get it, if its URL ends like a video; what cannot be fetched is sent as its URL, unmeasured. Files of the
    campaign's media folder are read where others are fetched.
    """
    gathered = Gathered({url: facts for item in items if (facts := _video(item.video)) for url in [item.video]})
    wanted = _wanted(campaign, items)
    if fetcher is None or not campaign.pictures.upload:
        for url in wanted:
            _trust(url, gathered, sent_as_it_is=not campaign.pictures.upload)
        return gathered
    networks = {name for item in items for name in _networks(campaign, item)}
    gatherer = _Gatherer(campaign, fetcher, gathered, album, networks)
    await _several(AT_ONCE, wanted.items(), gatherer.picture)
    await _several(VIDEOS_AT_ONCE, [(url, False) for url in _videos_wanted(campaign, items, gathered)], gatherer.video)
    return gathered


def _wanted(campaign: Campaign, items: Iterable[Item]) -> dict[str, bool]:
    """The pictures to look at, and whether each may be posted together with others."""
    wanted: dict[str, bool] = {}
    for item in items:
        most = most_of(item, campaign.pictures.max)
        rules = [NETWORKS[name].media for name in _networks(campaign, item)]
        if most and any(rule.max_images or rule.max_videos for rule in rules):
            urls = list(dict.fromkeys(picture.url for picture in item.pictures))[: most + SPARE]
            for url in urls:
                wanted[url] = wanted.get(url, False) or (most > 1 and len(urls) > 1)
    return wanted


def _networks(campaign: Campaign, item: Item) -> Sequence[str]:
    return (item.ask.platforms if item.ask else ()) or campaign.platforms


def _videos_wanted(campaign: Campaign, items: Iterable[Item], gathered: Gathered) -> list[str]:
    """The videos that a network would get: one that needs media and takes none of the pictures (pictures.pick).

    Those of our own folder are always wanted: without an upload they could not be sent.
    """
    takers = [rule for rule in _needing_media(campaign) if rule.max_videos]
    always = any(not rule.max_images or not campaign.pictures.max for rule in takers)
    wanted = (
        item.video
        for item in items
        if is_local(item.video)
        or (takers and (always or not any(picture.url in gathered.media for picture in item.pictures)))
    )
    return [url for url in dict.fromkeys(wanted) if (facts := facts_by_name(url)) and facts.kind is MediaKind.VIDEO]


def _needing_media(campaign: Campaign) -> list[MediaRule]:
    names = set(campaign.platforms) - HIDING_TEXT
    options = {name: read_options(NETWORKS[name], campaign.options.get(name, {}))[0] for name in names}
    rules = [NETWORKS[name].media_rule(options[name]) for name in names]
    return [rule for rule in rules if rule.required]


async def _several(most: int, jobs: Iterable[tuple[str, bool]], work: Callable[[str, bool], Awaitable[None]]) -> None:
    waiting = list(jobs)
    queue = iter(waiting)

    async def worker() -> None:
        for url, together in queue:
            await work(url, together)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(most, len(waiting))):
            group.create_task(worker())


class _Gatherer:
    """Fetches and measures into one `Gathered`."""

    def __init__(
        self,
        campaign: Campaign,
        fetcher: Fetcher,
        gathered: Gathered,
        album: MutableMapping[str, bytes] | None,
        networks: Iterable[str],
    ) -> None:
        self._campaign = campaign
        self._fetcher = fetcher
        self._gathered = gathered
        self._album = album
        self._rules = picture_rules(campaign, networks)
        self._folder = MediaFolder(campaign.sheet.media_folder) if campaign.sheet.media_folder else None
        self._converting = asyncio.Semaphore(CONVERTED_AT_ONCE)

    async def picture(self, url: str, together: bool) -> None:
        """Fetch one picture, and make what the networks need of it."""
        try:
            fetched = await self._got(url)
            facts = await asyncio.to_thread(facts_of, fetched.body, url=url, content_type=fetched.content_type)
        except (FetchError, MediaError) as error:
            self._gathered.failures[url] = error.reason
            return
        self._gathered.media[url] = facts
        await self._keep(url, fetched.body)
        async with self._converting:
            made = await asyncio.to_thread(render, fetched.body, facts, self._rules, self._campaign, together=together)
        for new, rendition in made.files.items():
            await self._keep(new, rendition.data)
        for network, facts_made in made.by_network.items():
            self._gathered.renditions.setdefault(network, {})[url] = facts_made
        if made.failures:
            why = [f"{name}: picture {url} cannot be made to fit: it {said}" for name, said in made.failures.items()]
            self._gathered.unmade[url] = why

    async def video(self, url: str, _: bool) -> None:
        """Fetch and measure one video; a failure leaves what its name promises."""
        try:
            fetched = await self._got(url, VIDEO_LIMITS)
            self._gathered.media[url] = await asyncio.to_thread(_measured, fetched, url)
        except (FetchError, MediaError) as error:
            self._gathered.failures[url] = error.reason
            if is_local(url):
                # It has no address that could be sent unmeasured.
                del self._gathered.media[url]
            return
        await self._keep(url, fetched.body)

    async def _got(self, url: str, limits: FetchLimits | None = None) -> Fetched:
        if not is_local(url):
            return await self._fetcher.get(url, limits=limits)
        if self._folder is None:
            raise FetchError(url, "sheet.media_folder is not set")
        most = (limits or self._fetcher.limits).max_bytes
        return Fetched(url=url, status=HTTPStatus.OK, body=await asyncio.to_thread(self._folder.read, url, most=most))

    async def _keep(self, url: str, data: bytes) -> None:
        if self._album is not None:
            await asyncio.to_thread(self._album.__setitem__, url, data)


def _measured(fetched: Fetched, url: str) -> MediaFacts:
    facts = facts_of(fetched.body, url=url, content_type=fetched.content_type)
    if facts.kind is not MediaKind.VIDEO:
        raise MediaError(url, f"is a {facts.format} file, not a video")
    return measured(fetched.body, facts)


def _trust(url: str, gathered: Gathered, *, sent_as_it_is: bool) -> None:
    problem = check_url(url) if sent_as_it_is else None
    if problem:
        gathered.failures[url] = problem.message
    else:
        gathered.media[url] = facts_by_name(url) or MediaFacts(url=url, kind=MediaKind.IMAGE)


def _video(url: str) -> MediaFacts | None:
    facts = facts_by_name(url) if url and (is_local(url) or check_url(url) is None) else None
    return facts if facts and facts.kind is MediaKind.VIDEO else None
