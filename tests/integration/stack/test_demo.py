"""The example in a real database, with the sounds of a real Asterisk."""

import asyncio
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from engine.asterisk import places
from engine.core import db
from engine.core.config import Settings
from tools.stack import demo, demo_rows
from tools.stack.demo_live import People
from tools.stack.stand import AsteriskStand, Stack


def sounds_of(text: str) -> set[str]:
    return set(re.findall(r'"name":"([^"]+)"', text))


async def test_filling_in_again_changes_nothing(database: str, tmp_path: Path) -> None:
    settings = msgspec.structs.replace(Settings(port_base=20000), database_dsn=database, var=tmp_path)
    first = await demo.seed(settings)
    settings.run.mkdir()
    (settings.run / "demo.json").write_bytes(msgspec.json.encode(first))  # as a start does
    connection = await db.connect(settings)
    try:
        await connection.execute("update extensions set name = 'Renamed' where number = '101'")
        assert await demo.seed(settings) == first
        assert await connection.fetchval("select name from extensions where number = '101'") == "Renamed"
        assert await connection.fetchval("select count(*) from queue_members") == 4
        assert len({operator["password"] for operator in first["operators"]}) == 1
        for table, row in demo_rows.rows(settings):
            assert await connection.fetchval(f"select count(*) from {table} where id = $1", row["id"]) == 1
    finally:
        await connection.close()
    assert [row["number"] for row in first["extensions"]] == ["101", "102", "103", "104", "105"]


def test_every_sound_exists_in_both_languages(asterisk: AsteriskStand) -> None:
    menus = [row["definition"] for table, row in demo_rows.rows(Settings()) if table == "menus"]
    for language in ("ru", "en"):
        folder = places.data(asterisk.settings) / "sounds" / language
        for menu in menus:
            text = msgspec.json.encode(menu["steps"]).decode()
            missing = [name for name in sounds_of(text) if not (folder / f"{name}.wav").is_file()]
            assert missing == []


@pytest.fixture
def gentle(stack: Stack) -> Iterator[Settings]:
    yield msgspec.structs.replace(stack.settings, demo_call_interval=0.8)


async def test_simulated_people_call_talk_and_leave_the_rest_alone(stack: Stack, gentle: Settings) -> None:
    people = asyncio.create_task(People(gentle, stack.up["demo"]).run())
    try:
        async with stack.db() as connection:
            for _ in range(200):
                served = await connection.fetchval(
                    "select count(*) from calls where caller like '79161%' and answered_at is not null"
                )
                if served >= 2:
                    break
                await asyncio.sleep(0.2)
            assert served >= 2
            busy = await connection.fetchval(
                "select count(*) from call_legs where role = 'callee' and number in ('101', '102', '103')"
                " and call_id in (select id from calls where caller like '79161%')"
            )
            assert busy == 0
    finally:
        people.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await people
