"""A text in sentences, short enough to be spoken one by one."""

import re

_END = re.compile(r"(?<=[.!?])\s+|\n+")
_CLAUSE = re.compile(r"(?<=[,;:])\s+")


def sentences(text: str, longest: int) -> list[str]:
    """Sentences of ``text``; one that is longer than ``longest`` characters is cut at a comma, else at a space."""
    found = []
    for sentence in _END.split(text):
        found += _cut(sentence.strip(), longest)
    return [part for part in found if any(c.isalnum() for c in part)]


def _cut(sentence: str, longest: int) -> list[str]:
    if len(sentence) <= longest:
        return [sentence]
    parts, now = [], ""
    for clause in _CLAUSE.split(sentence):
        for piece in _hard(clause, longest):
            if now and len(now) + 1 + len(piece) > longest:
                parts.append(now)
                now = piece
            else:
                now = f"{now} {piece}".strip()
    return [*parts, now]


def _hard(clause: str, longest: int) -> list[str]:
    pieces = []
    while len(clause) > longest:
        at = clause.rfind(" ", 1, longest)
        at = at if at > 0 else longest
        pieces.append(clause[:at])
        clause = clause[at:].strip()
    return [*pieces, clause]
