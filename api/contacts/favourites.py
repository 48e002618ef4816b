"""Favourites of a user: contacts and colleagues, in an order of one's own."""

from uuid import UUID

from api.contacts.model import Contact, Favourite, FavouriteData
from api.contacts.service import asker
from api.contacts.store import ContactsStore
from api.web.problems import invalid
from api.web.route import Identity
from engine.core.config import Settings
from engine.core.errors import NotFound


class FavouritesService:
    """At most ``favourites_max`` a user."""

    def __init__(self, store: ContactsStore, settings: Settings) -> None:
        self._store = store
        self._most = settings.favourites_max

    async def list_(self, identity: Identity) -> list[Favourite]:
        return [
            Favourite(id=item.id, contact=item) if isinstance(item, Contact) else Favourite(id=item.id, colleague=item)
            for _, item in await self._store.favourites(asker(identity))
        ]

    async def add(self, identity: Identity, data: FavouriteData) -> None:
        """Raises InvalidInput: not one of the two is named, there is none such, or there are too many."""
        who = asker(identity)
        if (data.contact_id is None) == (data.user_id is None):
            raise invalid("body", "Name either contact_id or user_id")
        if data.contact_id is not None and await self._store.get(who, data.contact_id) is None:
            raise invalid("body.contact_id", "There is no such contact")
        if data.user_id is not None and not await self._store.user_visible(who, data.user_id):
            raise invalid("body.user_id", "There is no such user")
        if await self._store.favourites_count(identity.user_id) >= self._most:
            raise invalid("body", f"More than {self._most} favourites")
        await self._store.add_favourite(identity.user_id, data.contact_id, data.user_id)

    async def drop(self, identity: Identity, id_: UUID) -> None:
        if not await self._store.drop_favourite(identity.user_id, id_):
            raise NotFound("It is none of your favourites")

    async def order(self, identity: Identity, ids: list[UUID]) -> None:
        await self._store.order_favourites(identity.user_id, ids)
