"""What stands inside of ``${...}`` and ``$[...]``: brackets, quotes, names of functions. Pure."""

import re
from collections.abc import Iterator

from engine.dialplan.parser import split

_FUNCTION = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\(")
_ASSIGNED = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)\(")
_QUOTED = re.compile(r'"[^"]*"')
_HARMLESS = re.compile(r"\$\{(FILTER|LEN)\(")
_CALL = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*\(")
_CALL_END = re.compile(r"\)(:-?[0-9]+(:-?[0-9]*)?)?$")


def fault(text: str) -> str | None:
    """What is unbalanced in an application's arguments; None: nothing."""
    opened: list[tuple[str, int]] = []
    for position, char in enumerate(text):
        if char in "{[":
            opened.append((char, position))
        elif char in "}]":
            if not opened or opened[-1][0] != {"}": "{", "]": "["}[char]:
                return f"'{char}' closes nothing in: {text}"
            _, start = opened.pop()
            if start and text[start - 1] == "$" and (wrong := _inner_fault(text[start + 1 : position], char)):
                return wrong
    if opened:
        start = opened[-1][1]
        return f"'{text[max(0, start - 1) : start + 1]}' is not closed in: {text}"
    unquoted = _QUOTED.sub("", text)
    if unquoted.count("(") != unquoted.count(")"):
        return f"the round brackets don't match in: {text}"
    return None


def functions(app: str, args: str) -> Iterator[str]:
    """Names of the functions that a step reads or sets."""
    yield from (match[1] for match in _FUNCTION.finditer(args))
    if app.lower() in ("set", "mset"):
        for pair in split(args) if app.lower() == "mset" else [args]:
            if assigned := _ASSIGNED.match(pair.strip()):
                yield assigned[1]


def raw_input(args: str) -> str | None:
    """What the caller wrote and nobody filtered, as ``${EXTEN}`` outside of FILTER and LEN; None: nothing."""
    plain = args
    while found := _HARMLESS.search(plain):
        plain = plain[: found.start()] + plain[_end(plain, found.start()) :]
    found = re.search(r"\$\{(EXTEN|CALLERID\([a-z]+\)|PJSIP_HEADER\([^)]*\))[^}]*\}", plain)
    return found[0] if found else None


def _end(text: str, start: int) -> int:
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if text[position] == "}" and depth == 0:
            return position + 1
    return len(text)


def _inner_fault(inner: str, closing: str) -> str | None:
    if closing == "]":
        return f"a quote is not closed in $[{inner}]" if inner.count('"') % 2 else None
    if not inner.strip():
        return "${} names no variable"
    if _CALL.match(inner) and not _CALL_END.search(inner):
        return f"')' is missing at the end of ${{{inner}}}"
    return None
