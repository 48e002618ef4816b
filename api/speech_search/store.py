"""The search in the database: full text by side, filters, then the stretches of speech of what is shown."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.history.sight import Sight
from api.speech_search.model import FoundTranscript, Hit, SearchTranscriptsQuery
from api.speech_search.words import Term, marked, said_at
from api.web.conditions import Conditions
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
After = tuple[datetime, UUID] | None
LATEST = 2000
"""Transcripts that are looked through first."""
HITS = 3
"""Hits of a transcript that a search shows."""
_COLUMNS = {"client": "t.search_client", "operator": "t.search_operator"}
_TOOK_PART = """exists (select from call_legs l where l.call_started_at = t.call_started_at and l.call_id = t.call_id
        and l.user_id = {})"""
_NUMBER = "t.call_id in (select c.id from calls c where c.caller {0} {1} or c.called {0} {1})"


class SpeechSearchStore:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def page(
        self, query: SearchTranscriptsQuery, wanted: Sequence[Term], sight: Sight, after: After
    ) -> list[FoundTranscript]:
        """Newest first, one more than the limit; hits are not looked for.

        Common words are found among the newest transcripts at once; what is rare there is looked up by the index of
        words, and put in order. No guess of how often words come together decides, for such guesses are wrong.
        """
        most = query.limit + 1
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(_sql.custom_plans)
            if not wanted:
                found = _of_time(_conditions(query, wanted, sight), query, after)
                return await _fetch(connection, "transcripts", found, found.where, most)
            found = _conditions(query, wanted, sight)
            where = found.where
            latest = _of_time(Conditions(*found.arguments), query, after)
            source = _sql.latest.replace("{where}", latest.where).replace("{most}", str(LATEST))
            items = await _fetch(connection, source, latest, where, most)
            if len(items) < most:
                found = _of_time(found, query, after)
                items = await _fetch(connection, _sql.everywhere.replace("{where}", found.where), found, "", most)
        return items

    async def add_hits(self, items: Sequence[FoundTranscript], side: str | None, wanted: Sequence[Term]) -> None:
        """Stretches of speech with any of the words."""
        found = Conditions([item.id for item in items], side, HITS)
        query = " || ".join(term.query.format(found.argument(term.argument)) for term in wanted)
        by_id = {item.id: item for item in items}
        for row in await self._pool.fetch(_sql.hits.replace("{query}", query), *found.arguments):
            item = by_id[row["transcript_id"]]
            item.hit_count = row["hit_count"]
            item.hits = [*item.hits, _hit(row)]


async def _fetch(connection: Any, source: str, found: Conditions, where: str, most: int) -> list[FoundTranscript]:
    text = _sql.found.replace("{from}", source).replace("{where}", where)
    rows = await connection.fetch(text.replace("{limit}", f"limit {most}"), *found.arguments)
    return [msgspec.convert(dict(row), FoundTranscript) for row in rows]


def _of_time(found: Conditions, query: SearchTranscriptsQuery, after: After) -> Conditions:
    found.given("t.started_at >= {}", query.from_)
    found.given("t.started_at < {}", query.to)
    if after:
        found.add("(t.started_at, t.id) < ({}, {})", *after)
    return found


def _conditions(query: SearchTranscriptsQuery, wanted: Sequence[Term], sight: Sight) -> Conditions:
    found = Conditions()
    found.add("t.state = 'done'")
    if sight.user_id is not None:
        found.add(_TOOK_PART, sight.user_id)
    columns = [_COLUMNS[query.side]] if query.side is not None else list(_COLUMNS.values())
    for term in wanted:
        place = term.query.format(found.argument(term.argument))
        found.add("(" + " or ".join(f"{column} @@ {place}" for column in columns) + ")")
    found.given("t.operator_id = {}", query.operator_id)
    found.given("t.queue_id = {}", query.queue_id)
    found.given("t.language = {}", query.language)
    found.given("t.source = {}", query.source)
    found.given("t.sentiment >= {}", query.min_sentiment)
    found.given("t.sentiment <= {}", query.max_sentiment)
    found.given("t.id in (select a.transcript_id from speech_alerts a where a.rule_id = {})", query.rule_id)
    if query.number is not None:
        like = query.number.endswith("*")
        place = found.argument(query.number.removesuffix("*") + "%" if like else query.number)
        found.add(_NUMBER.format("like" if like else "=", place))
    return found


def _hit(row: Any) -> Hit:
    _, marks = marked(row["headline"], "⟦", "⟧")
    text, words = row["text"], [tuple(word) for word in row["words"]]
    at_s = said_at(text, words, marks[0][0], row["start_s"], row["end_s"]) if marks else row["start_s"]
    return Hit(
        seq=row["seq"],
        side=row["side"],
        start_s=row["start_s"],
        end_s=row["end_s"],
        at_s=at_s,
        text=text,
        marks=marks,
    )
