"""The worker that says notices of problems in their requests.

A notice is written with the requests that it is for (``problem_notice_tickets``) and told after that: each request in
a transaction of its own, which marks it as told. Any number of processes share the work; what one of them had in its
hands when it died is told by another, or by itself when it is back. Nothing is said twice: the mark comes with the
word, whose id follows from notice and request.
"""

import asyncio
import contextlib
from typing import Any
from uuid import UUID, uuid5

from api.problems.store import NoticeRow
from api.problems.telling_store import TellingStore
from api.tickets.core import TicketCore
from api.tickets.model import Actor, NewMessage
from api.tickets.states import State, Who
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import PayLaterError, Unavailable

_log = log.get("api.problems")
_PAUSE_S = 2.0
"""After a fault, and while others have the rest in their hands: they may die of it."""


class Telling:
    """``listen`` hears of notices, ``work`` says them."""

    def __init__(self, store: TellingStore, core: TicketCore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._settings = settings
        self._clock = clock
        self._news = asyncio.Event()

    async def listen(self) -> None:
        """Until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["problem_notices"], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            self._news.clear()
            wait: float | None = _PAUSE_S
            try:
                while await self.tell_next():
                    pass
                if not await self._store.pending():
                    wait = None
            except Exception as exc:
                if db.fault_of(exc) is None:
                    _log.exception("notices_failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()

    async def tell_next(self) -> bool:
        """One notice in one request; false when there is nothing to do that others don't do."""
        async with self._core.change() as connection:
            found = await self._store.take(connection)
            if found is None:
                return False
            ticket_id, notice = found
            try:
                async with connection.transaction():
                    await self._tell(connection, notice, ticket_id)
            except Exception as exc:  # one that it can't be said in keeps none of the others waiting
                fault = exc if isinstance(exc, PayLaterError) else db.fault_of(exc)
                if isinstance(fault, Unavailable):
                    raise
                _log.warning("notice_not_told", notice=str(notice.id), ticket=str(ticket_id), exc_info=exc)
                why = fault.detail if fault else type(exc).__name__
                await self._store.failed(connection, notice, ticket_id, why)
        return True

    async def _tell(self, connection: Any, notice: NoticeRow, ticket_id: UUID) -> None:
        """Say it, unless the request was closed or unlinked meanwhile."""
        ticket = await self._core.get(connection, ticket_id)
        if ticket.state is State.CLOSED or ticket.problem_id != notice.problem_id:
            await self._store.pass_over(connection, notice, ticket_id)
            return
        by = Actor(Who.STAFF, notice.user_name, notice.user_id)
        state = State.SOLVED if notice.kind == "solution" and ticket.state is not State.SOLVED else None
        word = NewMessage(id=uuid5(notice.id, str(ticket_id)), body=notice.text, state=state)
        said = await self._core.say(connection, ticket_id, word, by)
        await self._store.told(connection, notice, ticket_id, said.id, self._clock.now())
        # The word itself tells the client; this event is for the history of the request, and for who looks on.
        data = {"problem_id": notice.problem_id, "notice_id": notice.id, "public": False}
        await self._core.note(connection, ticket_id, "noticed", by, data, message_id=said.id)
