"""Writes what happens to calls into the journal: the one place that turns a live call into rows."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.calls.model import Call, CallRecording, Leg
from engine.calls.states import CallState
from engine.core.clock import Clock
from engine.core.ids import new_id
from engine.history.journal import Journal
from engine.history.records import (
    CallbackRow,
    CallRow,
    CdrPosition,
    EventRow,
    LegRow,
    MessageRow,
    RecordingRow,
    StateRow,
)

_encode = msgspec.json.Encoder().encode


class Ledger:
    """Facts of calls, appended to the journal as they happen; all methods return at once."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def opened(self, call: Call) -> None:
        """A call begins."""
        self._journal.append(call_row(call), *(leg_row(call, leg) for leg in call.legs), state_row(call))
        self.note(call, "started", caller=call.caller, called=call.called)

    def note(self, call: Call, kind: str, /, **data: Any) -> None:
        """An event of the call's history; ``data`` is JSON-able."""
        row = EventRow(
            call_id=call.id,
            call_started_at=call.started_at,
            seq=call.event_count,
            at=self._clock.now(),
            kind=kind,
            data=data,
        )
        call.event_count += 1
        self._journal.append(row)

    def save(self, call: Call) -> None:
        """The call's state, for adoption and for the live list."""
        self._journal.append(state_row(call))

    def changed(self, call: Call) -> None:
        """The call's row and state."""
        self._journal.append(call_row(call), state_row(call))

    def leg(self, call: Call, leg: Leg) -> None:
        """A leg is new or has changed."""
        self._journal.append(leg_row(call, leg), state_row(call))

    def closed(self, call: Call, served_by: str = "engine") -> None:
        """A call has ended: its last row, and its live state goes."""
        self.note(call, "hangup", cause=call.cause, by=call.ended_by)
        gone = StateRow(call_id=call.id, started_at=call.started_at)
        self._journal.append(*(leg_row(call, leg) for leg in call.legs), call_row(call, served_by), gone)

    def not_live(self, call_id: UUID, started_at: datetime) -> None:
        """A call that nobody serves is none of the live ones."""
        self._journal.append(StateRow(call_id=call_id, started_at=started_at))

    def recording(
        self,
        call: Call,
        recording: CallRecording,
        *,
        file: Path,
        state: str,
        channels: int = 2,
        error: str | None = None,
    ) -> None:
        """A recording has started (``recording``), is whole (``done``) or came to nothing (``failed``)."""
        size = file.stat().st_size if state == "done" and file.exists() else None
        self._journal.append(
            RecordingRow(
                id=recording.id,
                call_id=call.id,
                call_started_at=call.started_at,
                file=file.name,
                started_at=recording.started_at,
                duration_s=wav_seconds(size, channels) if size is not None else None,
                size_bytes=size,
                state=state,
                error=error,
                channels=channels,
            )
        )

    def message(self, call: Call, message_id: UUID, box_id: UUID, file: Path, size: int) -> None:
        """A voicemail message was left."""
        self._journal.append(
            MessageRow(
                id=message_id,
                box_id=box_id,
                call_id=call.id,
                caller=call.caller,
                created_at=self._clock.now(),
                file=file.name,
                duration_s=wav_seconds(size),
                size_bytes=size,
            )
        )

    def callback(self, call: Call, number: str) -> None:
        """The caller wants to be called back."""
        now = self._clock.now()
        self._journal.append(
            CallbackRow(
                id=new_id(now), call_id=call.id, number=number, called=call.called, requested_at=now, place_at=now
            )
        )

    def cdr_position(self, offset: int) -> None:
        """Asterisk's call detail file is in the history up to ``offset`` bytes."""
        self._journal.append(CdrPosition(offset=offset))


def wav_seconds(size: int, channels: int = 1) -> float:
    """Length of a WAV file of ``size`` bytes as Asterisk records it: 8 kHz, 16 bit, 44 bytes of header."""
    return round(max(size - 44, 0) / (16000 * channels), 2)


def file_size(path: Path) -> int:
    """Size in bytes, 0 when there is no such file."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def call_row(call: Call, served_by: str = "engine") -> CallRow:
    return CallRow(
        id=call.id,
        started_at=call.started_at,
        node_id=call.node_id,
        direction=call.direction,
        caller=call.caller,
        caller_name=call.caller_name,
        called=call.called,
        number_id=call.number_id,
        language=call.language,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        ended_by=call.ended_by,
        cause=call.cause,
        talk_s=call.talk_s,
        served_by=served_by,
        variables=call.variables,
        operator_id=call.operator_id,
        queue_id=call.queue_id,
        partner_id=call.partner_id,
        hold_s=call.hold_s,
        parent_id=call.parent_id,
    )


def leg_row(call: Call, leg: Leg) -> LegRow:
    return LegRow(
        call_id=call.id,
        call_started_at=call.started_at,
        channel_id=leg.channel_id,
        role=leg.role,
        number=leg.number,
        endpoint=leg.endpoint,
        started_at=leg.started_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        cause=leg.cause,
        user_id=leg.user_id,
        charged_to=leg.charged_to,
    )


def state_row(call: Call) -> StateRow:
    """The state of a live call. Work that outlives its call (a recording's last word) must not bring it back."""
    if call.state is CallState.ENDED:
        return StateRow(call_id=call.id, started_at=call.started_at)
    return StateRow(call_id=call.id, started_at=call.started_at, state=msgspec.Raw(_encode(call)))
