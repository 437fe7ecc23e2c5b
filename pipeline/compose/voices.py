"""What one network is told of an item: the steps from template to checked text, for one network of one campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.campaign import Campaign
from pipeline.compose.fitting import fit
from pipeline.compose.hashtags import choose, inline, limit_signs, without_repeats
from pipeline.compose.links import Tagger
from pipeline.compose.pictures import Picked, alt_texts, most_of, pick
from pipeline.compose.templates import Templates, single_spaced
from pipeline.compose.threads import thread
from pipeline.compose.wording import first_sentence, shorten
from pipeline.records import Item
from social.networks.base import Content, Feature, MediaFacts, MediaKind, Network, Options, TextRule
from social.networks.checks import check, read_options
from social.networks.counting import hashtags as tags_in

# Networks whose posts have a title of their own: its limit in characters (posts.md 12.1, 12.5).
_TITLES = {"youtube": 100, "reddit": 300, "pinterest": 100}
# Pins lead to a page, and links in their text do not work (posts.md 10.6).
_LINK_OPTION = frozenset({"pinterest"})
_LOOKALIKES = {"<": "‹", ">": "›"}


class CannotSay(ValueError):
    """This network cannot take this item. The message is the reason."""


@dataclass(frozen=True, slots=True)
class Said:
    """The final content for one network; `options` in wire spelling."""

    text: str
    media: tuple[str, ...]
    options: dict[str, Any]
    warnings: tuple[str, ...]


class Voice:
    """One network of one campaign."""

    def __init__(self, network: Network, campaign: Campaign, templates: Templates, tagger: Tagger) -> None:
        self.name = network.name
        self._network = network
        self._campaign = campaign
        self._templates = templates
        self._tagger = tagger
        self._given: dict[str, Any] = dict(campaign.options.get(network.name, {}))
        self._ready = read_options(network, self._given)[0]
        self._rule = network.text_rule(self._ready)
        self._needs_media = network.media_rule(self._ready).required
        self._hashtags = campaign.hashtags.on(network.name)
        self._threaded = network.name in campaign.threads.platforms and not self._rule.split
        self._forbidden = {ord(mark): _LOOKALIKES.get(mark, " ") for mark in network.text.forbidden}

    def say(self, item: Item, media: Mapping[str, MediaFacts], *, scheduled: bool) -> Said:
        """The content for `item`. Raises CannotSay with the reason, or TemplateError."""
        network = self._network
        item, warnings = self._tagger.linked(item, self.name)
        picked = pick(item, network, self._ready, media, most=most_of(item, self._campaign.pictures.max))
        if self._needs_media and not picked.files:
            raise CannotSay(self._no_media(item, picked))
        warnings += self._alt_missing(picked)
        # Titles, links and alternative texts are added: none of them changes the rules. A thread is one of our making.
        text, notes, threaded = ("", [], {}) if self._rule.ignored else self._text(item, self._rule)
        warnings += notes
        given = self._options(item, picked, threaded)
        options = self._ready if given is self._given else read_options(network, given)[0]
        # What the person wrote is checked as written; the model would already have lost what is wrong in it.
        content = Content(text=text, media=picked.files, options=self._checkable(given, options), scheduled=scheduled)
        problems = check(network, content)
        faults = [problem.message for problem in problems if not problem.warning]
        if faults:
            raise CannotSay("; ".join(faults))
        warnings += [problem.message for problem in problems]
        if item.pictures and not picked.files:
            warnings += picked.reasons[:1]
        return Said(text, picked.urls, given if network.options_key else {}, tuple(warnings))

    def _checkable(self, given: dict[str, Any], options: Options) -> Options | dict[str, Any]:
        return given if self._given else options

    def _alt_missing(self, picked: Picked) -> list[str]:
        policy = self._campaign.pictures.alt
        if policy == "optional" or Feature.ALT_TEXT not in self._network.features or self._given.get("altText"):
            return []
        missing = sum(
            not alt.strip() and file.kind is not MediaKind.VIDEO
            for file, alt in zip(picked.files, picked.alts, strict=True)
        )
        if not missing:
            return []
        fault = f"{missing} picture(s) without alternative text"
        if policy == "require":
            raise CannotSay(f"{fault}, and pictures.alt is require: give the source one, or change the policy")
        return [fault]

    def _options(self, item: Item, picked: Picked, threaded: dict[str, Any]) -> dict[str, Any]:
        added = dict(threaded)
        if self.name in _TITLES and not self._given.get("title"):
            title = shorten((item.title or first_sentence(item.text)).translate(self._forbidden), _TITLES[self.name])
            added |= {"title": title} if title else {}
        if self.name in _LINK_OPTION and item.link and not self._given.get("link"):
            added["link"] = item.link
        if "altText" not in self._given and (alts := alt_texts(self._network, picked)):
            added["altText"] = alts
        return {**self._given, **added} if added else self._given

    def _text(self, item: Item, rule: TextRule) -> tuple[str, list[str], dict[str, Any]]:
        warnings = []
        text = self._templates.text(item, self.name)
        if not rule.split:
            text = single_spaced(text)
        if self._forbidden:
            text = text.translate(self._forbidden)
        if rule.max_hashtags is not None and len(tags_in(text)) > rule.max_hashtags:
            text = limit_signs(text, rule.max_hashtags)
            warnings.append(f"hashtags beyond {rule.max_hashtags} became plain words")
        text, tags = self._tagged(item, text, rule)
        policy = self._campaign.threads
        # Who asks for a thread in the options splits the text himself.
        made = thread(text, self._network, rule, policy, tags=tags) if self._threaded else None
        fitted = made or fit(text, self._network, suffix=" ".join(tags), rule=rule)
        if fitted.cut:
            warnings.append(f"text cut to fit {f'{policy.most} posts' if made else f'{rule.limit:,}'}")
        if fitted.dropped:
            warnings.append(f"no room for {' '.join(fitted.dropped)}")
        threaded: dict[str, Any] = {"thread": True} | ({"threadNumber": True} if policy.number else {})
        return fitted.text, warnings, threaded if made else {}

    def _tagged(self, item: Item, text: str, rule: TextRule) -> tuple[str, list[str]]:
        policy = self._hashtags
        used = 0 if rule.max_hashtags is None else len(tags_in(text))
        tags = choose(item, policy, self._network, used=used)
        # A tag without its word in the text goes to the end: what the campaign always wants is never lost.
        return inline(text, tags) if policy.place == "inline" else (text, without_repeats(text, tags))

    def _no_media(self, item: Item, picked: Picked) -> str:
        if picked.reasons:
            return f"needs a picture or video: {picked.reasons[0]}"
        found = "none of the item's can be used" if item.pictures or item.video else "the item has none"
        return f"needs a picture or video; {found}"
