"""From an item to a draft: the final text, media and options for every network of a campaign, or the reason why not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.campaign import Campaign
from pipeline.compose.comments import Commenter
from pipeline.compose.links import Tagger
from pipeline.compose.templates import Templates
from pipeline.compose.voices import CannotSay, Said, Voice
from pipeline.records import EDIT, NOW, Draft, Item, Slot
from social.networks import NETWORKS
from social.networks.base import MediaFacts


class NothingToSay(ValueError):
    """No network of the campaign can take this item. `reasons` tells by network why."""

    def __init__(self, item: Item, reasons: Mapping[str, str]) -> None:
        self.reason = "; ".join(f"{network}: {reason}" for network, reason in reasons.items())
        super().__init__(f"{item.source} {item.place}: no network can take it: {self.reason}")
        self.item = item
        self.reasons = dict(reasons)


class Composer:
    """Composes the drafts of one campaign. Everything that does not depend on the item is done once, here.

    Raises ValueError for a campaign without networks, TemplateError for a template that cannot be read.
    """

    def __init__(self, campaign: Campaign, *, profile: str = "default") -> None:
        networks = sorted(set(campaign.platforms))
        if not networks:
            raise ValueError(f"campaign {campaign.name!r} has no platforms; name at least one network")
        self._campaign = campaign
        # The whole campaign, not what one item happens to fit: the target is part of the key and must not waver.
        self._target = f"{profile}:{','.join(networks)}"
        self._profile = profile
        self._networks = networks
        self._templates = Templates(campaign)
        self._tagger = Tagger(campaign, self._templates)
        self._commenter = Commenter(campaign, self._templates, self._tagger)
        self._voices = {name: self._new_voice(name, campaign) for name in networks}

    def compose(
        self,
        item: Item,
        *,
        linked: Collection[str] | None = None,
        media: Mapping[str, MediaFacts] = {},
        renditions: Mapping[str, Mapping[str, MediaFacts]] = {},
        slot: Slot = NOW,
        occurrence: str = "",
    ) -> Draft:
        """The draft of `item`.

        `linked` are the networks the profile is linked to (None: not known, all are tried), `media` the facts of the
        item's usable files by URL, `renditions` those of files made for single networks, by network and by the URL of
        the original. A network that cannot take the item is in `left_out` with the reason. Raises NothingToSay when
        none can, TemplateError when the text's template fails; a decoration that fails is a warning.
        """
        files = {name: _files(item, media, own) for name, own in renditions.items()}
        said, left_out = self._ask(item, linked, lambda name: files.get(name, media), scheduled=slot is not NOW)
        if not said:
            raise NothingToSay(item, left_out)
        said = one_picture_each(said)
        comment, notes = self._commenter.comment(item, {name: each.options for name, each in said.items()})
        warnings = [f"{name}: {warning}" for name, each in said.items() for warning in each.warnings]
        return Draft(
            campaign=self._campaign.name,
            item=item,
            target=self._target_of(item),
            texts={name: each.text for name, each in said.items()},
            media={name: each.media for name, each in said.items() if each.media},
            options={name: each.options for name, each in said.items() if each.options},
            slot=slot,
            occurrence=occurrence or _edition(item),
            left_out=left_out,
            warnings=(*warnings, *notes),
            first_comment=comment,
            shorten_links=self._campaign.links.shorten == "all",
            requires_approval=self._campaign.requires_approval,
        )

    def _target_of(self, item: Item) -> str:
        asked = item.ask.platforms if item.ask else ()
        return f"{self._profile}:{','.join(sorted(set(asked)))}" if asked else self._target

    def _voices_for(self, item: Item) -> list[Voice]:
        """Those of the networks that the row of a sheet asks for, with its options; else the campaign's."""
        ask = item.ask
        if ask is None or not (ask.platforms or ask.options):
            return list(self._voices.values())
        return [self._voice(name, ask.options.get(name)) for name in sorted(set(ask.platforms)) or self._networks]

    def _voice(self, name: str, options: Mapping[str, Any] | None) -> Voice:
        if options:
            merged = {**self._campaign.options, name: {**self._campaign.options.get(name, {}), **options}}
            return self._new_voice(name, self._campaign.model_copy(update={"options": merged}))
        if name not in self._voices:
            self._voices[name] = self._new_voice(name, self._campaign)
        return self._voices[name]

    def _new_voice(self, name: str, campaign: Campaign) -> Voice:
        return Voice(NETWORKS[name], campaign, self._templates, self._tagger)

    def _ask(
        self,
        item: Item,
        linked: Collection[str] | None,
        media: Callable[[str], Mapping[str, MediaFacts]],
        *,
        scheduled: bool,
    ) -> tuple[dict[str, Said], dict[str, str]]:
        said, left_out = {}, {}
        for voice in self._voices_for(item):
            if linked is not None and voice.name not in linked:
                left_out[voice.name] = "not linked to this profile; link the network, or take it out of the campaign"
                continue
            try:
                said[voice.name] = voice.say(item, media(voice.name), scheduled=scheduled)
            except CannotSay as error:
                left_out[voice.name] = str(error)
        return said, left_out


def _edition(item: Item) -> str:
    # What a correction says now tells it apart from the post it corrects, and from other corrections. What replaces a
    # post is told apart by that post too: an edit may bring back what was said before.
    if item.replaces:
        return f"{EDIT}{item.content_hash}@{item.replaces.key}"
    return f"{EDIT}{item.content_hash}" if item.edited else ""


def _files(item: Item, media: Mapping[str, MediaFacts], own: Mapping[str, MediaFacts]) -> dict[str, MediaFacts]:
    urls = [picture.url for picture in item.pictures]
    return {url: own.get(url) or media[url] for url in (*urls, item.video) if url in media}


def one_picture_each(said: Mapping[str, Said]) -> dict[str, Said]:
    """At most one picture per network if the networks' media differ.

    The contract takes either one list for all networks, or one URL for each of them (posts.md 3.4).
    """
    if len({each.media for each in said.values()}) <= 1:
        return dict(said)
    return {name: _first_only(each) if len(each.media) > 1 else each for name, each in said.items()}


def _first_only(said: Said) -> Said:
    warning = f"{len(said.media) - 1} picture(s) left out: networks that get different media take one each"
    return replace(
        said,
        media=said.media[:1],
        options=options_for(said.options, [0]),
        warnings=(*said.warnings, warning),
    )


def options_for(options: Mapping[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """The options with `altText` for the media at the places `kept` only."""
    alts = options.get("altText")
    if not isinstance(alts, list):
        return dict(options)
    left = [alts[place] for place in kept if place < len(alts)]
    return {key: value for key, value in options.items() if key != "altText"} | ({"altText": left} if left else {})
