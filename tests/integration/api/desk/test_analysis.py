"""A client's figures against a recount of the same requests, as files, and by e-mail."""

import io
import random
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import pytest_asyncio

from tests.integration.api.conftest import Api, Client, until

pytestmark = pytest.mark.feature("F-TKT-03")
ZONES = ("Asia/Vladivostok", "America/New_York")


@dataclass
class Firm:
    """A company with two outlets, its parent's person and a child that was granted the first outlet."""

    zone: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    child: uuid.UUID = field(default_factory=uuid.uuid4)
    outlets: list[uuid.UUID] = field(default_factory=lambda: [uuid.uuid4(), uuid.uuid4()])
    tickets: list[dict[str, Any]] = field(default_factory=list)


async def _lay(api: Api, firm: Firm, name: str) -> tuple[Client, Client]:
    people = [await api.user("client", f"{name}-{n}") for n in range(2)]
    ids = [await api.db.fetchval("select id from users where login = $1", f"{name}-{n}") for n in range(2)]
    registered = datetime.now(UTC) - timedelta(days=300)
    about = {"timezone": firm.zone, "registered_at": registered}
    await api.insert("client_accounts", id=firm.id, user_id=ids[0], name=f"ООО {name}", **about)
    await api.insert("client_accounts", id=firm.child, parent_id=firm.id, user_id=ids[1], name="Анна", **about)
    for outlet in firm.outlets:
        await api.insert("outlets", id=outlet, account_id=firm.id, name=str(outlet))
    await api.insert("outlet_grants", account_id=firm.child, outlet_id=firm.outlets[0], parent_id=firm.id)
    return people[0], people[1]


async def _open(api: Api, firm: Firm, count: int, seed: int) -> None:
    """Requests of the last 230 days, many of the last week, some at the very edges of days and months."""
    chance, now, zone = random.Random(seed), datetime.now(UTC), ZoneInfo(firm.zone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    for n in range(count):
        age = chance.uniform(0, 230 if n % 2 else 8) * 86_400
        created = now - timedelta(seconds=age)
        if n % 7 == 0:
            created = midnight - timedelta(days=n % 60) - timedelta(microseconds=n % 3 - 1)
        reaction = chance.choice([None, chance.uniform(1, 90_000)])
        closed = chance.random() < 0.6
        closed_at = created + (now - created) * chance.random() if closed else None
        ticket: dict[str, Any] = {
            "id": uuid.uuid4(),
            "account_id": firm.id,
            "outlet_id": chance.choice(firm.outlets),
            "channel": "portal",
            "subject": f"Заявка {n}",
            "created_at": created,
            "first_response_at": created + timedelta(seconds=reaction) if reaction else None,
            "state": "closed" if closed else "new",
            "closed_at": closed_at,
            "overdue_at": now if chance.random() < 0.2 else None,
        }
        await api.insert("tickets", **ticket)
        firm.tickets.append(ticket)


def _recount(firm: Firm, outlets: list[uuid.UUID]) -> dict[str, Any]:
    zone = ZoneInfo(firm.zone)
    mine = [t for t in firm.tickets if t["outlet_id"] in outlets]

    def on(at: datetime | None) -> date | None:
        return at.astimezone(zone).date() if at else None

    def mean(items: list[dict[str, Any]]) -> float | None:
        spans = [(t["first_response_at"] - t["created_at"]).total_seconds() for t in items if t["first_response_at"]]
        return sum(spans) / len(spans) if spans else None

    today = datetime.now(zone).date()
    days = [today - timedelta(days=today.weekday()) + timedelta(days=n) for n in range(7)]
    months = [(today.year * 12 + today.month - 1 - back) for back in range(5, -1, -1)]

    def in_month(at: date | None, month: int) -> bool:
        return at is not None and at.year * 12 + at.month - 1 == month

    return {
        "open_now": sum(not t["closed_at"] for t in mine),
        "closed_now": sum(bool(t["closed_at"]) for t in mine),
        "overdue_now": sum(bool(t["overdue_at"]) and not t["closed_at"] for t in mine),
        "opened_total": len(mine),
        "closed_total": sum(bool(t["closed_at"]) for t in mine),
        "mean_reaction_s": mean(mine),
        "week": [
            (d.isoformat(), sum(on(t["created_at"]) == d for t in mine), sum(on(t["closed_at"]) == d for t in mine))
            for d in days
        ],
        "months": [
            (
                f"{m // 12:04}-{m % 12 + 1:02}-01",
                sum(in_month(on(t["created_at"]), m) for t in mine),
                sum(in_month(on(t["closed_at"]), m) for t in mine),
                mean([t for t in mine if in_month(on(t["created_at"]), m)]),
            )
            for m in months
        ],
    }


def _agree(told: dict[str, Any], counted: dict[str, Any]) -> None:
    for name in ("open_now", "closed_now", "overdue_now", "opened_total", "closed_total"):
        assert told[name] == counted[name], name
    assert told["mean_reaction_s"] == pytest.approx(counted["mean_reaction_s"])
    assert [(d["day"], d["opened"], d["closed"]) for d in told["week"]] == counted["week"]
    assert [(m["month"], m["opened"], m["closed"]) for m in told["months"]] == [m[:3] for m in counted["months"]]
    assert [m["mean_reaction_s"] for m in told["months"]] == pytest.approx([m[3] for m in counted["months"]])


@pytest_asyncio.fixture(loop_scope="package")
async def firms(api: Api) -> AsyncIterator[list[tuple[Firm, Client, Client]]]:
    made = []
    for place, zone in enumerate(ZONES):
        firm = Firm(zone)
        parent, child = await _lay(api, firm, f"firm-{uuid.uuid4().hex[:12]}")
        await _open(api, firm, 150, place)
        made.append((firm, parent, child))
    yield made


async def test_figures_are_a_recount_of_what_the_reader_may_see(
    api: Api, admin: Client, firms: list[tuple[Firm, Client, Client]]
) -> None:
    for firm, parent, child in firms:
        _agree(await parent.get("/portal/analysis"), _recount(firm, firm.outlets))
        _agree(await parent.get("/portal/analysis", outlet_id=firm.outlets[1]), _recount(firm, firm.outlets[1:]))
        _agree(await child.get("/portal/analysis"), _recount(firm, firm.outlets[:1]))
        assert (await child.get("/portal/analysis", outlet_id=firm.outlets[1]))["opened_total"] == 0
        _agree(await admin.get(f"/clients/{firm.id}/analysis"), _recount(firm, firm.outlets))
    answer = await firms[0][1].send("GET", f"/clients/{firms[1][0].id}/analysis")
    assert answer.status == 403


async def test_a_request_merged_into_another_counts_once_and_one_reopened_was_closed(
    api: Api, firms: list[tuple[Firm, Client, Client]]
) -> None:
    firm, parent, _ = firms[0]
    before = await parent.get("/portal/analysis")
    first, second = [t for t in firm.tickets if t["state"] == "closed"][:2]
    await api.db.execute("update tickets set merged_into_id = $1 where id = $2", first["id"], second["id"])
    await api.db.execute("update tickets set state = 'reopened', closed_at = null where id = $1", first["id"])
    after = await parent.get("/portal/analysis")
    assert after["opened_total"] == before["opened_total"] - 1
    assert after["closed_total"] == before["closed_total"] - 1
    assert after["open_now"] == before["open_now"] + 1


async def test_files(firms: list[tuple[Firm, Client, Client]]) -> None:
    firm, parent, _ = firms[0]
    counted = _recount(firm, firm.outlets)
    sheet = await parent.send("GET", "/portal/analysis", params={"format": "xlsx"})
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(sheet.raw)).active]
    assert ["Открыто сейчас", counted["open_now"]] == cells[1][:2]
    assert any(row[:3] == list(counted["week"][0]) for row in cells)
    paper = await parent.send("GET", "/portal/analysis", params={"format": "pdf"})
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.raw.startswith(b"%PDF-") and len(paper.raw) > 5_000


async def test_an_analysis_goes_out_by_mail_when_its_day_has_come(
    api: Api, firms: list[tuple[Firm, Client, Client]]
) -> None:
    _, parent, child = firms[0]
    firm = uuid.uuid4().hex[:12]
    order = {"recipients": [f"boss@{firm}.example", f"second@{firm}.example"], "format": "xlsx", "every": "week"}
    made = await parent.post("/portal/analysis-mails", order)
    due = datetime.fromisoformat(made["next_at"])
    local = due.astimezone(ZoneInfo(ZONES[0]))
    assert (local.weekday(), local.hour) == (0, 8) and due > datetime.now(UTC)
    assert (await child.get("/portal/analysis-mails"))["items"] == []
    assert (await child.send("DELETE", f"/portal/analysis-mails/{made['id']}")).status == 404
    mail = f"select recipient, attachment from mails where recipient like '%@{firm}.example' order by recipient"
    assert await api.db.fetch(mail) == []
    await parent.send("PATCH", f"/portal/analysis-mails/{made['id']}", {"language": "en"})
    # Its time comes: the worker sleeps until the next due time, and a change of any order lets it look anew.
    id_ = uuid.UUID(made["id"])
    await api.db.execute("update analysis_mails set next_at = now() - interval '1 s' where id = $1", id_)
    await parent.post("/portal/analysis-mails", {**order, "enabled": False})

    async def mailed() -> Any:
        return await api.db.fetch(mail)

    rows = await until(mailed)
    assert [row["recipient"] for row in rows] == order["recipients"]
    book = openpyxl.load_workbook(io.BytesIO(rows[0]["attachment"]))
    assert book.active["A2"].value == "Open now"
    item, _ = (await parent.get("/portal/analysis-mails"))["items"]
    assert datetime.fromisoformat(item["next_at"]) == due


async def test_an_analysis_that_cannot_be_made_keeps_no_other(
    api: Api, firms: list[tuple[Firm, Client, Client]]
) -> None:
    (blocked, _, child), (broken, of_broken, _), name = firms[0], firms[1], uuid.uuid4().hex[:12]
    order = {"recipients": [f"first@{name}.example"], "format": "xlsx", "every": "week"}
    made = [await client.post("/portal/analysis-mails", order) for client in (child, of_broken)]
    fit = Firm("Europe/Moscow")
    parent, _ = await _lay(api, fit, f"firm-{uuid.uuid4().hex[:12]}")
    made.append(await parent.post("/portal/analysis-mails", order | {"recipients": [f"last@{name}.example"]}))
    # The people of a blocked company read nothing; no clock shows the time of a zone that there is not.
    await api.db.execute("update client_accounts set state = 'blocked' where id = $1", blocked.id)
    await api.db.execute("update client_accounts set timezone = 'Nowhere/At_All' where id = $1", broken.id)
    for hours, one in zip((3, 2, 1), made, strict=True):
        at = datetime.now(UTC) - timedelta(hours=hours)
        await api.db.execute("update analysis_mails set next_at = $2 where id = $1", uuid.UUID(one["id"]), at)
    await parent.post("/portal/analysis-mails", {**order, "enabled": False})
    mail = f"select recipient from mails where recipient like '%@{name}.example'"

    async def mailed() -> Any:
        return await api.db.fetch(mail)

    assert [row["recipient"] for row in await until(mailed)] == [f"last@{name}.example"]
