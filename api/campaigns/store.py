"""Campaigns with their lists, by the statements that all configured things share."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.campaigns.checks import Readiness, Standing, broken_rules
from api.campaigns.model import (
    CampaignColumns,
    CampaignData,
    CampaignList,
    CampaignRead,
    CampaignRow,
    CampaignsQuery,
)
from api.telephony.resource import Resource
from api.telephony.store import TelephonyStore
from api.web.conditions import Conditions
from api.web.paging import escape_like
from engine.core.db import Queries
from engine.dialer.outcomes import CampaignState

_sql = Queries(Path(__file__).with_name("queries.sql"))
READ, WRITE, CONTROL = "campaigns.read", "campaigns.write", "campaigns.control"
CAMPAIGNS = Resource(
    path="campaigns",
    table="campaigns",
    title="Campaign",
    write=CampaignData,
    read=CampaignRead,
    check=broken_rules,
    read_right=READ,
    write_right=WRITE,
)
_ROW = Resource(path="campaigns", table="campaigns", title="CampaignRow", write=CampaignColumns, read=CampaignRow)
"""The campaign's own row alone."""


class Times(msgspec.Struct, frozen=True):
    """When a campaign starts and ends by itself."""

    starts_at: datetime | None
    ends_at: datetime | None


class CampaignStore(TelephonyStore):
    """``TelephonyStore`` of one resource, whose value spans two tables."""

    async def campaigns(self, query: CampaignsQuery, after: tuple[str, UUID] | None) -> list[Any]:
        """By name, one more than the limit."""
        found = Conditions()
        found.add("template = {}", query.template)
        found.given("state = {}", query.state)
        found.given("mode = {}", query.mode)
        if query.q:
            found.add("name ilike {}", f"%{escape_like(query.q)}%")
        if after:
            found.add("(name, id) > ({}, {})", *after)
        names, limit = ", ".join(_ROW.read_columns), found.argument(query.limit + 1)
        text = f"select {names} from campaigns {found.where} order by name, id limit {limit}"
        rows = await self._pool.fetch(text, *found.arguments)
        return await self._whole(self._pool, [msgspec.convert(dict(row), _ROW.stored) for row in rows])

    async def get(self, resource: Resource, id_: UUID) -> Any | None:
        row = await super().get(_ROW, id_)
        return None if row is None else (await self._whole(self._pool, [row]))[0]

    async def held(self, connection: Any, resource: Resource, id_: UUID) -> tuple[Any, int] | None:
        found = await super().held(connection, _ROW, id_)
        if found is None:
            return None
        lists = await _lists(connection, [id_])
        return CampaignData(**_fields(found[0]), lists=lists.get(id_, [])), found[1]

    async def insert(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        row = await super().insert(connection, _ROW, id_, _columns(value))
        await connection.execute(_sql.put_lists, id_, msgspec.to_builtins(value.lists))
        return (await self._whole(connection, [row]))[0]

    async def update(self, connection: Any, resource: Resource, id_: UUID, value: Any) -> Any:
        await connection.execute(_sql.put_lists, id_, msgspec.to_builtins(value.lists))
        row = await super().update(connection, _ROW, id_, _columns(value))
        return (await self._whole(connection, [row]))[0]

    async def standing(self, connection: Any, id_: UUID) -> Standing:
        return msgspec.convert(dict(await connection.fetchrow(_sql.standing, id_)), Standing)

    async def strangers(self, connection: Any, value: CampaignData) -> list[tuple[str, str]]:
        """Things named in it that belong to another partner: field and key."""
        lists = [item.list_id for item in value.lists]
        words = (value.partner_id, lists, value.queue_id, list(value.settings.caller_ids))
        return [(row["field"], row["key"]) for row in await connection.fetch(_sql.strangers, *words)]

    async def readiness(self, connection: Any, id_: UUID) -> Readiness:
        return msgspec.convert(dict(await connection.fetchrow(_sql.readiness, id_)), Readiness)

    async def move(
        self, connection: Any, id_: UUID, state: CampaignState, why: str, now: datetime, times: Times | None = None
    ) -> Any:
        """Bring a campaign into a state; ``times`` None: they stay."""
        starts, ends = (times.starts_at, times.ends_at) if times else (None, None)
        await connection.execute(_sql.move, id_, state.value, why, now, times is not None, starts, ends)
        row = await connection.fetchrow(f"select {', '.join(_ROW.read_columns)} from campaigns where id = $1", id_)
        return (await self._whole(connection, [msgspec.convert(dict(row), _ROW.stored)]))[0]

    async def clone_dispositions(self, connection: Any, source: UUID, to: UUID) -> None:
        await connection.execute(_sql.clone_dispositions, source, to)

    async def dialled_since(self, connection: Any, id_: UUID, since: datetime) -> bool:
        return bool(await connection.fetchval(_sql.dialled_since, id_, since))

    async def _whole(self, connection: Any, rows: Sequence[Any]) -> list[Any]:
        lists = await _lists(connection, [row.id for row in rows])
        return [CAMPAIGNS.stored(**_fields(row), lists=lists.get(row.id, [])) for row in rows]


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def _columns(value: CampaignData) -> CampaignColumns:
    return CampaignColumns(**{name: getattr(value, name) for name in CampaignColumns.__struct_fields__})


async def _lists(connection: Any, ids: Sequence[UUID]) -> dict[UUID, list[CampaignList]]:
    found: dict[UUID, list[CampaignList]] = {}
    for row in await connection.fetch(_sql.lists, ids):
        found.setdefault(row["campaign_id"], []).append(CampaignList(list_id=row["list_id"], priority=row["priority"]))
    return found
