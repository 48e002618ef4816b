"""Who a directory's person is here: found, brought up to date, or made."""

from typing import Any
from uuid import UUID

from api.accounts.store import AccountsStore
from api.directories.mapping import Place, email_of, login_of, place_of
from api.directories.model import Person, Provider
from api.directories.oidc import NotProven
from api.directories.store import DirectoriesStore
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict


class NotAdmitted(NotProven):
    """The directory knows them and we do not let them in; ``why`` is a word for the sign-in page."""

    code = "sign_in_not_admitted"

    def __init__(self, detail: str, why: str) -> None:
        super().__init__(detail, why=why)
        self.why = why


class Newcomers:
    """Roles, names and addresses follow the directory at each sign-in."""

    def __init__(self, store: DirectoriesStore, accounts: AccountsStore, clock: Clock) -> None:
        self._store = store
        self._accounts = accounts
        self._clock = clock

    async def user_of(self, provider: Provider, person: Person) -> UUID:
        """The user's id.

        Raises:
            NotAdmitted: no rule gives a role, users are not made, or the login belongs to somebody else here.
        """
        place = place_of(person.groups, provider.role_map, provider.default_role)
        if place is None:
            raise NotAdmitted("None of the groups in the directory gives a role here", "no_role")
        async with self._accounts.change() as connection:
            user_id = await self._store.user_of(connection, provider.id, person.subject)
            if user_id is None:
                return await self._make(connection, provider, person, place)
            await self._bring_up_to_date(connection, user_id, person, place)
            return user_id

    async def _make(self, connection: Any, provider: Provider, person: Person, place: Place) -> UUID:
        if not provider.create_users:
            raise NotAdmitted("The directory's users are not made here: an administrator links them", "unknown")
        user_id, login = ids.new_id(self._clock.now()), login_of(person)
        email = await self._free_email(connection, person, user_id)
        name = person.name.strip()[:100] or login
        if not await self._store.add_user(connection, user_id, login, name, email, place.role, place.partner_id):
            # Whoever chose that name in the directory must not get another's account.
            raise NotAdmitted(f"There is another user {login} here: an administrator links them", "login_taken")
        await self._store.add_identity(connection, provider.id, person.subject, user_id)
        told = {"login": login, "role": place.role, "provider": provider.name}
        await self._store.note(connection, user_id, login, "created", told)
        return user_id

    async def _bring_up_to_date(self, connection: Any, user_id: UUID, person: Person, place: Place) -> None:
        user = await self._accounts.get(user_id, connection)
        if user is None:
            return
        wanted: dict[str, Any] = {"role": place.role, "partner_id": place.partner_id}
        if name := person.name.strip()[:100]:
            wanted["name"] = name
        if email := await self._free_email(connection, person, user_id):
            wanted["email"] = email
        changed = {field: value for field, value in wanted.items() if getattr(user, field) != value}
        if not changed:
            return
        try:
            async with connection.transaction():
                await self._accounts.update(connection, user_id, changed)
                told = {field: None if value is None else str(value) for field, value in changed.items()}
                await self._store.note(connection, user_id, user.login, "updated", told)
        except Conflict:
            # The last who may do everything stays so, whatever the directory says.
            return

    async def _free_email(self, connection: Any, person: Person, user_id: UUID) -> str | None:
        email = email_of(person)
        return None if email is None or await self._store.email_taken(connection, email, user_id) else email
