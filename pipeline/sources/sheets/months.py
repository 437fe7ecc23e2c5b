"""Month and weekday names in five languages. Data, and the two lookups over it."""

from functools import lru_cache

from pipeline.sources.sheets.vocabulary import plain_words

_LONGEST = 40
_MONTHS = (
    "january jan januar jaenner janvier janv enero ene janeiro",
    "february feb februar fevrier fev febrero fevereiro",
    "march mar marz maerz mrz mars marzo marco",
    "april apr avril avr abril abr",
    "may mai mayo maio",
    "june jun juni juin junio junho",
    "july jul juli juillet juil julio julho",
    "august aug aout agosto ago",
    "september sep sept septembre septiembre setembro set",
    "october oct oktober okt octobre octubre outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dezembro",
)
_WEEKDAYS = (
    "monday mon montag mo lundi lun lunes segunda seg segunda feira",
    "tuesday tue tues dienstag di mardi mar martes terca ter terca feira",
    "wednesday wed mittwoch mi mercredi mer miercoles mie quarta qua",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue quinta qui",
    "friday fri freitag fr vendredi ven viernes vie sexta sex",
    "saturday sat samstag sonnabend sa samedi sam sabado sab",
    "sunday sun sonntag so dimanche dim domingo dom",
)
_MONTH = {word: index + 1 for index, words in enumerate(_MONTHS) for word in words.split()}
_WEEKDAY = {word: index for index, words in enumerate(_WEEKDAYS) for word in words.split() if word != "feira"}


def month_of(word: str) -> int | None:
    """1–12 for the name of a month, in full or shortened."""
    return _MONTH.get(plain_words(word))


@lru_cache(maxsize=1024)
def weekday_of(text: str) -> int | None:
    """0 (Monday) to 6 for text that begins with the name of a weekday, None for any other."""
    words = plain_words(text[:_LONGEST]).split()
    return _WEEKDAY.get(words[0]) if words else None
