"""The journal goes into PostgreSQL once, whole and in order, whatever happens on the way."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from engine.calls.catchup import Catchup
from engine.calls.ledger import Ledger
from engine.calls.model import Call, Direction, EndedBy, Leg, LegRole, outcome_of
from engine.core import config, db
from engine.core.clock import SystemClock
from engine.core.config import Settings
from engine.core.ids import call_id_of
from engine.history.journal import Journal
from engine.history.store import CallStore
from engine.history.writer import HistoryWriter

AT = datetime.now(UTC).replace(microsecond=0)


def make_call(number: int, caller: str = "79160000000") -> Call:
    unique_id = f"node1-{int(AT.timestamp())}.{number}"
    leg = Leg(channel_id=unique_id, role=LegRole.CALLER, number=caller, endpoint="PJSIP/demo", started_at=AT)
    return Call(
        id=call_id_of(unique_id, AT),
        node_id="node1",
        direction=Direction.INBOUND,
        caller=caller,
        called="74951000001",
        started_at=AT,
        legs=[leg],
    )


def end(ledger: Ledger, call: Call) -> None:
    call.ended_at, call.cause, call.ended_by = AT + timedelta(seconds=5), 16, EndedBy.CALLER
    call.outcome = outcome_of(call)
    ledger.closed(call)


class House:
    """Journal, ledger and writer of one engine process on a database of the test's."""

    def __init__(self, pool: Any, folder: Path) -> None:
        self.pool = pool
        self.store = CallStore(pool, "node1")
        self.journal = Journal(folder, max_records=100_000, segment_bytes=100_000)
        self.ledger = Ledger(self.journal, SystemClock())
        self.writer = HistoryWriter(self.journal, self.store, batch=200, interval=0.01)

    async def start(self) -> list[tuple[bytes, int]]:
        return await self.writer.recover()

    async def counts(self) -> dict[str, int]:
        tables = ("calls", "call_legs", "call_events", "live_calls", "changes")
        return {name: await self.pool.fetchval(f"select count(*) from {name}") for name in tables}


@pytest.fixture
async def pool(database: str):  # type: ignore[no-untyped-def]
    settings = msgspec.structs.replace(config.load({}), database_dsn=database)
    made = await db.create_pool(settings)
    yield made
    await made.close()


@pytest.mark.feature("F-PBX-19")
async def test_a_call_is_in_the_history_once_with_its_events(pool: Any, tmp_path: Path) -> None:
    house = House(pool, tmp_path)
    await house.start()
    call = make_call(1)
    house.ledger.opened(call)
    await house.writer.flush()
    live = await house.counts()
    house.ledger.note(call, "menu", step="main")
    end(house.ledger, call)
    await house.writer.flush()
    assert live["live_calls"] == 1
    assert await house.counts() == {"calls": 1, "call_legs": 1, "call_events": 3, "live_calls": 0, "changes": 2}
    row = await pool.fetchrow("select outcome, ended_by, cause from calls")
    assert tuple(row) == ("abandoned", "caller", 16)


async def test_a_commit_whose_answer_was_lost_counts_once(pool: Any, tmp_path: Path) -> None:
    house = House(pool, tmp_path)
    await house.start()
    write = house.store.write

    async def lose_the_answer(batch: Any) -> None:
        await write(batch)
        house.store.write = write  # type: ignore[method-assign]
        raise ConnectionResetError

    house.store.write = lose_the_answer  # type: ignore[method-assign]
    call = make_call(2)
    house.ledger.opened(call)
    end(house.ledger, call)
    await house.writer.flush()
    assert (await house.counts())["call_events"] == 2
    assert not house.journal.pending


async def test_a_row_that_the_database_refuses_holds_up_no_other(pool: Any, tmp_path: Path) -> None:
    house = House(pool, tmp_path)
    await house.start()
    for number in range(20):
        call = make_call(number, caller="bad\x00caller" if number == 7 else "79160000000")
        house.ledger.opened(call)
        end(house.ledger, call)
    await house.writer.flush()
    assert await pool.fetchval("select count(distinct id) from calls") == 19
    assert (tmp_path / "refused.json").read_bytes().count(b"\n") >= 1


async def test_a_new_process_knows_live_calls_and_the_number_of_their_next_event(pool: Any, tmp_path: Path) -> None:
    first = House(pool, tmp_path)
    await first.start()
    call = make_call(3)
    first.ledger.opened(call)
    await first.writer.flush()
    first.ledger.note(call, "menu", step="main")
    second = House(pool, tmp_path)
    ((encoded, next_event),) = await second.start()
    adopted = msgspec.json.decode(encoded, type=Call)
    adopted.event_count = next_event
    assert next_event == 2
    second.ledger.note(adopted, "adopted")
    end(second.ledger, adopted)
    await second.writer.flush()
    assert await second.counts() == {"calls": 1, "call_legs": 1, "call_events": 4, "live_calls": 0, "changes": 2}


@pytest.mark.feature("F-PBX-19")
async def test_nothing_is_lost_or_doubled_by_kill_9(database: str, pool: Any, tmp_path: Path) -> None:
    """A process writes calls as fast as it can, is killed, and the next one takes up its journal."""
    script = tmp_path / "writer.py"
    script.write_text(_WRITER)
    env = {**os.environ, "DSN": database, "FOLDER": str(tmp_path / "journal"), "PYTHONPATH": str(config.ROOT)}
    told: set[UUID] = set()
    for _ in range(3):
        child = await asyncio.create_subprocess_exec(
            sys.executable, str(script), env=env, stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        for _ in range(300):
            line = await asyncio.wait_for(child.stdout.readline(), 30)
            told.add(UUID(line.decode().strip()))
        child.send_signal(signal.SIGKILL)
        rest = await child.stdout.read()
        told |= {UUID(line) for line in rest.decode().split("\n")[:-1]}
        await child.wait()
    house = House(pool, tmp_path / "journal")
    await house.start()
    stored = [row["id"] for row in await pool.fetch("select id from calls where ended_at is not null")]
    assert len(stored) == len(set(stored))
    assert told <= set(stored)
    doubled = "select count(*) from call_events group by call_id, seq having count(*) > 1"
    assert await pool.fetch(doubled) == []


_WRITER = """
import asyncio, os, sys
from pathlib import Path
import msgspec
from engine.core import config, db
from tests.integration.history.test_writer import House, end, make_call

async def main():
    settings = msgspec.structs.replace(config.load({}), database_dsn=os.environ["DSN"])
    house = House(await db.create_pool(settings), Path(os.environ["FOLDER"]))
    await house.start()
    writing = asyncio.create_task(house.writer.run())
    number = house.journal.position
    live = []
    while True:
        live.append(make_call(number))
        number += 1
        house.ledger.opened(live[-1])
        if len(live) < 40:
            continue
        call = live.pop(0)
        end(house.ledger, call)
        os.write(1, f"{call.id}\\n".encode())
        await asyncio.sleep(0 if number % 10 else 0.001)

asyncio.run(main())
"""


async def test_partitions_are_made_for_the_month_of_a_call(pool: Any, tmp_path: Path) -> None:
    house = House(pool, tmp_path)
    await house.start()
    call = make_call(9)
    call.started_at = datetime(2031, 2, 28, 23, 59, tzinfo=UTC)
    house.ledger.opened(call)
    await house.writer.flush()
    assert await pool.fetchval("select to_regclass('calls_2031_02') is not null")


async def test_a_call_that_ended_while_the_database_was_away_is_closed_by_the_next_process(
    pool: Any, tmp_path: Path
) -> None:
    first = House(pool, tmp_path)
    await first.start()
    call = make_call(4)
    first.ledger.opened(call)
    await first.writer.flush()
    end(first.ledger, call)
    second = House(pool, tmp_path)
    assert await second.start() == []
    assert await pool.fetchval("select outcome from calls") == "abandoned"
    assert not (tmp_path / "refused.json").exists()


async def test_the_database_refuses_two_rows_of_one_event(pool: Any, tmp_path: Path) -> None:
    house = House(pool, tmp_path)
    await house.start()
    house.ledger.opened(make_call(10))
    await house.writer.flush()
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute("insert into call_events select * from call_events")


async def test_live_rows_of_calls_that_nobody_serves_are_removed(pool: Any, tmp_path: Path) -> None:
    house = House(pool, tmp_path)
    await house.start()
    served, left = make_call(1), make_call(2)
    for call in (served, left):
        house.ledger.opened(call)
    await house.writer.flush()
    catchup = Catchup(Settings(var=tmp_path), house.store, house.ledger, lambda call_id: True)
    assert await catchup.heal(lambda call_id: False) == 0, "calls that have just changed are left alone"
    await pool.execute("update live_calls set updated_at = now() - interval '1 minute'")
    assert await catchup.heal(lambda call_id: call_id == served.id) == 1
    await house.writer.flush()
    assert [row["call_id"] for row in await pool.fetch("select call_id from live_calls")] == [served.id]
