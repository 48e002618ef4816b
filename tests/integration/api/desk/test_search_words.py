"""Mistyped words among the thousands that stand in the product's own texts: how many are found, and with what else."""

import random
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.tickets import search
from engine.core.config import ROOT
from tests.integration.api.conftest import Api
from tests.unit.tickets.test_search import mistyped

pytestmark = pytest.mark.feature("F-TKT-02")
LETTERS = {"ru": "абвгдежзийклмнопрстуфхцчшщыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}
KINDS = ("less", "more", "other", "swapped")
TRIED = 120
"""Words of a language, each mistyped once."""


def texts() -> list[str]:
    """Words of the screens' texts, Russian and English."""
    found: set[str] = set()
    for path in (ROOT / "widget" / "i18n").rglob("*.js"):
        found |= set(re.findall("[а-я]{3,}|[a-z]{3,}", path.read_text().lower().replace("ё", "е")))
    return sorted(found)


@pytest_asyncio.fixture(loop_scope="package")
async def known(api: Api) -> AsyncIterator[Any]:
    """A connection for which these words stand in tickets; for nobody else, and not for long."""
    connection = await asyncpg.connect(api.settings.database_dsn)
    whole = connection.transaction()
    await whole.start()
    # As who notes words does: nobody else notes any meanwhile.
    await connection.execute("select pg_advisory_xact_lock(7250014)")
    await connection.execute(
        """insert into ticket_terms select distinct stem
        from unnest($1::text[]) word, unnest(tsvector_to_array(text_stems(word))) stem
        where stem ~ '^[[:alpha:]]{3,}$' on conflict do nothing""",
        texts(),
    )
    yield connection
    await whole.rollback()
    await connection.close()


async def near(connection: Any, text: str) -> set[str]:
    """Stems that are looked for where ``text`` is found nowhere."""
    question = await search.understand(connection, text)
    loose = await search.loosen(connection, question) if question else None
    return set(re.findall(r"'(\w+)'", loose.query)) if loose else set()


async def test_words_with_one_or_two_wrong_letters_are_found_and_little_else(known: Any) -> None:
    chance = random.Random(7)
    long = {name: [word for word in texts() if len(word) >= 7 and word[0] in LETTERS[name]] for name in LETTERS}
    counts = []
    for name, mistakes, least in (("ru", 1, 0.9), ("en", 1, 0.9), ("ru", 2, 0.75), ("en", 2, 0.65)):
        found = 0
        for word in chance.sample(long[name], TRIED):
            places = chance.sample(range(len(word)), mistakes)
            edits = [(chance.choice(KINDS), place, chance.choice(LETTERS[name])) for place in places]
            asked = await near(known, mistyped(word, edits))
            question = await search.understand(known, word)
            found += question is None or bool(asked & set(question.stems[0]))
            counts.append(len(asked))
        assert found / TRIED >= least, (name, mistakes, found / TRIED)
    # Beside the word as it was typed, its forms, and the same keys in the other layout.
    assert sum(counts) / len(counts) < 7 and max(counts) <= search.MOST_NEAR + 6


async def test_a_word_like_no_other_finds_nothing(known: Any) -> None:
    chance = random.Random(8)
    strange = ["".join(chance.choices(LETTERS["ru"], k=9)) for _ in range(50)]
    asked = [await search.understand(known, word) for word in strange]
    near_ones = [await search._near(known, one.words[0], one.stems[0][0]) for one in asked if one is not None]
    assert sum(map(bool, near_ones)) <= 3, near_ones


async def test_the_database_makes_the_same_pieces(known: Any) -> None:
    for word in ("чек", "касса", "принтер", "терминал", "переосвидетельствование", "a"):
        made = await known.fetchval("select term_pieces($1)", word)
        assert set(made) == search.pieces(word, search.mistakes_in(word))
