"""The ports that flows use beside the caller's line, on the database and the disk: mailboxes, forwarding, prompts."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from engine.calls.ledger import file_size
from engine.calls.line import CallLine
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.db import Queries
from engine.core.ids import new_id
from engine.ivr.port import Line, Message, Take
from engine.routing.model import Forward, ToExtension, ToExternal

_Q = Queries(Path(__file__).with_name("ports.sql"))


class Mailboxes:
    """Voicemail messages (``VoicemailBoxPort``)."""

    def __init__(self, pool: Any, settings: Settings) -> None:
        self._pool = pool
        self._settings = settings

    async def count(self, box_id: UUID) -> int:
        return int(await self._pool.fetchval(_Q.count_messages, box_id))

    async def messages(self, box_id: UUID) -> list[Message]:
        rows = await self._pool.fetch(_Q.list_messages, box_id)
        folder = self._settings.recordings
        return [
            Message(row["id"], f"sound:{folder / Path(row['file']).stem}", row["caller"], row["heard"]) for row in rows
        ]

    async def mark_heard(self, message_id: UUID) -> None:
        await self._pool.execute(_Q.mark_heard, message_id)

    async def delete(self, message_id: UUID) -> None:
        file = await self._pool.fetchval(_Q.delete_message, message_id)
        if file is not None:
            (self._settings.recordings / file).unlink(missing_ok=True)


class Forwards:
    """Forwarding that a phone sets for its extension (``ForwardPort``); it holds from the next call on."""

    def __init__(self, pool: Any, is_extension: Callable[[str], bool]) -> None:
        self._pool = pool
        self._is_extension = is_extension

    async def forward_always(self, extension: str, number: str) -> None:
        to = ToExtension(number=number) if self._is_extension(number) else ToExternal(number=number)
        await self._pool.execute(_Q.forward_always, extension, msgspec.to_builtins(Forward(to=to)))

    async def forward_off(self, extension: str) -> None:
        await self._pool.execute(_Q.forward_off, extension)


class PromptRecorder:
    """Prompts recorded by phone (``RecordPromptPort``)."""

    def __init__(self, pool: Any, settings: Settings, clock: Clock) -> None:
        self._pool = pool
        self._settings = settings
        self._clock = clock

    async def record(self, line: Line, prompt_id: UUID) -> Take:
        assert isinstance(line, CallLine)
        name = f"prompt-{new_id(self._clock.now())}"
        seconds = await line.message.record_file(name, self._settings.prompt_max_seconds)
        return Take(name, f"sound:{self._settings.recordings / name}", seconds)

    async def keep(self, prompt_id: UUID, take: Take) -> None:
        source = self._settings.recordings / f"{take.name}.wav"
        size = file_size(source)
        await asyncio.to_thread(shutil.move, source, self._settings.prompts / f"{take.name}.wav")
        await self._pool.execute(_Q.keep_prompt, prompt_id, take.name, take.seconds, size)

    async def drop(self, take: Take) -> None:
        (self._settings.recordings / f"{take.name}.wav").unlink(missing_ok=True)
