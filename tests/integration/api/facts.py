"""Facts made up at random, put into the tables as the engine writes them, and counted again in plain Python."""

import random
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Range

START = datetime(2026, 11, 2, 20, 0, tzinfo=UTC)
HOURS = 40
_OUTCOMES = (
    ["answered"] * 12 + ["abandoned"] * 4 + ["timeout", "full", "exit", "callback", "no_operators", "transferred"]
)
_STATUSES = ["ready", "reserved", "on_call", "wrap_up", "break", "away"]


@dataclass
class Facts:
    """Rows by table; ``targets``: seconds by queue."""

    targets: dict[UUID, int]
    operators: list[UUID]
    visits: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    intervals: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)


def make(seed: int, count: int) -> Facts:
    """``count`` calls with their visits (some with two), offers, and operators' time cut into statuses."""
    chance = random.Random(seed)
    facts = Facts({_id(chance): chance.choice([5, 20, 60]) for _ in range(3)}, [_id(chance) for _ in range(4)])
    numbers = [f"7916{chance.randrange(10**7):07}" for _ in range(max(2, count // 4))] + ["anonymous"]
    for _ in range(count):
        _call(facts, chance, numbers)
    for operator in facts.operators:
        _time(facts, chance, operator)
    return facts


def _id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _call(facts: Facts, chance: random.Random, numbers: list[str]) -> None:
    at = START + timedelta(milliseconds=chance.randrange(HOURS * 3_600_000))
    call = {
        "id": _id(chance), "started_at": at, "node_id": "n", "direction": chance.choice(["inbound"] * 4 + ["outbound"]),
        "caller": chance.choice(numbers), "called": chance.choice(["74951000001", "74951000002"]),
        "operator_id": None, "queue_id": None, "talk_s": 0.0, "hold_s": 0.0, "ended_at": at, "outcome": "served",
    }  # fmt: skip
    for _ in range(chance.choice([1, 1, 1, 2]) if call["direction"] == "inbound" else 0):
        visit = _visit(facts, chance, call, at)
        at = visit["ended_at"] or at
    if call["direction"] == "outbound":
        call |= {"operator_id": chance.choice(facts.operators), "outcome": "answered", "talk_s": chance.random() * 90}
    call["ended_at"] = at + timedelta(seconds=call["talk_s"])
    facts.calls.append(call)


def _visit(facts: Facts, chance: random.Random, call: dict[str, Any], at: datetime) -> dict[str, Any]:
    outcome, wait = chance.choice(_OUTCOMES), round(chance.expovariate(1 / 20), 3)
    talk = round(chance.expovariate(1 / 100), 3)
    answered = at + timedelta(seconds=wait) if outcome == "answered" else None
    operator = chance.choice(facts.operators) if answered else None
    ended = at + timedelta(seconds=wait + (talk if answered else 0))
    visit = {
        "id": _id(chance), "call_id": call["id"], "queue_id": chance.choice(list(facts.targets)),
        "caller": call["caller"],
        "entered_at": at, "answered_at": answered, "ended_at": ended, "outcome": outcome, "operator_id": operator,
        "wait_s": wait, "talk_s": talk if answered else 0.0, "hold_s": round(talk * 0.1, 3) if answered else 0.0,
    }  # fmt: skip
    if chance.random() < 0.02:
        visit |= {
            "outcome": "waiting",
            "answered_at": None,
            "ended_at": None,
            "operator_id": None,
            "talk_s": 0.0,
            "hold_s": 0.0,
        }
    facts.visits.append(visit)
    if visit["answered_at"]:
        call |= {"outcome": "answered", "operator_id": operator, "queue_id": visit["queue_id"]}
        call["talk_s"] += visit["talk_s"]
        call["hold_s"] += visit["hold_s"]
    for result in chance.choices(["missed", "rejected", "cancelled"], k=chance.randrange(3)):
        _offer(facts, chance, visit, chance.choice(facts.operators), result)
    if operator and visit["answered_at"]:
        _offer(facts, chance, visit, operator, "answered")
    return visit


def _offer(facts: Facts, chance: random.Random, visit: dict[str, Any], user: UUID, result: str) -> None:
    facts.offers.append(
        {"id": _id(chance), "visit_id": visit["id"], "queue_id": visit["queue_id"], "call_id": visit["call_id"],
         "user_id": user, "offered_at": visit["entered_at"], "ended_at": visit["ended_at"], "result": result}
    )  # fmt: skip


def _time(facts: Facts, chance: random.Random, operator: UUID) -> None:
    """The operator's time, without overlaps; most wrap-ups follow a call of the operator's."""
    mine = [v for v in facts.visits if v["operator_id"] == operator]
    at, end = START - timedelta(hours=1), START + timedelta(hours=HOURS + 2)
    while at < end:
        until = at + timedelta(milliseconds=chance.randrange(1, 7_200_000))
        status = chance.choice(_STATUSES)
        before = [v for v in mine if v["ended_at"] <= at]
        call = chance.choice(before[-5:])["call_id"] if status == "wrap_up" and before else None
        facts.intervals.append(
            {"id": _id(chance), "user_id": operator, "status": status, "call_id": call, "during": Range(at, until)}
        )
        at = until + timedelta(seconds=chance.choice([0, 0, 30]))


async def put(db: Any, facts: Facts) -> None:
    """Empty the tables and write the rows."""
    await db.execute("truncate calls, queue_visits, queue_offers, presence_intervals, presence; delete from queues")
    await db.execute("select ensure_call_partitions($1)", START)
    await db.executemany(
        "insert into queues (id, name, target_s) values ($1, $1::uuid::text, $2)", list(facts.targets.items())
    )
    tables = {"calls": facts.calls, "queue_visits": facts.visits, "queue_offers": facts.offers}
    for table, rows in (tables | {"presence_intervals": facts.intervals}).items():
        columns = list(rows[0])
        records = [tuple(row[c] for c in columns) for row in rows]
        await db.copy_records_to_table(table, columns=columns, records=records)


def recount(facts: Facts, visits: list[dict[str, Any]], *, short_s: float, days: int) -> dict[str, float]:
    """Sums over ``visits``, one at a time."""
    sums: dict[str, float] = defaultdict(float)
    for visit in visits:
        target, wait = facts.targets[visit["queue_id"]], visit["wait_s"]
        sums["offered"] += 1
        if visit["answered_at"]:
            sums["answered"] += 1
            sums["answered_in"] += wait <= target
            sums["wait_answered_s"] += wait
            sums["talk_s"] += visit["talk_s"]
            sums["hold_s"] += visit["hold_s"]
            sums["wrap_s"] += _wrap(facts, visit)
            if visit["caller"].isdigit():
                sums["known"] += 1
                sums["repeated"] += any(
                    other["caller"] == visit["caller"] and other["call_id"] != visit["call_id"]
                    and visit["entered_at"] < other["entered_at"] <= visit["entered_at"] + timedelta(days=days)
                    for other in facts.visits
                )  # fmt: skip
        elif visit["outcome"] == "abandoned":
            sums["abandoned"] += 1
            sums["abandoned_in"] += wait <= target
            sums["short"] += wait < short_s
            sums["wait_abandoned_s"] += wait
        elif visit["outcome"] == "waiting":
            sums["waiting"] += 1
        elif visit["outcome"] in ("timeout", "full", "no_operators"):
            sums["lost"] += 1
        else:
            sums["left"] += 1
    return sums


def _wrap(facts: Facts, visit: dict[str, Any]) -> float:
    """Seconds of wrap-up that belong to the visit: its operator's, of its call, with no later answer of his between."""
    mine = sorted(
        v["answered_at"] for v in facts.visits
        if v["call_id"] == visit["call_id"] and v["operator_id"] == visit["operator_id"] and v["answered_at"]
    )  # fmt: skip
    total = 0.0
    for interval in facts.intervals:
        fits = interval["call_id"] == visit["call_id"] and interval["user_id"] == visit["operator_id"]
        if fits and interval["status"] == "wrap_up":
            begun = interval["during"].lower
            place = bisect_right(mine, begun)
            if place and mine[place - 1] == visit["answered_at"]:
                total += (interval["during"].upper - begun).total_seconds()
    return total


def seconds_in(facts: Facts, user: UUID | None, first: datetime, last: datetime) -> dict[str, float]:
    """Seconds by status within a time, of one operator or of all."""
    sums: dict[str, float] = defaultdict(float)
    for interval in facts.intervals:
        if user in (None, interval["user_id"]):
            begun, ended = max(interval["during"].lower, first), min(interval["during"].upper, last)
            sums[interval["status"]] += max(0.0, (ended - begun).total_seconds())
    return sums
