"""The sounds of prompts; names and languages change as any configured thing does."""

from pathlib import Path
from typing import Any
from uuid import UUID

from api.prompts.model import PromptData
from api.prompts.sound import Sound
from api.telephony.store import tell
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class PromptsStore:
    """Statements of prompts."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def file(self, prompt_id: UUID) -> str | None:
        """Its file in the prompts folder, without ending; empty until it is recorded; None: no such prompt."""
        return await self._pool.fetchval(_sql.prompt_file, prompt_id)

    async def add(self, prompt_id: UUID, data: PromptData, sound: Sound, source: str) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            version = await connection.fetchval(
                _sql.add_prompt,
                prompt_id,
                data.name,
                data.language,
                sound.file,
                sound.duration_s,
                sound.size_bytes,
                source,
            )
            await tell(connection, "created", f"prompts/{prompt_id}", {"version": version})

    async def replace_sound(self, prompt_id: UUID, sound: Sound) -> bool:
        """False: there is no such prompt."""
        async with self._pool.acquire() as connection, connection.transaction():
            version = await connection.fetchval(
                _sql.replace_sound, prompt_id, sound.file, sound.duration_s, sound.size_bytes
            )
            if version is not None:
                await tell(connection, "updated", f"prompts/{prompt_id}", {"version": version})
        return version is not None
