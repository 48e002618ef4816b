"""The worker that wakes when a promise is due: by an index, in the moment, not by looking again and again."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.sla.reactor import Promises
from api.sla.store import PromiseStore
from api.tickets.core import TicketCore
from api.tickets.model import SYSTEM
from api.tickets.states import State
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Unavailable

_log = log.get("api.sla")
_SHORTEST_WAIT = 0.05
_AFTER_FAULT_S = 2.0
_SET_ASIDE = timedelta(minutes=1)
NOT_CONFIRMED = {"ru": "не подтверждена в срок", "en": "not confirmed in time"}
"""The reason of a closing by time, in the language of the request."""


class Ageing:
    """Breaks promises, warns of them, and closes requests that nobody confirmed. Each process of the api runs one: a
    request is taken under its lock, and what another has done is not done again."""

    def __init__(
        self, store: PromiseStore, promises: Promises, core: TicketCore, settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._promises = promises
        self._core = core
        self._settings = settings
        self._clock = clock
        self._news = asyncio.Event()
        self._wakes_at: datetime | None = None
        self._aside: dict[UUID, datetime] = {}

    async def listen(self) -> None:
        """Hear of deadlines until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["promises"], lambda _channel, payload: self._heard(payload), connected)

    async def work(self) -> None:
        """Do what is due until cancelled."""
        while True:
            self._news.clear()
            self._wakes_at = None
            try:
                await self._do_due()
                wait = await self._until_next()
            except Exception as exc:
                if db.fault_of(exc) is None:
                    _log.exception("ageing_failed")
                wait = _AFTER_FAULT_S
            # Not wait_for: in Python 3.11 it may swallow a cancellation that comes with the news (bpo-37658).
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()

    def _heard(self, payload: str) -> None:
        """Something new comes at the moment ``payload`` (ISO 8601; empty: look now)."""
        with contextlib.suppress(ValueError):
            if self._wakes_at is not None and datetime.fromisoformat(payload) >= self._wakes_at:
                return
        self._news.set()

    async def _do_due(self) -> None:
        for what in ("due", "warn", "confirm"):
            while await self._do_one(what):
                pass

    async def _do_one(self, what: str) -> bool:
        """Take one request of which something is due; False: there is none."""
        now = self._clock.now()
        self._aside = {id_: until for id_, until in self._aside.items() if until > now}
        ticket_id: UUID | None = None
        try:
            async with self._store.change() as connection:
                ticket_id = await self._store.claim(connection, what, now, list(self._aside))
                if ticket_id is None:
                    return False
                await self._do(connection, what, ticket_id, now)
        except Exception as exc:
            if ticket_id is None or isinstance(db.fault_of(exc), Unavailable):
                raise
            # One request that can't be dealt with must not keep the others.
            _log.exception("ageing_of_ticket_failed", ticket=str(ticket_id), what=what)
            self._aside[ticket_id] = now + _SET_ASIDE
        return True

    async def _do(self, connection: Any, what: str, ticket_id: UUID, now: datetime) -> None:
        if what == "confirm":
            ticket = await self._core.get(connection, ticket_id)
            await self._core.move(connection, ticket_id, State.CLOSED, SYSTEM, NOT_CONFIRMED[ticket.language])
        else:
            await self._promises.age(connection, ticket_id, now)

    async def _until_next(self) -> float:
        """Seconds until something more is due, by the clock on the wall, which may be set meanwhile: at the longest
        ``ticket_ageing_rest_s``."""
        self._wakes_at = await self._store.next_moment()
        rest = self._settings.ticket_ageing_rest_s
        if self._wakes_at is not None:
            rest = min(rest, (self._wakes_at - self._clock.now()).total_seconds())
        return max(_AFTER_FAULT_S if self._aside else _SHORTEST_WAIT, rest)
