"""Words of cells: cleaned, without markup, and checked for what should never be posted as it stands."""

import re
from functools import lru_cache

from pipeline.sources.sheets.cells import Value, text_of
from pipeline.sources.text import cleaned, decoded, plain, repaired

_HTML = re.compile(r"</(?:p|div|ul|ol|li|span|h\d|a|b|strong|em|i)\s*>|<br\s*/?>|<p[ >]", re.IGNORECASE)
_EMPTY = frozenset({"-", "–", "—", "--", "---", "n/a", "n.a.", "null", "none", "nan", "nil", "(leer)", "(empty)"})
_MARKED = (
    "insert|add|your|link|url|name|tbd|tba|tbc|todo|photo|image|picture|date|time|title|text|handle|hashtags?|here"
    "|company|city"
    "|placeholder|caption|einfügen|hier|bild|insérer|ici|lien|insertar|enlace|aquí|inserir|aqui|xx+|\\.\\.\\.|…"
)
_PLACEHOLDER = re.compile(
    rf"\[(?=[^\]\n]{{1,60}}\](?!\())(?:[^\]\n]*\s)?(?:{_MARKED})(?:\s[^\]\n]*)?\]"
    rf"|<(?:insert|your|add|link|url|todo)\b[^<>\n]{{0,40}}>|\{{\{{[^{{}}\n]{{0,60}}\}}\}}"
    r"|\blorem ipsum\b",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"\b(?:TBD|TBA|TBC|TODO|FIXME)\b")
_WHOLE = re.compile(
    r"(?:tbd|tba|tbc|todo|to do|to be (?:defined|confirmed|announced|added)|x{3,}|\?+|\.{3}|…|placeholder|coming soon)$"
)
# What every placeholder holds: most texts hold none of it, and a search for all patterns is saved.
_SIGN = re.compile(r"[\[<]|\{\{|[oO][rR][eE][mM] |TB|TODO|FIXME")
_SHORT, _LONGEST_EMPTY = 20, 7
_TAGS = re.compile(r"[#,;|\n]+|\s+(?=#)")
_GAPS = re.compile(r"\n{3,}")


def words(value: Value) -> str:
    """The text of a cell: paragraphs kept, markup and entities read, unseen characters gone, a lone dash as nothing."""
    text = text_of(value)
    return _worded(text) if text and not text.isspace() else ""


@lru_cache(maxsize=16_384)
def _worded(text: str) -> str:
    text = repaired(text)
    if "<" in text and _HTML.search(text):
        text = plain(text)
    text = decoded(text).strip()
    if "\n" in text or "\r" in text:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        text = _GAPS.sub("\n\n", "\n".join(map(cleaned, lines))).strip()
    else:
        text = cleaned(text)
    return "" if len(text) <= _LONGEST_EMPTY and text.casefold() in _EMPTY else text


def one_line(value: Value) -> str:
    """As `words`, on one line: for titles, links and names."""
    return " ".join(words(value).split())


def placeholder(text: str) -> str:
    """The first placeholder in `text` (`[Insert link]`, `TBD`, `lorem ipsum`), empty when there is none."""
    if len(text) <= _SHORT and _WHOLE.match(text.casefold()):
        return text
    found = None
    if _SIGN.search(text):
        found = _PLACEHOLDER.search(text) or _SHOUTED.search(text)
    return found.group() if found else ""


def tags_in(text: str) -> list[str]:
    """Tags of a cell without `#`: parted by `#`, commas, semicolons or lines, else by spaces where all carry `#`."""
    parts = text.split() if "#" in text and not re.search(r"[,;|\n]", text) else _TAGS.split(text)
    return list(dict.fromkeys(tag for part in parts if (tag := part.strip().strip("#").strip())))
