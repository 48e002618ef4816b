"""Answers of a call, with the rights of its recording: everybody's with one right, else those of one's own calls."""

from pathlib import Path
from uuid import UUID

from api.answers.model import Answers
from api.answers.store import AnswerStore
from api.web import files
from api.web.route import Identity
from engine.core.errors import NotFound

LISTEN = "recordings.read"


class AnswerService:
    """What people ask about answers."""

    def __init__(self, store: AnswerStore, recordings: Path) -> None:
        self._store = store
        self._recordings = recordings

    async def of_call(self, identity: Identity, call_id: UUID) -> Answers:
        """Raises NotFound: no such call, or not one's own."""
        await self._check(identity, call_id)
        return Answers(items=await self._store.of_call(call_id))

    async def sound(self, identity: Identity, call_id: UUID, answer_id: UUID) -> Path:
        """The file of an answer. Raises NotFound: no such call or answer, or it has no sound."""
        await self._check(identity, call_id)
        return files.within(self._recordings, await self._store.file(call_id, answer_id))

    async def _check(self, identity: Identity, call_id: UUID) -> None:
        if not await self._store.knows(call_id, None if identity.may(LISTEN) else identity.user_id):
            raise NotFound("There is no such call")
