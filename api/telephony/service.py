"""Create, read, change and delete any configured thing."""

from typing import Any
from uuid import UUID

import msgspec

from api.telephony.model import Phone
from api.telephony.references import references
from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore
from api.web import paging
from api.web.route import Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound


class TelephonyService:
    """The rules that all resources share: versions, references that exist, nothing deleted that is in use."""

    def __init__(self, store: TelephonyStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
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
            await self._check(connection, resource, value, str(id_))
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

    async def phone(self, extension_id: UUID, *, with_password: bool) -> Phone:
        """Provisioning data of an extension's phone."""
        row = await self._store.phone(extension_id)
        if row is None:
            raise NotFound("There is no such Extension")
        return Phone(
            number=row["number"],
            name=row["name"],
            username=row["number"],
            server=self._settings.public_host,
            port=self._settings.sip_port,
            transport="udp",
            codecs=row["codecs"],
            password=row["password"] if with_password else None,
        )

    async def _check(self, connection: Any, resource: Resource, value: Any, own_id: str = "") -> None:
        errors = resource.check(value)
        wanted: dict[tuple[str, str], set[str]] = {}
        found = [reference for reference in references(value) if own_id != reference.key.partition("/")[0]]
        for reference in found:
            wanted.setdefault((reference.table, reference.column), set()).add(reference.key)
        for (table, column), keys in wanted.items():
            missing = await self._store.missing(connection, table, column, keys)
            errors += [
                {"path": reference.path, "message": f"There is no such {column} in {table}: {reference.key}"}
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
