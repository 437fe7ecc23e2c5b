"""Phone numbers in a text: Google rejects every post with one (posts.md 10.3)."""

import re

# International, North American, or national with a leading 0.
_PHONE = re.compile(
    r"(?<![\w/.,:=+-])(?:"
    r"\+\d(?:[\s().\-/]{0,3}\d){7,14}"
    r"|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|\(?0\d{1,5}\)?(?: ?[/-] ?| )\(?\d{2}(?:[ \-]?\d){3,9}"
    r")(?![\w-])"
)
_DATE = re.compile(r"\d{1,2}[-/ ]\d{1,2}[-/ ]\d{2,4}|\d{4}[-/]\d{1,2}[-/]\d{1,2}")


def phone_number(text: str) -> str | None:
    """The first phone number in a text, as written; dates are none. Google rejects every post with one."""
    return next((found[0] for found in _PHONE.finditer(text) if not _DATE.fullmatch(found[0])), None)
