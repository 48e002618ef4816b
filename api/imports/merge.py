"""A chunk of leads merged into a list by a handful of statements: what is there already is found, changed or left.

The rows are settled in rounds: those that the list has are changed or skipped, of the others the first with a phone or
an external id is added; a row that it makes a duplicate is looked at again.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from api.imports.preparing import Chunk
from api.imports.table import OnDuplicate
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("merge.sql"))
_LEADS = ["n", "line", "id", "external_id", "name", "language", "timezone", "data", "enabled", "broken"]
_CONTACTS = ["n", "position", "channel", "address", "role", "timezone", "enabled"]
_ROUNDS = 50
"""More are needed only where rows hang on each other like the links of a chain; what is left then is a duplicate."""


class Into(NamedTuple):
    """The list that rows go into, and what its rules say. ``import_id``: None where leads come by the API."""

    list_id: UUID
    dedup: str
    partner_id: UUID | None
    on_duplicate: OnDuplicate
    import_id: UUID | None = None


class Totals(NamedTuple):
    """What became of the rows. ``refused``: those without a contact whose client the list does not have;
    ``found_broken``: those of them that nothing else is wrong with."""

    added: int
    updated: int
    duplicates: int
    refused: int
    found_broken: int


async def merge(connection: Any, into: Into, chunk: Chunk, most_errors: int = 0) -> Totals:
    """Merge a chunk within the caller's transaction; merges of other processes wait for its end.

    ``most_errors``: refused rows that are told among the import's errors.
    """
    await connection.execute(_sql.lock_merges)
    await connection.execute(_sql.stage)
    await copy(connection, "staged", _LEADS, chunk.leads)
    await copy(connection, "staged_contacts", _CONTACTS, chunk.contacts)
    await connection.execute(_sql.staged_ready)
    for _ in range(_ROUNDS):
        await _round(connection, into)
        if not await connection.fetchval(_sql.left_open):
            break
    else:
        await connection.execute(_sql.give_up)
    if into.import_id is not None and most_errors > 0:
        await connection.execute(_sql.refused_errors, into.import_id, most_errors)
    return Totals(*await connection.fetchrow(_sql.totals))


async def refused_lines(connection: Any) -> Sequence[Any]:
    """Line and external id of the rows that the last merge of this transaction refused."""
    return list(await connection.fetch(_sql.refused_lines))


async def lead_ids(connection: Any) -> list[UUID]:
    """The leads that the rows of the last merge of this transaction became, or were already."""
    return [row["id"] for row in await connection.fetch(_sql.lead_ids)]


async def drop_staged(connection: Any) -> None:
    """Make room for another chunk within the same transaction."""
    await connection.execute(_sql.drop_staged)


async def copy(connection: Any, table: str, columns: list[str], data: bytes) -> None:
    """``data``: rows in COPY's text form."""
    if data:
        await connection.copy_to_table(table, source=io.BytesIO(data), columns=columns, format="text")


async def _round(connection: Any, into: Into) -> None:
    await connection.execute(_sql.match, into.list_id, into.dedup, into.partner_id)
    await connection.execute(_sql.skip, into.on_duplicate == "update")
    await connection.execute(_sql.superseded)
    await connection.execute(_sql.first, into.dedup)
    changed = await connection.fetch(_sql.change, into.import_id)
    moved = [row["lead_id"] for row in changed if row["moved"]]
    if moved:
        await connection.execute(_sql.drop_contacts, moved)
        await connection.execute(_sql.put_contacts, moved, into.list_id)
        await connection.execute(_sql.touch, moved, into.import_id)
    if await connection.fetchval(_sql.add, into.list_id, into.import_id):
        await connection.execute(_sql.add_contacts, into.list_id)
    await connection.execute(_sql.added_done)
