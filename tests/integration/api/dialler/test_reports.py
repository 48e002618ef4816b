"""Reports on campaigns and on their compliance: exact against a recount of the same attempts in plain Python."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from tests.integration.api.conftest import Api, Client
from tests.integration.api.dialler import dials
from tests.integration.api.dialler.dials import START, Dials

pytestmark = pytest.mark.feature("F-DIAL-05", "F-DIAL-06", "F-DIAL-20")
FIRST, LAST = START + timedelta(days=1), START + timedelta(days=9)


def period(**more: Any) -> dict[str, Any]:
    return {"from": FIRST.isoformat(), "to": LAST.isoformat(), **more}


def same(row: dict[str, Any], counted: dict[str, float | None]) -> None:
    for name, value in counted.items():
        close = None if value is None else pytest.approx(value, abs=0.11 if name.endswith("_s") else 1e-4)
        assert row[name] == close, (name, row)


async def test_every_report_is_what_a_recount_gives(api: Api, admin: Client) -> None:
    facts = Dials(3, 900)
    await facts.put(api.db)
    campaign = facts.campaigns[0]
    rows = facts.of(FIRST, LAST, campaign_id=campaign)

    async def report(by: str, path: str = f"/campaigns/{campaign}/report", **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = await admin.get(path, **period(by=by, **more))
        assert made["by"] == by and {column["name"] for column in made["columns"]} - {"question"}
        return made

    for by, column, name in (
        ("outcome", "outcome", "outcome"), ("attempt", "number", "number"), ("list", "list_id", "list_id"),
        ("operator", "operator_id", "operator_id"), ("disposition", "disposition_id", "disposition_id"),
    ):  # fmt: skip
        made = await report(by)
        assert Counter(str(row[column]) for row in rows).keys() == {str(row[name]) for row in made["rows"]}
        for row in made["rows"]:
            same(row, facts.recount([one for one in rows if str(one[column]) == str(row[name])]))
        same(made["total"], facts.recount(rows))

    for by, zone in (("hour", "Asia/Kathmandu"), ("day", "Europe/Moscow")):
        made = await report(by, timezone=zone)
        for row in made["rows"]:
            begun = datetime.fromisoformat(row["at"])
            width = timedelta(hours=1 if by == "hour" else 24)
            same(row, facts.recount(facts.of(max(begun, FIRST), min(begun + width, LAST), campaign_id=campaign)))
        assert sum(row["attempts"] for row in made["rows"]) == len(rows)

    answers = await report("answer")
    told = Counter(row["answers"]["q1"] for row in rows if row["answers"])
    assert {row["answer"]: row["attempts"] for row in answers["rows"]} == told
    assert sum(row["share"] for row in answers["rows"]) == pytest.approx(1)

    whole = await report("campaign", "/campaign-report")
    assert {row["name"] for row in whole["rows"]} == {"Альфа", "Бета"}
    same(whole["total"], facts.recount(facts.of(FIRST, LAST)))
    narrowed = await report("outcome", "/campaign-report", list_id=facts.lists[0], operator_id=facts.operators[0])
    same(
        narrowed["total"], facts.recount(facts.of(FIRST, LAST, list_id=facts.lists[0], operator_id=facts.operators[0]))
    )

    file = await admin.send("GET", f"/campaigns/{campaign}/report", params=period(by="list", format="xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(file.raw)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][:2] == ("Список", "Попыток") and lines[-1][:2] == ("Итого", len(rows))
    assert all(cell.data_type != "f" for row in sheet for cell in row)


async def test_compliance_finds_what_is_over_a_limit(api: Api, admin: Client) -> None:
    facts = Dials(5, 1200)
    api.clock.ahead = (START + timedelta(days=10) - datetime.now(UTC)).total_seconds()
    await facts.put(api.db)
    lead = facts.attempts[1]
    await api.db.execute(
        "insert into do_not_call (id, address, source, created_at) values ($1, $2, 'opt_out', $3)",
        uuid4(), lead["address"], START,
    )  # fmt: skip
    client = await api.anonymous.login("some-admin")
    made = await client.get("/campaign-compliance", timezone="Europe/Moscow")
    everything = (START - timedelta(days=90), START + timedelta(days=90))
    assert len(made["items"]) == 2
    for item in made["items"]:
        rows = facts.of(*everything, campaign_id=next(c for c in facts.campaigns if str(c) == item["campaign_id"]))
        counted = facts.recount(rows)
        for name in ("attempts", "dialed", "humans", "abandoned", "blocked", "abandon_rate"):
            assert item[name] == pytest.approx(counted[name], abs=1e-4), name
        dialed = [row for row in rows if row["dialed_at"]]
        assert item["outside_hours"] == sum(not dials.by_law(row) for row in dialed) > 0
        waits = [
            (r["connected_at"] - r["answered_at"]).total_seconds()
            for r in rows
            if r["connected_at"] and dials.person(r)
        ]
        assert item["late"] == sum(wait > 2 for wait in waits)
        assert item["connect_max_s"] == pytest.approx(max(waits), abs=0.01)
        assert item["listed"] == sum(row["address"] == lead["address"] for row in dialed)
        counting = [row for row in dialed if row["ringing_at"]]
        total = Counter(row["lead_id"] for row in counting)
        day = Counter((row["lead_id"], row["dialed_at"].astimezone(ZoneInfo(row["zone"])).date()) for row in counting)
        over = {one for one, n in total.items() if n > 6} | {one for (one, _), n in day.items() if n > 2}
        assert (item["attempts_max"], item["over_caps"]) == (max(total.values()), len(over))
        assert item["legal_rate"] == 0.03 and item["ok"] is False
    days = {row["day"]: row for row in made["days"]}
    answered = [one for one in facts.of(*everything) if one["answered_at"]]
    for name, row in days.items():
        of_day = [
            one for one in answered if str(one["answered_at"].astimezone(ZoneInfo("Europe/Moscow")).date()) == name
        ]
        assert row["abandoned"] == sum(one["abandoned"] for one in of_day if dials.person(one))
    file = await client.send(
        "GET", "/campaign-compliance", params={"format": "xlsx"}, headers={"Accept-Language": "en"}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(file.raw)).active
    assert [cell.value for cell in sheet[1]][:3] == ["Campaign", "Within limits", "Attempts"] and sheet.max_row == 4


async def test_the_monitor_tells_lines_rates_and_the_end(api: Api, admin: Client, engine: Any) -> None:
    now = datetime.now(UTC)
    facts = Dials(7, 1)
    await facts.put(api.db)
    campaign, list_id = facts.campaigns[0], facts.lists[0]
    queue = uuid4()
    await api.insert("queues", id=queue, name="Очередь")
    await api.insert("queue_members", queue_id=queue, user_id=facts.operators[0])
    await api.db.execute("update campaigns set state = 'running', queue_id = $2 where id = $1", campaign, queue)
    for number in range(10):
        lead, attempt = uuid4(), uuid4()
        await api.insert("leads", id=lead, list_id=list_id)
        done = number < 4
        standing = {"campaign_id": campaign, "lead_id": lead, "list_id": list_id, "zone": "Europe/Moscow"}
        standing |= {"state": "done" if done else "waiting", "result": "talked" if done else None}
        await api.insert("campaign_leads", attempt_id=attempt, next_at=now, **standing)
        row = {"campaign_id": campaign, "lead_id": lead, "list_id": list_id, "node_id": "n", "mode": "predictive"}
        row |= {"address": "79160000000", "number": 1, "claimed_at": now - timedelta(minutes=30)}
        row |= {"dialed_at": now, "answered_at": now if number < 5 else None, "abandoned": number == 4}
        outcome = "talked" if done else "abandoned" if number == 4 else "busy"
        await api.insert("dial_attempts", id=attempt, ended_at=now, outcome=outcome, **row)
    sample = {"campaign_id": campaign, "node_id": "n", "at": now, "mode": "predictive", "agents": 1, "ready": 0}
    why = {"limit": "calls_per_s", "agents": 1}
    await api.insert("pacing_samples", **sample, talking=1, wrapping=0, lines=3, wanted=2, explanation=why)

    path = f"/campaigns/{campaign}"
    engine.campaigns = [{"campaign_id": str(campaign), "lines": {"ringing": 2, "connected": 1}}]
    monitor = await admin.get(f"{path}/monitor")
    assert monitor["live"] and monitor["lines"] == {"ringing": 2, "talking": 1}
    assert monitor["leads"] | {"results": {"talked": 4}, "left": 6, "total": 10, "due": 6} == monitor["leads"]
    assert (monitor["humans_24h"], monitor["abandoned_24h"]) == (5, 1)
    assert (monitor["connect_rate"], monitor["abandon_rate"]) == (0.4, 0.2)
    assert monitor["done_per_hour"] == pytest.approx(8, rel=0.02) and monitor["eta_s"] == pytest.approx(2700, rel=0.02)
    assert monitor["samples"][0]["why"] == ["Сдерживает предел наборов в секунду"]
    assert monitor["agents"] == {"offline": 1}
    pacing = (await admin.get(f"{path}/pacing"))["items"]
    assert [(item["lines"], item["explanation"]) for item in pacing] == [(3, why)]
    item = next(one for one in (await admin.get("/campaigns"))["items"] if one["id"] == str(campaign))
    assert (item["total"], item["done"], item["abandon_rate"]) == (10, 4, 0.2)
    leads = await admin.get(f"{path}/leads", state="done", limit=3)
    assert len(leads["items"]) == 3 and leads["next"]
    assert (await admin.send("GET", f"/campaigns/{uuid4()}/monitor")).status == 404
