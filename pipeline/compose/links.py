"""The link that is published: a URL every network recognises whole, with the campaign's UTM parameters."""

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from pipeline.campaign import Campaign
from pipeline.compose.templates import Render, TemplateError, Templates
from pipeline.records import Item

# What may stand unencoded in a URL (RFC 3986); % stays, because it is an encoding already.
_KEPT = "%/:?#[]@!$&'()*+,;=-._~"
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?/[A-Za-z0-9%/:@!$&()*+,;=._~?#-]*")


def publishable(url: str) -> str:
    """The same address as ASCII without spaces: scheme and host in lower case, host in punycode, the rest encoded.

    What is encoded already stays as it is. A URL that is no http(s) address is returned unchanged.
    """
    url = url.strip()
    if _PLAIN.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    host = f"[{host}]" if ":" in host else host
    rest = (quote(part, safe=_KEPT) for part in (parts.path or "/", parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, *rest))


def with_utm(url: str, utm: Mapping[str, str]) -> str:
    """`url` with these query parameters at the end of its query, before any fragment, values percent-encoded.

    Parameters of the same name are replaced, everything else is kept to the letter. Empty values add nothing.
    """
    added = {name: value for name, value in utm.items() if value}
    parts = urlsplit(url)
    if not added or parts.scheme not in ("http", "https"):
        return url
    kept = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] not in added]
    pairs = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in added.items()]
    return urlunsplit(parts._replace(query="&".join(kept + pairs)))


def relinked(item: Item, link: str) -> Item:
    """`item` with another link: also where the author of a sheet's row wrote it into the text."""
    if item.ask is None or not item.link:
        return replace(item, link=link)
    # The link as a whole, not where a longer one begins with it.
    whole = re.compile(re.escape(item.link) + r"(?![\w/?#&=%-]|[.:](?=\w))")
    texts = {network: whole.sub(lambda _: link, text) for network, text in item.ask.texts.items()}
    text = whole.sub(lambda _: link, item.text)
    return replace(item, link=link, text=text, ask=replace(item.ask, texts=texts))


class Tagger:
    """Gives items the link they are published with on one network. Raises TemplateError for a wrong UTM template."""

    def __init__(self, campaign: Campaign, templates: Templates) -> None:
        self._utm: dict[str, Render] = {
            _parameter(name): templates.compile(source, f"links.utm.{name}")
            for name, source in campaign.links.utm.items()
        }

    def tagged(self, item: Item, network: str) -> Item:
        """`item` with its link made publishable and tagged. Raises TemplateError."""
        link = publishable(item.link)
        if link and self._utm:
            link = with_utm(link, {name: " ".join(render(item, network).split()) for name, render in self._utm.items()})
        return item if link == item.link else relinked(item, link)

    def linked(self, item: Item, network: str) -> tuple[Item, list[str]]:
        """As `tagged`; if a UTM template fails for this item, its link stays without, and a warning says so."""
        try:
            return self.tagged(item, network), []
        except TemplateError as error:
            return self.plain(item), [f"link without UTM: {error}"]

    def plain(self, item: Item) -> Item:
        """`item` with its link made publishable only."""
        link = publishable(item.link)
        return item if link == item.link else relinked(item, link)


def _parameter(name: str) -> str:
    return name if name.startswith("utm_") else f"utm_{name}"
