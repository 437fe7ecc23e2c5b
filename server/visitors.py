"""Who follows a short link: browser family, referring host, social network, or a bot (content.md 8.3)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

DIRECT = "direct"

_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|externalhit|facebookcatalog|whatsapp|curl|wget|python|httpx|okhttp|java/|go-http"
    r"|headless|monitor|scan|fetch",
    re.IGNORECASE,
)
# In this order: most browsers also claim to be the ones below them.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(e|A|iOS)?/")),
    ("Opera", re.compile(r"\b(OPR|Opera)\b")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(Chrome|CriOS|Chromium)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_HOST = re.compile(r"[a-z0-9.-]{1,253}")

SOCIAL_HOSTS = {
    "bsky.app": "bluesky",
    "facebook.com": "facebook",
    "fb.me": "facebook",
    "business.google.com": "gmb",
    "instagram.com": "instagram",
    "linkedin.com": "linkedin",
    "lnkd.in": "linkedin",
    "pinterest.com": "pinterest",
    "pin.it": "pinterest",
    "reddit.com": "reddit",
    "snapchat.com": "snapchat",
    "t.me": "telegram",
    "telegram.org": "telegram",
    "threads.com": "threads",
    "threads.net": "threads",
    "tiktok.com": "tiktok",
    "t.co": "twitter",
    "twitter.com": "twitter",
    "x.com": "twitter",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
}
"""Hosts of the networks; subdomains count as their network's."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """What one click tells. `referrer` is a host or `direct`; `social` is empty when no network sent the visitor."""

    browser: str
    referrer: str
    social: str
    bot: bool


def visitor_of(user_agent: str, referer: str) -> Visitor:
    """Read the two headers. Both are a stranger's: nothing of them is kept but a family name and a host name."""
    referrer = _host(referer)
    bot = not user_agent.strip() or _BOT.search(user_agent) is not None
    return Visitor(_browser(user_agent), referrer, _network(referrer), bot)


def _browser(user_agent: str) -> str:
    return next((name for name, sign in _BROWSERS if sign.search(user_agent)), "Other")


def _host(referer: str) -> str:
    try:
        host = (urlsplit(referer).hostname or "").lower()
    except ValueError:
        return DIRECT
    return host if _HOST.fullmatch(host) else DIRECT


def _network(host: str) -> str:
    parts = host.split(".")
    suffixes = (".".join(parts[start:]) for start in range(len(parts)))
    return next((SOCIAL_HOSTS[suffix] for suffix in suffixes if suffix in SOCIAL_HOSTS), "")
