"""Fitting a text into a network's limit: hashtags go first, then prose is cut cleanly; links are never cut."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.compose.hashtags import append
from pipeline.compose.wording import cut
from social.networks.base import Network, TextRule
from social.networks.limits import UNLIMITED

URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
# Prose beyond this many code points per allowed character cannot be kept anyway and is not worth counting.
_PER_CHARACTER = 12
_TAG_SHARE = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text that fits. `cut` tells that prose or links are missing, `dropped` which hashtags are."""

    text: str
    cut: bool
    dropped: tuple[str, ...] = ()


def fit(
    text: str, network: Network, *, suffix: str = "", keep_links: bool = True, rule: TextRule | None = None
) -> Fitted:
    """`text` and the hashtags of `suffix` within the network's limit, counted as the network counts.

    If the text fits without some of the hashtags, those go, from the end. If it does not, it is cut at a sentence, else
    at a word with `…`, from its last prose to its first; links stay whole and in order, and hashtags stay unless they
    would take more than a third. Only when links alone are too much are some left out, the last one (the item's own, as
    a rule) kept longest. `keep_links=False` treats links as prose. `rule` replaces the network's own, for options that
    change it (`network.text_rule(options)`); a text that becomes a thread is left whole.
    """
    rule = rule or network.text
    most, count = UNLIMITED if rule.split else rule.limit, rule.count
    tags = suffix.split()
    for kept in range(len(tags), -1, -1) if _may_fit(text, most) else ():
        whole = append(text, tags[:kept])
        if count(whole) <= most:
            return Fitted(whole, cut=False, dropped=tuple(tags[kept:]))
    kept = len(tags)
    while kept and count(" ".join(tags[:kept])) > most // _TAG_SHARE:
        kept -= 1

    def fits(body: str) -> bool:
        return count(append(body, tags[:kept])) <= most

    pieces = _pieces(text, most * _PER_CHARACTER) if keep_links else [text[: most * _PER_CHARACTER]]
    body = _shortened(_affordable(pieces, fits), fits)
    return Fitted(append(body, tags[:kept]), cut=True, dropped=tuple(tags[kept:]))


def _may_fit(text: str, most: int) -> bool:
    # Counting a whole article by graphemes takes longer than everything else.
    room = most * _PER_CHARACTER
    return len(text) <= room or len(URL.sub("", text)) <= room


def _pieces(text: str, budget: int) -> list[str]:
    """Prose and links in turn, prose at the even places; `budget` bounds the code points of prose."""
    pieces: list[str] = []
    end = 0
    for link in URL.finditer(text):
        pieces += [text[end : link.start()], link[0]]
        end = link.end()
    pieces.append(text[end:])
    for at in range(0, len(pieces), 2):
        prose = pieces[at]
        if len(prose) > budget:
            pieces[at] = prose[:budget] + prose[max(budget, len(prose.rstrip())) :]
        budget = max(0, budget - len(prose))
    return pieces


def _affordable(pieces: list[str], fits: Callable[[str], bool]) -> list[str]:
    """The pieces without the links that would not fit even if there were no prose."""
    links = range(1, len(pieces), 2)
    kept: set[int] = set()
    for at in _last_first(links):
        if fits(" ".join(pieces[link] for link in sorted({*kept, at}))):
            kept.add(at)
    left = [pieces[0]]
    for at in links:
        if at in kept:
            left += [pieces[at], pieces[at + 1]]
        else:
            left[-1] = f"{left[-1].rstrip()} {pieces[at + 1].lstrip()}"
    return left


def _last_first(places: range) -> Iterable[int]:
    return [*places[-1:], *places[:-1]]


def _shortened(pieces: list[str], fits: Callable[[str], bool]) -> str:
    for at in range(len(pieces) - 1, -1, -2):
        prose = pieces[at]
        lead = prose[: len(prose) - len(prose.lstrip())]
        trail = prose[len(prose.rstrip()) :] or " "
        before = "".join(pieces[:at]) + lead
        after = "".join(["", *pieces[at + 1 :]])
        after = trail + after if after else ""
        body = cut(prose.strip(), _around(before, after, fits)) if prose.strip() else None
        if body is not None:
            return f"{before}{body}{after}".strip()
        pieces[at] = " " if 0 < at < len(pieces) - 1 else ""
        if fits(bare := "".join(pieces).strip()):
            return bare
    return ""


def _around(before: str, after: str, fits: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda body: fits(f"{before}{body}{after}".strip())
