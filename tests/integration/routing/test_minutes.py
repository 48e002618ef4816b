"""Minutes of the day are read from the history of calls."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.states import LegState
from engine.core import db
from engine.core.config import Settings
from engine.ports import OutsideCalls
from engine.routing.model import OutboundRule, ToExternal, Trunk
from engine.routing.outbound import Permission, Refusal
from engine.routing.table import RoutingTable

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
"""In Moscow."""
MOBILE = "79161234567"
TRUNK = Trunk(id=uuid4(), name="city")
RULE = OutboundRule(id=uuid4(), position=1, name="an hour", prefixes=("79",), max_minutes_day=60)
TABLE = RoutingTable(trunks={TRUNK.id: TRUNK}, outbound_rules=(RULE,))


@dataclass
class Clock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


async def talked(
    connection: Any, start: datetime, minutes: float, number: str = MOBILE, by: str | None = "101"
) -> None:
    row = {
        "call_id": uuid4(),
        "call_started_at": start,
        "channel_id": "c",
        "role": "callee",
        "number": number,
        "started_at": start,
        "answered_at": start,
        "ended_at": start + timedelta(minutes=minutes),
        "charged_to": by,
    }
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await connection.execute(f"insert into call_legs ({', '.join(row)}) values ({places})", *row.values())


@pytest.mark.feature("F-PBX-13")
async def test_minutes_of_today_count_those_before_midnight_and_of_others_do_not(database: str) -> None:
    settings = msgspec.structs.replace(Settings(), database_dsn=database, database_pool_min=1)
    pool = await db.create_pool(settings)
    live: list[Call] = []
    clock = Clock()
    calls = OutsideCalls(pool, lambda: TABLE, lambda: live, clock, "Europe/Moscow")
    mine = ToExternal(number=MOBILE, extension="101")
    try:
        await pool.execute("select ensure_call_partitions($1)", NOON)
        await pool.execute("select ensure_call_partitions($1)", MIDNIGHT - timedelta(hours=5))
        await talked(pool, MIDNIGHT - timedelta(minutes=50), 80)  # 30 of them today
        await talked(pool, NOON - timedelta(hours=1), 29)
        await talked(pool, NOON - timedelta(hours=2), 500, number="74951234567")
        await talked(pool, NOON - timedelta(hours=2), 500, by="102")
        await talked(pool, NOON - timedelta(hours=2), 500, by=None)
        assert isinstance(calls.permit(mine), Permission)  # nothing is read yet
        await calls.refresh()
        assert isinstance(calls.permit(mine), Permission)
        live.append(in_progress(NOON - timedelta(minutes=1)))
        answer = calls.permit(mine)
        assert isinstance(answer, Refusal) and answer.reason == "minutes"
        clock.at = NOON + timedelta(days=1)  # a new day: what was read is of the old one
        live.clear()
        assert isinstance(calls.permit(mine), Permission)
    finally:
        await pool.close()


def in_progress(since: datetime) -> Call:
    leg = Leg(
        channel_id="l",
        role=LegRole.CALLEE,
        number=MOBILE,
        endpoint=f"PJSIP/{MOBILE}@city",
        started_at=since,
        answered_at=since,
        state=LegState.UP,
        charged_to="101",
    )
    return Call(
        id=UUID(int=1),
        node_id="n",
        direction=Direction.OUTBOUND,
        caller="101",
        called=MOBILE,
        started_at=since,
        legs=[leg],
    )
