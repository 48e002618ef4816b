"""Who is in a group of employees."""

from uuid import UUID

from api.people.model import Member
from api.people.store import PeopleStore
from api.web.problems import invalid
from engine.core.errors import NotFound

_NONE = "There is no such EmployeeGroup"


class PeopleService:
    def __init__(self, store: PeopleStore) -> None:
        self._store = store

    async def members(self, group_id: UUID) -> list[Member]:
        members = await self._store.members(group_id)
        if members is None:
            raise NotFound(_NONE)
        return members

    async def set_members(self, group_id: UUID, user_ids: list[UUID]) -> list[Member]:
        """Replace all members."""
        if unknown := await self._store.unknown_users(user_ids):
            raise invalid("body.user_ids", f"There are no such users: {', '.join(unknown[:10])}")
        if not await self._store.set_members(group_id, user_ids):
            raise NotFound(_NONE)
        return await self.members(group_id)
