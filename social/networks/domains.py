"""Links as X finds them in text: with a scheme, or as a bare domain under a known top-level domain (twitter-text 3)."""

import re
from functools import cache

_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz "
    "ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et eu fi fj fk fm fo "
    "fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm "
    "jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq "
    "mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re "
    "ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tp "
    "tr tt tv tw tz ua ug uk um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
# The generic domains in wide use; X knows all of the registry.
_GENERIC = (
    "academy adult aero agency amsterdam app art asia audio auto band bank bar bargains beauty beer berlin best bet "
    "bike bio biz blog blue boston boutique brussels build builders business buzz cab cafe cam camera camp capital "
    "cards care careers cash casino cat center charity chat cheap church city claims cleaning click clinic clothing "
    "cloud club coach codes coffee college com community company computer consulting cooking cool coop country "
    "coupons courses credit cricket cymru dance date dating deals degree delivery democrat dental design dev diamonds "
    "diet digital direct directory discount dog domains earth edu education email energy engineer engineering "
    "enterprises equipment estate eus events exchange expert express fail family fans farm fashion film finance "
    "financial fish fit fitness flights florist fm foundation frl fun fund furniture futbol fyi gal gallery game "
    "games garden gift gifts gives glass global gmbh gold golf google gov graphics gratis green group guide guru "
    "hamburg haus health healthcare help hiv holdings holiday homes horse hospital host hosting house how immo ink "
    "institute insure int international investments irish istanbul jetzt jewelry jobs juegos kaufen kim kitchen koeln "
    "land law lawyer lease legal lgbt life lighting limited limo link live loan loans lol london love ltd madrid "
    "maison management market marketing markets mba media melbourne memorial men menu miami mil mobi moda moe money "
    "moscow movie museum music name navy net network news ngo ninja now nrw nyc one ong online org page paris "
    "partners parts party pet pharmacy phone photo photography photos pics pictures pink pizza place plus poker porn "
    "post press pro productions promo properties property pub quebec recipes red rehab reisen ren rent rentals repair "
    "report republican rest restaurant review reviews rip rocks rodeo run saarland sale salon school science scot "
    "security services sexy shoes shop shopping show singles site ski soccer social software solar solutions soy "
    "space sport store stream studio style supplies supply support surf surgery swiss sydney systems tattoo tax taxi "
    "team tech technology tel tennis theater theatre tickets tienda tips tires today tokyo tools top tours town toys "
    "trade trading training travel tube university uno vacations vegas ventures vet viajes video villas vin vip "
    "vision vlaanderen vodka vote voting voyage wales watch webcam website wedding wien wiki win wine work works "
    "world wtf xxx xyz yachts yoga yokohama zone"
)
_TLD = "|".join(sorted({*_COUNTRIES.split(), *_GENERIC.split()}, key=len, reverse=True))
_LATIN = r"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F"
_PATH_CHAR = r"[a-z0-9\u0400-\u04FF!*';:=+,.$/%#\[\]\-_~@|&" + _LATIN + "]"
_PATH_END = r"[a-z0-9\u0400-\u04FF=_#/+\-" + _LATIN + "]"
_BALANCED = rf"\((?:{_PATH_CHAR}++|\({_PATH_CHAR}++\))*+\)"
# Possessive quantifiers: text comes from strangers, and a match must not take longer than the text is long.
_PATH = rf"/(?:(?:{_PATH_CHAR}|{_BALANCED})*(?:{_PATH_END}|{_BALANCED}))?"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
# Any letter may stand in a domain behind a scheme, only Latin ones in a bare domain.
_SCHEMED = rf"https?://(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:{_TLD}|xn--[a-z0-9-]+)"
_BARE = rf"(?<![-_./])(?:[a-z0-9{_LATIN}]++(?:-++[a-z0-9{_LATIN}]++)*+\.)+(?:{_TLD}|xn--[a-z0-9-]+)"
_END = "(?![0-9a-z@+-])"
_PORT = "(?::[0-9]+)?"


@cache
def link_pattern() -> re.Pattern[str]:
    """What finds links.

    `Look at dovecote.example` has none, `dovecote.dev/a?b` and `https://dovecote.dev/a).` have one each. Made when a
    text is first looked at: it takes a tenth of a second, which most commands never need.
    """
    return re.compile(
        rf"(?<![a-z0-9@＠$#＃\u202A-\u202E])"
        rf"(?:{_SCHEMED}{_END}{_PORT}(?:{_PATH})?(?:{_QUERY})?|{_BARE}{_END}(?:{_PORT}{_PATH}(?:{_QUERY})?)?)",
        re.IGNORECASE,
    )
