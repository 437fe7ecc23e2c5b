"""When two texts are the same to the duplicate rule (posts.md 9.2): same words and links, whatever their dress."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
WORDS = re.compile(r"\w+")


# Asked twice for each post: for what it must not repeat, and for what must not repeat it.
@lru_cache(maxsize=256)
def digest(text: str, media_urls: tuple[str, ...]) -> str:
    """A fingerprint of what is said: 32 hex digits. A post without words is known by its media.

    Case, whitespace, punctuation, emoji and Unicode forms do not count; of links neither scheme, `www.`, a final slash,
    nor campaign parameters (`utm_…`).
    """
    said = _words(text) or text.strip() or "\n".join(media_urls)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _words(text: str) -> str:
    links = " ".join(_bare(found) for found in URL.findall(text))
    words = WORDS.findall(unicodedata.normalize("NFKC", URL.sub(" ", text)).casefold())
    return f"{' '.join(words)} {links}".strip()


def _bare(url: str) -> str:
    try:
        parts = urlsplit(url.rstrip(".,;:!?)]}"))
    except ValueError:
        return url
    query = [(key, value) for key, value in parse_qsl(parts.query) if not key.lower().startswith("utm_")]
    place = parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/")
    return f"{place}?{urlencode(query)}" if query else place
