"""The routing table as PostgreSQL holds it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from engine.core.config import Settings
from engine.core.db import create_pool
from engine.ivr.model import MenuDefinition, parse_menu
from engine.queues.model import parse_queue
from engine.routing.decide import route_inbound
from engine.routing.model import ToMenu
from engine.routing.store import load
from engine.routing.table import RoutingTable

pytestmark = pytest.mark.feature("F-PBX-24", "F-ADM-02")
MENU, BOX, HOURS, TRUNK, PROMPT = (UUID(int=number) for number in range(1, 6))
DEFINITION = {"entry": "main", "steps": {"main": {"kind": "hangup"}}}
ROWS: list[tuple[str, tuple[Any, ...]]] = [
    (
        "insert into trunks (id, name, kind, host, match, caller_id) values ($1, 'city', 'ip', 'h', '{10.0.0.1}', $2)",
        (TRUNK, "74950000000"),
    ),
    (
        "insert into prompts (id, name, file, duration_s, size_bytes, source)"
        " values ($1, 'hi', 'hi-1', 1, 9, 'upload')",
        (PROMPT,),
    ),
    ("insert into voicemail_boxes (id, name, greeting_prompt_id) values ($1, 'box', $2)", (BOX, PROMPT)),
    (
        "insert into extensions (id, number, name, password, voicemail_box_id, forwards)"
        " values ($1, '101', 'A', $2, $3, $4)",
        (
            uuid4(),
            "secret-enough",
            BOX,
            [{"to": {"kind": "voicemail", "box_id": str(BOX)}, "until": "2026-01-01T00:00:00Z"}],
        ),
    ),
    ("insert into ring_groups (id, name, members) values ($1, 'all', '{101}')", (uuid4(),)),
    (
        "insert into schedules (id, name, timezone, weekly, open, closed)"
        " values ($1, 'day', 'Europe/Moscow', $2, $3, $4)",
        (
            HOURS,
            [{"day": 1, "start": "09:00:00", "end": "18:00:00"}],
            {"kind": "menu", "id": str(MENU)},
            {"kind": "hangup"},
        ),
    ),
    ("insert into menus (id, name, definition) values ($1, 'main', $2)", (MENU, DEFINITION)),
    (
        "insert into numbers (id, number, name, destination, fallback_extension)"
        " values ($1, '74951234567', 'n', $2, '101')",
        (uuid4(), {"kind": "schedule", "id": str(HOURS)}),
    ),
    ("insert into speed_dials (id, code, name, destination) values ($1, '*1', 's', $2)", (uuid4(), {"kind": "hangup"})),
    ("insert into blacklist (id, pattern, kind, reason) values ($1, '7999', 'prefix', 'spam')", (uuid4(),)),
]


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Any]:
    pool = await create_pool(msgspec.structs.replace(Settings(), database_dsn=database))
    yield pool
    await pool.close()


async def fill(pool: Any) -> None:
    for statement, arguments in ROWS:
        await pool.execute(statement, *arguments)


async def test_an_empty_database_gives_an_empty_table(pool: Any) -> None:
    table = await load(pool, parse_menu, parse_queue)
    assert (dict(table.numbers), len(table.blacklist), table.skipped) == ({}, 0, ())


async def test_every_part_is_read_and_serves_a_call(pool: Any) -> None:
    await fill(pool)
    table = await load(pool, parse_menu, parse_queue)
    assert table.skipped == ()
    assert isinstance(table.menus[MENU], MenuDefinition)
    assert table.menu_names[MENU] == "main"
    assert table.extensions["101"].forwards[0].until == datetime(2026, 1, 1, tzinfo=UTC)
    assert table.boxes[BOX].greeting_prompt_id == PROMPT
    assert table.prompts[PROMPT].file == "hi-1"
    assert table.find_trunk(None) == table.trunks[TRUNK]
    assert set(table.speed_dials) == {"*1"}
    assert [group.members for group in table.groups.values()] == [("101",)]
    monday_noon = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert route_inbound(table, "79160000000", "84951234567", monday_noon).target == ToMenu(id=MENU)
    blocked = route_inbound(table, "79990000000", "84951234567", monday_noon)
    assert "blacklisted" in [step.kind for step in blocked.steps]


async def test_a_row_that_cannot_be_read_is_left_out_and_named(pool: Any) -> None:
    await fill(pool)
    bad = uuid4()
    await pool.execute("insert into menus (id, name, definition) values ($1, 'bad', $2)", bad, {"entry": 1})
    await pool.execute("update schedules set timezone = 'Mars/Olympus'")
    table = await load(pool, parse_menu, parse_queue)
    assert set(table.menus) == {MENU}
    assert dict(table.schedules) == {}
    assert sorted(line.split(":")[0] for line in table.skipped) == sorted([f"menus/{bad}", f"schedules/{HOURS}"])
    assert set(table.numbers) == {"74951234567"}


async def test_all_parts_are_of_one_moment(pool: Any) -> None:
    """A menu and the number that leads to it are added in one transaction: they are seen both or not at all."""

    async def add(number: int) -> None:
        menu = uuid4()
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "insert into menus (id, name, definition) values ($1, $2, $3)", menu, str(menu), DEFINITION
            )
            await connection.execute(
                "insert into numbers (id, number, name, destination) values ($1, $2, 'n', $3)",
                uuid4(),
                str(7000 + number),
                {"kind": "menu", "id": str(menu)},
            )

    def consistent(table: RoutingTable) -> bool:
        return all(
            row.destination.id in table.menus for row in table.numbers.values() if isinstance(row.destination, ToMenu)
        )

    async def write() -> None:
        for number in range(40):
            await add(number)

    writing = asyncio.create_task(write())
    while not writing.done():
        assert consistent(await load(pool, parse_menu, parse_queue))
    await writing
    assert len((await load(pool, parse_menu, parse_queue)).numbers) == 40
