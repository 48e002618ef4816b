"""What a start does between its processes: schema, first sign-in, Asterisk's configuration, addresses."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from api.auth.passwords import hash_password
from engine.asterisk import places, render, store, tree
from engine.core import db, ids, migrate
from engine.core.clock import SystemClock
from engine.core.config import Settings
from engine.core.errors import PayLaterError
from engine.dialplan import render as dialplan
from engine.dialplan.store import DialplanStore
from tools.stack.console import StepFailed
from tools.stack.install import postgres
from tools.stack.settings import secret

ADMIN = "admin"


def check_ports(settings: Settings, private_database: bool) -> None:
    """Every port that we shall listen on is free.

    Raises:
        StepFailed: one is taken.
    """
    names = ["sip_port", "agi_port", "http_port", "control_port", "ari_port"]
    names += ["database_port"] if private_database else []
    for name in names:
        port = getattr(settings, name)
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM) if name == "sip_port" else (socket.SOCK_STREAM,):
            with socket.socket(socket.AF_INET, kind) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1 if kind == socket.SOCK_STREAM else 0)
                try:
                    sock.bind((settings.bind_host if name in ("sip_port", "http_port") else "127.0.0.1", port))
                except OSError as exc:
                    raise StepFailed(
                        f"port {port} ({name}) can't be used: {exc.strerror}",
                        f"stop what listens there, or move all ports with PAYLATER_PORT_BASE "
                        f"(now {settings.port_base}) or this one with PAYLATER_{name.upper()}",
                    ) from exc


async def create_database(settings: Settings) -> None:
    """Make the database of the private cluster if it is not there."""
    connection = await asyncpg.connect(settings.database_dsn, database="postgres")
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", postgres.DATABASE):
            await connection.execute(f"create database {postgres.DATABASE} template template0 encoding 'UTF8'")
    finally:
        await connection.close()


async def migrate_database(settings: Settings) -> list[str]:
    """Apply the migrations that are missing; gives their names.

    Raises:
        StepFailed: the schema is newer than this code, or a migration was edited or fails.
    """
    try:
        connection = await db.connect(settings)
    except (OSError, TimeoutError, asyncpg.PostgresError) as exc:
        raise StepFailed(f"the database does not answer: {exc}", "check PAYLATER_DATABASE_DSN") from exc
    try:
        return await migrate.apply(connection, migrate.available())
    except PayLaterError as exc:
        raise StepFailed(exc.detail, "see migrations/") from exc
    except asyncpg.PostgresError as exc:
        raise StepFailed(f"a migration failed: {exc}", "the database is as before it; mend the cause") from exc
    finally:
        await connection.close()


async def ensure_admin(settings: Settings) -> dict[str, str | None]:
    """The first sign-in: made once, kept in var/run/admin.json.

    The password is none when the database has an administrator that this folder knows nothing of.
    """
    path = settings.run / "admin.json"
    known: dict[str, str | None] = msgspec.json.decode(path.read_bytes()) if path.is_file() else {}
    connection = await db.connect(settings)
    try:
        if await connection.fetchval("select 1 from users where login = $1", ADMIN):
            return known or {"login": ADMIN, "password": None}
        password = known.get("password") or secret(16)
        now = SystemClock().now()
        await connection.execute(
            "insert into users (id, login, name, password_hash, role) values ($1, $2, $3, $4, 'admin')",
            ids.new_id(now),
            ADMIN,
            "Administrator",
            await asyncio.to_thread(hash_password, password),
        )
    finally:
        await connection.close()
    admin: dict[str, str | None] = {"login": ADMIN, "password": password}
    write_json(path, admin)
    return admin


async def render_asterisk(settings: Settings) -> list[str]:
    """Write Asterisk's whole configuration; gives the names of the files that changed."""
    tree.prepare(settings)
    pool = await db.create_pool(msgspec.structs.replace(settings, database_pool_min=1, database_pool_max=2))
    try:
        lines = await store.load_lines(pool)
        templates = await DialplanStore(pool).templates()
    finally:
        await pool.close()
    files = render.render_static(settings)
    files["pjsip_wizard.conf"] = render.render_wizard(*lines, settings)
    files |= dialplan.render(templates, dialplan.context_of(settings))
    return [name for name, text in files.items() if render.write(places.etc(settings) / name, text)]


def addresses(settings: Settings, admin: dict[str, str | None], demo: dict[str, Any] | None) -> dict[str, Any]:
    """Content of var/run/up.json. The address of ARI carries its sign-in."""
    host = "127.0.0.1" if settings.bind_host == "0.0.0.0" else settings.bind_host
    ari = f"http://{settings.ari_user}:{settings.ari_password}@127.0.0.1:{settings.ari_port}/ari"
    return {
        "http": settings.http_url,
        "sip": f"{host}:{settings.sip_port}",
        "ari": ari,
        "database": settings.database_dsn,
        "control": settings.control_url,
        "admin": admin,
        "demo": demo,
    }


def write_json(path: Path, value: Any) -> None:
    """One JSON object in a file that only its owner reads."""
    render.write(path, msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
