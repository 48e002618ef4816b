"""From the open form to an account."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.clients.model import NewClient, check_zone
from api.clients.service import ClientsService, refuse_partner
from api.registrations.model import Confirm, NewRegistration, Registration, RegistrationsQuery, Reject
from api.registrations.store import RegistrationStore
from api.web import paging
from api.web.route import Identity, Page
from engine.core import ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound, TooMany

_log = log.get("api.registrations")
_HOME_ZONE = "Europe/Moscow"


class RegistrationsService:
    """The form answers everybody the same: nothing tells whether an address is known here, or asked before."""

    def __init__(self, store: RegistrationStore, clients: ClientsService, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._clients = clients
        self._settings = settings
        self._clock = clock

    async def ask(self, new: NewRegistration, address: str) -> None:
        """Take the form in and tell its address that it came.

        Raises:
            TooMany: more are open than support can be expected to read.
        """
        if new.website:
            _log.info("registration_by_a_program", address=address)
            return
        now = self._clock.now()
        async with self._clients.store.change() as connection:
            if await self._store.open_count(connection) >= self._settings.registrations_open_most:
                raise TooMany("Too many registrations wait to be looked at; come again tomorrow", retry_after=3600)
            zone = _zone(new.timezone)
            if await self._store.add(connection, new.id or ids.new_id(now), new, zone, address, now):
                words = {"name": new.name, "company": new.company}
                await self._clients.people.write(connection, new.email.lower(), "arrived", new.language, **words)

    async def page(self, query: RegistrationsQuery) -> Page[Registration]:
        found = await self._store.page(query, paging.decode(query.cursor, tuple[datetime, UUID]))
        return paging.page(found, query.limit, lambda item: (item.created_at, item.id))

    async def get(self, id_: UUID) -> Registration:
        return _found(await self._store.get(id_))

    async def confirm(self, by: Identity, id_: UUID, given: Confirm) -> Registration:
        """The company with its outlets, its person as a user, and the letter by which that person signs in.

        Raises:
            NotFound, Conflict: decided already, or the address is a user's.
        """
        refuse_partner(by)
        async with self._clients.store.change() as connection:
            asked = await self._open(connection, id_)
            new = NewClient(
                name=given.company or asked.company,
                contact=asked.name if given.name is None else given.name,
                email=asked.email,
                phone=asked.phone,
                tax_id=given.tax_id,
                timezone=given.timezone or asked.timezone,
                language=asked.language,
                partner_id=given.partner_id,
                note=given.note,
                outlets=given.outlets,
                invite=True,
            )
            _refuse_same_names(given)
            account_id = await self._clients.make_company(connection, new)
            now = self._clock.now()
            await self._store.decide(connection, id_, "confirmed", "", account_id, by.user_id, now)
        return await self.get(id_)

    async def reject(self, by: Identity, id_: UUID, given: Reject) -> Registration:
        """Raises NotFound, Conflict: decided already."""
        refuse_partner(by)
        async with self._clients.store.change() as connection:
            asked = await self._open(connection, id_)
            now = self._clock.now()
            await self._store.decide(connection, id_, "rejected", given.reason.strip(), None, by.user_id, now)
            words = {"name": asked.name, "company": asked.company, "reason": given.reason}
            await self._clients.people.write(connection, asked.email, "rejected", asked.language, **words)
        return await self.get(id_)

    async def clean(self) -> None:
        """What was rejected long ago is forgotten."""
        keep = timedelta(days=self._settings.registrations_keep_days)
        await self._store.forget(self._clock.now() - keep)

    async def _open(self, connection: Any, id_: UUID) -> Registration:
        asked = _found(await self._store.hold(connection, id_))
        if asked.state != "new":
            raise Conflict(f"This registration is {asked.state} already", state=asked.state)
        return asked


def _found(registration: Registration | None) -> Registration:
    if registration is None:
        raise NotFound("There is no such registration")
    return registration


def _refuse_same_names(given: Confirm) -> None:
    names: set[str] = set()
    for place, outlet in enumerate(given.outlets):
        if outlet.name.strip() in names:
            path = f"body.outlets.{place}.name"
            raise InvalidInput("Outlets need different names", [{"path": path, "message": "It is there twice"}])
        names.add(outlet.name.strip())


def _zone(written: str) -> str:
    """What a browser tells, where it is a zone that we know."""
    try:
        return check_zone(written) if written else _HOME_ZONE
    except InvalidInput:
        return _HOME_ZONE
