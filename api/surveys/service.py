"""Who is asked and when; answers and their figures."""

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from api.auth.tokens import hash_token
from api.surveys.model import Answer, AnswersQuery, Question, Reply, Results, ResultsQuery
from api.surveys.store import SurveyStore
from api.tickets.model import Actor, Happening, Kind
from api.tickets.states import State, Who
from api.web import paging
from api.web.problems import invalid
from api.web.route import ClientScope, Identity, Page
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound

_GONE = "There is no such question: it was answered, or its time is over"
_PERIOD = timedelta(days=180)


class Core(Protocol):
    """What surveys need of the core of tickets."""

    async def note(self, connection: Any, ticket_id: UUID, kind: Kind, by: Actor, data: dict[str, Any]) -> Any: ...


class AskAfterClosing:
    """Hears of every event of a request: one that was closed lets its author be asked."""

    def __init__(self, store: SurveyStore) -> None:
        self._store = store

    async def on_event(self, connection: Any, happening: Happening) -> None:
        """In the transaction of the event."""
        if happening.event.kind != "moved":
            return
        if happening.after.state is State.CLOSED:
            await self._store.after_closing(connection, happening.after.id, happening.event.at)
        elif happening.after.state is State.REOPENED:
            await self._store.drop_unasked(connection, happening.after.id)


class SurveysService:
    """``read``: with the eyes of who asks; ``store``: plain connections."""

    def __init__(self, read: SurveyStore, store: SurveyStore, core: Core, settings: Settings, clock: Clock) -> None:
        self._read = read
        self._store = store
        self._core = core
        self._zone = settings.timezone
        self._clock = clock

    async def of_person(self, client: ClientScope) -> list[Question]:
        return await self._read.of_person(client.account_id, self._clock.now())

    async def by_token(self, token: str) -> Question:
        """Raises NotFound."""
        found = await self._store.by_hash(hash_token(token), self._clock.now())
        if found is None:
            raise NotFound(_GONE)
        return found

    async def answer(self, user: Identity, client: ClientScope, id_: UUID, reply: Reply) -> None:
        """Of one's own question. Raises NotFound, InvalidInput."""
        if all(question.id != id_ for question in await self.of_person(client)):
            raise NotFound(_GONE)
        await self._answer(id_, reply, Actor(Who.CLIENT, user.login, user.user_id, client.account_id))

    async def answer_by_token(self, token: str, reply: Reply) -> None:
        """Raises NotFound, InvalidInput."""
        question = await self.by_token(token)
        await self._answer(question.id, reply, Actor(Who.CLIENT))

    async def _answer(self, id_: UUID, reply: Reply, by: Actor) -> None:
        now = self._clock.now()
        async with self._store.change() as connection:
            held = await self._store.held(connection, id_, now)
            if held is None:
                raise NotFound(_GONE)
            if reply.score > held["best"]:
                raise invalid("body.score", f"The best is {held['best']}")
            await self._store.answer(connection, id_, now, reply.score, reply.comment.strip())
            if held["ticket_id"] is not None:
                data = {"score": reply.score, "best": held["best"], "comment": reply.comment.strip(), "public": False}
                await self._core.note(connection, held["ticket_id"], "survey", by, data)

    async def answers(self, query: AnswersQuery) -> Page[Answer]:
        found = await self._read.answers(query, paging.decode(query.cursor, tuple[datetime, UUID]))
        return paging.page(found, query.limit, lambda answer: (answer.answered_at, answer.id))

    async def results(self, query: ResultsQuery) -> Results:
        """Raises InvalidInput: the period ends before it begins."""
        last = query.to or self._clock.now()
        first = query.from_ or last - _PERIOD
        if last <= first:
            raise invalid("query.to", "The period must end after it begins")
        items = await self._read.results(query, first, last, self._zone)
        return Results(from_=first, to=last, by=query.by, items=items)
