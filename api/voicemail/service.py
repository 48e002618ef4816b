"""What people do with voicemail messages."""

from pathlib import Path
from uuid import UUID

from api.voicemail.model import Message, MessagesQuery
from api.voicemail.store import VoicemailStore
from api.web import files, paging
from api.web.route import Page
from engine.core.clock import Clock
from engine.core.errors import NotFound


class VoicemailService:
    """Lists, gives out, marks and deletes messages."""

    def __init__(self, store: VoicemailStore, recordings: Path, clock: Clock) -> None:
        self._store = store
        self._recordings = recordings
        self._clock = clock

    async def page(self, query: MessagesQuery) -> Page[Message]:
        after = paging.decode(query.cursor, tuple[paging.Time, UUID])
        found = await self._store.page(query, after)
        return paging.page(found, query.limit, lambda item: (item.created_at, item.id))

    async def get(self, message_id: UUID) -> Message:
        return _found(await self._store.get(message_id))

    async def sound_path(self, message_id: UUID) -> Path:
        return files.within(self._recordings, await self._store.file(message_id))

    async def mark(self, message_id: UUID, heard: bool) -> Message:
        return _found(await self._store.mark(message_id, heard, self._clock.now()))

    async def delete(self, message_id: UUID) -> None:
        """The message and its sound."""
        file = await self._store.delete(message_id)
        if file is None:
            raise NotFound("There is no such message")
        try:
            files.within(self._recordings, file).unlink(missing_ok=True)
        except NotFound:
            return


def _found(message: Message | None) -> Message:
    if message is None:
        raise NotFound("There is no such message")
    return message
