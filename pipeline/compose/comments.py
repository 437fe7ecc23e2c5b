"""The first comment under a post, from the campaign's template or the sheet's row (posts.md 3.6)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.campaign import Campaign
from pipeline.compose.fitting import fit
from pipeline.compose.links import Tagger
from pipeline.compose.templates import TemplateError, Templates, single_spaced, tidy
from pipeline.records import Item
from social.networks import NETWORKS
from social.networks.base import Feature, TextRule


class Commenter:
    """Writes first comments. Raises TemplateError for a template that cannot be read."""

    def __init__(self, campaign: Campaign, templates: Templates, tagger: Tagger) -> None:
        given = campaign.first_comment
        self._render = templates.compile(given, "first_comment") if given.strip() else None
        self._tagger = tagger

    def comment(self, item: Item, options: Mapping[str, Mapping[str, Any]]) -> tuple[str, list[str]]:
        """The comment for a post to the networks of `options` (their option objects by network), and warnings.

        The API takes one comment for all networks, so it is fitted to the shortest of those that have comments; the
        others are named in a warning. What goes wrong is a warning, and the post goes without.
        """
        asked = item.ask.first_comment if item.ask else ""
        if not asked and self._render is None:
            return "", []
        able = [name for name in sorted(options) if _takes_comment(name, options[name])]
        without = [name for name in sorted(options) if name not in able]
        if not able:
            return "", [f"no first comment: {', '.join(without)} cannot have one"]
        try:
            text = asked or self._rendered(item, able)
        except TemplateError as error:
            return "", [f"no first comment: {error}"]
        fitted = text.strip()
        for name in able:
            fitted = fit(fitted, NETWORKS[name], rule=_rule(name)).text
        warnings = [f"first comment cut to {len(fitted)} characters"] if fitted != text.strip() else []
        warnings += [f"{name}: no first comment there" for name in without if fitted]
        return fitted, warnings

    def _rendered(self, item: Item, able: list[str]) -> str:
        links = {self._tagger.linked(item, name)[0].link for name in able}
        # One comment for all networks: a link that names one of them would be wrong on the others.
        link = links.pop() if len(links) == 1 else self._tagger.plain(item).link
        return single_spaced(tidy(self._render(replace(item, link=link), able[0]))) if self._render else ""


def _takes_comment(name: str, options: Mapping[str, Any]) -> bool:
    hidden = options.get("visibility", "public") != "public" or bool(options.get("draft"))
    return Feature.ADD_COMMENT in NETWORKS[name].features and not (name == "tiktok" and hidden)


def _rule(name: str) -> TextRule:
    network = NETWORKS[name]
    return TextRule(limit=network.comment_limit or network.text.limit, count=network.text.count)
