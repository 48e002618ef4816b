"""The database side of transcripts: rules, what an earlier process left open, texts that may still change."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from engine.core import log
from engine.core.db import Queries
from engine.core.patterns import PatternRefused, compiled
from engine.history.records import SegmentRow, TranscriptRow
from engine.transcripts.masking import MaskingRule
from engine.transcripts.watching import SpeechRule

_Q = Queries(Path(__file__).with_name("queries.sql"))
_log = log.get("transcripts.store")


class Rules(NamedTuple):
    """Rules in force."""

    masking: tuple[MaskingRule, ...] = ()
    speech: tuple[SpeechRule, ...] = ()


class Raised(NamedTuple):
    """A rule that has raised an alert, for whose words and when."""

    rule_id: UUID
    side: str
    at_s: float


class Left(NamedTuple):
    """A transcript that an earlier process left open."""

    row: TranscriptRow
    segments: list[SegmentRow]
    raised: list[Raised]
    lives: bool
    ended_at: datetime | None


class TranscriptStore:
    """Reads of one node's live transcripts; they are written by the journal."""

    def __init__(self, pool: Any, node_id: str) -> None:
        self._pool = pool
        self._node_id = node_id

    async def rules(self) -> Rules:
        """Rules that are enabled; a masking rule that can't be used is left out and logged."""
        speech = [_made(SpeechRule, row) for row in await self._pool.fetch(_Q.speech_rules)]
        masking = []
        for row in await self._pool.fetch(_Q.masking_rules):
            rule = _made(MaskingRule, row)
            try:
                compiled(rule.pattern)
                masking.append(rule)
            except PatternRefused as exc:
                _log.error("masking_rule_refused", rule=rule.name, error=str(exc))
        return Rules(tuple(masking), tuple(speech))

    async def left_open(self) -> list[Left]:
        """What an earlier process of this node was writing down."""
        rows = await self._pool.fetch(_Q.open_transcripts, self._node_id)
        ids = [row["id"] for row in rows]
        segments: dict[UUID, list[SegmentRow]] = {id_: [] for id_ in ids}
        raised: dict[UUID, list[Raised]] = {id_: [] for id_ in ids}
        for row in await self._pool.fetch(_Q.segments, ids):
            values = dict(row) | {"id": f"{row['transcript_id']}/{row['seq']}"}
            segments[row["transcript_id"]].append(msgspec.convert(values, SegmentRow))
        for row in await self._pool.fetch(_Q.alerts, ids):
            raised[row["transcript_id"]].append(Raised(row["rule_id"], row["side"], row["at_s"]))
        return [
            Left(_transcript(row), segments[row["id"]], raised[row["id"]], row["lives"], row["ended_at"])
            for row in rows
        ]

    async def tell_partials(self, texts: Sequence[str]) -> None:
        """Tell every process of the api; a text of more than 7999 bytes is refused by PostgreSQL."""
        await self._pool.execute(_Q.tell_partials, texts)


def _made(kind: Any, row: Any) -> Any:
    return msgspec.convert(dict(row), kind)


def _transcript(row: Any) -> TranscriptRow:
    values = {name: row[name] for name in row.keys() if name not in ("lives", "ended_at")}  # noqa: SIM118
    return msgspec.convert(values, TranscriptRow)
