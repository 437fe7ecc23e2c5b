"""Short links for chosen URLs, made before a post is claimed; for all URLs the API does it itself (`shortenLinks`)."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.campaign import Campaign, Links
from pipeline.compose.fitting import URL
from pipeline.records import Draft
from social.contract.links import LinkRequest
from social.errors import NotAllowed, NotSent, RateLimited, SocialError

if TYPE_CHECKING:
    from social.client import SocialClient

PLACEHOLDER = "https://ayrs.io/xxxxxx"
"""Stands for a short link in a dry run: as long as those of the API (content.md 8.1)."""

AT_ONCE = 4
_TRAILING = re.compile(r"[.,;:!?…»”’'*]+$")


@dataclass(slots=True)
class _Made:
    short: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    stopped: str = ""


async def shorten_chosen(drafts: Sequence[Draft], campaign: Campaign, *, client: "SocialClient | None") -> list[Draft]:
    """The drafts with the URLs that the campaign chooses replaced by short links, in texts and first comments.

    Each URL is shortened once. Without a client a placeholder of the same length stands in the text, and a warning says
    so. A URL that cannot be shortened stays long, with a warning; nothing is raised for it.
    """
    if campaign.links.shorten != "chosen":
        return list(drafts)
    wanted = dict.fromkeys(url for draft in drafts for url in _urls(draft, campaign.links))
    made = _Made()
    if client is None:
        made.short = dict.fromkeys(wanted, PLACEHOLDER)
    else:
        queue = iter(wanted)
        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(wanted))):
                group.create_task(_work(queue, made, client))
    return [_with_short(draft, campaign.links, made, planned=client is None) for draft in drafts]


def is_chosen(url: str, links: Links) -> bool:
    """Whether the campaign shortens this URL: by its domain or a parent of it, or by a pattern with `*`."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    domains = [domain.lower().strip(".") for domain in links.shorten_domains]
    return any(host == domain or host.endswith(f".{domain}") for domain in domains) or any(
        fnmatchcase(url, pattern) for pattern in links.shorten_patterns
    )


def _urls(draft: Draft, links: Links) -> Iterator[str]:
    for text in (*draft.texts.values(), draft.first_comment):
        for found in URL.findall(text):
            url = _whole(found)
            # What is as short already gains nothing, and a longer text may no longer fit.
            if len(url) > len(PLACEHOLDER) and is_chosen(url, links):
                yield url


def _whole(found: str) -> str:
    url = _TRAILING.sub("", found)
    return url if "(" in url else _TRAILING.sub("", url.rstrip(")]}"))


async def _work(queue: Iterator[str], made: _Made, client: "SocialClient") -> None:
    for url in queue:
        if made.stopped:
            made.failed[url] = made.stopped
            continue
        try:
            made.short[url] = (await client.links.create(LinkRequest(url=url))).short_url
        except (NotSent, NotAllowed, RateLimited) as error:
            made.failed[url] = made.stopped = error.message
        except SocialError as error:
            made.failed[url] = error.message


def _with_short(draft: Draft, links: Links, made: _Made, *, planned: bool) -> Draft:
    urls = list(dict.fromkeys(_urls(draft, links)))
    if not urls:
        return draft
    warnings = [f"link {url} not shortened: {made.failed[url]}" for url in urls if url in made.failed]
    if planned:
        warnings = [f"{PLACEHOLDER} stands for the short link that sending makes of {url}" for url in urls]

    def short(text: str) -> str:
        return URL.sub(lambda found: _replaced(found[0], made), text)

    return replace(
        draft,
        texts={network: short(text) for network, text in draft.texts.items()},
        first_comment=short(draft.first_comment),
        warnings=(*draft.warnings, *warnings),
    )


def _replaced(found: str, made: _Made) -> str:
    url = _whole(found)
    new = made.short.get(url, url)
    return (new if len(new) <= len(url) else url) + found[len(url) :]
