"""Whether a letter comes from whom its From names, by what one's own mail server found (RFC 8601). Pure.

The header is text that strangers have a hand in: they may send headers of the same form, and what a server found holds
domains and addresses that they chose. Whatever is not plain counts as nothing said.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_LONGEST = 8_000
_MOST = 10
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_SEGMENT = re.compile(rf'(?:[^;"]|{_QUOTED})+', re.S)
_SERVER = re.compile(rf'\s*({_QUOTED}|[^\s;="]+)(?:\s+(\d+))?\s*\Z', re.S)
_METHOD = re.compile(r"\s*([a-z][a-z0-9-]{0,40})\s*(?:/\s*1\s*)?=\s*([a-z]{1,20})(?=\s|\Z)", re.I)
_PROPERTY = re.compile(
    rf'\s+((?:[a-z][a-z0-9_-]*\s*\.\s*)?[a-z][a-z0-9_-]*)\s*=\s*((?:{_QUOTED}|[^\s"])+)', re.I | re.S
)
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){1,20}[a-z0-9-]{1,63}\Z")
_METHODS = ("dmarc", "dkim", "spf")
# Where a comment touches a word: what the word is can't be said (``header.d=good.example(.bad.example``).
_TOUCHED = "\x00"


class Result(NamedTuple):
    """``dkim=pass header.d=x.example`` is ("dkim", "pass", {"header.d": "x.example"}); all small but the values."""

    method: str
    result: str
    properties: dict[str, str]


class Found(NamedTuple):
    """``said``: all that the server found, as ``dmarc=fail, spf=pass``; empty: it said nothing that could be read."""

    verified: bool
    said: str


def check(results: Sequence[tuple[int, str]], server: str, domain: str) -> Found:
    """Whether ``domain`` (of the From) is shown to be true by ``server``, the authserv-id that is trusted.

    ``results``: the Authentication-Results of a letter from the top down, each with its place among all headers. Those
    of the server that stand topmost and next to each other count, of each method the topmost; whatever stands below
    came with the letter. dmarc=pass of the domain suffices; unless dmarc fails so does a dkim=pass or spf=pass that is
    aligned (RFC 7489, 3.1: here one domain is the other, or beneath it).
    """
    found: dict[str, list[Result]] = {}
    for header in _topmost(results, server):
        here: dict[str, list[Result]] = {}
        for result in header:
            here.setdefault(result.method, []).append(result)
        found = here | found
    said = ", ".join(f"{one.method}={one.result}" for method in _METHODS for one in found.get(method, ()))[:200]
    dmarc = found.get("dmarc", [])
    if any(one.result == "fail" for one in dmarc):
        return Found(False, said)
    if dmarc and all(one.result == "pass" and _domain(one.properties.get("header.from")) == domain for one in dmarc):
        return Found(True, said)
    passed = (one for method in ("dkim", "spf") for one in found.get(method, ()) if one.result == "pass")
    return Found(any(_aligned(_shown(one), domain) for one in passed), said)


def parse(text: str) -> tuple[str, list[Result]] | None:
    """The server (small letters) and what it found; None: it is no header of this form. A result whose properties
    can't be read has none."""
    plain = _plain(text) if len(text) <= _LONGEST else None
    if plain is None:
        return None
    segments = _SEGMENT.findall(plain)
    named = _SERVER.match(segments[0]) if segments else None
    if named is None or named[2] not in (None, "1"):
        return None
    results = [made for segment in segments[1:] if (made := _result(segment)) is not None]
    return _unquoted(named[1]).lower(), results


def _topmost(results: Sequence[tuple[int, str]], server: str) -> list[list[Result]]:
    """One that can't be read may be the server's own: nothing below it counts."""
    block: list[list[Result]] = []
    following = None
    for place, text in results[:_MOST]:
        parsed = parse(text)
        if parsed is None or (block and (parsed[0] != server.lower() or place != following)):
            break
        if parsed[0] == server.lower():
            block.append(parsed[1])
            following = place + 1
    return block


def _plain(text: str) -> str | None:
    """On one line and without comments, which nest; None: quotes or brackets that don't end."""
    made: list[str] = []
    depth, quoted, place = 0, False, 0
    text = re.sub(r"[\r\n\t]+", " ", text)
    if any(char < " " or char == "\x7f" for char in text):
        return None
    while place < len(text):
        char = text[place]
        if char == "\\" and (quoted or depth):
            made += [text[place : place + 2]] if quoted else []
            place += 2
            continue
        if depth:
            depth += (char == "(") - (char == ")")
            if depth == 0 and text[place + 1 : place + 2] not in ("", " ", ";", "("):
                made.append(_TOUCHED)
        elif char == "(" and not quoted:
            depth = 1
            made.append(" " if not made or made[-1] in (" ", ";") else _TOUCHED)
        elif char == ")" and not quoted:
            return None
        else:
            quoted ^= char == '"'
            made.append(char)
        place += 1
    return None if depth or quoted else "".join(made)


def _result(segment: str) -> Result | None:
    method = _METHOD.match(segment)
    if method is None:
        return None
    properties: dict[str, str] = {}
    place = method.end()
    while segment[place:].strip():
        found = _PROPERTY.match(segment, place)
        name = re.sub(r"\s", "", found[1]).lower() if found else ""
        if found is None or name in properties:
            return Result(method[1].lower(), method[2].lower(), {})
        properties[name] = found[2]
        place = found.end()
    return Result(method[1].lower(), method[2].lower(), properties)


def _shown(result: Result) -> str:
    """The domain that a result is about."""
    if result.method == "spf":
        return _domain(result.properties.get("smtp.mailfrom"))
    return _domain(result.properties.get("header.d") or result.properties.get("header.i"))


def _domain(value: str | None) -> str:
    """Of a domain, or an address; empty: there is none."""
    domain = _unquoted(value or "").rpartition("@")[2].lower().rstrip(".")
    return domain if _DOMAIN.match(domain) else ""


def _aligned(shown: str, domain: str) -> bool:
    return bool(shown) and (shown == domain or shown.endswith("." + domain) or domain.endswith("." + shown))


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if re.fullmatch(_QUOTED, value, re.S) else value
