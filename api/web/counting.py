"""Statements that count much: read only, with memory to sort in, and an end to patience."""

from collections.abc import Sequence
from typing import Any

from engine.core.errors import Unavailable


class Counting:
    """``planning``: the statement before each, for its transaction; ``seconds``: what each may take."""

    def __init__(self, pool: Any, planning: str, seconds: float) -> None:
        self._pool = pool
        self._planning = planning
        self._seconds = seconds

    async def fetch(self, text: str, arguments: Sequence[Any]) -> list[Any]:
        """Its rows.

        Raises:
            Unavailable: it takes longer; the text says to ask for less.
        """
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(self._planning)
            try:
                rows: list[Any] = await connection.fetch(text, *arguments, timeout=self._seconds)
            except TimeoutError:
                detail = f"Counting takes longer than {self._seconds:g} s: ask for a shorter period, or narrow it down"
                raise Unavailable(detail) from None
            return rows
