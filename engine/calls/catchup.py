"""Calls that the engine did not see (it was away, or the dialplan turned them away) come into the history from CDRs."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from engine.calls.ledger import Ledger, file_size, wav_seconds
from engine.calls.model import Call, Direction, EndedBy, Leg, LegRole, Outcome
from engine.calls.states import CallState, LegState
from engine.core import log
from engine.core.config import Settings
from engine.core.ids import call_id_of
from engine.history.cdr import CdrRow, read_from, rotate
from engine.history.store import CallStore

_log = log.get("catchup")
CONTEXTS = {"from-trunk": Direction.INBOUND, "from-internal": Direction.INTERNAL}
CHUNK = 50
"""Calls entered between two turns of the event loop."""
GENERAL_BOX = UUID("00000000-0000-7000-8000-000000000001")
"""The voicemail box that every installation has; messages left while the engine is away go there."""


class Catchup:
    """Reads Asterisk's call detail file from where it was left."""

    def __init__(self, settings: Settings, store: CallStore, ledger: Ledger, known: Callable[[UUID], bool]) -> None:
        self._settings = settings
        self._path = settings.var / "asterisk" / "log" / "cdr-custom" / "calls.csv"
        self._store = store
        self._ledger = ledger
        self._known = known
        self._offset: int | None = None
        self._left: list[CdrRow] = []
        """Rows that could not be taken, because the database was away, and whether they come from a gap."""
        self._left_of_gap = False

    async def heal(self, lives: Callable[[UUID], bool]) -> int:
        """Take calls that do not live (any more) out of the table of live calls, through the journal; how many."""
        left = [(call_id, at) for call_id, at in await self._store.left_live() if not lives(call_id)]
        for call_id, started_at in left:
            _log.warning("live_row_without_call", call=str(call_id))
            self._ledger.not_live(call_id, started_at)
        return len(left)

    async def read(self) -> list[CdrRow]:
        """Rows that are new since the last read, and those that could not be taken then."""
        if self._offset is None:
            self._offset = await self._store.cdr_offset()
        rows, offset = await asyncio.to_thread(read_from, self._path, self._offset)
        if offset >= self._settings.cdr_max_bytes:
            rows += await asyncio.to_thread(rotate, self._path, offset)
            offset = 0
        self._offset = offset
        rows, self._left = self._left + rows, []
        return rows

    async def take(self, rows: list[CdrRow], *, after_gap: bool) -> int:
        """Put calls that the history lacks into it; how many. ``after_gap``: the engine was away for some of them.

        When the database does not answer, the rows are kept for the next read and the fault is raised.
        """
        after_gap, self._left_of_gap = after_gap or self._left_of_gap, False
        try:
            return await self._take(rows, after_gap)
        except Exception:
            self._left, self._left_of_gap = rows + self._left, after_gap
            raise

    async def _take(self, rows: list[CdrRow], after_gap: bool) -> int:
        firsts: dict[UUID, list[CdrRow]] = {}
        for row in rows:
            if row.unique_id == row.linked_id and row.context in CONTEXTS and (after_gap or row.served != "stasis"):
                firsts.setdefault(call_id_of(row.linked_id, row.started_at), []).append(row)
        unknown = {call_id: found for call_id, found in firsts.items() if not self._known(call_id)}
        if unknown:
            starts = [row.started_at for found in unknown.values() for row in found]
            stored = await self._store.known_calls(list(unknown), min(starts), max(starts))
            for number, call_id in enumerate(unknown.keys() - stored, start=1):
                self._enter(call_id, unknown[call_id])
                if number % CHUNK == 0:
                    await asyncio.sleep(0)
            unknown = {call_id: found for call_id, found in unknown.items() if call_id not in stored}
        if rows and self._offset is not None:
            self._ledger.cdr_position(self._offset)
        return len(unknown)

    def _enter(self, call_id: UUID, rows: list[CdrRow]) -> None:
        first = rows[0]
        end = max(row.ended_at for row in rows)
        served = "fallback" if first.served == "fallback" else "engine"
        call = Call(
            id=call_id,
            node_id=self._settings.node_id,
            direction=CONTEXTS[first.context],
            caller=first.caller,
            caller_name=first.caller_name,
            called=first.number or first.destination,
            started_at=first.started_at,
            answered_at=first.answered_at,
            ended_at=end,
            cause=first.hangup_cause,
            state=CallState.ENDED,
            legs=[
                Leg(
                    channel_id=first.unique_id,
                    role=LegRole.CALLER,
                    number=first.caller,
                    endpoint=first.channel.rsplit("-", 1)[0],
                    started_at=first.started_at,
                    answered_at=first.answered_at,
                    ended_at=end,
                    cause=first.hangup_cause,
                    state=LegState.DOWN,
                )
            ],
        )
        call.ended_by = EndedBy.SYSTEM if first.served == "shed" else EndedBy.CALLER
        message = self._settings.recordings / f"{first.voicemail}" if first.voicemail else None
        size = file_size(message) if message is not None else 0
        kept = message is not None and wav_seconds(size) >= 1
        call.outcome = outcome_of_rows(first, kept)
        self._ledger.opened(call)
        if first.served:
            self._ledger.note(call, first.served, lastapp=first.last_application, disposition=first.disposition)
        if message is not None and kept:
            self._ledger.message(call, call_id, GENERAL_BOX, message, size)
        self._ledger.closed(call, served)


RESULTS = {
    "answered": Outcome.ANSWERED,
    "blocked": Outcome.REJECTED,
    "failed": Outcome.NO_ANSWER,
    "voicemail": Outcome.SERVED,
}
"""What the fallback did, as an outcome; a voicemail counts as one only when something was said."""


def outcome_of_rows(row: CdrRow, message_left: bool) -> Outcome:
    """The outcome that a call detail row tells of a call which the engine did not see."""
    if row.served == "shed":
        return Outcome.TURNED_AWAY
    if message_left:
        return Outcome.VOICEMAIL
    return RESULTS.get(row.result, Outcome.ABANDONED)


def hangups(rows: list[CdrRow]) -> dict[str, tuple[datetime, int | None]]:
    """When and why the channels in these rows ended."""
    return {row.unique_id: (row.ended_at, row.hangup_cause) for row in rows}
