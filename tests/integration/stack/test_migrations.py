"""Migrations against a real database."""

import asyncpg
import pytest

from engine.core import migrate
from engine.core.errors import ConfigError
from engine.core.migrate import Migration


async def test_a_second_run_applies_nothing(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await migrate.apply(connection, migrate.available()) == []
    finally:
        await connection.close()


async def test_a_newer_schema_is_refused(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("insert into schema_migrations (version, name, checksum) values (9999, 'later', 'x')")
        with pytest.raises(ConfigError, match="newer than this code"):
            await migrate.apply(connection, migrate.available())
    finally:
        await connection.close()


async def test_an_edited_migration_is_refused(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        first, *rest = migrate.available()
        edited = [first._replace(sql=first.sql + "\n-- one more word"), *rest]
        with pytest.raises(ConfigError, match=f"edited: {first.name}"):
            await migrate.apply(connection, edited)
    finally:
        await connection.close()


async def test_a_migration_that_fails_leaves_no_trace(database: str) -> None:
    connection = await asyncpg.connect(database)
    broken = Migration(9000, "9000_broken", "create table half (id integer); select no_such_function();")
    try:
        with pytest.raises(asyncpg.PostgresError):
            await migrate.apply(connection, [*migrate.available(), broken])
        assert await connection.fetchval("select to_regclass('half')") is None
        assert await migrate.apply(connection, migrate.available()) == []
    finally:
        await connection.close()


async def test_replaying_all_gives_the_same_schema_each_time(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        before = await schema_of(connection)
        await connection.execute("drop schema public cascade; create schema public")
        names = await migrate.apply(connection, migrate.available())
        assert names == [m.name for m in migrate.available()]
        assert await schema_of(connection) == before
        assert before
    finally:
        await connection.close()


async def schema_of(connection: asyncpg.Connection) -> list[tuple[str, ...]]:
    """Columns, constraints, indexes and functions of the schema, in order."""
    rows = await connection.fetch(
        """
        select 'column', table_name::text, column_name::text, data_type || ' ' || is_nullable
            || ' ' || coalesce(column_default, '')
        from information_schema.columns where table_schema = 'public'
        union all
        select 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace
        union all
        select 'index', tablename::text, indexname::text, indexdef from pg_indexes where schemaname = 'public'
        union all
        select 'function', proname::text, '', prosrc from pg_proc where pronamespace = 'public'::regnamespace
        union all
        select 'trigger', tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid)
        from pg_trigger where not tgisinternal
        """
    )
    return sorted(tuple(row) for row in rows)
