"""Versions of the dialplan in PostgreSQL. A changed row tells the engine by NOTIFY config (trigger of the table)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.core.db import Queries
from engine.core.errors import Conflict, InvalidInput, NotFound
from engine.dialplan.check import check
from engine.dialplan.problems import errors
from engine.dialplan.render import complete

_queries = Queries(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True)
class Version:
    """One saved set of templates (file name -> text). ``activated_at`` None: it has never been active."""

    id: int
    created_at: datetime
    author: str
    comment: str
    templates: dict[str, str]
    activated_at: datetime | None
    active: bool


class DialplanStore:
    """Saves, lists, activates and rolls back versions. ``pool`` is an asyncpg pool."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def list(self, *, limit: int = 100, before: int | None = None) -> list[Version]:
        """Versions, newest first; ``before`` is the id that the page before ended with."""
        return [_version(row) for row in await self._pool.fetch(_queries.list_versions, before, limit)]

    async def get(self, version_id: int) -> Version:
        """One version.

        Raises:
            NotFound: there is none of that id.
        """
        row = await self._pool.fetchrow(_queries.get_version, version_id)
        if row is None:
            raise NotFound(f"There is no dialplan version {version_id}", id=version_id)
        return _version(row)

    async def active(self) -> Version | None:
        """The version in force; None: the shipped templates are."""
        row = await self._pool.fetchrow(_queries.active_version)
        return None if row is None else _version(row)

    async def templates(self) -> dict[str, str]:
        """The templates in force: the active version's, and the shipped ones that it does not know yet."""
        version = await self.active()
        return complete({} if version is None else version.templates)

    async def new(
        self, templates: Mapping[str, str], *, author: str, comment: str = "", context: Mapping[str, Any]
    ) -> Version:
        """Save a version without activating it; templates not given are taken from the shipped ones.

        Raises:
            InvalidInput: the checker finds errors; ``errors`` lists them.
        """
        whole = complete(templates)
        refuse_errors(whole, context)
        return _version(await self._pool.fetchrow(_queries.new_version, author, comment, whole))

    async def activate(self, version_id: int, *, context: Mapping[str, Any]) -> Version:
        """Put a version in force; the one before is kept for `rollback`.

        Raises:
            NotFound: there is none of that id.
            InvalidInput: the checker finds errors; ``errors`` lists them.
        """
        version = await self.get(version_id)
        refuse_errors(complete(version.templates), context)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_queries.lock_versions)
            await connection.execute(_queries.take_out_of_force)
            return _version(await connection.fetchrow(_queries.activate_version, version_id))

    async def rollback(self) -> Version | None:
        """Put back what was in force before the active version; None: the shipped templates are in force again.

        Raises:
            Conflict: the shipped templates are in force already.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_queries.lock_versions)
            active = await connection.fetchrow(_queries.active_version)
            if active is None:
                raise Conflict("The shipped dialplan is in force already; there is nothing to roll back to")
            earlier = await connection.fetchval(_queries.version_before, active["id"])
            await connection.execute(_queries.take_out_of_force)
            if earlier is None:
                return None
            return _version(await connection.fetchrow(_queries.bring_back, earlier))


def refuse_errors(templates: Mapping[str, str], context: Mapping[str, Any]) -> None:
    """Raise InvalidInput when the checker finds errors in ``templates``."""
    found = errors(check(dict(templates), context))
    if found:
        listed = [{"path": f"{item.file}:{item.line}", "message": f"{item.message} [{item.code}]"} for item in found]
        raise InvalidInput(f"The dialplan has {len(found)} error(s); mend them first", errors=listed)


def _version(row: Any) -> Version:
    return Version(
        id=row["id"],
        created_at=row["created_at"],
        author=row["author"],
        comment=row["comment"],
        templates=dict(row["templates"]),
        activated_at=row["activated_at"],
        active=row["active"],
    )
