"""Recording of a whole call: a snoop channel hears each side of one leg, so menus and conversation are one stereo file.

Asterisk writes a file a side; a gap in a side is silence in its file. When the recording is over, a thread joins both:
left is the client's side, right what the client hears. A side that fails is silence, and the other one is kept; what a
killed process had not joined is joined by the next.
"""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.ari.errors import AriConflict, AriError, AriNotFound
from engine.calls.model import Call, CallRecording, Leg, RecordedSide
from engine.calls.states import LegState
from engine.calls.talk.rules import is_client
from engine.core import log
from engine.core.ids import new_id
from engine.media import stereo

if TYPE_CHECKING:
    from engine.calls.line import CallLine

_log = log.get("tap")
SIDES = ("in", "out")
CLOSE_S = 30.0
"""How long a file that Asterisk has not closed after the call is waited for."""
CLOSE_LOOK_S = 0.5


class Tap:
    """The recording of one line. A recording that can't be made is noted; the call goes on."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line
        self._joining = asyncio.Lock()

    @property
    def running(self) -> bool:
        """Whether a recording is not yet closed."""
        return self._line.call.recording is not None

    @property
    def channels(self) -> list[str]:
        """The snoop channels of the recording that goes on."""
        recording = self._line.call.recording
        return [] if recording is None else [side.channel for side in recording.sides.values()]

    async def start(self) -> None:
        """Begin recording a leg that is up, unless one is recorded or the disk is short."""
        line, call, services = self._line, self._line.call, self._line.services
        tapped = next((leg for leg in call.legs if leg.state is LegState.UP), None)
        if call.recording is not None or tapped is None:
            return
        now = services.clock.now()
        free = shutil.disk_usage(services.settings.recordings).free
        if free < services.settings.recording_min_free_bytes:
            line.note("recording_failed", reason="disk_full", free_bytes=free)
            return
        recording = call.recording = made(call, tapped, now)
        for channel_id in self.channels:
            line.own(channel_id)
        services.ledger.save(call)
        services.ledger.recording(call, recording, file=self._file(recording.name), state="recording")
        await asyncio.gather(*(self._snoop(recording, tapped.channel_id, spy) for spy in SIDES))

    async def _snoop(self, recording: CallRecording, channel_id: str, spy: str) -> None:
        snoop_id, call = recording.sides[spy].channel, self._line.call
        try:
            await self._line.services.ari.channels.snoop(
                channel_id, snoop_id=snoop_id, spy=spy, app_args=f"snoop,{call.id}"
            )
        except AriError as exc:
            self._side_failed(recording, spy, exc.detail)

    def on_snoop(self, channel_id: str) -> None:
        """A snoop channel has entered our application."""
        recording = self._line.call.recording
        spy = next((spy for spy in SIDES if recording and recording.sides.get(spy, _NONE).channel == channel_id), None)
        if recording is not None and spy is not None:
            self._line.services.tasks.spawn(self._record(recording, spy), name="record")

    async def _record(self, recording: CallRecording, spy: str) -> None:
        line, side, ari = self._line, recording.sides[spy], self._line.services.ari
        try:
            await ari.channels.record(side.channel, name=side.name)
            first = all(other.at is None for other in recording.sides.values())
            side.at = line.services.clock.now()
            line.services.ledger.save(line.call)
            if first:
                line.note("recording_started", id=str(recording.id))
            if line.call.record_paused:
                await ari.recordings.mute(side.name)
        except AriError as exc:
            if isinstance(exc, AriConflict) and await self._is_live(side):
                return
            self._side_failed(recording, spy, exc.detail)
            line.services.command_later(ari.channels.hangup(side.channel))

    def _side_failed(self, recording: CallRecording, spy: str, reason: str) -> None:
        recording.error = reason[:200]
        self._line.note("recording_side_failed", side=spy, reason=recording.error)
        recording.sides[spy].over = True
        self._look(recording)

    def on_finished(self, name: str) -> None:
        """Asterisk has closed the file ``name``."""
        recording = self._line.call.recording
        for side in recording.sides.values() if recording is not None else ():
            if side.name == name:
                side.over = True
        if recording is not None:
            self._look(recording)

    async def resync(self) -> None:
        """After a gap: sides that Asterisk no longer records are over, what is left to be joined is joined."""
        if self._line.call.recorded:
            self._line.services.tasks.spawn(self._join_all(), name="join recording")
        recording = self._line.call.recording
        for spy, side in list(recording.sides.items()) if recording is not None else ():
            if side.over or recording is None:
                continue
            try:
                live = await self._is_live(side)
            except AriError:
                return
            if not live and side.at is None:
                await self._record(recording, spy)
            elif not live:
                side.over = True
        if recording is not None:
            self._look(recording)

    async def _is_live(self, side: RecordedSide) -> bool:
        """Whether Asterisk records it now."""
        try:
            await self._line.services.ari.recordings.get_live(side.name)
        except AriNotFound:
            return False
        return True

    async def stop(self) -> None:
        """Hang up the snoop channels; the files are closed by Asterisk and told by ``on_finished``."""
        hangup = self._line.services.ari.channels.hangup
        await asyncio.gather(*(hangup(channel_id) for channel_id in self.channels))

    async def pause(self, on: bool) -> None:
        """Silence in both sides from now on (card numbers, say), or sound again; the file's time runs on."""
        line, call = self._line, self._line.call
        if call.record_paused == on:
            return
        call.record_paused = on
        line.services.ledger.save(call)
        line.note("recording_paused" if on else "recording_resumed")
        line.services.tell_talk(line)
        if call.recording is not None:
            await asyncio.gather(*(self._mute(side, on) for side in call.recording.sides.values() if not side.over))

    async def _mute(self, side: RecordedSide, on: bool) -> None:
        recordings = self._line.services.ari.recordings
        try:
            await (recordings.mute if on else recordings.unmute)(side.name)
        except AriNotFound:
            return

    def _look(self, recording: CallRecording) -> None:
        """When all sides are over the recording is: its sides are joined, and the next one begins if one is wanted."""
        line, call = self._line, self._line.call
        if not recording.over or call.recording is not recording:
            return
        call.recording = None
        call.recorded.append(recording)
        line.services.ledger.save(call)
        line.services.tasks.spawn(self._join_all(), name="join recording")
        line.pulse()
        begun = any(side.at is not None for side in recording.sides.values())
        if begun and call.record and line.conversation.goes_on:
            line.services.tasks.spawn(self.start(), name="recording")

    async def finish(self) -> None:
        """The call is over: a recording of whose end no word came is taken as it is, and all are joined."""
        recording = self._line.call.recording
        if recording is not None:
            for side in recording.sides.values():
                await self._until_closed(side)
            self._look(recording)
        await self._join_all()

    async def _until_closed(self, side: RecordedSide) -> None:
        """Asterisk is late: what it still writes is waited for, within reason."""
        try:
            async with asyncio.timeout(CLOSE_S):
                while not side.over and self._line.services.link.up and await self._is_live(side):
                    await self._line.settle(lambda: side.over, CLOSE_LOOK_S)
        except (AriError, TimeoutError):
            pass
        side.over = True

    async def _join_all(self) -> None:
        async with self._joining:
            for recording in list(self._line.call.recorded):
                await self._join(recording)

    async def _join(self, recording: CallRecording) -> None:
        """One file of both sides, told to the history. Done again after a crash it comes to the same."""
        line, call, file = self._line, self._line.call, self._file(recording.name)
        try:
            there, error = await asyncio.to_thread(self._write, recording, file), recording.error
        except OSError as exc:
            there, error = await asyncio.to_thread(self._keep_one, recording, file), f"not joined: {exc}"[:200]
        state = "done" if there else "failed"
        error = error if there else error or "no file was written"
        channels = await asyncio.to_thread(stereo.channels_of, file)
        line.services.ledger.recording(call, recording, file=file, state=state, channels=channels, error=error)
        line.note(f"recording_{state}", id=str(recording.id), **({"reason": error} if error else {}))
        call.recorded.remove(recording)
        line.services.ledger.save(call)
        line.pulse()

    def _write(self, recording: CallRecording, file: Path) -> bool:
        order = order_of(self._line.call, recording)
        left, right = (self._side(recording, spy) for spy in order)
        times = [side.at.timestamp() if side and side.at else None for side in map(recording.sides.get, order)]
        return stereo.join(left, right, file, left_at=times[0], right_at=times[1])

    def _keep_one(self, recording: CallRecording, file: Path) -> bool:
        """No room for a file of both: the side with more in it is the recording, the other one stays beside it."""
        sides = sorted((self._side(recording, spy) for spy in SIDES), key=stereo.frames_of)
        _log.error("recording_not_joined", file=file.name, kept=sides[-1].name, beside=sides[0].name)
        try:
            sides[-1].replace(file)
        except OSError:
            return file.exists()
        return True

    def _side(self, recording: CallRecording, spy: str) -> Path:
        side = recording.sides.get(spy)
        return self._file(side.name if side is not None else f"{recording.name}-{spy}")

    def _file(self, name: str) -> Path:
        return self._line.services.settings.recordings / f"{name}.wav"


_NONE = RecordedSide(channel="", name="")


def order_of(call: Call, recording: CallRecording) -> tuple[str, str]:
    """The sides that go left (the client's) and right, as all legs of the call tell."""
    leg = call.leg(recording.leg)
    return ("in", "out") if leg is None or is_client(call, leg) else ("out", "in")


def made(call: Call, tapped: Leg, now: datetime) -> CallRecording:
    """A recording of a leg: ids and names. Pure but for the fresh id."""
    recording_id = new_id(now)
    name, channel = f"call-{recording_id}", f"{call.id.hex}-recording-{recording_id.hex[-8:]}"
    return CallRecording(
        id=recording_id,
        name=name,
        started_at=now,
        leg=tapped.channel_id,
        sides={spy: RecordedSide(channel=f"{channel}-{spy}", name=f"{name}-{spy}") for spy in SIDES},
    )
