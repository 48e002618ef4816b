"""Rows of any configured thing; the statements are made from its declared columns.

Changes run under one lock, so that what a change refers to can't go away beside it, and each is told in the feed of
changes within its own transaction.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.telephony.resource import Resource
from api.web.paging import escape_like
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_ANY_VALUE = "$.** ? (@ == $key)"
_EXTENSION = '$.** ? ((@.kind == "extension" && @.number == $key) || (@.kind == "external" && @.extension == $key))'


class Row(msgspec.Struct):
    """A row that refers to another: which resource, its id and name."""

    resource: str
    id: UUID
    name: str


class TelephonyStore:
    """Reads and changes of configuration."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        """A transaction that holds the configuration; gives its connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql.lock_configuration)
            yield connection

    async def page(self, resource: Resource, limit: int, after: tuple[str, UUID] | None, text: str | None) -> list[Any]:
        """Rows by label, one more than ``limit``."""
        label, id_ = after or (None, None)
        found = " or ".join(f"{column}::text ilike $4" for column in resource.search)
        pattern = "%" + escape_like(text) + "%" if text else None
        rows = await self._pool.fetch(
            f"select {', '.join(resource.read_columns)} from {resource.table} "
            f"where ($2::text is null or ({resource.label}, id) > ($2, $3)) and ($4::text is null or {found}) "
            f"order by {resource.label}, id limit $1",
            limit + 1,
            label,
            id_,
            pattern,
        )
        return [msgspec.convert(dict(row), resource.stored) for row in rows]

    async def get(self, resource: Resource, id_: UUID) -> Any | None:
        row = await self._pool.fetchrow(
            f"select {', '.join(resource.read_columns)} from {resource.table} where id = $1", id_
        )
        return None if row is None else msgspec.convert(dict(row), resource.stored)

    async def held(self, connection: Any, resource: Resource, id_: UUID) -> tuple[Any, int] | None:
        """The row as written (secrets too) and its version, held until the transaction ends."""
        row = await connection.fetchrow(
            f"select version, {', '.join(resource.columns)} from {resource.table} where id = $1 for update", id_
        )
        if row is None:
            return None
        values = dict(row)
        version = values.pop("version")
        return msgspec.convert(values, resource.write), version

    async def insert(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        values = _values(value)
        names = ["id", *values]
        places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
        row = await connection.fetchrow(
            f"insert into {resource.table} ({', '.join(names)}) values ({places}) "
            f"returning {', '.join(resource.read_columns)}",
            id_,
            *values.values(),
        )
        return await self._told(connection, resource, "created", row)

    async def update(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        values = _values(value)
        places = ", ".join(f"{name} = ${n}" for n, name in enumerate(values, start=2))
        row = await connection.fetchrow(
            f"update {resource.table} set {places}, version = version + 1, updated_at = now() where id = $1 "
            f"returning {', '.join(resource.read_columns)}",
            id_,
            *values.values(),
        )
        return await self._told(connection, resource, "updated", row)

    async def delete(self, connection: Any, resource: Resource, id_: UUID) -> None:
        await connection.execute(f"delete from {resource.table} where id = $1", id_)
        await tell(connection, "deleted", f"{resource.path}/{id_}", {})

    async def missing(self, connection: Any, table: str, column: str, keys: set[str]) -> set[str]:
        """Those of ``keys`` that ``table`` does not hold."""
        if column == "step":
            rows = await connection.fetch(_sql.menu_steps, list(keys))
        else:
            rows = await connection.fetch(
                f"select {column}::text as key from {table} where {column}::text = any($1)", list(keys)
            )
        return keys - {row["key"] for row in rows}

    async def phone(self, extension_id: UUID) -> Any | None:
        """Number, name, codecs and password of an extension."""
        return await self._pool.fetchrow(_sql.phone, extension_id)

    async def users(self, connection: Any, resource: Resource, id_: UUID, key: str) -> list[Row]:
        """Who refers to the row known as ``key``."""
        path = _EXTENSION if resource.key == "number" else _ANY_VALUE
        rows = await connection.fetch(_sql.users, key, path, {"key": key}, id_)
        return [Row(row["resource"], row["id"], row["name"]) for row in rows]

    async def _told(self, connection: Any, resource: Resource, kind: str, row: Any) -> Any:
        await tell(connection, kind, f"{resource.path}/{row['id']}", {"version": row["version"]})
        return msgspec.convert(dict(row), resource.stored)


async def tell(connection: Any, kind: str, key: str, data: dict[str, Any], topic: str = "config") -> None:
    """Note a change in the feed, within the caller's transaction."""
    await connection.execute(_sql.tell, kind, key, data, topic)


def _values(value: Any) -> dict[str, Any]:
    pairs = ((field.name, getattr(value, field.name)) for field in msgspec.structs.fields(value))
    return {name: item for name, item in pairs if item is not msgspec.UNSET}
