"""Prompts and their sounds."""

import asyncio
import secrets
from pathlib import Path
from typing import Any
from uuid import UUID

from api.control.client import EngineClient
from api.prompts.model import PromptData
from api.prompts.sound import NO_SOUND, Sound, convert
from api.prompts.store import PromptsStore
from api.telephony.catalog import PROMPTS
from api.telephony.service import TelephonyService
from api.web import files
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound, PayLaterError

_TRIES = 15
_TRY_SECONDS = 0.2


class PromptsService:
    """Takes uploads in, has prompts recorded at phones, gives sounds out. A sound's file is never written over."""

    def __init__(
        self, store: PromptsStore, things: TelephonyService, engine: EngineClient, settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._things = things
        self._engine = engine
        self._settings = settings
        self._clock = clock

    def upload_path(self) -> Path:
        """Where to put an upload until it is converted."""
        self._settings.prompts.mkdir(parents=True, exist_ok=True)
        return self._settings.prompts / f".upload-{secrets.token_hex(8)}"

    async def create(self, data: PromptData, upload: Path) -> Any:
        prompt_id = ids.new_id(self._clock.now())
        sound = await self._convert(prompt_id, upload)
        try:
            await self._store.add(prompt_id, data, sound, "upload")
        except BaseException:
            self._unlink(sound.file)
            raise
        return await self._things.get(PROMPTS, prompt_id)

    async def replace_sound(self, prompt_id: UUID, upload: Path) -> Any:
        old = await self._file(prompt_id)
        sound = await self._convert(prompt_id, upload)
        if not await self._store.replace_sound(prompt_id, sound):
            self._unlink(sound.file)
            raise NotFound("There is no such prompt")
        self._unlink(old)
        return await self._things.get(PROMPTS, prompt_id)

    async def create_by_phone(self, data: PromptData, extension: str) -> tuple[UUID, UUID]:
        """A prompt without sound yet, and the call that records it: the ids of both. No call, no prompt."""
        prompt_id = ids.new_id(self._clock.now())
        await self._store.add(prompt_id, data, NO_SOUND, "phone")
        try:
            return prompt_id, await self._record_when_known(prompt_id, extension)
        except PayLaterError:
            await self._things.delete(PROMPTS, prompt_id, None)
            raise

    async def _record_when_known(self, prompt_id: UUID, extension: str) -> UUID:
        """The engine hears of a new prompt a moment after it is written."""
        for _ in range(_TRIES):
            try:
                return await self.record_by_phone(prompt_id, extension)
            except NotFound:
                await asyncio.sleep(_TRY_SECONDS)
        return await self.record_by_phone(prompt_id, extension)

    async def record_by_phone(self, prompt_id: UUID, extension: str) -> UUID:
        await self._file(prompt_id)
        call_id = ids.new_id(self._clock.now())
        await self._engine.record_prompt(prompt_id, extension, call_id)
        return call_id

    async def sound_path(self, prompt_id: UUID) -> Path:
        return files.within(self._settings.prompts, await self._file(prompt_id))

    async def delete(self, prompt_id: UUID, version: int | None) -> None:
        old = await self._file(prompt_id)
        await self._things.delete(PROMPTS, prompt_id, version)
        self._unlink(old)

    async def _file(self, prompt_id: UUID) -> str:
        file = await self._store.file(prompt_id)
        if file is None:
            raise NotFound("There is no such prompt")
        return file

    async def _convert(self, prompt_id: UUID, upload: Path) -> Sound:
        name = f"{prompt_id}-{secrets.token_hex(3)}"
        target = self._settings.prompts / f"{name}.wav"
        seconds = await convert(upload, target, self._settings.prompt_max_seconds)
        return Sound(name, seconds, target.stat().st_size)

    def _unlink(self, file: str) -> None:
        if file:
            (self._settings.prompts / f"{file}.wav").unlink(missing_ok=True)
