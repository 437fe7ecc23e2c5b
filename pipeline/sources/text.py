"""Text as people read it, out of markup as feeds carry it: `plain`, `plain_title`, `repaired`.

Every pattern here runs in time linear in the text: feeds are attacker-chosen.
"""

import re
import unicodedata
from html import unescape

_TAIL = r"(?:[^<>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>"
_DROPPED = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|noscript|template|svg|head|textarea|select|object|iframe|noembed|noframes)\b"
    r"[^<>]*?(?:/>|>.*?(?:</\1\s*>|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|blockquote|pre|section|article|header|footer|figure|figcaption|hr|dl|dt|dd"
    r"|address|aside|nav|main|form|fieldset|details|summary|option|center|caption)(?=[\s/>])" + _TAIL,
    re.IGNORECASE,
)
_CELL = re.compile(r"</?(?:td|th)(?=[\s/>])" + _TAIL, re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z]" + _TAIL + r"|<[!?][^<>]*>")
_KNOWN_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|figcaption|figure|font|h[1-6]|hr|i|iframe|img|ins|kbd|li"
    r"|mark|ol|p|pre|q|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|tr|tt|u|ul|wbr)(?=[\s/>])"
    + _TAIL,
    re.IGNORECASE,
)
_STILL_ESCAPED = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z][a-zA-Z0-9]{1,24});")
_SPACES_IN_MARKUP = re.compile(r"[^\S ]\s*| {2,}")
_SPACES = re.compile(r" *+[^\S\n ][^\S\n]*| {2,}")
_LINES = re.compile(r" ?\n\s*")
# Joiners stay between two letters or pictures that need them (Persian, Hindi, emoji), everything else unseen goes.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
    r"|(?<![^\x00-\x7f\s])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f\s])"
)
_UNSEEN_ASCII = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TWICE_ENCODED = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")
_CP1252 = {char: bytes([code]) for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}
_PUNCTUATION = re.compile("\u00e2\u20ac[\u02dc\u2122\u0161\u0153\u009d\u017e\u201c\u201d\u00a2\u00a6\u2018\u2019]")
_NOT_BYTES = re.compile(f"[^\x00-\xff{''.join(_CP1252)}]")


def plain(html: str) -> str:
    """Readable text of HTML: scripts and styles gone with their content, block elements as line ends, entities decoded.

    Text without any tag keeps its own line ends. Entities and markup that were escaped twice are decoded twice.
    """
    if "<" not in html:
        text = decoded(html)
        return plain(text) if "<" in text and _KNOWN_TAG.search(text) else cleaned(text)
    return cleaned(decoded(_without_markup(html)))


def plain_title(value: str, *, html: bool) -> str:
    """Readable title on one line. In a title that is not HTML only tags known from HTML are taken for markup."""
    if html or _KNOWN_TAG.search(value):
        text = plain(value) if html else cleaned(decoded(_KNOWN_TAG.sub("", _DROPPED.sub("", value))))
    else:
        text = cleaned(decoded(value))
    if "<" in text and _KNOWN_TAG.search(text):
        text = cleaned(_KNOWN_TAG.sub("", text))
    return text.replace("\n", " ")


def decoded(text: str) -> str:
    """Entities decoded, also where they were escaped twice (`&amp;#8217;`)."""
    if "&" not in text:
        return text
    text = unescape(text)
    return unescape(text) if _STILL_ESCAPED.search(text) else text


def cleaned(text: str) -> str:
    """Unseen characters dropped, NFC, runs of spaces and of line ends folded into one."""
    text = _UNSEEN_ASCII.sub("", text) if text.isascii() else unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return _LINES.sub("\n", _SPACES.sub(" ", text.replace("\r\n", "\n"))).strip()


def repaired(text: str) -> str:
    """Undo text that was encoded as UTF-8 twice (`cafÃ©`), only when the whole text survives the way back.

    Typographic quotes and dashes (`â€™`) are unmistakable and are undone one by one.
    """
    if text.isascii() or not _TWICE_ENCODED.search(text):
        return text
    if not _NOT_BYTES.search(text):
        try:
            return _bytes(text).decode("utf-8")
        except UnicodeError:
            pass
    return _PUNCTUATION.sub(lambda match: _bytes(match.group()).decode("utf-8"), text)


def _bytes(text: str) -> bytes:
    return b"".join(_CP1252.get(char) or char.encode("latin-1") for char in text)


def _without_markup(html: str) -> str:
    html = _SPACES_IN_MARKUP.sub(" ", _DROPPED.sub(" ", html))
    return _TAG.sub("", _CELL.sub(" ", _BLOCK.sub("\n", html)))
