"""The words of column headers in five languages, and what a column of that name holds. Data, apart from two lookups.

Phrases are written as `normal` writes them: lower case, no accents, no punctuation. They are matched whole, after words
that say nothing (`full`, `your`, `de`) are taken off, so that `Image brief` or `Status code` match nothing.
"""

import re
import unicodedata
from functools import lru_cache


def bag(text: str, parted: str | None = None) -> frozenset[str]:
    """The words of `text` as a set; with `parted`, phrases that stand between such marks."""
    return frozenset(text.split(parted))


ROLES: dict[str, dict[str, str]] = {
    "text": {
        "en": "text|caption|post|post text|post copy|post content|post caption|post body|copy|message|tweet|tweet text"
        "|body|social copy|social post|social media post|social media copy|caption text|status update|content text"
        "|content copy|draft copy|body copy|update|update text|post message|captions|caption copy",
        "de": "beitrag|beitragstext|posttext|nachricht|bildunterschrift|inhalt|haupttext|textentwurf|beitragsinhalt"
        "|post inhalt|statusmeldung",
        "fr": "texte|legende|publication|texte post|texte publication|contenu|corps|message post|chapo|accroche texte",
        "es": "texto|leyenda|publicacion|mensaje|contenido|texto publicacion|texto post|pie foto|descripcion post",
        "pt": "legenda|publicacao|mensagem|conteudo|texto post|texto publicacao|postagem|texto postagem",
    },
    "title": {
        "en": "title|post title|headline|post headline|article title|blog title|video title|hook title",
        "de": "titel|uberschrift|schlagzeile|beitragstitel",
        "fr": "titre|titre article|titre post|gros titre",
        "es": "titulo|titular|titulo post|titulo publicacion",
        "pt": "titulo post|titulo postagem|manchete",
    },
    "date": {
        "en": "date|post date|posting date|publish date|publishing date|publication date|published date|scheduled date"
        "|schedule date|scheduled for|scheduled|schedule|due date|go live date|live date|launch date|date posted"
        "|send date"
        "|date time|datetime|publish at|scheduled at|post at|publish on|post on|timestamp|date publish|due|due at"
        "|release date|date scheduled|planned date|date published|date post|scheduled datetime|scheduled date time"
        "|post datetime",
        "de": "datum|termin|veroffentlichungsdatum|veroffentlichung|erscheinungsdatum|geplant am|geplant|datum uhrzeit"
        "|tag datum|veroffentlichen am|postdatum|sendedatum|posting datum",
        "fr": "date publication|date parution|date heure|publie le|programme le|date envoi|jour publication",
        "es": "fecha|fecha publicacion|fecha hora|programado|fecha programada|fecha post|publicar el",
        "pt": "data|data publicacao|data hora|agendado|agendado para|data postagem|data agendamento|publicar em",
    },
    "time": {
        "en": "time|post time|posting time|publish time|publishing time|scheduled time|schedule time|time slot|hour"
        "|slot|due time|go live time|time posting|time post|time day|send time",
        "de": "uhrzeit|zeit|stunde|postzeit|veroffentlichungszeit|sendezeit",
        "fr": "heure|heure publication|horaire|heure envoi",
        "es": "hora|hora publicacion|horario",
        "pt": "hora postagem|hora publicacao",
    },
    "zone": {
        "en": "time zone|timezone|tz|zone",
        "de": "zeitzone",
        "fr": "fuseau horaire|fuseau",
        "es": "zona horaria|huso horario",
        "pt": "fuso horario|fuso",
    },
    "platforms": {
        "en": "platform|platforms|network|networks|social network|social networks|social media|channel|channels|profile"
        "|profiles|social channel|social channels|social profile|social platform|social platforms|social media platform"
        "|social media channel|account|accounts|social account|social media|site|post to|publish to|where",
        "de": "plattform|plattformen|netzwerk|netzwerke|kanal|kanale|soziales netzwerk|konto|profil",
        "fr": "plateforme|plateformes|plate forme|reseau|reseaux|reseau social|reseaux sociaux|canal|canaux|compte",
        "es": "plataforma|plataformas|red|redes|red social|redes sociales|canales|cuenta",
        "pt": "rede|rede social|canais|conta|perfil",
    },
    "link": {
        "en": "link|url|links|post url|link url|post link|web link|website|website link|landing page|article url"
        "|article link"
        "|destination url|target url|page url|web address|blog url|blog link|source url|permalink to share|cta link"
        "|cta url",
        "de": "verweis|webadresse|webseite|ziel url|linkadresse|artikel link",
        "fr": "lien|lien url|adresse web|lien article|site web",
        "es": "enlace|enlaces|vinculo|enlace url|pagina web",
        "pt": "ligacao|endereco|link artigo",
    },
    "image": {
        "en": "image|images|image url|image urls|image link|image src|image source|image file|image filename"
        "|image file name"
        "|picture|pictures|picture url|photo|photos|photo url|media|media url|media urls|media link|media file"
        "|media files"
        "|media file name|video|video url|video link|video file|asset|assets|asset url|asset link|visual|visuals"
        "|visual link"
        "|graphic|graphics|graphic link|creative|creative link|variant image|attachment|attachments|image path"
        "|media path",
        "de": "bild|bilder|bild url|bild link|foto|fotos|medien|mediendatei|bilddatei|grafik|anhang",
        "fr": "image url|visuel|visuels|media|medias|lien image|lien visuel|fichier|fichier image",
        "es": "imagen|imagenes|url imagen|foto url|archivo|multimedia|enlace imagen|medios",
        "pt": "imagem|imagens|url imagem|arquivo|midia|midias|link imagem",
    },
    "alt": {
        "en": "alt|alt text|alttext|image alt|image alt text|alternative text|image description|alt texts"
        "|picture description",
        "de": "alternativtext|bildbeschreibung",
        "fr": "texte alternatif|texte alt|description image",
        "es": "texto alternativo|texto alt|descripcion imagen",
        "pt": "descricao imagem",
    },
    "hashtags": {
        "en": "hashtags|hashtag|hash tags|hash tag|post hashtags",
        "de": "schlagworter hashtags",
        "fr": "mots diese|mot diese",
        "es": "etiquetas hashtags",
        "pt": "marcadores hashtags",
    },
    "tags": {
        "en": "tags|tag|categories|category|keywords|keyword|labels|post tags",
        "de": "schlagworte|schlagworter|kategorie|kategorien|stichworte",
        "fr": "mots cles|categorie|etiquettes",
        "es": "etiquetas|categoria|categorias|palabras clave",
        "pt": "marcadores|palavras chave",
    },
    "status": {
        "en": "status|state|post status|publish status|publishing status|publication status|posted|published|is posted"
        "|done|sent|progress|workflow status|stage",
        "de": "stand|zustand|veroffentlicht|gepostet|erledigt",
        "fr": "statut|etat|publie|poste",
        "es": "estado|estatus|publicado",
        "pt": "situacao|estado post",
    },
    "approved": {
        "en": "approved|approval|approval status|is approved|ok to post|sign off|signed off",
        "de": "freigabe|freigegeben|genehmigt",
        "fr": "approuve|valide|validation",
        "es": "aprobado|aprobacion",
        "pt": "aprovacao",
    },
    "first_comment": {
        "en": "first comment|1st comment|comment 1|auto comment|follow up comment|firstcomment",
        "de": "erster kommentar|erstkommentar",
        "fr": "premier commentaire|1er commentaire",
        "es": "primer comentario",
        "pt": "primeiro comentario",
    },
    "id": {
        "en": "id|post id|row id|entry id|content id|item id|uid|uuid|unique id|identifier|handle|slug|guid",
        "de": "kennung|beitrags id|lfd nr",
        "fr": "identifiant",
        "es": "identificador",
        "pt": "codigo id",
    },
    "campaign": {"en": "campaign|campaign name", "de": "kampagne", "fr": "campagne", "es": "campana", "pt": "campanha"},
    "notes": {
        "en": "notes|note|comments notes|internal notes|remarks",
        "de": "notizen|notiz|anmerkung|anmerkungen|bemerkung|bemerkungen",
        "fr": "remarques|remarque",
        "es": "notas|nota|observaciones",
        "pt": "observacao|observacoes",
    },
    "weekday": {
        "en": "day|weekday|day week",
        "de": "tag|wochentag",
        "fr": "jour|jour semaine",
        "es": "dia|dia semana",
        "pt": "dia da semana",
    },
}

WEAK: dict[str, tuple[str, float]] = {
    "content": ("text", 0.8),
    "description": ("text", 0.6),
    "meta description": ("text", 0.5),
    "body html": ("text", 0.9),
    "beschreibung": ("text", 0.6),
    "descripcion": ("text", 0.6),
    "descricao": ("text", 0.6),
    "description post": ("text", 0.7),
    "subject": ("title", 0.6),
    "topic": ("title", 0.6),
    "hook": ("title", 0.6),
    "thema": ("title", 0.5),
    "sujet": ("title", 0.5),
    "tema": ("title", 0.5),
    "name": ("title", 0.3),
}
"""Phrases that often, but not surely, mean the role; with the confidence they deserve."""

FILLERS = bag(
    "full final your our the a an main new of for in to at on is de du des la le les el los las der die das den do da"
    " dos"
    " das pour para por fur und and et y e idea ideas required optional requis obligatoire opcional suggested proposed"
)
IDEAS = frozenset({"idea", "ideas", "suggested", "proposed"})
METRICS = bag(
    "views users sessions likes shares comments impressions reach clicks engagement conversions revenue budget ctr"
    " bounce"
    " result results cost spend visits pageviews followers saves retweets severity score count rate"
)
OURS = {"dovecote status", "dovecote link", "dovecote error"}

_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z][a-z])")
_APART = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_CERTAIN, _TRIMMED = 1.0, 0.85


def _phrases() -> dict[str, tuple[str, str, float]]:
    known = {phrase: (role, "", confidence) for phrase, (role, confidence) in WEAK.items()}
    for role, languages in ROLES.items():
        for language, phrases in languages.items():
            for phrase in phrases.split("|"):
                known.setdefault(phrase, (role, language, _CERTAIN))
    return known


PHRASES = _phrases()


@lru_cache(maxsize=4096)
def normal(header: str) -> str:
    """A header in lower case without accents, punctuation and brackets: `Time_Slot (EST)` → `time slot`."""
    bare = _BRACKETS.sub(" ", header)
    return plain_words(bare if bare.strip() else header)


def plain_words(text: str) -> str:
    """Text in lower case without accents and punctuation, words parted by one space."""
    apart = _CAMEL.sub(" ", text)
    letters = "".join(char for char in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(char))
    return " ".join(word for word in _APART.split(letters.casefold()) if word)


def look_up(words: str) -> tuple[str, str, float] | None:
    """Role, language and confidence of a normal header, with and without words that say nothing; None if unknown."""
    if found := PHRASES.get(words):
        return found
    kept = " ".join(word for word in words.split() if word not in FILLERS and not word.isdecimal())
    found = PHRASES.get(kept) if kept != words else None
    return (found[0], found[1], found[2] * _TRIMMED) if found else None
