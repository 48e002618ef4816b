"""Missed calls: the list, one click to call back, dismissal."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from api.missed.model import MissedCall, MissedQuery
from api.missed.store import MissedStore
from api.web import paging
from api.web.route import Identity, Page
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound

_KEY = tuple[paging.Time, UUID]
ALL = "calls.read"
_KEEP = 6
"""Missed calls are forgotten after so many times the days that the list shows."""
Dial = Callable[[Identity, str, str], Awaitable[UUID]]
"""Rings an extension and then a number for a user; the call's id."""


class MissedService:
    """Who has calls.read sees all missed calls (a partner its own); others see those that concern them."""

    def __init__(self, store: MissedStore, dial: Dial, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._dial = dial
        self._settings = settings
        self._clock = clock

    async def page(self, identity: Identity, query: MissedQuery) -> Page[MissedCall]:
        concerning = identity.user_id if query.mine else _concerning(identity)
        since = self._clock.now() - timedelta(days=self._settings.missed_days)
        found = await self._store.page(query, concerning, since, paging.decode(query.cursor, _KEY))
        return paging.page(found, query.limit, lambda item: (item.at, item.id))

    async def call_back(self, identity: Identity, missed_id: UUID) -> UUID:
        """Take all open missed calls of the number and ring one's own phone, then the number.

        Raises:
            NotFound: it is not open any more, or does not concern the user.
            Conflict: somebody else is calling back.
            InvalidInput: the user has no extension.
        """
        found = await self._store.number_of(missed_id, _concerning(identity))
        if found is None:
            raise NotFound("There is no such open missed call")
        extension = await self._store.extension_of(identity.user_id)
        if extension is None:
            raise InvalidInput("You have no extension to call from: an administrator gives it to you")
        number, caller = found
        now = self._clock.now()
        lapsed = now - timedelta(minutes=self._settings.missed_taken_minutes)
        if not await self._store.take(number, identity.user_id, now, lapsed):
            raise Conflict("Somebody else is calling back now")
        try:
            return await self._dial(identity, extension, caller)
        except Exception:
            await self._store.release(number, identity.user_id)
            raise

    async def dismiss(self, identity: Identity, missed_id: UUID) -> None:
        """Nothing more is to be done about it. Raises NotFound."""
        found = await self._store.number_of(missed_id, _concerning(identity))
        if found is None or not await self._store.dismiss(missed_id, identity.user_id, self._clock.now()):
            raise NotFound("There is no such open missed call")

    async def digest(self, identity: Identity) -> int | None:
        return await self._store.digest(identity.user_id)

    async def set_digest(self, identity: Identity, minutes: int | None) -> None:
        await self._store.set_digest(identity.user_id, minutes, self._clock.now())

    async def clean(self) -> None:
        """Forget what is long past."""
        await self._store.forget(self._clock.now() - timedelta(days=self._settings.missed_days * _KEEP))


def _concerning(identity: Identity) -> UUID | None:
    return None if identity.may(ALL) else identity.user_id
