"""Creating, changing and deleting roles."""

from collections.abc import Callable, Iterable
from typing import Any

from api.accounts.model import NewRole, RightTitle, Role, RolePatch
from api.accounts.rights import ALL, CATALOGUE, lacking, unknown
from api.accounts.store import AccountsStore
from api.web.patches import given
from api.web.route import Identity
from engine.core.errors import Conflict, Forbidden, InvalidInput, NotFound

ADMIN = "admin"


class RolesService:
    """The rules of roles: only known rights, none that who gives them has not got, and an admin who may do all."""

    def __init__(self, store: AccountsStore, forget_sessions: Callable[[], None]) -> None:
        self._store = store
        self._forget_sessions = forget_sessions

    def rights(self) -> list[RightTitle]:
        return [
            RightTitle(name=right.name, area=right.area, title=right.title, title_en=right.title_en)
            for right in CATALOGUE
        ]

    async def roles(self) -> list[Role]:
        return await self._store.roles()

    async def get(self, name: str, connection: Any = None) -> Role:
        found = await self._store.roles(name, connection)
        if not found:
            raise NotFound("There is no such role")
        return found[0]

    async def create(self, by: Identity, role: NewRole) -> Role:
        _check(by, role.rights)
        async with self._store.change() as connection:
            await self._store.add_role(connection, role)
            return await self.get(role.name, connection)

    async def change(self, by: Identity, name: str, patch: RolePatch, version: int | None) -> Role:
        fields = given(patch)
        async with self._store.change() as connection:
            role = await self.get(name, connection)
            if version is not None and version != role.version:
                raise Conflict(f"It was changed meanwhile: version {role.version}", version=role.version)
            _check(by, [*role.rights, *fields.get("rights", [])])
            if name == ADMIN and ALL not in fields.get("rights", [ALL]):
                raise Conflict("The role admin may do everything, always: make another role with fewer rights")
            await self._store.update_role(connection, name, fields)
            role = await self.get(name, connection)
        self._forget_sessions()
        return role

    async def delete(self, by: Identity, name: str) -> None:
        async with self._store.change() as connection:
            role = await self.get(name, connection)
            _check(by, role.rights)
            if role.built_in:
                raise Conflict("This role came with the product: it can be changed, and not deleted")
            if role.users:
                raise Conflict(f"{role.users} users have this role: give them another first", users=role.users)
            await self._store.delete_role(connection, name)


def _check(by: Identity, rights: Iterable[str]) -> None:
    wrong = unknown(rights)
    if wrong:
        message = f"There is no such right: {', '.join(wrong)}; GET /api/v1/rights lists them"
        raise InvalidInput("A right is not known", [{"path": "body.rights", "message": message}])
    if missing := lacking(by.rights, rights):
        raise Forbidden("You can't give a right that you have not got", right=missing[0])
