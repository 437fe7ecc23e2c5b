"""Which pictures (or video) of an item one network gets: only what it takes, as far as the facts are known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.compose.wording import shorten
from pipeline.records import Item
from social.networks.base import Feature, MediaFacts, Network, Options
from social.networks.checks import media_fault

# Pinterest's limit, the smallest one published (posts.md 10.6); the others take 1,000.
LONGEST_ALT = 500
# Reddit shows no text beside a picture (posts.md 10.7): the link would be lost, so the words win.
HIDING_TEXT = frozenset({"reddit"})


@dataclass(frozen=True, slots=True)
class Picked:
    """The files a network gets, their alternative texts in the same order, and why others are left out."""

    files: tuple[MediaFacts, ...] = ()
    alts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def urls(self) -> tuple[str, ...]:
        """The files' URLs in order."""
        return tuple(file.url for file in self.files)


NOTHING = Picked()


def pick(item: Item, network: Network, options: Options, media: Mapping[str, MediaFacts], *, most: int) -> Picked:
    """Up to `most` pictures of `item` that `network` takes under `options`, in the item's order.

    `media` holds the facts of the usable files by URL; what is not there is passed over. Where the network needs media
    and takes none of the pictures, the item's video is tried. A network that takes no pictures gets none.
    """
    rule = network.media_rule(options)
    # The author of a row put the video there to be posted; a feed's is a last resort.
    films = rule.required or (item.ask is not None and bool(rule.max_videos))
    if network.name in HIDING_TEXT or not (item.pictures or (films and item.video)):
        return NOTHING
    files: list[MediaFacts] = []
    alts, reasons = [], []
    for url, alt in _pictures(item) if rule.max_images or rule.max_videos else ():
        if len(files) >= most:
            break
        fault = media_fault(network, options, (*files, media[url])) if url in media else ""
        if fault:
            reasons.append(fault)
        elif fault is None:
            files.append(media[url])
            alts.append(alt)
    if films and not files and item.video in media:
        fault = media_fault(network, options, (media[item.video],))
        files, alts, reasons = ([], [], [*reasons, fault]) if fault else ([media[item.video]], [""], reasons)
    return Picked(tuple(files), tuple(alts), tuple(reasons))


def most_of(item: Item, most: int) -> int:
    """How many pictures of `item` may go out when the campaign takes `most`: those a row of a sheet names all do."""
    return max(most, len(item.pictures)) if most and item.ask is not None else most


def alt_texts(network: Network, picked: Picked) -> list[str]:
    """The `altText` option for these files, one text each; empty when there is nothing to say or no place for it."""
    if Feature.ALT_TEXT not in network.features or network.options_key is None or not any(picked.alts):
        return []
    return [shorten(alt, LONGEST_ALT) for alt in picked.alts]


def _pictures(item: Item) -> Iterator[tuple[str, str]]:
    seen = set()
    for picture in item.pictures:
        if picture.url not in seen:
            seen.add(picture.url)
            yield picture.url, picture.alt
