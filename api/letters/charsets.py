"""Bytes of letters into text, whatever they claim to be. Pure."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Any

_ALIASES = {
    "unicode-1-1-utf-7": "utf-7",
    "cp-1251": "cp1251",
    "win-1251": "cp1251",
    "x-cp1251": "cp1251",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "x-mac-cyrillic": "mac-cyrillic",
    "ansi": "cp1251",
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
}
_GUESSED = ("cp1251", "koi8-r", "iso8859-5", "cp866")
# Small letters of Russian, which are most of any text; read by a wrong charset they are capitals, or something else.
_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё")
_SAMPLE = 50_000
"""Bytes that tell the charset of all."""
_CASE_BREAK = re.compile(r"[а-яё][А-ЯЁ]")
_MIXED = re.compile(r"[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z]")
_ENCODED = re.compile(r"=\?[^?\s]{1,50}\?[bBqQ]\?[^?]*\?=")


def text_of(data: bytes, charset: str | None) -> str:
    """``data`` as text: as it claims to be where that fits, else as it seems to be."""
    name = _usable(charset)
    if name and name not in ("us-ascii", "ascii"):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, ValueError):
            pass
    return guess(data)


def guess(data: bytes) -> str:
    """UTF-8 where it is that, else the Cyrillic charset in which it reads most like Russian; if it reads like none,
    Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    sample = data[:_SAMPLE]
    scored = [(_likeness(sample.decode(name, "replace")), name) for name in _GUESSED]
    best, name = max(scored, key=lambda pair: pair[0])
    if best > 0:
        return data.decode(name, "replace")
    # UTF-8 that was cut in the middle of a letter, or Western text.
    return data.decode("utf-8", "replace") if _mostly_utf8(sample) else data.decode("latin-1")


def header_text(value: Any, longest: int = 1000) -> str:
    """A header as people read it: encoded words decoded, raw bytes guessed, on one line, without control characters."""
    raw = raw_text(value)
    if any("\udc80" <= char <= "\udcff" for char in raw):
        escaped = _is_escaped_ascii(raw)
        text = guess(raw.encode("ascii", "surrogateescape") if escaped else raw.encode("utf-8", "replace"))
    else:
        text = raw
    text = _decoded(text[: longest * 8])
    text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:longest]


def raw_text(value: Any) -> str:
    """A header as it came: bytes that are not ASCII as surrogates, which ``header_text`` reads. compat32 headers hold
    such as ``unknown-8bit``."""
    chunks = getattr(value, "_chunks", None)
    if chunks is None:
        return str(value)
    return "".join(part if isinstance(part, str) else str(part) for part, _charset in chunks)


def _decoded(text: str) -> str:
    if "=?" not in text:
        return text
    # Some programs break a letter of several bytes between two encoded words: words of one charset are joined first.
    text = re.sub(r"(\?=)\s+(=\?)", r"\1 \2", text)
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return _ENCODED.sub("", text) or text
    found = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            found.append(piece)
        elif charset is None:
            found.append(piece.decode("raw-unicode-escape", "replace"))
        else:
            found.append(text_of(piece, charset))
    return "".join(found)


def _usable(charset: str | None) -> str | None:
    if not charset:
        return None
    name = charset.strip().strip("'\"").lower()[:40]
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # "hex", "zlib" and their like are codecs too, and no charsets.
    return name if found._is_text_encoding else None


def _likeness(text: str) -> float:
    """How much like Russian: common small letters count for it; strange characters, capitals and Latin letters inside
    of words against."""
    strange = sum(1 for char in text if ord(char) > 127 and not ("А" <= char <= "я" or char in "ёЁ№«»—–…°\xa0"))
    common = sum(1 for char in text if char in _COMMON)
    capitals = sum(1 for char in text if "А" <= char <= "Я")
    breaks = len(_CASE_BREAK.findall(text)) + len(_MIXED.findall(text))
    return common - 2 * strange - 3 * breaks - 0.7 * capitals


def _mostly_utf8(data: bytes) -> bool:
    return data.decode("utf-8", "replace").count("\ufffd") * 4 < sum(1 for byte in data if byte > 127)


def _is_escaped_ascii(text: str) -> bool:
    return all(ord(char) < 128 or "\udc80" <= char <= "\udcff" for char in text)
