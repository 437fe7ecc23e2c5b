"""From bytes to text: byte order marks, declared encodings, wrongly declared ones, and undeclared ones."""

import codecs
import re

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHAPES = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
# What is declared, and the larger sets that such feeds really use (WHATWG Encoding Standard, "names and labels").
_WIDER = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
}
_SEVEN_BIT = ("iso-2022-", "hz")
_FEW = 0.1


def decode(body: bytes, content_type: str | None = None) -> tuple[str, list[str]]:
    """The text of `body` and what was odd about its encoding.

    A byte order mark wins, then UTF-8 if the bytes are valid UTF-8 (whatever is declared), then the declaration in the
    XML, then that of the HTTP header, then what the bytes look like.
    """
    for mark, encoding in (*_MARKS, *_SHAPES):
        if body.startswith(mark):
            return body[len(mark) if (mark, encoding) in _MARKS else 0 :].decode(encoding, "replace"), []
    declared = _declared(body, content_type)
    if not any(name.startswith(_SEVEN_BIT) for name in declared):
        try:
            return body.decode("utf-8"), _contradiction(declared, "utf-8", body)
        except UnicodeDecodeError:
            pass
    for name in declared:
        if (text := _tried(body, name)) is not None:
            return text, []
    return _guessed(body, declared)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    names = [match.group(1).decode("ascii").lower()] if (match := _DECLARED.search(body[:2048])) else []
    if content_type and (found := _CHARSET.search(content_type)):
        names.append(found.group(1).lower())
    return names


def _contradiction(declared: list[str], used: str, body: bytes) -> list[str]:
    if not declared or declared[0].replace("_", "-") in (used, "utf8") or body.isascii():
        return []
    return [f"declares {declared[0]}, is {used}"]


def _tried(body: bytes, name: str) -> str | None:
    if name.startswith(("utf", "unicode", "ucs")):
        return None
    try:
        return body.decode(_WIDER.get(name, name))
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _guessed(body: bytes, declared: list[str]) -> tuple[str, list[str]]:
    mended = _mended(body)
    if mended is not None:
        return mended, ["UTF-8 with single bytes of Windows-1252 in it"]
    # Slow to import: only feeds that declare nothing usable pay for it.
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(_telling(body)).best()
    encoding = best.encoding if best is not None else "cp1252"
    said = f"declares {declared[0]}" if declared else "declares no encoding"
    return body.decode(encoding, "replace"), [f"{said}, read as {encoding}"]


def _mended(body: bytes) -> str | None:
    text = body.decode("utf-8", "surrogateescape")
    wrong = sum("\udc80" <= char <= "\udcff" for char in text)
    if wrong > _FEW * sum(not char.isascii() for char in text):
        return None
    return re.sub("[\udc80-\udcff]", lambda m: bytes([ord(m.group()) - 0xDC00]).decode("cp1252", "replace"), text)


def _telling(body: bytes) -> bytes:
    words = re.findall(rb"[^<>]*[\x80-\xff][^<>]*", body[:200_000])
    return b"\n".join(words) or body
