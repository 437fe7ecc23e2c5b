"""What is known of the pictures of many items: fetched and measured, or taken at their names' word."""

import asyncio
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field

from pipeline.campaign import Campaign
from pipeline.fetching import Fetcher, FetchError
from pipeline.media import MediaError, facts_by_name, facts_of
from pipeline.records import Item
from social.networks import NETWORKS
from social.networks.base import MediaFacts, MediaKind
from social.networks.checks import check_url

# Pictures looked at beyond those wanted, so that a dead or unfit one is replaced by the next.
SPARE = 2
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Gathered:
    """Facts of the usable files and reasons against the others, both by URL."""

    media: dict[str, MediaFacts] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def warnings(self, item: Item) -> list[str]:
        """What became of the item's pictures that cannot be used."""
        urls = dict.fromkeys(picture.url for picture in item.pictures)
        return [f"picture {url} left out: {self.failures[url]}" for url in urls if url in self.failures]


async def gather(
    campaign: Campaign,
    items: Sequence[Item],
    *,
    fetcher: Fetcher | None,
    album: MutableMapping[str, bytes] | None = None,
) -> Gathered:
    """The facts of the files that the campaign may post with `items`.

    With a fetcher, and unless the campaign says otherwise, pictures are fetched (each once) and measured, and their
    bytes kept in `album` if given; what cannot be fetched or is no picture is a failure, never an exception. Else a
    picture is taken at its name's word. Videos are never fetched: only those whose URL ends like a video are taken.
    """
    gathered = Gathered({url: facts for item in items if (facts := _video(item.video)) for url in [item.video]})
    urls = list(dict.fromkeys(_wanted(campaign, items)))
    if fetcher is not None and campaign.pictures.upload:
        queue = iter(urls)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(urls))):
                group.create_task(_work(queue, fetcher, gathered, album))
    else:
        for url in urls:
            _trust(url, gathered, sent_as_it_is=not campaign.pictures.upload)
    return gathered


def _wanted(campaign: Campaign, items: Iterable[Item]) -> Iterator[str]:
    rules = [NETWORKS[name].media for name in campaign.platforms]
    most = campaign.pictures.max
    if most and any(rule.max_images or rule.max_videos for rule in rules):
        for item in items:
            yield from list(dict.fromkeys(picture.url for picture in item.pictures))[: most + SPARE]


async def _work(
    queue: Iterator[str], fetcher: Fetcher, gathered: Gathered, album: MutableMapping[str, bytes] | None
) -> None:
    for url in queue:
        try:
            fetched = await fetcher.get(url)
            facts = await asyncio.to_thread(facts_of, fetched.body, url=url, content_type=fetched.content_type)
        except (FetchError, MediaError) as error:
            gathered.failures[url] = error.reason
            continue
        gathered.media[url] = facts
        if album is not None:
            await asyncio.to_thread(album.__setitem__, url, fetched.body)


def _trust(url: str, gathered: Gathered, *, sent_as_it_is: bool) -> None:
    problem = check_url(url) if sent_as_it_is else None
    if problem:
        gathered.failures[url] = problem.message
    else:
        gathered.media[url] = facts_by_name(url) or MediaFacts(url=url, kind=MediaKind.IMAGE)


def _video(url: str) -> MediaFacts | None:
    facts = facts_by_name(url) if url and check_url(url) is None else None
    return facts if facts and facts.kind is MediaKind.VIDEO else None
