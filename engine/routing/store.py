"""Reads the routing table from PostgreSQL: every part from one snapshot."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from engine.core import log
from engine.core.db import Queries
from engine.routing import model
from engine.routing.blacklist import Blacklist
from engine.routing.table import RoutingTable

_Q = Queries(Path(__file__).with_name("queries.sql"))
_log = log.get("routing.store")
T = TypeVar("T", bound=msgspec.Struct)
ROWS_AT_ONCE = 50
"""Rows made into values before other work of the event loop (live calls) gets its turn."""


async def load(pool: Any, parse_menu: Callable[[Any], Any], parse_queue: Callable[[Any], Any]) -> RoutingTable:
    """The configuration as it stands now.

    ``parse_menu`` makes a menu definition of its JSON value (`engine.ivr.model.parse_menu`), ``parse_queue`` a queue of
    its row (`engine.queues.model.parse_queue`). A row that can't be read
    is left out, named in ``skipped`` and logged: one bad row must not silence every other number.

    Raises:
        asyncpg.PostgresError, OSError: the database does not answer; keep the table you have.
    """
    names: tuple[str, ...] = ("numbers", "extensions", "groups", "schedules", "menus", "prompts", "boxes", "trunks")
    names += ("speed_dials", "people", "outbound_rules", "caller_id_rules")
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        rows = {name: await connection.fetch(getattr(_Q, name)) for name in (*names, "queues", "blacklist")}
    skipped: list[str] = []

    async def read(name: str, make: Callable[[Any], Any]) -> list[Any]:
        made = []
        for index, row in enumerate(rows[name]):
            if index % ROWS_AT_ONCE == 0:
                await asyncio.sleep(0)
            try:
                made.append(make(row))
            except (msgspec.ValidationError, ZoneInfoNotFoundError, ValueError, OSError) as exc:
                skipped.append(f"{name}/{row['id']}: {exc}")
                _log.error("row_skipped", table=name, id=str(row["id"]), error=str(exc))
        return made

    menus = await read("menus", lambda row: (row["id"], parse_menu(row["definition"])))
    return RoutingTable(
        numbers=_by("number", await read("numbers", _maker(model.Number))),
        extensions=_by("number", await read("extensions", _maker(model.Extension))),
        groups=_by("id", await read("groups", _maker(model.RingGroup))),
        schedules=_by("id", await read("schedules", _schedule)),
        menus=MappingProxyType(dict(menus)),
        menu_names=MappingProxyType({row["id"]: row["name"] for row in rows["menus"]}),
        prompts=_by("id", await read("prompts", _maker(model.Prompt))),
        boxes=_by("id", await read("boxes", _maker(model.VoicemailBox))),
        trunks=_by("id", await read("trunks", _maker(model.Trunk))),
        speed_dials=_by("code", await read("speed_dials", _maker(model.SpeedDial))),
        queues=_by("id", await read("queues", lambda row: parse_queue(dict(row)))),
        people=_by("extension", await read("people", _maker(model.Person))),
        outbound_rules=tuple(await read("outbound_rules", _maker(model.OutboundRule))),
        caller_id_rules=tuple(await read("caller_id_rules", _maker(model.CallerIdRule))),
        blacklist=Blacklist(await read("blacklist", _maker(model.BlacklistEntry))),
        skipped=tuple(skipped),
    )


def _maker(kind: type[T]) -> Callable[[Any], T]:
    return lambda row: msgspec.convert(dict(row), kind)


def _schedule(row: Any) -> model.Schedule:
    ZoneInfo(row["timezone"])
    return msgspec.convert(dict(row), model.Schedule)


def _by(key: str, items: list[T]) -> Mapping[Any, T]:
    return MappingProxyType({getattr(item, key): item for item in items})
