"""Recording of a whole call: a snoop channel hears both sides, so menus and conversation are one file."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from engine.ari.errors import AriError, AriNotFound
from engine.calls.states import LegState
from engine.core.ids import new_id

if TYPE_CHECKING:
    from engine.calls.line import CallLine


class Tap:
    """The recording of one line. A recording that can't be made is noted; the call goes on."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line

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
        recording_id = new_id(now)
        call.recording = {
            "id": str(recording_id),
            "name": f"call-{recording_id}",
            "channel": f"{call.id.hex}-recording-{recording_id.hex[-8:]}",
            "started_at": now.isoformat(),
        }
        line.own(call.recording["channel"])
        services.ledger.save(call)
        services.ledger.recording(call, recording_id, now, file=self._file, state="recording")
        try:
            await services.ari.channels.snoop(
                tapped.channel_id, snoop_id=call.recording["channel"], app_args=f"snoop,{call.id}"
            )
        except AriError as exc:
            self._failed(exc.detail)

    def on_snoop(self) -> None:
        """The snoop channel has entered our application."""
        if self._line.call.recording is not None:
            self._line.services.tasks.spawn(self._record(), name="record")

    def on_finished(self, name: str) -> None:
        """Asterisk has closed the file ``name``."""
        call = self._line.call
        if call.recording is not None and call.recording["name"] == name:
            self._close("done")
            self._line.pulse()

    @property
    def running(self) -> bool:
        """Whether a recording is not yet closed."""
        return self._line.call.recording is not None

    async def resync(self) -> None:
        """After a gap: a recording that Asterisk no longer knows has ended."""
        if self._line.call.recording is None:
            return
        try:
            await self._line.services.ari.recordings.get_live(self._line.call.recording["name"])
        except AriNotFound:
            self._close("done")
        except AriError:
            return

    async def stop(self) -> None:
        """Hang up the snoop channel; the file is closed by Asterisk and told by ``on_finished``."""
        if self._line.call.recording is not None:
            await self._line.services.ari.channels.hangup(self._line.call.recording["channel"])

    async def pause(self, on: bool) -> None:
        """Silence in the file from now on (card numbers, say), or sound again; the file's time runs on."""
        line, call = self._line, self._line.call
        if call.record_paused == on:
            return
        call.record_paused = on
        line.services.ledger.save(call)
        line.services.tell_talk(line)
        line.note("recording_paused" if on else "recording_resumed")
        if call.recording is not None:
            recordings = line.services.ari.recordings
            try:
                await (recordings.mute if on else recordings.unmute)(call.recording["name"])
            except AriNotFound:
                return

    def abandon(self) -> None:
        """The call is over and no word came of the file: take it as it is."""
        if self._line.call.recording is not None:
            self._close("done")

    @property
    def _file(self) -> Path:
        recording = self._line.call.recording
        assert recording is not None
        return self._line.services.settings.recordings / f"{recording['name']}.wav"

    async def _record(self) -> None:
        recording = self._line.call.recording
        if recording is None:
            return
        try:
            await self._line.services.ari.channels.record(recording["channel"], name=recording["name"])
            self._line.note("recording_started", id=recording["id"])
            if self._line.call.record_paused:
                await self._line.services.ari.recordings.mute(recording["name"])
        except AriError as exc:
            self._failed(exc.detail)
            await self._line.services.ari.channels.hangup(recording["channel"])

    def _failed(self, reason: str) -> None:
        self._close("failed", reason[:200])

    def _close(self, state: str, error: str | None = None) -> None:
        line, call = self._line, self._line.call
        recording = call.recording
        if recording is None:
            return
        file = self._file
        if state == "done" and not file.exists():
            state, error = "failed", "no file was written"
        call.recording = None
        line.services.ledger.recording(
            call,
            UUID(recording["id"]),
            datetime.fromisoformat(recording["started_at"]),
            file=file,
            state=state,
            error=error,
        )
        line.note(f"recording_{state}", id=recording["id"], **({"reason": error} if error else {}))
        line.services.ledger.save(call)
        if state == "done" and call.record and line.conversation.goes_on:
            line.services.tasks.spawn(self.start(), name="recording")
        if state == "done" and call.record and line.conversation.goes_on:
            line.services.tasks.spawn(self.start(), name="recording")
