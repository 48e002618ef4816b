"""Reports on support against a slow recount of generated requests."""

import io
import random
import statistics
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import openpyxl
import pytest
import pytest_asyncio

from api.support_reports.store import Filters, SupportReportStore
from engine.core.errors import Unavailable
from tests.integration.api.conftest import Api, Client

pytestmark = pytest.mark.feature("F-TKT-07")
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=31)
FIGURES = (
    "came",
    "solved",
    "unsolved",
    "open",
    "passed_on",
    "returned",
    "reopened",
    "reacted",
    "first_mean_s",
    "first_median_s",
    "solution_mean_s",
    "solution_median_s",
    "kept",
    "broken",
    "first_kept_share",
    "next_kept_share",
    "solution_kept_share",
    "solved_share",
    "kept_share",
)


@dataclass
class Made:
    """A request as it was generated."""

    id: UUID
    opened_at: datetime
    lines: list[tuple[int, datetime]]
    """The line at first, then each escalation."""
    category: UUID | None
    account: UUID
    state: str = "new"
    assignee: UUID | None = None
    solved_by: UUID | None = None
    solved_line: int | None = None
    solved_at: datetime | None = None
    reaction: datetime | None = None
    reopened: int = 0
    merged: bool = False
    promises: list[tuple[str, bool | None, bool]] = field(default_factory=list)
    """Kind, kept, broken."""


@dataclass
class Ground:
    """What requests are made of, and they themselves."""

    api: Api
    accounts: list[UUID]
    categories: list[UUID | None]
    people: list[UUID | None]
    terms: UUID
    made: list[Made] = field(default_factory=list)

    def invent(self, chance: random.Random) -> Made:
        opened = FIRST + timedelta(minutes=chance.randrange(-3 * 1440, 34 * 1440))
        lines, at = [(chance.choice([1, 1, 1, 2]), opened)], opened
        for _ in range(chance.choice([0, 0, 1, 2, 3])):
            at += timedelta(minutes=chance.randrange(1, 3 * 1440))
            lines.append((chance.choice([line for line in (1, 2, 3) if line != lines[-1][0]]), at))
        one = Made(uuid.uuid4(), opened, lines, chance.choice(self.categories), chance.choice(self.accounts))
        one.assignee = chance.choice(self.people)
        one.state = chance.choice(["new", "in_work", "waiting", "solved", "closed", "closed", "closed", "reopened"])
        one.reopened = int(one.state == "reopened") + chance.choice([0, 0, 0, 1])
        if one.state == "solved" or (one.state == "closed" and chance.random() < 0.8):
            one.solved_at = at + timedelta(seconds=chance.randrange(1, 10**6))
            one.solved_line, one.solved_by = lines[-1][0], chance.choice(self.people)
        if chance.random() < 0.8:
            one.reaction = opened + timedelta(seconds=chance.randrange(1, 10**5))
        one.merged = one.state == "closed" and chance.random() < 0.1
        for kind in ("first", "next", "next", "solution"):
            if chance.random() < 0.7:
                broken = chance.random() < 0.3
                kept = chance.choice([False, None]) if broken else chance.choice([True, True, None])
                one.promises.append((kind, kept, broken))
        return one

    async def store(self, one: Made) -> None:
        """As the core writes it."""
        closed = LAST if one.state == "closed" else None
        columns = {
            "account_id": one.account,
            "category_id": one.category,
            "channel": "portal",
            "subject": "x",
            "state": one.state,
            "line": one.lines[-1][0],
            "assignee_id": one.assignee,
            "solved_at": one.solved_at,
            "solved_line": one.solved_line,
            "solved_by": one.solved_by,
            "first_response_at": one.reaction,
            "reopened": one.reopened,
            "closed_at": closed,
            "created_at": one.opened_at,
            "merged_into_id": self.made[0].id if one.merged and self.made else None,
        }
        one.merged = columns["merged_into_id"] is not None
        await self.api.insert("tickets", id=one.id, **columns)
        event = {"ticket_id": one.id, "actor": "staff"}
        data = {"channel": "portal", "line": one.lines[0][0]}
        await self.api.insert("ticket_events", at=one.opened_at, kind="opened", data=data, **event)
        for (before, _), (after, at) in zip(one.lines, one.lines[1:], strict=False):
            passed = {"before": before, "after": after, "reason": "x", "public": False}
            await self.api.insert("ticket_events", at=at, kind="escalated", data=passed, **event)
        for kind, kept, broken in one.promises:
            ended = None if kept is None and kind == "solution" else one.opened_at
            times = {"started_at": one.opened_at, "ended_at": ended or one.opened_at}
            times["breached_at"] = one.opened_at if broken else None
            same = {"ticket_id": one.id, "kind": kind, "terms_id": self.terms, "target_s": 60, "kept": kept}
            await self.api.insert("ticket_targets", id=uuid.uuid4(), **same, **times)
        self.made.append(one)


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def ground(served: Api) -> Ground:
    api = served
    accounts, categories, people = ([uuid.uuid4() for _ in range(3)] for _ in range(3))
    for number, id_ in enumerate(accounts):
        await api.insert("client_accounts", id=id_, name=f"ООО {id_.hex[:8]} {number}")
    for id_ in categories:
        await api.insert("ticket_categories", id=id_, name=id_.hex)
    users = [await api.add_user(id_.hex, "operator") for id_ in people]
    terms = uuid.uuid4()
    await api.insert("sla_terms", id=terms, plan_id=terms, plan="P", warn_share=0.8, pause_waiting=True)
    made = Ground(api, accounts, [*categories, None], [*users, None], terms)
    chance = random.Random(20260301)
    for _ in range(120):
        await made.store(made.invent(chance))
    return made


def within(at: datetime) -> bool:
    return FIRST <= at < LAST


def came_to(one: Made, line: int) -> datetime | None:
    return min((at for there, at in one.lines if there == line and within(at)), default=None)


def moved(one: Made, line: int, up: bool) -> bool:
    """Whether it went from the line to a higher (lower) one after it came there."""
    came = came_to(one, line)
    steps = zip(one.lines, one.lines[1:], strict=False)
    return any(
        before == line and came is not None and at >= came and (after > line) is up
        for (before, _), (after, at) in steps
    )


def recount(requests: list[Made], line: int | None = None) -> dict[str, Any]:
    """The figures of a row, by hand; ``line``: what is solved and passed on there (0: on any)."""
    lines = (1, 2, 3) if line == 0 else (line,) if line else ()
    solved = [one for one in requests if one.solved_at and (not line or one.solved_line == line)]
    unsolved = [one for one in requests if one.state == "closed" and not one.solved_at]
    first = [(one.reaction - one.opened_at).total_seconds() for one in requests if one.reaction]
    solution = [(one.solved_at - one.opened_at).total_seconds() for one in solved if one.solved_at]
    found: dict[str, Any] = {
        "came": len(requests),
        "solved": len(solved),
        "unsolved": len(unsolved),
        "open": len(requests) - len(solved) - len(unsolved),
        "passed_on": sum(any(moved(one, there, True) for there in lines) for one in requests),
        "returned": sum(any(moved(one, there, False) for there in lines) for one in requests),
        "reopened": sum(one.reopened > 0 for one in requests),
        "reacted": len(first),
        "solved_share": len(solved) / len(requests) if requests else None,
    }
    for name, times in (("first", first), ("solution", solution)):
        found[f"{name}_mean_s"] = statistics.mean(times) if times else None
        found[f"{name}_median_s"] = statistics.median(times) if times else None
    promises = [promise for one in requests for promise in one.promises]
    for kind in ("first", "next", "solution"):
        kept = sum(kept is True for name, kept, _ in promises if name == kind)
        broken = sum(broken for name, _, broken in promises if name == kind)
        found[f"{kind}_kept_share"] = kept / (kept + broken) if kept + broken else None
    found["kept"] = sum(kept is True for _, kept, _ in promises)
    found["broken"] = sum(broken for _, _, broken in promises)
    found["kept_share"] = found["kept"] / (found["kept"] + found["broken"]) if promises else None
    return found


def check(row: dict[str, Any], expected: dict[str, Any]) -> None:
    for name in FIGURES:
        assert row[name] == (None if expected[name] is None else pytest.approx(expected[name], abs=1e-3)), name


async def report(client: Client, by: str, **more: Any) -> Any:
    return await client.get("/support-report", by=by, **{"from": FIRST.isoformat(), "to": LAST.isoformat()}, **more)


async def test_lines_against_a_recount(admin: Client, ground: Ground) -> None:
    for account in ground.accounts:
        told = await report(admin, "line", account_id=account)
        of_account = [one for one in ground.made if one.account == account and not one.merged]
        assert [row["line"] for row in told["rows"]] == [1, 2, 3]
        assert [row["target_share"] for row in told["rows"][:2]] == [0.8, 0.75]
        for row in told["rows"]:
            came = [one for one in of_account if came_to(one, row["line"])]
            check(row, recount(came, row["line"]))
        whole = [one for one in of_account if any(came_to(one, line) for line in (1, 2, 3))]
        check(told["total"], recount(whole, 0))


@pytest.mark.parametrize("by", ["category", "operator", "account"])
async def test_others_against_a_recount(admin: Client, ground: Ground, by: str) -> None:
    for account in ground.accounts:
        told = await report(admin, by, account_id=account)
        key = {
            "category": lambda one: one.category,
            "operator": lambda one: one.solved_by or one.assignee,
            "account": lambda one: one.account,
        }[by]
        opened = [one for one in ground.made if one.account == account and not one.merged and within(one.opened_at)]
        groups: dict[str | None, list[Made]] = {}
        for one in opened:
            found = key(one)
            groups.setdefault(str(found) if found else None, []).append(one)
        assert {row[f"{by}_id"] for row in told["rows"]} == set(groups)
        for row in told["rows"]:
            check(row, recount(groups[row[f"{by}_id"]]))
        check(told["total"], recount(opened))


async def test_the_report_as_a_spreadsheet(admin: Client, ground: Ground) -> None:
    account = ground.accounts[0]
    told = await report(admin, "category", account_id=account)
    query = {"by": "category", "format": "xlsx", "account_id": str(account)}
    query |= {"from": FIRST.isoformat(), "to": LAST.isoformat()}
    answer = await admin.send("GET", "/support-report", params=query, headers={"Accept-Language": "en"})
    assert answer.status == 200 and answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.raw)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Category", "Came in", "Solved") and rows[-1][:2] == ("Total", told["total"]["came"])
    assert [row[1] for row in rows[1:-1]] == [row["came"] for row in told["rows"]]


async def test_what_is_refused_and_what_others_see(api: Api, admin: Client, ground: Ground) -> None:
    wrong = {"from": LAST.isoformat(), "to": FIRST.isoformat()}
    assert (await admin.send("GET", "/support-report", params=wrong)).status == 422
    assert (await admin.send("GET", "/support-report", params={"timezone": "Mars/Base"})).status == 422
    name = uuid.uuid4().hex
    await api.insert("roles", name=name, title="x", rights=["reports.read"])
    clerk = await api.user(name, name)
    refused = await clerk.send("GET", "/support-report")
    assert refused.status == 403 and refused.json["right"] == "tickets.read"
    partner = uuid.uuid4()
    await api.insert("partners", id=partner, name=partner.hex)
    theirs = [one for one in ground.made if within(one.opened_at) and not one.merged][:5]
    await api.db.execute(
        "update tickets set partner_id = $1 where id = any($2::uuid[])", partner, [one.id for one in theirs]
    )
    friend = await api.user("partner", partner.hex, partner_id=partner)
    assert (await report(friend, "account"))["total"]["came"] == 5


@pytest.mark.parametrize("by", ["line", "account"])
async def test_a_report_that_takes_too_long_is_given_up(api: Api, ground: Ground, by: str) -> None:
    filters = Filters(first=FIRST, last=LAST)
    async with asyncpg.create_pool(api.settings.database_dsn, min_size=1, max_size=2) as pool:
        store = SupportReportStore(pool, 0.2)
        async with pool.acquire() as other, other.transaction():
            await other.execute("lock table ticket_targets in access exclusive mode")
            with pytest.raises(Unavailable, match=r"longer than 0\.2 s: ask for a shorter period"):
                await (store.by_line(filters) if by == "line" else store.by_fact(by, filters))
        patient = SupportReportStore(pool, 60.0)
        _, total = await (patient.by_line(filters) if by == "line" else patient.by_fact(by, filters))
        assert total.came >= 1
