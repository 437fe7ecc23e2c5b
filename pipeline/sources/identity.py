"""Which entry is which: canonical links, content hashes, and identities that hold although guids repeat."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST = 400
_TRACKING = re.compile(
    r"(?:utm_[a-z_]+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok"
    r"|vero_id|oly_anon_id|oly_enc_id|__s|s_cid|wt_mc|at_medium|at_campaign|at_custom\d)(?:=|$)",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_SAFE = "!#$%&'()*+,/:;=?@[]~"


def canonical(url: str, base: str = "") -> str:
    """One spelling per link: resolved against `base`, scheme and host in lower case, tracking parameters gone.

    Also default ports and empty fragments go. Empty for what is no http or https address.
    """
    url = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.match(pair)]
    fragment = "" if parts.fragment.startswith(":~:") or _TRACKING.match(parts.fragment) else parts.fragment
    return _spelled(urlunsplit((scheme, netloc, parts.path, "&".join(kept), fragment)))


def _spelled(url: str) -> str:
    return quote(url, safe=_SAFE + "".join(set(url) - _UNSAFE)) if _UNSAFE & set(url) else url


_UNSAFE = set(' "<>\\^`{|}')


def content_hash(title: str, text: str, link: str) -> str:
    """Hash of what an entry says: 32 hex digits."""
    return hashlib.sha256(f"{title}\x1f{text}\x1f{link}".encode("utf-8", "replace")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Marks:
    """What an entry is told apart by."""

    guid: str
    link: str
    title: str
    content_hash: str
    published: datetime | None = None

    @property
    def own(self) -> str:
        """The identity this entry has by itself: guid, else link, else content hash."""
        own = self.guid or self.link or f"content:{self.content_hash}"
        return own if len(own) <= LONGEST else f"sha256:{hashlib.sha256(own.encode('utf-8', 'replace')).hexdigest()}"

    def repeats(self, other: "Marks") -> bool:
        """True when both are the same post: all they say is equal, or guid, link, title and date are."""
        if self.content_hash == other.content_hash:
            return True
        mine, theirs = (self.link, self.title, self.published), (other.link, other.title, other.published)
        return bool(self.guid and self.link) and mine == theirs


def identities(entries: Sequence[Marks]) -> list[str | int]:
    """For each entry its identity within the feed, or the index of the entry it repeats.

    A guid or link that several different posts share is completed by what tells them apart (link, else content hash).
    """
    sharing: dict[str, list[int]] = defaultdict(list)
    result: list[str | int] = [""] * len(entries)
    for index, marks in enumerate(entries):
        group = sharing[marks.own]
        first = next((other for other in group if entries[other].repeats(marks)), None)
        if first is None:
            group.append(index)
        else:
            result[index] = first
    for own, group in sharing.items():
        for index, identity in zip(group, _told_apart(own, [entries[index] for index in group]), strict=True):
            result[index] = identity
    return result


def _told_apart(own: str, group: list[Marks]) -> list[str]:
    if len(group) == 1:
        return [own]
    links = Counter(marks.link for marks in group)
    by_link = [marks.guid and marks.link and links[marks.link] == 1 for marks in group]
    return [
        f"{own} {marks.link if linked else marks.content_hash}" for marks, linked in zip(group, by_link, strict=True)
    ]
