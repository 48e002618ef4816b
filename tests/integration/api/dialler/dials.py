"""Attempts of campaigns made up at random, put into the tables as the engine writes them, and counted again."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.dialer.outcomes import HUMAN

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
ZONES = ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok")
_OUTCOMES = ["talked"] * 8 + ["abandoned"] + ["busy"] * 3 + ["no_answer"] * 5 + ["machine"] * 4
_OUTCOMES += ["hung_up", "silent", "bad_number", "rejected", "unavailable", "failed", "blocked", "interrupted"]


class Dials:
    """Rows by table. ``of(...)`` counts over those that fit."""

    def __init__(self, seed: int, count: int) -> None:
        self.chance = random.Random(seed)
        self.campaigns = [self.id() for _ in range(2)]
        self.lists = [self.id() for _ in range(2)]
        self.operators = [self.id() for _ in range(3)]
        self.leads = [self.id() for _ in range(max(5, count // 3))]
        self.dispositions = {self.id(): meaning for meaning in ("success", "refusal", "callback", "machine")}
        self.attempts = [self._attempt(n) for n in range(count)]

    def id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def _attempt(self, number: int) -> dict[str, Any]:
        chance = self.chance
        at = START + timedelta(seconds=chance.randrange(10 * 86_400))
        outcome = chance.choice(_OUTCOMES)
        dialed = at + timedelta(seconds=1) if outcome != "blocked" else None
        answered = at + timedelta(seconds=9) if outcome in {*HUMAN, "machine"} else None
        talked = outcome == "talked"
        wait = round(chance.expovariate(1.2), 3)
        said = chance.choice(list(self.dispositions)) if talked and chance.random() < 0.8 else None
        corrected = "machine" if said and self.dispositions[said] == "machine" else None
        lead = chance.randrange(len(self.leads))
        return {
            "id": self.id(), "campaign_id": chance.choice(self.campaigns), "lead_id": self.leads[lead],
            "list_id": self.lists[lead % 2], "node_id": "n", "mode": "predictive", "address": f"7916000{lead:04}",
            "zone": chance.choice(ZONES), "shown": "74951000001", "number": chance.randrange(1, 5), "claimed_at": at,
            "dialed_at": dialed, "ringing_at": dialed, "answered_at": answered,
            "connected_at": answered + timedelta(seconds=wait) if talked and answered else None,
            "ended_at": at + timedelta(seconds=60) if number % 50 else None,
            "outcome": outcome if number % 50 else None,
            "abandoned": outcome == "abandoned", "corrected": corrected,
            "operator_id": chance.choice(self.operators) if talked else None, "disposition_id": said,
            "talk_s": round(chance.expovariate(1 / 90), 3) if talked else 0.0,
            "wrap_s": round(chance.expovariate(1 / 15), 3) if talked else 0.0,
            "answers": {"q1": chance.choice(["1", "2", "да"])} if talked and chance.random() < 0.5 else {},
        }  # fmt: skip

    async def put(self, db: Any) -> None:
        """The rows, and what they name."""
        for name, id_ in zip(("Альфа", "Бета"), self.campaigns, strict=True):
            values = (id_, name, {"pacing": {"target_rate": 0.03, "connect_threshold_s": 2.0}})
            await db.execute("insert into campaigns (id, name, settings) values ($1, $2, $3)", *values)
        for name, id_ in zip(("Первый", "=2+2"), self.lists, strict=True):
            await db.execute("insert into lead_lists (id, name) values ($1, $2)", id_, name)
        for n, id_ in enumerate(self.operators):
            values = (id_, f"o{n}", f"Оператор {n}")
            await db.execute("insert into users (id, login, name, role) values ($1, $2, $3, 'operator')", *values)
        for id_, meaning in self.dispositions.items():
            values = (id_, f"d_{meaning}", meaning)
            await db.execute("insert into dispositions (id, code, title, meaning) values ($1, $2, $3, $3)", *values)
        columns = list(self.attempts[0])
        places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
        statement = f"insert into dial_attempts ({', '.join(columns)}) values ({places})"
        await db.executemany(statement, [tuple(row[name] for name in columns) for row in self.attempts])

    def of(self, first: datetime, last: datetime, **same: Any) -> list[dict[str, Any]]:
        """Attempts that ended, claimed from ``first`` to before ``last``, with these values."""
        return [
            row
            for row in self.attempts
            if row["ended_at"] and first <= row["claimed_at"] < last
            and all(row[name] == value for name, value in same.items())
        ]  # fmt: skip

    def recount(self, rows: list[dict[str, Any]]) -> dict[str, float | None]:
        """Figures, one attempt at a time."""
        people = [row for row in rows if person(row)]
        dialed = sum(row["dialed_at"] is not None for row in rows)
        connected = sum(row["outcome"] == "talked" for row in people)
        abandoned = sum(row["abandoned"] for row in people)
        meanings = [self.dispositions[row["disposition_id"]] for row in rows if row["disposition_id"]]
        talk, wrap = sum(row["talk_s"] for row in rows), sum(row["wrap_s"] for row in rows)
        return {
            "attempts": len(rows), "leads": len({row["lead_id"] for row in rows}), "dialed": dialed,
            "answered": sum(row["answered_at"] is not None for row in rows), "humans": len(people),
            "connected": connected, "abandoned": abandoned,
            "machines": sum(row["outcome"] == "machine" or row["corrected"] == "machine" for row in rows),
            "busy": sum(row["outcome"] == "busy" for row in rows),
            "failed": sum(row["outcome"] in ("failed", "interrupted") for row in rows),
            "blocked": sum(row["outcome"] == "blocked" for row in rows),
            "success": meanings.count("success"), "refusal": meanings.count("refusal"),
            "talk_s": talk, "wrap_s": wrap,
            "connect_rate": connected / dialed if dialed else None,
            "abandon_rate": abandoned / len(people) if people else None,
            "success_rate": meanings.count("success") / connected if connected else None,
            "aht_s": (talk + wrap) / connected if connected else None,
        }  # fmt: skip


def person(row: dict[str, Any]) -> bool:
    return row["corrected"] is None and (row["abandoned"] or row["outcome"] in HUMAN)


def by_law(row: dict[str, Any]) -> bool:
    """Whether the attempt was dialled in the hours of Russian law: 8 to 22, at weekends 9 to 20."""
    clock = row["dialed_at"].astimezone(ZoneInfo(row["zone"]))
    first, last = (8, 22) if clock.isoweekday() < 6 else (9, 20)
    return bool(first <= clock.hour < last)
