"""Listing and ending sessions."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from api.accounts.rights import lacking
from api.sessions.model import Session, SessionsQuery
from api.sessions.store import SessionsStore
from api.web import paging
from api.web.route import Identity, Page
from engine.core.clock import Clock
from engine.core.errors import Forbidden, NotFound


class SessionsService:
    """A session that was ended is refused at once, by every process of the api."""

    def __init__(self, store: SessionsStore, forget_sessions: Callable[[], None], clock: Clock) -> None:
        self._store = store
        self._forget_sessions = forget_sessions
        self._clock = clock

    async def page(self, by: Identity, query: SessionsQuery, *, own: bool) -> Page[Session]:
        after = paging.decode(query.cursor, tuple[datetime, UUID])
        user_id = by.user_id if own else query.user_id
        partner_id = None if own else by.partner_id
        found = await self._store.page(query.limit, after, self._clock.now(), user_id, partner_id)
        for session in found:
            session.current = session.id == by.session_id
        return paging.page(found, query.limit, lambda session: (session.last_used_at, session.id))

    async def end_own(self, by: Identity, session_id: UUID) -> None:
        if not await self._store.end_own(session_id, by.user_id, self._clock.now()):
            raise NotFound("You have no such session")
        self._forget_sessions()

    async def end_others(self, by: Identity) -> None:
        """All of one's sessions but the one that asks."""
        await self._store.end_others(by.user_id, by.session_id, self._clock.now())
        self._forget_sessions()

    async def end(self, by: Identity, session_id: UUID) -> None:
        """Anybody's; not of those who may do what ``by`` may not."""
        holder = await self._store.holder(session_id)
        if holder is None or by.partner_id not in (None, holder.partner_id):
            raise NotFound("There is no such session")
        if missing := lacking(by.rights, holder.rights):
            raise Forbidden("This user may do what you may not", right=missing[0])
        if not await self._store.end(session_id, self._clock.now(), f"ended by {by.login}"):
            raise NotFound("There is no such session")
        self._forget_sessions()
