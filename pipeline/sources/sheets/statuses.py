"""What a status column says of a row: already out, called off, not ready, or nothing that matters."""

from functools import lru_cache
from typing import Literal

from pipeline.sources.sheets.content import MARKS
from pipeline.sources.sheets.vocabulary import bag, normal, plain_words

Standing = Literal["", "posted", "stopped", "draft", "scheduled"]

_LONGEST = 100
_POSTED = bag(
    "posted published sent live done complete completed shared tweeted released veroffentlicht gepostet gesendet online"
    " erledigt publie publiee poste postee envoye envoyee diffuse publicado publicada enviado enviada posteado"
    " compartido"
    " compartilhado concluido"
)
_STOPPED = bag(
    "cancelled canceled cancel rejected hold paused skip skipped dropped deleted archived abgesagt abgelehnt"
    " gestrichen storniert"
    " annule annulee refuse refusee cancelado cancelada rechazado rechazada rejeitado descartado"
)
_STOPPED_PHRASES = frozenset(
    {"on hold", "do not post", "dont post", "don t post", "not approved", "nicht posten", "ne pas publier"}
)
_DRAFTS = bag(
    "draft drafted idea planned planning todo pending review writing design needs progress entwurf idee geplant offen"
    " brouillon"
    " idee prevu borrador pendiente planificado rascunho pendente planejado"
)
_SCHEDULED = bag("scheduled queued programado programada programme programmee agendado agendada eingeplant terminiert")
_ASKS_POSTED = frozenset(
    {
        "posted",
        "is posted",
        "published",
        "sent",
        "done",
        "veroffentlicht",
        "gepostet",
        "erledigt",
        "publie",
        "poste",
        "publicado",
    }
)
_BY_PHRASE: dict[str, Standing] = {
    **dict.fromkeys(_STOPPED_PHRASES, "stopped"),
    "already posted": "posted",
    "in progress": "draft",
    "not started": "draft",
}
_BY_WORD: dict[str, Standing] = {
    **dict.fromkeys(_DRAFTS, "draft"),
    **dict.fromkeys(_SCHEDULED, "scheduled"),
    **dict.fromkeys(_POSTED, "posted"),
    **dict.fromkeys(_STOPPED, "stopped"),
}
_NO = frozenset(
    {"no", "n", "false", "nein", "non", "nao", "not yet", "pending", "0", "rejected", "noch nicht", "en attente"}
)
_YES = MARKS - _NO - {"non"}


@lru_cache(maxsize=1024)
def standing(text: str, header: str) -> Standing:
    """What `text` in a column headed `header` says. `Posted?` with a yes or a tick counts as posted."""
    words = plain_words(text[:_LONGEST])
    if normal(header) in _ASKS_POSTED:
        mark = text.strip().casefold()
        if mark in _YES or words in _YES:
            return "posted"
        if words in _NO:
            return ""
    first = words.partition(" ")[0]
    return _BY_PHRASE.get(words) or _BY_WORD.get(first, "")


@lru_cache(maxsize=256)
def is_no(text: str) -> bool:
    """True for a cell of an approval column that says no."""
    return plain_words(text[:_LONGEST]) in _NO
