"""One's own account, and the people of one's company."""

from uuid import UUID

from api.clients.model import NewPerson, Transfer
from api.clients.service import ClientsService, refuse_other
from api.portal.model import Child, ChildPatch, MePatch, PortalMe
from api.portal.store import PortalStore
from api.web import paging
from api.web.limits import Buckets, seconds
from api.web.patches import given
from api.web.problems import invalid
from api.web.route import ClientScope, Identity, Page
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Forbidden, NotFound, TooMany

_INVITE = "invite"


class PortalPeople:
    """Only the company's own account (the parent) does something about people, and only about its own."""

    def __init__(self, store: PortalStore, clients: ClientsService, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._clients = clients
        self._clock = clock
        self._letters = Buckets({_INVITE: max(1, settings.portal_invites_per_minute)})

    async def me(self, user: Identity, client: ClientScope) -> PortalMe:
        account = await self._store.me(client)
        if account is None:
            raise Forbidden("Your account is not active", right="tickets.own")
        parent = None if account.is_parent else await self._store.company(client)
        return PortalMe(account=account, parent=parent, login=user.login, outlets=await self._store.outlets(client))

    async def change_me(self, user: Identity, client: ClientScope, patch: MePatch, version: int | None) -> PortalMe:
        fields = given(patch)
        alien = {"name"} if client.outlets is None else {"contact", "timezone"}
        if wrong := alien & fields.keys():
            raise invalid(f"body.{min(wrong)}", "Support changes this for you")
        async with self._clients.store.change() as connection:
            family = await self._clients.held(connection, client.account_id)
            refuse_other(version, family.account.version)
            await self._clients.edit(connection, family, fields)
        return await self.me(user, client)

    async def page(self, client: ClientScope, limit: int, cursor: str | None) -> Page[Child]:
        _check_parent(client)
        found = await self._store.children(client, limit, paging.decode(cursor, tuple[str, UUID]))
        return paging.page(found, limit, lambda item: (item.name.lower(), item.id))

    async def get(self, client: ClientScope, child_id: UUID) -> Child:
        _check_parent(client)
        found = await self._store.child(client, child_id)
        if found is None:
            raise NotFound("There is no such person of your company")
        return found

    async def create(self, client: ClientScope, new: NewPerson) -> Child:
        """A person, invited by a letter."""
        _check_parent(client)
        self._take_letter(client)
        async with self._clients.store.change() as connection:
            child_id = await self._clients.add_child(connection, client.parent_id, new, by_staff=False)
        return await self.get(client, child_id)

    async def change(self, client: ClientScope, child_id: UUID, patch: ChildPatch, version: int | None) -> Child:
        """What a person sees holds at once."""
        await self.get(client, child_id)
        fields = given(patch)
        blocked = fields.pop("blocked", None)
        async with self._clients.store.change() as connection:
            family = await self._clients.held(connection, child_id)
            refuse_other(version, family.account.version)
            if fields:
                await self._clients.edit(connection, family, fields)
            if blocked is not None:
                await self._clients.block(connection, family, blocked)
        return await self.get(client, child_id)

    async def invite(self, client: ClientScope, child_id: UUID) -> None:
        """The letter once more."""
        await self.get(client, child_id)
        self._take_letter(client)
        async with self._clients.store.change() as connection:
            await self._clients.invite_in(connection, child_id, by_staff=False)

    def _take_letter(self, client: ClientScope) -> None:
        wait = self._letters.take(_INVITE, str(client.parent_id), self._clock.monotonic())
        if wait > 0:
            raise TooMany("Too many invitations at once; wait a moment", retry_after=seconds(wait))


def _check_parent(client: ClientScope) -> None:
    """Raises Forbidden: a person has no people."""
    if client.outlets is not None:
        raise Forbidden("This is open to the company's own account", right="tickets.own")


def check_transfer(client: ClientScope, wanted: Transfer) -> None:
    """Raises Forbidden: only the company's own account can be given away."""
    _check_parent(client)
    if wanted.child_id == client.account_id:
        raise invalid("body.child_id", "Name another person of your company")
