"""PostgreSQL: one pool a process, named statements from ``.sql`` files, a listener for notifications."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from engine.core import log
from engine.core.config import Settings
from engine.core.errors import Conflict, Forbidden, InvalidInput, PayLaterError, Unavailable

_log = log.get("db")
_NAME = re.compile(r"^--\s*name:\s*(\w+)\s*(?:--\s*(.*))?$")


class Queries:
    """Statements of one ``.sql`` file as attributes: ``-- name: get_call`` gives ``queries.get_call``."""

    def __init__(self, path: Path) -> None:
        self._statements: dict[str, str] = {}
        name = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _NAME.match(line):
                name = match[1]
                self._statements[name] = ""
            elif name:
                self._statements[name] += line + "\n"

    def __getattr__(self, name: str) -> str:
        try:
            return self._statements[name]
        except KeyError:
            raise AttributeError(f"no statement named {name}") from None


async def _prepare_connection(connection: Any) -> None:
    """JSON columns come and go as Python values, in the binary form that COPY wants too."""
    codecs = {
        "json": (msgspec.json.encode, msgspec.json.decode),
        "jsonb": (lambda value: b"\x01" + msgspec.json.encode(value), lambda data: msgspec.json.decode(data[1:])),
    }
    for kind, (encoder, decoder) in codecs.items():
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=encoder, decoder=decoder, format="binary")


async def connect(settings: Settings) -> Any:
    """One connection outside the pool (migrations, listeners)."""
    connection = await asyncpg.connect(settings.database_dsn, timeout=settings.database_command_timeout)
    await _prepare_connection(connection)
    return connection


Hook = Callable[[Any], Awaitable[None]]


async def create_pool(
    settings: Settings, *, init: Hook | None = None, setup: Hook | None = None, reset: Hook | None = None
) -> Any:
    """The pool of this process.

    ``init`` runs once for a new connection, ``setup`` before each use of one, ``reset`` after it (None: the driver asks
    the server to forget everything that was set).

    Raises:
        Unavailable: the database does not answer.
    """

    async def prepare(connection: Any) -> None:
        await _prepare_connection(connection)
        if init is not None:
            await init(connection)

    try:
        return await asyncpg.create_pool(
            settings.database_dsn,
            min_size=settings.database_pool_min,
            max_size=settings.database_pool_max,
            command_timeout=settings.database_command_timeout,
            init=prepare,
            setup=setup,
            reset=reset,
        )
    except (OSError, asyncpg.PostgresError) as exc:
        raise Unavailable(f"The database does not answer: {exc}. Run tools/doctor") from exc


async def listen(
    settings: Settings,
    channels: list[str],
    on_notice: Callable[[str, str], None],
    on_connected: Callable[[], Awaitable[None]],
) -> None:
    """Hear NOTIFY on ``channels`` until cancelled: ``on_notice(channel, payload)``.

    Reconnects for ever with back-off. ``on_connected`` runs after each (re)connect, so that what was missed is read.
    """
    delay = 0.2
    while True:
        lost: asyncio.Event = asyncio.Event()
        connection: Any = None
        try:
            connection = await connect(settings)
            connection.add_termination_listener(lambda _c, gone=lost: gone.set())
            for channel in channels:
                await connection.add_listener(channel, lambda _c, _pid, name, payload: on_notice(name, payload))
            await on_connected()
            delay = 0.2
            await lost.wait()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
            _log.warning("listener_lost", error=str(exc), retry_in=delay)
        finally:
            if connection is not None and not connection.is_closed():
                connection.terminate()
        await asyncio.sleep(delay)
        delay = min(delay * 2, 5.0)


_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)


def fault_of(exc: BaseException) -> PayLaterError | None:
    """The fault that an exception of the driver means; none when it is a mistake of ours."""
    match exc:
        case asyncpg.DataError() | asyncpg.CheckViolationError() | asyncpg.NotNullViolationError():
            return InvalidInput("A value does not fit", rule=getattr(exc, "constraint_name", None) or "")
        case asyncpg.ExclusionViolationError():
            return Conflict("It overlaps with another of its kind", rule=exc.constraint_name or "")
        case asyncpg.UniqueViolationError():
            return Conflict("Such a thing exists already", rule=exc.constraint_name or "")
        case asyncpg.ForeignKeyViolationError():
            return Conflict("It is in use, or names a thing that does not exist", rule=exc.constraint_name or "")
        case asyncpg.InsufficientPrivilegeError():
            return Forbidden("This is not open to users of a partner, nor to clients", right="")
        case _ if isinstance(exc, _AWAY):
            return Unavailable("The database does not answer now; try again in a moment")
    return None
