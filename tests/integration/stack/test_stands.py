"""The fixtures themselves: a fresh database, an Asterisk that serves ARI and SIP."""

import asyncpg

from tools.stack import ready
from tools.stack.stand import AsteriskStand


async def test_a_fresh_database_is_migrated_and_empty(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await connection.fetchval("select count(*) from calls") == 0
        await connection.execute(
            "insert into speed_dials (id, code, name, destination) values (gen_random_uuid(), '*1', 'one', '{}')"
        )
    finally:
        await connection.close()


async def test_the_next_database_knows_nothing_of_the_one_before(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await connection.fetchval("select count(*) from speed_dials") == 0
    finally:
        await connection.close()


async def test_asterisk_serves_ari_and_sip_and_logs_no_warning(asterisk: AsteriskStand) -> None:
    info = await ready.ari(asterisk.settings)
    assert info["config"]["default_language"] == "ru"
    assert (await ready.sip(asterisk.settings)).startswith("SIP/2.0 ")
    endpoints = asterisk.console("pjsip show endpoints")
    assert "101/101" in endpoints and "demo" in endpoints
    assert "modules will be loaded" in asterisk.boot_log
    assert "WARNING" not in asterisk.boot_log and "ERROR" not in asterisk.boot_log
