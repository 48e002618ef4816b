"""How many new requests a second the desk takes: ``POST /tickets`` by several people at once, beside bare rows.

The bare arm writes the same rows into the same table with all its indexes, a transaction each, by as many connections;
without HTTP, sign-in, triggers (words, feed, promises, history) and checks.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from typing import TYPE_CHECKING

import asyncpg

from tools.benchmarks import desk_rows as rows

if TYPE_CHECKING:
    from tools.stack.stand import Stack

PEOPLE = 8
"""Who write at the same time, each one request after another."""
_BARE = """insert into tickets (id, account_id, channel, subject, description)
    select gen_random_uuid(), md5($1)::uuid, 'desk', $2, $3"""
Write = Callable[[str, str, str], Awaitable[object]]
"""Writes one request: whose (``account7``), subject, description."""


async def measure(stack: "Stack", rounds: int, each: int) -> tuple[list[float], list[float]]:
    """Requests a second of both arms, in turn, in each of ``rounds``; every person writes ``each`` a round."""
    async with AsyncExitStack() as opened:
        staff = [await opened.enter_async_context(stack.api()) for _ in range(PEOPLE)]
        bare = [await asyncpg.connect(stack.settings.database_dsn) for _ in range(PEOPLE)]
        for connection in bare:
            opened.push_async_callback(connection.close)
            await connection.execute("set session_replication_role = replica")
        accounts = await bare[0].fetch(
            "select 'account' || n as name, md5('account' || n)::uuid::text as id from generate_series(0, $1) n",
            rows.ACCOUNTS - 1,
        )
        ids = {row["name"]: row["id"] for row in accounts}

        def posting(number: int) -> Write:
            async def write(account: str, subject: str, text: str) -> object:
                body = {"account_id": ids[account], "subject": subject, "description": text}
                return await staff[number].post("/tickets", json=body)

            return write

        def inserting(number: int) -> Write:
            return lambda account, subject, text: bare[number].execute(_BARE, account, subject, text)

        arms = [[arm(number) for number in range(PEOPLE)] for arm in (posting, inserting)]
        told: tuple[list[float], list[float]] = [], []
        numbers = count()
        for round_ in range(rounds + 1):
            for writers, rates in zip(arms, told, strict=True):
                began = time.perf_counter()
                await asyncio.gather(*(_write(write, numbers, each) for write in writers))
                if round_:  # the first one warms up
                    rates.append(PEOPLE * each / (time.perf_counter() - began))
        return told


async def _write(write: Write, numbers: "count[int]", each: int) -> None:
    for _ in range(each):
        n = next(numbers)
        account = f"account{n * 7 % rows.ACCOUNTS}"
        await write(account, f"{rows.SUBJECTS[n % len(rows.SUBJECTS)]} {n}", rows.TEXTS[n % len(rows.TEXTS)])
