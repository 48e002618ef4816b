"""The life of promises: given, warned of, broken, paused, kept; told why; by a clock that is moved."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from api.sla.ageing import Ageing
from api.sla.reactor import Promises
from api.sla.store import PromiseStore
from tests.integration.api.conftest import Api, Client, until
from tests.integration.api.desk.lives import ALL_DAY, OFFICE, Life

pytestmark = pytest.mark.feature("F-TKT-07", "F-TKT-02")
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest_asyncio.fixture(loop_scope="package")
async def life(api: Api) -> AsyncIterator[Life]:
    made = await Life(api).begin()
    yield made
    await made.end()


def monday(hour: int, minute: int = 0) -> datetime:
    """A Monday after now, on the clock of Moscow."""
    today = datetime.now(MOSCOW)
    day = today.date() + timedelta(days=7 - today.weekday())
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=MOSCOW)


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


async def test_a_promise_is_warned_of_and_broken_once_and_its_client_sees_it(api: Api, life: Life) -> None:
    await life.plan(ALL_DAY, first_s=600, solution_s=3600, warn_share=0.5)
    ticket = await life.open()
    assert (await life.get(ticket)).status == "accepted"
    await life.put_forward(seconds=290)
    assert await life.count(ticket, "warned") == 0
    await life.put_forward(seconds=20)
    await life.comes(ticket, "warned")
    await life.put_forward(seconds=300)
    await life.comes(ticket, "breached")
    seen = await life.get(ticket)
    first = (await life.promises(ticket))["first"]
    assert seen.status == "overdue" and seen.overdue_at == at(first["breached_at"]) == at(first["due_at"])
    assert first["kept"] is None and first["left_s"] < 0
    told = (await (await life.person()).get(f"/portal/tickets/{ticket}"))["status"]
    assert told == "overdue"
    await life.put_forward(seconds=100)
    await life.answer(ticket)
    first = (await life.promises(ticket))["first"]
    assert first["kept"] is False and first["ended_at"] and not first["running"]
    assert (await life.kinds(ticket)).count("warned") == (await life.kinds(ticket)).count("breached") == 1
    events = await api.db.fetch("select data from ticket_events where ticket_id = $1 and kind = 'breached'", ticket)
    assert [(row["data"]["target"], at(row["data"]["due_at"])) for row in events] == [("first", seen.overdue_at)]


async def test_an_answer_in_time_keeps_the_promise_and_its_worker_rests(life: Life) -> None:
    await life.plan(ALL_DAY, first_s=600, next_s=300)
    ticket = await life.open()
    await life.ask(ticket)
    assert set(await life.promises(ticket)) == {"first"}
    await life.answer(ticket)
    assert (await life.promises(ticket))["first"]["kept"] is True
    assert (await life.get(ticket)).due_at is None
    await life.ask(ticket)
    due = (await life.get(ticket)).due_at
    await life.put_forward(seconds=100)
    await life.ask(ticket)
    assert (await life.get(ticket)).due_at == due, "it runs from the first word that nobody answered"
    await life.answer(ticket, public=False)
    assert (await life.promises(ticket))["next"]["kept"] is None
    await life.answer(ticket)
    assert (await life.promises(ticket))["next"]["kept"] is True
    await life.put_forward(hours=10)
    await life.open()
    assert await life.count(ticket, "breached") == 0


async def test_why_a_deadline_is_what_it_is(api: Api, life: Life) -> None:
    """Office hours with lunch, a pause while the client is waited for, the weekend."""
    await life.stop_at(monday(12))
    plan = await life.plan(OFFICE, solution_s=6 * 3600)
    ticket = await life.open()
    await life.stop_at(monday(12, 30))
    await life.move(ticket, "waiting")
    assert (await life.get(ticket)).due_at is None
    await life.stop_at(monday(15))
    await life.ask(ticket)
    told = await (await life.chief()).get(f"/tickets/{ticket}/promises")
    assert told["plan"]["id"] == plan
    (solution,) = (one for one in told["promises"] if one["kind"] == "solution")
    stretches = [(at(one["from"]), at(one["to"]), one["seconds"]) for one in solution["stretches"]]
    tuesday = timedelta(days=1)
    assert stretches == [
        (monday(12), monday(12, 30), 1800),
        (monday(15), monday(18), 3 * 3600),
        (monday(9) + tuesday, monday(11, 30) + tuesday, 9000),
    ]
    assert [(at(one["from"]), at(one["to"]), one["reason"]) for one in solution["pauses"]] == [
        (monday(12, 30), monday(15), "waiting")
    ]
    due = monday(11, 30) + tuesday
    assert at(solution["due_at"]) == at(told["due_at"]) == due == (await life.get(ticket)).due_at
    assert solution["counted_s"] == solution["target_s"] == 6 * 3600 and solution["used_s"] == 1800
    assert solution["calendar"]["words"] == "Пн-Пт 09:00-13:00, 14:00-18:00 (Europe/Moscow)"
    await life.stop_at(due - timedelta(seconds=1))
    assert await life.count(ticket, "breached") == 0
    await life.stop_at(due)
    await life.comes(ticket, "breached")
    assert (await life.get(ticket)).overdue_at == due


async def test_a_solved_request_closes_by_itself_and_a_reopened_one_goes_on(api: Api, life: Life) -> None:
    await life.plan(ALL_DAY, solution_s=3600)
    ticket, other = await life.open(), await life.open()
    await life.put_forward(seconds=1000)
    for one in (ticket, other):
        await life.move(one, "solved")
    used = (await life.promises(ticket))["solution"]["used_s"]
    assert 1000 <= used < 1100 and (await life.get(ticket)).due_at is None
    await life.put_forward(hours=5)
    await life.reopen(ticket)
    solution = (await life.promises(ticket))["solution"]
    assert [one["reason"] for one in solution["pauses"]] == ["solved"]
    assert solution["used_s"] < used + 100 and solution["running"] and solution["breached_at"] is None
    assert await life.count(other, "breached") == 0
    await life.put_forward(days=api.settings.ticket_confirm_days)

    async def closed() -> bool:
        return (await life.get(other)).state == "closed"

    await until(closed, 30.0)
    assert (await life.promises(other))["solution"]["kept"] is True
    await life.comes(ticket, "breached")
    moved = "select data ->> 'reason' as reason, actor from ticket_events where ticket_id = $1 and kind = 'moved'"
    last = (await api.db.fetch(moved + " order by id desc limit 1", other))[0]
    assert (last["actor"], last["reason"]) == ("system", "не подтверждена в срок")
    await life.reopen(other)
    again = (await life.promises(other))["solution"]
    assert again["kept"] is None and again["running"] and again["used_s"] < 100, "another promise begins"


async def test_running_promises_keep_their_terms_until_facts_change(api: Api, life: Life) -> None:
    plan = await life.plan(ALL_DAY, solution_s=3600)
    urgent = await life.plan(ALL_DAY, solution_s=600, priority="urgent")
    ticket = await life.open()
    due = (await life.get(ticket)).due_at
    chief = await life.chief()
    calendar = (await chief.get(f"/sla-plans/{plan}"))["calendar_id"]
    changed = await chief.send("PATCH", f"/sla-plans/{plan}", {"solution_s": 60})
    assert changed.status == 200, changed.raw
    narrower = {"weekly": [{"day": 1, "start": "09:00:00", "end": "10:00:00"}]}
    assert (await chief.send("PATCH", f"/sla-calendars/{calendar}", narrower)).status == 200
    await life.edit(ticket, tags=["касса"])
    await life.answer(ticket)
    assert (await life.get(ticket)).due_at == due
    await life.put_forward(seconds=100)
    await life.edit(ticket, priority="urgent")
    seen = await life.get(ticket)
    assert str(seen.plan_id) == urgent and seen.due_at == seen.created_at + timedelta(seconds=600)
    await life.put_forward(seconds=600)
    await life.comes(ticket, "breached")
    await life.edit(ticket, priority="normal")
    assert (await life.get(ticket)).overdue_at == seen.due_at, "what is broken stays broken"
    used = await chief.send("DELETE", f"/sla-calendars/{calendar}")
    assert used.status == 409 and used.json["used_by"][0]["resource"] == "sla-plans"
    assert (await chief.send("DELETE", f"/sla-plans/{plan}")).status == 204
    assert (await life.promises(ticket))["solution"]["plan"]["id"] == urgent


async def test_the_worker_wakes_in_the_moment(api: Api, life: Life) -> None:
    """By itself: nobody tells it that the time has come."""
    await life.plan(None, first_s=60)
    ticket = await life.open()
    await life.put_forward(seconds=58)
    await life.comes(ticket, "breached")
    due = (await life.get(ticket)).overdue_at
    at_ = await api.db.fetchval("select at from ticket_events where ticket_id = $1 and kind = 'breached'", ticket)
    assert due is not None and timedelta() <= at_ - due < timedelta(seconds=10)


async def test_many_workers_break_a_promise_once(api: Api, life: Life) -> None:
    """Four more workers, as of other processes, over the same deadlines."""
    await life.plan(None, first_s=60)
    tickets = [await life.open() for _ in range(10)]
    store = PromiseStore(life.core.store._plain)
    workers = [Ageing(store, Promises(store, life.core), life.core, api.settings, api.clock) for _ in range(4)]
    tasks = [asyncio.create_task(work) for one in workers for work in (one.listen(), one.work())]
    try:
        await life.put_forward(seconds=61)
        for ticket in tickets:
            await life.comes(ticket, "breached")
        late = (
            "select count(*) from ticket_targets where breached_at is null and ended_at is null and ticket_id = any($1)"
        )
        assert await api.db.fetchval(late, tickets) == 0
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for ticket in tickets:
        assert await life.count(ticket, "breached") == 1


async def test_a_late_answer_is_late_though_nobody_watched(api: Api, life: Life) -> None:
    """The answer itself finds the promise broken, and says so once."""
    await life.plan(None, first_s=60)
    ticket = await life.open()
    api.clock.ahead += 3600
    await life.answer(ticket)
    assert (await life.promises(ticket))["first"]["kept"] is False
    await life.put_forward(seconds=1)
    assert await life.count(ticket, "breached") == 1
    seen = await life.get(ticket)
    assert seen.overdue_at == seen.created_at + timedelta(seconds=60)


async def test_the_next_moment_is_found_by_indexes(api: Api) -> None:
    """However many promises there are: nothing is read through."""
    from api.sla.store import _sql

    await api.db.execute("set enable_seqscan = off")
    try:
        rows = await api.db.fetch("explain " + _sql.next_moment)
    finally:
        await api.db.execute("reset enable_seqscan")
    plan = "\n".join(row[0] for row in rows)
    for index in ("ticket_targets_due", "ticket_targets_warn", "tickets_confirm"):
        assert f"Index Only Scan using {index}" in plan, plan
    assert "Seq Scan" not in plan


NEVER = {"name": "x", "weekly": []}
DAY = {"day": 1, "start": "09:00:00", "end": "18:00:00"}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (NEVER, "body.weekly"),
        ({"name": "x", "weekly": [DAY], "timezone": "Mars/Base"}, "body.timezone"),
        ({"name": "x", "weekly": [{**DAY, "start": "09:00:30"}]}, "body.weekly.0.start"),
        ({"name": "x", "weekly": [{**DAY, "end": "18:00:00+03:00"}]}, "body.weekly.0.end"),
        ({"name": "x", "weekly": [{**DAY, "day": 8}]}, "body.weekly.0.day"),
        (
            {"name": "x", "weekly": [DAY], "exceptions": [{"first": "2026-05-02", "last": "2026-05-01"}]},
            "body.exceptions.0.last",
        ),
        (
            {"name": "x", "weekly": [DAY], "exceptions": [{"first": "2026-05-02", "last": "2036-05-01"}]},
            "body.exceptions.0.last",
        ),
        (
            {
                "name": "x",
                "weekly": [],
                "exceptions": [
                    {"first": "2020-05-02", "last": "2020-05-02", "hours": [{"start": "09:00:00", "end": "10:00:00"}]}
                ],
            },
            "body.weekly",
        ),
    ],
)
async def test_calendars_that_can_not_be_kept_are_refused(admin: Client, body: dict[str, Any], path: str) -> None:
    answer = await admin.send("POST", "/sla-calendars", body)
    assert answer.status == 422 and answer.json["errors"][0]["path"] == path, answer.raw


async def test_plans_that_promise_nothing_or_would_never_come_due_are_refused(admin: Client, life: Life) -> None:
    hour = {"name": uuid.uuid4().hex, "weekly": [{"day": 1, "start": "09:00:00", "end": "10:00:00"}]}
    calendar = (await admin.post("/sla-calendars", hour))["id"]
    plan = {"name": uuid.uuid4().hex, "account_id": str(life.account), "calendar_id": calendar}
    for body, path in (
        (plan, "body.solution_s"),
        ({**plan, "solution_s": 31_536_000}, "body.calendar_id"),
        ({**plan, "solution_s": 30}, "body.solution_s"),
        ({**plan, "solution_s": 60, "category_id": str(uuid.uuid4())}, "body.category_id"),
        ({**plan, "solution_s": 60, "calendar_id": str(uuid.uuid4())}, "body.calendar_id"),
    ):
        answer = await admin.send("POST", "/sla-plans", body)
        assert answer.status == 422 and answer.json["errors"][0]["path"] == path, answer.raw
    made = await admin.post("/sla-plans", {**plan, "solution_s": 100 * 3600})
    again = await admin.send("POST", "/sla-plans", {**plan, "name": uuid.uuid4().hex, "first_s": 60})
    assert again.status == 409
    minute = {"weekly": [{"day": 1, "start": "09:00:00", "end": "09:01:00"}]}
    refused = await admin.send("PATCH", f"/sla-calendars/{calendar}", minute)
    assert refused.status == 422 and made["name"] in refused.json["errors"][0]["message"]


async def test_promises_of_no_request(admin: Client, api: Api) -> None:
    assert (await admin.send("GET", f"/tickets/{uuid.uuid4()}/promises")).status == 404
    id_ = uuid.uuid4()
    await api.insert("tickets", id=id_, channel="desk", subject="x")
    told = await admin.get(f"/tickets/{id_}/promises")
    assert (told["plan"], told["due_at"], told["promises"]) == (None, None, [])
    assert datetime.now(UTC) > datetime(2020, 1, 1, tzinfo=UTC)


async def test_a_merged_request_promises_nothing_more(life: Life) -> None:
    await life.plan(None, first_s=600, solution_s=3600)
    ticket, into = await life.open(), await life.open()
    await (await life.staff()).post(f"/tickets/{ticket}/merge", {"into_id": str(into)}, 200)
    told = await life.promises(ticket)
    assert {kind: (one["kept"], one["ended_at"] is not None) for kind, one in told.items()} == {
        "first": (None, True),
        "solution": (None, True),
    }
    assert (await life.get(ticket)).due_at is None and (await life.get(into)).due_at is not None


async def test_a_partner_is_told_why_of_its_own_requests_alone(api: Api, life: Life) -> None:
    await life.plan(None, solution_s=3600)
    own, other = await life.open(), await life.open()
    partner = uuid.uuid4()
    await api.insert("partners", id=partner, name=partner.hex)
    await api.db.execute("update tickets set partner_id = $1 where id = $2", partner, own)
    friend = await api.user("partner", partner.hex, partner_id=partner)
    assert [one["kind"] for one in (await friend.get(f"/tickets/{own}/promises"))["promises"]] == ["solution"]
    assert (await friend.send("GET", f"/tickets/{other}/promises")).status == 404
