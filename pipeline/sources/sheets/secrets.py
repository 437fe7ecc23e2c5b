"""Keys and passwords that people keep in sheets: recognised, masked in everything that is shown, never posted."""

import re
from collections.abc import Iterable

from pipeline.sources.sheets.vocabulary import normal

MASK = "••••••"
_HEADER = re.compile(
    r"\b(?:api ?key|apikey|api secret|secret|access token|auth token|bearer|token|tokens|password|passwort|kennwort"
    r"|passwd|pwd"
    r"|mot de passe|contrasena|clave api|senha|access key|private key|client secret|credentials?|zugangsdaten|login)\b"
)
_VALUE = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{20,}|sk_live_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}"
    r"|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,}|EAA[A-Za-z0-9]{40,}|glpat-[A-Za-z0-9_-]{20,}"
    r"|eyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,}|[A-Z0-9]{8}(?:-[A-Z0-9]{8}){3})(?![A-Za-z0-9])"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
# What every key holds: most texts hold none of it, and a search for all patterns is saved.
_SIGN = re.compile(r"sk[-_]|AKIA|gh[pousr]_|xox|AIza|ya29|EAA|glpat|eyJ|[A-Z0-9]-[A-Z0-9]|-----BEGIN")
_SHORTEST = 16
_MOSTLY = 0.5


def is_secret_header(header: str) -> bool:
    """True for a header such as `API key`, `Passwort` or `access_token`."""
    return bool(_HEADER.search(normal(header)))


def has_secret(text: str) -> bool:
    """True when `text` holds something shaped like a key of a known service."""
    return len(text) >= _SHORTEST and bool(_SIGN.search(text)) and bool(_VALUE.search(text))


def mostly_secret(texts: Iterable[str]) -> bool:
    """True when at least half of the texts that say anything hold a key."""
    said = [text for text in texts if text.strip()]
    return bool(said) and sum(map(has_secret, said)) >= _MOSTLY * len(said)


def masked(text: str) -> str:
    """`text` with keys of known services masked."""
    return _VALUE.sub(MASK, text)
