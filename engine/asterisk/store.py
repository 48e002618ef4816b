"""Rows that Asterisk's configuration is made from."""

from pathlib import Path
from typing import Any

from engine.asterisk.model import ExtensionLine, TrunkLine
from engine.core.db import Queries

_queries = Queries(Path(__file__).with_name("queries.sql"))


async def load_lines(connection: Any) -> tuple[list[TrunkLine], list[ExtensionLine]]:
    """Trunks and extensions in use; ``connection`` is asyncpg's connection or pool."""
    trunks = [TrunkLine(**dict(row)) for row in await connection.fetch(_queries.list_trunks)]
    extensions = [ExtensionLine(**dict(row)) for row in await connection.fetch(_queries.list_extensions)]
    return trunks, extensions
