"""Recording a voicemail message; can be taken up again by another process, and outlives the caller's hang-up."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.ari.errors import AriError, AriNotFound
from engine.calls.ledger import file_size, wav_seconds
from engine.calls.model import HungUp, Operation
from engine.calls.states import CallState
from engine.core.ids import new_id

if TYPE_CHECKING:
    from engine.calls.line import CallLine

LEAST_SECONDS = 1.0
"""A shorter message is a hang-up at the beep, and is not kept."""
FINISH_GRACE_S = 3.0


class MessageRecording:
    """What one line is recording of its caller: a voicemail message, or a plain file."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line
        self._finished: asyncio.Event = asyncio.Event()

    async def run(self, box: Any, max_seconds: int) -> float | None:
        """See ``CallLine.record_message``. An adopted call whose message is being recorded waits for its end."""
        line, call = self._line, self._line.call
        done = line.take_result("message")
        if done is not None:
            return done["seconds"]
        if call.operation is None or call.operation.kind != "message":
            now = line.services.clock.now()
            message_id = new_id(now)
            data = {"name": f"voicemail-{message_id}", "id": str(message_id), "box": str(box.id)}
            call.move(CallState.VOICEMAIL)
            line.note("voicemail_started", box=str(box.id), name=box.name)
            await self._start(Operation(kind="message", started_at=now, data=data), max_seconds)
        return await self._until_finished()

    async def record_file(self, name: str, max_seconds: int) -> float:
        """Beep and record the caller into ``name``; seconds recorded."""
        now = self._line.services.clock.now()
        await self._start(Operation(kind="file", started_at=now, data={"name": name}), max_seconds)
        return await self._until_finished() or 0.0

    async def _start(self, operation: Operation, max_seconds: int) -> None:
        line, services = self._line, self._line.services
        self._finished.clear()
        line.call.operation = operation
        services.ledger.save(line.call)
        try:
            await line.command(
                lambda: services.ari.channels.record(
                    line.call.caller_leg.channel_id,
                    name=operation.data["name"],
                    max_seconds=max_seconds,
                    max_silence=services.settings.voicemail_silence_seconds,
                    beep=True,
                    terminate_on="#",
                )
            )
        except AriError as exc:
            line.note("recording_failed", reason=exc.detail[:200])
            self._finished.set()

    async def _until_finished(self) -> float | None:
        try:
            await self._line.guard(self._finished.wait())
        except HungUp:
            await self.finish()
            raise
        return await self.finish()

    def on_finished(self, name: str) -> None:
        """Asterisk has closed the file ``name``."""
        if self.name == name:
            self._finished.set()

    @property
    def name(self) -> str | None:
        """Name of the file that is being recorded."""
        operation = self._line.call.operation
        return operation.data["name"] if operation is not None and operation.kind in ("message", "file") else None

    async def resync(self) -> None:
        """After a gap: a recording that Asterisk no longer knows has ended."""
        if self.name is None:
            return
        try:
            await self._line.services.ari.recordings.get_live(self.name)
        except AriNotFound:
            self._finished.set()

    async def finish(self) -> float | None:
        """Keep what was recorded, once; its length in seconds, None for nothing."""
        line, call = self._line, self._line.call
        operation = call.operation
        if operation is None or self.name is None:
            return None
        try:
            async with asyncio.timeout(FINISH_GRACE_S):
                await self._finished.wait()
        except TimeoutError:
            line.note("recording_late", name=operation.data["name"])
        file = line.services.settings.recordings / f"{operation.data['name']}.wav"
        size = file_size(file)
        seconds = wav_seconds(size) if wav_seconds(size) >= LEAST_SECONDS else None
        if operation.kind == "message":
            self._keep_message(operation, file, size, seconds)
        line.keep_result(operation.kind, {"seconds": seconds})
        return seconds

    def _keep_message(self, operation: Operation, file: Path, size: int, seconds: float | None) -> None:
        line, call = self._line, self._line.call
        box = operation.data["box"]
        if seconds is None:
            line.note("voicemail_empty", box=box)
            return
        call.ending.message_left = True
        line.services.ledger.message(call, UUID(operation.data["id"]), UUID(box), file, size)
        line.note("voicemail_left", box=box, seconds=seconds, message_id=operation.data["id"])
