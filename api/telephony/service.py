"""Create, read, change and delete any configured thing."""

from typing import Any
from uuid import UUID

import msgspec

from api.telephony.references import references
from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore
from api.web import paging
from api.web.route import Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict, InvalidInput, NotFound


class TelephonyService:
    """The rules that all resources share: versions, references that exist, nothing deleted that is in use."""

    def __init__(self, store: TelephonyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(self, resource: Resource, limit: int, cursor: str | None, text: str | None) -> Page[Any]:
        after = paging.decode(cursor, tuple[str, UUID])
        items = await self._store.page(resource, limit, after, text)
        return paging.page(items, limit, lambda item: (getattr(item, resource.label), item.id))

    async def get(self, resource: Resource, id_: UUID) -> Any:
        return _found(await self._store.get(resource, id_), resource)

    async def create(self, resource: Resource, value: Any) -> Any:
        value = resource.on_create(value)
        async with self._store.change() as connection:
            await self._check(connection, resource, value)
            return await self._store.insert(connection, resource, ids.new_id(self._clock.now()), value)

    async def change(self, resource: Resource, id_: UUID, fields: dict[str, Any], version: int | None) -> Any:
        """Give ``fields`` new values; ``version``, where given, must be the present one.

        Raises:
            NotFound, Conflict (another version, or a key that others use would change), InvalidInput.
        """
        async with self._store.change() as connection:
            now, current = _found(await self._store.held(connection, resource, id_), resource)
            if version is not None and version != current:
                raise Conflict(f"It was changed meanwhile: version {current}", version=current)
            value = msgspec.structs.replace(now, **fields)
            await self._check(connection, resource, value)
            if getattr(value, resource.key, None) != getattr(now, resource.key, None):
                await self._refuse_if_used(connection, resource, id_, getattr(now, resource.key))
            return await self._store.update(connection, resource, id_, value)

    async def delete(self, resource: Resource, id_: UUID, version: int | None) -> None:
        """Raises NotFound, or Conflict with ``used_by`` where others refer to it."""
        async with self._store.change() as connection:
            now, current = _found(await self._store.held(connection, resource, id_), resource)
            if version is not None and version != current:
                raise Conflict(f"It was changed meanwhile: version {current}", version=current)
            await self._refuse_if_used(connection, resource, id_, getattr(now, resource.key, id_))
            await self._store.delete(connection, resource, id_)

    async def _check(self, connection: Any, resource: Resource, value: Any) -> None:
        errors = resource.check(value)
        wanted: dict[tuple[str, str], set[str]] = {}
        found = references(value)
        for reference in found:
            wanted.setdefault((reference.table, reference.column), set()).add(reference.key)
        for (table, column), keys in wanted.items():
            missing = await self._store.missing(connection, table, column, keys)
            errors += [
                {"path": reference.path, "message": f"There is no such thing in {table}: {reference.key}"}
                for reference in found
                if (reference.table, reference.column) == (table, column) and reference.key in missing
            ]
        if errors:
            raise InvalidInput(f"{resource.title}: {len(errors)} broken rules", errors)

    async def _refuse_if_used(self, connection: Any, resource: Resource, id_: UUID, key: Any) -> None:
        users = await self._store.users(connection, resource, id_, str(key))
        if users:
            names = ", ".join(f"{user.resource} {user.name}" for user in users)
            raise Conflict(f"It is in use by: {names}", used_by=users)


def _found(value: Any, resource: Resource) -> Any:
    if value is None:
        raise NotFound(f"There is no such {resource.title}")
    return value
