"""The working example of ``tools/up --demo``: ``seed`` fills the database in, ``live`` lets simulated people call.

``python -m tools.stack.demo`` runs the simulated people of the system that is up, until it is stopped.
"""

import asyncio
import contextlib
import logging
import signal
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from api.auth.passwords import hash_password
from engine.core import config, db, log
from engine.core.config import Settings
from tools.stack import demo_dialled, demo_dialler, demo_open, demo_people, demo_rows, demo_support, demo_voice
from tools.stack.settings import secret


async def seed(settings: Settings) -> dict[str, Any]:
    """Put in what is missing of the example; what is there, changed or not, stays as it is.

    Gives the ``demo`` object of up.json: numbers to call, extensions with their passwords, operators with theirs.
    """
    connection = await db.connect(settings)
    try:
        async with connection.transaction():
            made = {row["id"] for table, row in demo_rows.rows(settings) if await _insert(connection, table, row)}
            operators = await _seed_people(settings, connection, made)
            await _seed_campaigns(settings, connection, made)
            clients = await _seed_support(settings, connection)
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
        "sales": demo_people.SALES,
        "support": demo_people.SUPPORT,
        "voice_ru": demo_voice.VOICE_RU,
        "voice_en": demo_voice.VOICE_EN,
        "extensions": [dict(row) for row in extensions],
        "operators": operators,
        "clients": clients,
    }


async def _seed_people(settings: Settings, connection: Any, made: set[UUID]) -> list[dict[str, Any]]:
    """Users of the example, whose password is kept in demo.json, and what joins them; ``made``: rows that are new.

    Gives their sign-ins, with the passwords of phones that are no browsers.
    """
    known = _kept(settings, "operators")
    missing = await connection.fetchval("select true from users where login = $1", demo_people.PEOPLE[0].login) is None
    password = known.get(demo_people.PEOPLE[0].login) or (secret(12) if missing else None)
    hashed = await asyncio.to_thread(hash_password, password) if missing and password else ""
    if missing:
        made |= {row["id"] for table, row in demo_people.users(hashed) if await _insert(connection, table, row)}
    for table, owner, row in demo_people.links():
        if owner in made:
            await _put(connection, table, row)
    phones = dict(await connection.fetch("select number, password from extensions where kind = 'sip'"))
    return [
        {
            "login": person.login,
            "password": known.get(person.login, password),
            "extension": person.extension,
            "phone_password": phones.get(person.extension),
        }
        for person in demo_people.PEOPLE
    ]


async def _seed_campaigns(settings: Settings, connection: Any, made: set[UUID]) -> None:
    """What joins campaigns, lists and clients, and the history of the finished one; ``made``: rows that are new."""
    for table, owner, row in demo_dialler.links():
        if owner in made:
            await _put(connection, table, row)
    if demo_dialled.SPRING in made:
        for table, row in demo_dialled.history(datetime.now(UTC), settings.node_id):
            await _put(connection, table, row)


async def _seed_support(settings: Settings, connection: Any) -> list[dict[str, Any]]:
    """The service desk of the example; gives the sign-ins of its clients' people."""
    logins = [person.login for person in demo_support.PEOPLE]
    known = _kept(settings, "clients")
    password = known.get(logins[0])
    if await connection.fetchval("select true from users where login = $1", logins[0]) is None:
        password = secret(12)
        hashed = await asyncio.to_thread(hash_password, password)
        for table, row in demo_support.users(hashed):
            await _insert(connection, table, row)
    made = {row["id"] for table, row in demo_support.rows() if await _insert(connection, table, row)}
    for table, owner, row in demo_support.grants():
        if owner in made:
            await _put(connection, table, row)
    if demo_support.id_of("calendar") in made:
        now = datetime.now(UTC)
        for table, row in demo_support.past_requests(now):
            await _put(connection, table, row)
        await demo_open.open_requests(settings, connection, now)
        group = demo_people.id_of("group support")
        await connection.execute("update support_lines set group_id = $1 where group_id is null and line = 1", group)
    return [{"login": login, "password": known.get(login, password)} for login in logins]


def _kept(settings: Settings, part: str) -> dict[str, Any]:
    """Passwords of an earlier start, by login."""
    path = settings.run / "demo.json"
    kept = msgspec.json.decode(path.read_bytes()) if path.is_file() else {}
    return {item["login"]: item["password"] for item in kept.get(part, [])}


async def _insert(connection: Any, table: str, row: dict[str, Any]) -> bool:
    """Put a row in unless its id is there; true when it is new."""
    if await connection.fetchval(f"select true from {table} where id = $1", row["id"]):
        return False
    await _put(connection, table, row)
    return True


async def _put(connection: Any, table: str, row: dict[str, Any]) -> None:
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
