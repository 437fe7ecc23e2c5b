"""Which networks share a picture made anew, and which keep the original: one file for all where one can do."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.campaign import Campaign, Pictures
from pipeline.compose.pictures import HIDING_TEXT
from pipeline.compose.resizing import CannotFit, Rendition, new_ratio, refit
from social.networks import NETWORKS
from social.networks.base import FileRule, MediaFacts, MediaKind
from social.networks.checks import fits, read_options


@dataclass(frozen=True, slots=True)
class Renditions:
    """What was made of one picture: the new files by their URLs, and by network which of them it gets.

    A network that is not in `by_network` gets the original. `failures` tells by network why nothing could be made.
    """

    files: dict[str, Rendition] = field(default_factory=dict)
    by_network: dict[str, MediaFacts] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def picture_rules(campaign: Campaign, networks: Iterable[str] = ()) -> dict[str, FileRule]:
    """The rule for a still picture by network, for those of `networks` (or of the campaign) that take any."""
    rules = {}
    for name in sorted(set(networks or campaign.platforms) - HIDING_TEXT):
        network = NETWORKS[name]
        media = network.media_rule(read_options(network, campaign.options.get(name, {}))[0])
        if media.max_images:
            rules[name] = media.image
    return rules


def render(
    data: bytes, facts: MediaFacts, rules: Mapping[str, FileRule], campaign: Campaign, *, together: bool
) -> Renditions:
    """New files of the picture `data` for the networks whose rule it breaks; blocking.

    A picture that holds all rules is not touched. Else the networks that need another file share one where they need
    the same shape; those whose rule the original holds keep it. `together` gives all networks one file if one can hold
    all rules, because the contract takes several pictures only if all networks get the same ones (posts.md 3.4).
    """
    work = _Work(data, facts, rules, campaign.pictures)
    unfit = [name for name, rule in rules.items() if not fits(rule, facts)]
    if not unfit or facts.kind is not MediaKind.IMAGE:
        return work.made
    if not (together and work.add(list(rules))):
        for group in work.by_shape(unfit):
            if not work.add(group):
                work.add_each(group)
    return work.made


class _Work:
    """What is being made of one picture."""

    def __init__(self, data: bytes, facts: MediaFacts, rules: Mapping[str, FileRule], look: Pictures) -> None:
        self._data = data
        self._facts = facts
        self._rules = rules
        self._look = look
        self.made = Renditions()

    def by_shape(self, names: Iterable[str]) -> list[list[str]]:
        """The networks that need the same width by height."""
        groups: dict[float, list[str]] = {}
        for name in names:
            try:
                groups.setdefault(round(new_ratio(self._facts, [self._rules[name]]), 4), []).append(name)
            except CannotFit as error:
                self.made.failures[name] = str(error)
        return list(groups.values())

    def add_each(self, names: Iterable[str]) -> None:
        """A file for each of the networks, or the reason why not."""
        for name in names:
            try:
                self._add([name])
            except CannotFit as error:
                self.made.failures[name] = str(error)

    def add(self, names: list[str]) -> bool:
        """One file for all these networks; whether it could be made."""
        try:
            self._add(names)
        except CannotFit:
            return False
        return True

    def _add(self, names: list[str]) -> None:
        rendition = refit(self._data, self._facts, [self._rules[name] for name in names], self._look)
        # Never sent: the URL of the API takes its place when the picture is uploaded.
        url = f"{self._facts.url.partition('#')[0]}#{_label(rendition)}"
        self.made.files[url] = rendition
        self.made.by_network.update(dict.fromkeys(names, replace(rendition.facts, url=url)))


def _label(rendition: Rendition) -> str:
    facts = rendition.facts
    mark = hashlib.sha256(rendition.data).hexdigest()[:6]
    return f"{facts.width}x{facts.height}.{facts.format}-{mark}"
