"""Words that somebody looks for, as a question to the index of words (``ticket_words``).

``understand(connection, text)`` gives a ``Question`` (None: the text holds no word): all words must stand in the
ticket or in what was said in it, in whatever form (Russian and English stems, ``ё`` is ``е``); a number («100123»,
«№ 100123») is a word of its ticket. ``loosen(connection, question)`` takes for each word also those that are written
almost so: with a letter too many, too few, another or swapped (two such mistakes in a long word), typed in the wrong
layout, or going on from there (``принт`` -> принтер). Both read no ticket, so any connection will do; who sees what is
settled where tickets are read: ``api.tickets.lists.TicketLists.page`` asks first as it was typed, then loosely when
that finds nothing at all. It is that which a portal calls, with its walled connection.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from rapidfuzz.distance import OSA, JaroWinkler

from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("search.sql"))
MOST_WORDS = 8
"""Further words are not looked for."""
MOST_NEAR = 6
"""Words that stand in for a mistyped one."""
NOTED_AT_ONCE = 5000
"""Tickets whose stems are noted in one statement."""
NOTED_OF_LATEST = 100
FORGOTTEN_AT_ONCE = 100
"""Stems that are looked for in one statement."""
_SURE = 4
"""Words shorter than this are not taken for mistyped ones."""
_LONG = 6
"""Stems from here on may have two mistakes. As ``term_pieces`` has it."""
_BEGINNING = 8
"""Letters that pieces are made of. As ``term_pieces`` has it."""
_ENDING = 5
"""A mistake in an ending hides it from who cuts words to stems: so many letters are tried as such."""
_SHORTEST = 5
"""What must be left of a word without its ending."""
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_OTHER_LAYOUT = str.maketrans(_LATIN + _CYRILLIC, _CYRILLIC + _LATIN)
_SIGNS = re.compile(r"[\W_]+")


class Question(msgspec.Struct, frozen=True):
    """Words, and stems of each: the first is its own, others those that its forms may have; and the ``tsquery`` for
    them."""

    text: str
    words: tuple[str, ...]
    stems: tuple[tuple[str, ...], ...]
    query: str
    loose: bool = False


async def understand(connection: Any, text: str) -> Question | None:
    """The question that ``text`` asks; None: nothing to look for, or only words that stand everywhere."""
    found = await _stems(connection, _words(text))
    stems = tuple(stems for _, stems in found)
    return Question(text, tuple(word for word, _ in found), stems, _all_of(stems)) if stems else None


async def loosen(connection: Any, question: Question) -> Question | None:
    """The same question for words that are written almost so; None: there are none."""
    asked = zip(question.words, question.stems, strict=True)
    near = [await _near(connection, word, stem) for word, (stem, *_) in asked]
    loose = [(*stems, *others) for stems, others in zip(question.stems, near, strict=True)]
    questions = [loose] if any(near) else []
    other = await _stems(connection, _words(question.text.lower().translate(_OTHER_LAYOUT)))
    swapped = [stems for _, stems in other]
    if swapped and swapped != list(question.stems):
        questions.append(swapped)
    if not questions:
        return None
    query = " | ".join(f"({_all_of(stems)})" for stems in questions)
    return msgspec.structs.replace(question, query=query, loose=True)


async def note_terms(connection: Any) -> bool:
    """Notes stems of tickets that came since the last time, so that mistyped words meet them; true: there is more to
    note. ``connection``: a plain one."""
    return await _note(connection, _sql.next_words, NOTED_AT_ONCE) == NOTED_AT_ONCE


async def note_latest(connection: Any, before: datetime | None) -> datetime | None:
    """Notes stems of what was indexed last, unless nothing was since ``before``; gives when that was."""
    latest: datetime | None = await connection.fetchval(_sql.latest)
    if latest != before:
        await _note(connection, _sql.latest_words, NOTED_OF_LATEST)
    return latest


async def _note(connection: Any, words: str, most: int) -> int:
    """How many tickets' stems were noted; none while another process notes some."""
    async with connection.transaction():
        if not await connection.fetchval(_sql.alone):
            return 0
        return int(await connection.fetchval(_sql.note_terms.replace("{words}", words), most))


async def forget_terms(connection: Any) -> bool:
    """Forgets stems that were taken out of tickets and stand in none any more (a person's name, once erased); true:
    there are more to look at. ``connection``: a plain one."""
    async with connection.transaction():
        left = {row["term"] for row in await connection.fetch(_sql.left_terms, FORGOTTEN_AT_ONCE)}
        if left:
            await connection.execute(_sql.forget_terms, sorted(left))
    return bool(left)


def _words(text: str) -> list[str]:
    return [word for word in _SIGNS.split(text.lower().replace("ё", "е")) if word][:MOST_WORDS]


async def _stems(connection: Any, words: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Words that don't stand everywhere, with the stems of each."""
    rows = await connection.fetch(_sql.stems, list(words)) if words else []
    return [(row["word"], (row["stem"], *(form for form in row["forms"] if form != row["stem"]))) for row in rows]


async def _near(connection: Any, word: str, stem: str) -> list[str]:
    """Stems that stand in tickets and are written almost as ``word``, whose own is ``stem``; the likest first."""
    if len(stem) < _SURE or not stem.isalpha():
        return []
    most = mistakes_in(stem)
    begun = beginnings(word, stem)
    asked = set().union(*(pieces(beginning, most - spent) for beginning, spent in begun.items()))
    rows = await connection.fetch(_sql.near, sorted(asked), stem)
    ranked = []
    for row in rows:
        term = row["term"]
        mistakes = min(spent + OSA.distance(beginning, term, score_cutoff=most) for beginning, spent in begun.items())
        if term != stem and (row["goes_on"] or mistakes <= most):
            ranked.append((mistakes, -JaroWinkler.similarity(word, term), term))
    return [term for *_, term in sorted(ranked)[:MOST_NEAR]]


def mistakes_in(stem: str) -> int:
    """How many a word of that stem may have."""
    return 2 if len(stem) >= _LONG else 1


def beginnings(word: str, stem: str) -> dict[str, int]:
    """What may be left of ``word`` without its ending, with the mistakes that were in the ending: none where it is the
    ``stem``, else the one for which it was not known as an ending."""
    cut = {word[:-letters]: 1 for letters in range(1, _ENDING + 1) if len(word) - letters >= _SHORTEST}
    return cut | {stem: 0}


def pieces(stem: str, mistakes: int) -> set[str]:
    """The beginning of ``stem``, and all that is left of it without up to so many letters."""
    left = {stem[:_BEGINNING]}
    for _ in range(mistakes):
        left |= {word[:place] + word[place + 1 :] for word in left for place in range(len(word))}
    return left


def _all_of(words: Sequence[Sequence[str]]) -> str:
    return " & ".join("(" + " | ".join(quoted(stem) for stem in stems) + ")" for stems in words)


def quoted(stem: str) -> str:
    """As it stands in the text of a ``tsquery``."""
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"
