"""The working example of ``tools/up --demo``: ``seed`` fills the database in, ``live`` lets simulated people call.

``python -m tools.stack.demo`` runs the simulated people of the system that is up, until it is stopped.
"""

import asyncio
import contextlib
import logging
import signal
from typing import Any

from engine.core import config, db, log
from engine.core.config import Settings
from tools.stack import demo_rows


async def seed(settings: Settings) -> dict[str, Any]:
    """Put in what is missing of the example; what is there, changed or not, stays as it is.

    Gives the ``demo`` object of up.json: numbers to call, and extensions with their passwords.
    """
    connection = await db.connect(settings)
    try:
        async with connection.transaction():
            for table, row in demo_rows.rows(settings):
                await _insert(connection, table, row)
        extensions = await connection.fetch(
            "select number, password from extensions where number = any($1) order by number",
            list(demo_rows.EXTENSIONS),
        )
    finally:
        await connection.close()
    return {
        "menu_ru": demo_rows.MENU_RU,
        "menu_en": demo_rows.MENU_EN,
        "voicemail": demo_rows.VOICEMAIL,
        "extensions": [dict(row) for row in extensions],
    }


async def _insert(connection: Any, table: str, row: dict[str, Any]) -> None:
    if await connection.fetchval(f"select true from {table} where id = $1", row["id"]):
        return
    names = ", ".join(row)
    places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
    await connection.execute(f"insert into {table} ({names}) values ({places}) on conflict do nothing", *row.values())


async def live(settings: Settings) -> None:
    """Simulated callers and two phones that answer, until cancelled."""
    from tools.stack.demo_live import People  # the phone's libraries are wanted by none of the rest

    await People(settings, await seed(settings)).run()


async def _main() -> None:
    settings = config.load()
    log.setup("demo", settings.log_level)
    for name in ("aiosipua", "aiortp"):
        logging.getLogger(name).setLevel(logging.ERROR)
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await live(settings)


if __name__ == "__main__":
    asyncio.run(_main())
