"""Migrations: numbered plain SQL files, forward only, checksummed, one transaction each.

``python -m engine.core.migrate`` applies what is missing. A database that holds a newer schema than this code, or a
migration whose text was changed after it was applied, is refused.
"""

import asyncio
import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from engine.core import config, db
from engine.core.errors import ConfigError

FOLDER = config.ROOT / "migrations"
_LOCK = 7_250_001

_TABLE = """
create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
)"""


class Migration(NamedTuple):
    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def available(folder: Path = FOLDER) -> list[Migration]:
    """Migrations in ``folder``, by number."""
    found = [
        Migration(int(path.name.split("_", 1)[0]), path.stem, path.read_text(encoding="utf-8"))
        for path in folder.glob("[0-9]*_*.sql")
    ]
    return sorted(found)


async def check(connection: Any, migrations: list[Migration]) -> list[Migration]:
    """The migrations still to apply.

    Raises:
        ConfigError: the database is newer than this code, or an applied migration differs from its file.
    """
    exists = await connection.fetchval("select to_regclass('schema_migrations') is not null")
    rows = await connection.fetch("select version, checksum from schema_migrations") if exists else []
    applied = {row["version"]: row["checksum"] for row in rows}
    known = {m.version: m for m in migrations}
    newer = sorted(set(applied) - set(known))
    if newer:
        raise ConfigError(f"The database has schema {newer[-1]}, newer than this code: update the code", versions=newer)
    changed = [m.name for m in migrations if m.version in applied and applied[m.version] != m.checksum]
    if changed:
        raise ConfigError(f"Applied migrations were edited: {', '.join(changed)}. Restore them and add a new one")
    return [m for m in migrations if m.version not in applied]


async def apply(connection: Any, migrations: list[Migration]) -> list[str]:
    """Apply what is missing, one transaction each, one process at a time; gives the names applied."""
    await connection.execute("select pg_advisory_lock($1)", _LOCK)
    try:
        await connection.execute(_TABLE)
        todo = await check(connection, migrations)
        for migration in todo:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)",
                    migration.version,
                    migration.name,
                    migration.checksum,
                )
        return [m.name for m in todo]
    finally:
        await connection.execute("select pg_advisory_unlock($1)", _LOCK)


async def main() -> None:
    connection = await db.connect(config.load())
    try:
        for name in await apply(connection, available()):
            print(f"applied {name}")
    finally:
        await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
