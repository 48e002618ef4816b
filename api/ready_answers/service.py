"""A ready answer is filled in for a request."""

from uuid import UUID

import msgspec

from api.ready_answers.rendering import render
from api.ready_answers.store import ReadyAnswerStore
from api.tickets.core import NO_TICKET
from api.web.route import Identity
from engine.core.errors import NotFound

_STATUSES = {
    "ru": {"accepted": "принята", "overdue": "просрочена", "closed": "закрыта"},
    "en": {"accepted": "accepted", "overdue": "overdue", "closed": "closed"},
}


class Filled(msgspec.Struct, kw_only=True):
    """The text, ready to be sent."""

    text: str


class ReadyAnswersService:
    def __init__(self, store: ReadyAnswerStore) -> None:
        self._store = store

    async def render(self, user: Identity, answer_id: UUID, ticket_id: UUID) -> Filled:
        """In the language of the request, where the answer has it. Raises NotFound."""
        answer = await self._store.answer(answer_id)
        if answer is None:
            raise NotFound("There is no such ReadyAnswer")
        facts = await self._store.facts(ticket_id, user.user_id)
        if facts is None:
            raise NotFound(NO_TICKET)
        language = facts.pop("language")
        text = answer.text_en if language == "en" and answer.text_en else answer.text
        return Filled(text=render(text, facts | {"status": _STATUSES[language][facts["status"]]}))
