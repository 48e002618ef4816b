"""Queues with their members and skills, by the statements that all configured things share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.queues.model import QueueColumns, QueueData, QueueMember, QueueSkill
from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))
_ROW = Resource(path="queues", table="queues", title="QueueRow", write=QueueColumns)
"""The queue's own row alone."""


class QueueStore(TelephonyStore):
    """``TelephonyStore`` of one resource, whose value spans three tables."""

    async def page(self, resource: Resource, limit: int, after: tuple[str, UUID] | None, text: str | None) -> list[Any]:
        rows = await super().page(_ROW, limit, after, text)
        return await self._whole(self._pool, resource.stored, rows)

    async def get(self, resource: Resource, id_: UUID) -> Any | None:
        row = await super().get(_ROW, id_)
        return None if row is None else (await self._whole(self._pool, resource.stored, [row]))[0]

    async def held(self, connection: Any, resource: Resource, id_: UUID) -> tuple[Any, int] | None:
        found = await super().held(connection, _ROW, id_)
        if found is None:
            return None
        members, skills = await _parts(connection, [id_])
        value = QueueData(**_fields(found[0]), members=members.get(id_, []), skills=skills.get(id_, []))
        return value, found[1]

    async def insert(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        row = await super().insert(connection, _ROW, id_, _columns(value))
        await _put_parts(connection, id_, value)
        return (await self._whole(connection, resource.stored, [row]))[0]

    async def update(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        await _put_parts(connection, id_, value)
        row = await super().update(connection, _ROW, id_, _columns(value))
        return (await self._whole(connection, resource.stored, [row]))[0]

    async def _whole(self, connection: Any, stored: Any, rows: Sequence[Any]) -> list[Any]:
        members, skills = await _parts(connection, [row.id for row in rows])
        return [stored(**_fields(row), members=members.get(row.id, []), skills=skills.get(row.id, [])) for row in rows]


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def _columns(value: QueueData) -> QueueColumns:
    return QueueColumns(**{name: getattr(value, name) for name in QueueColumns.__struct_fields__})


async def _parts(
    connection: Any, ids: Sequence[UUID]
) -> tuple[dict[UUID, list[QueueMember]], dict[UUID, list[QueueSkill]]]:
    members: dict[UUID, list[QueueMember]] = {}
    skills: dict[UUID, list[QueueSkill]] = {}
    for row in await connection.fetch(_sql.members, ids):
        values = {name: row[name] for name in ("user_id", "group_id", "tier", "place")}
        members.setdefault(row["queue_id"], []).append(QueueMember(**values))
    for row in await connection.fetch(_sql.skills, ids):
        skills.setdefault(row["queue_id"], []).append(QueueSkill(skill_id=row["skill_id"], level=row["level"]))
    return members, skills


async def _put_parts(connection: Any, id_: UUID, value: QueueData) -> None:
    await connection.execute(_sql.put_members, id_, msgspec.to_builtins(value.members, str_keys=True))
    await connection.execute(_sql.put_skills, id_, msgspec.to_builtins(value.skills))
