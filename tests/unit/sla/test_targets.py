"""What events do to promises, against a slow and obvious telling of the same: a walk minute by minute."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from api.sla import targets
from api.sla.hours import Calendar, open_seconds
from api.sla.plans import Plan, Terms, choose
from api.sla.sheet import Fact, Sheet, Target
from api.sla.targets import advance, settled
from api.tickets.states import WORKING, State
from engine.routing.model import Interval
from tests.unit.sla.support import MINUTE, calendars, open_minutes

pytestmark = pytest.mark.feature("F-TKT-07")
KINDS = ("first", "next", "solution")
STEPS = ["wait", "ask", "wait", "work", "answer", "solve", "reopen", "close", "plan a", "plan b", "plan b", "no plan"]


def plan(number: int, calendar: Calendar | None, **fields: object) -> Plan:
    waits = bool(fields.pop("pause_waiting", True))
    terms = Terms(plan_id=UUID(int=number), plan=f"P{number}", calendar=calendar, warn_share=0.5, pause_waiting=waits)
    return Plan(terms=terms, **fields)  # type: ignore[arg-type]


@dataclass
class Slow:
    """A promise as the slow telling has it: the minutes in which it ran, one by one."""

    kind: str
    plan: Plan
    ran: list[int]
    broken: int | None = None
    ended: int | None = None
    kept: bool | None = None


@dataclass
class Walk:
    """The slow telling: every minute everything is looked at. Minutes count from the opening."""

    open_in: dict[UUID, list[bool]]
    state: State = State.NEW
    plan: Plan | None = None
    promises: list[Slow] = field(default_factory=list)
    reacted: bool = False
    begun: int = 0
    paused: list[int] = field(default_factory=list)

    def open_of(self, kind: str) -> Slow | None:
        return next((one for one in self.promises if one.kind == kind and one.ended is None), None)

    def begin(self, kind: str, minutes: list[int]) -> None:
        seconds = self.plan.seconds(kind) if self.plan else None  # type: ignore[arg-type]
        if self.plan and seconds is not None and not self.open_of(kind):
            self.promises.append(Slow(kind, self.plan, minutes))

    def end(self, one: Slow, now: int, kept: bool | None) -> None:
        one.ended, one.kept = now, False if one.broken is not None else kept

    def stands_still(self) -> bool:
        solution = self.open_of("solution")
        waits = solution is None or solution.plan.terms.pause_waiting
        return self.state is State.SOLVED or (self.state is State.WAITING and waits)

    def runs(self, one: Slow) -> bool:
        if one.kind != "solution":
            return True
        return self.state in WORKING or (self.state is State.WAITING and not one.plan.terms.pause_waiting)

    def look(self, now: int) -> None:
        """Which promises are broken at this moment?"""
        for one in self.promises:
            if one.ended is None and one.broken is None and self.runs(one):
                passed = sum(self.open_in[one.plan.id][minute] for minute in one.ran)
                if 60 * passed >= (one.plan.seconds(one.kind) or 0):  # type: ignore[arg-type]
                    one.broken = now

    def minute(self, now: int) -> None:
        """The minute from ``now`` to ``now + 1`` passes."""
        for one in self.promises:
            if one.ended is None and self.runs(one):
                one.ran.append(now)
        if self.stands_still():
            self.paused.append(now)

    def on(self, fact: Fact, now: int) -> None:
        if fact.begun:
            self.begun = now
        if fact.changed:
            self.another(fact, now)
        self.state, self.reacted = fact.state, fact.reacted
        if fact.state is State.CLOSED:
            for one in self.promises:
                if one.ended is None:
                    kept = fact.solved if one.kind == "solution" else fact.answered
                    self.end(one, now, kept or None)
            return
        self.plan = fact.plan
        if fact.begun:
            self.begin("solution", [])
            if not fact.reacted and not fact.asked:
                self.begin("first", [])
        if fact.answered:
            for kind in ("first", "next"):
                if one := self.open_of(kind):
                    self.end(one, now, True)
        elif fact.asked and not self.open_of("first"):
            self.begin("next", [])

    def another(self, fact: Fact, now: int) -> None:
        self.plan = fact.plan
        for one in self.promises:
            if one.ended is not None or one.broken is not None:
                continue
            if fact.plan is None or fact.plan.seconds(one.kind) is None:  # type: ignore[arg-type]
                self.end(one, now, None)
            else:
                one.plan = fact.plan
        if fact.begun or fact.state is State.CLOSED:
            return
        since = range(self.begun, now)
        self.begin("solution", [minute for minute in since if minute not in self.paused])
        if not fact.reacted and not self.open_of("next"):
            self.begin("first", list(since))


@dataclass
class History:
    """A random life: the state it is in, and the facts that come of each step."""

    plans: dict[str, Plan | None]
    state: State = State.NEW
    plan: Plan | None = None
    reacted: bool = False

    def open(self, at: datetime) -> Fact:
        return Fact(at=at, state=State.NEW, begun=True, plan=self.plan, changed=self.plan is not None)

    def step(self, word: str, at: datetime) -> Fact | None:
        """None: it can't happen now."""
        closed = self.state is State.CLOSED
        moves = {"wait": State.WAITING, "work": State.IN_WORK, "solve": State.SOLVED, "close": State.CLOSED}
        if word in self.plans:
            before, self.plan = self.plan, self.plans[word]
            changed = before is not self.plan
            return Fact(at=at, state=self.state, reacted=self.reacted, plan=self.plan, changed=changed)
        if word == "reopen":
            if self.state not in (State.SOLVED, State.CLOSED):
                return None
            self.state = State.REOPENED
            same = {"state": State.REOPENED, "asked": True, "reacted": self.reacted, "plan": self.plan}
            return Fact(at=at, begun=closed, **same)  # type: ignore[arg-type]
        if closed:
            return None
        if word == "ask":
            self.state = {State.WAITING: State.IN_WORK, State.SOLVED: State.REOPENED}.get(self.state, self.state)
            return Fact(at=at, state=self.state, asked=True, reacted=self.reacted, plan=self.plan)
        was_solved = self.state is State.SOLVED
        self.state = moves.get(word, State.IN_WORK if self.state is State.NEW else self.state)
        answered = word in ("answer", "wait", "solve", "close")
        self.reacted = self.reacted or answered
        solved = word == "close" and (was_solved or answered)
        return Fact(at=at, state=self.state, answered=answered, reacted=self.reacted, solved=solved, plan=self.plan)


def seconds(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most).map(lambda minutes: 60 * minutes)


@st.composite
def lives(draw: st.DrawFn) -> tuple[datetime, dict[str, Plan | None], list[tuple[int, str]]]:
    (calendar, start), (other, _) = draw(calendars()), draw(calendars())
    plans: dict[str, Plan | None] = {"no plan": None}
    for number, word in enumerate(("plan a", "plan b"), start=1):
        hours = draw(st.sampled_from([None, calendar, other]))
        waits = draw(st.booleans())
        given_ = {"first_s": seconds(300), "next_s": seconds(300), "solution_s": seconds(900)}
        fields = {name: draw(st.one_of(time_, time_, time_, st.none())) for name, time_ in given_.items()}
        plans[word] = plan(number, hours, pause_waiting=waits, **fields)
    steps = draw(st.lists(st.tuples(st.integers(0, 120), st.sampled_from(STEPS)), min_size=3, max_size=12))
    return start, plans, steps


@settings(max_examples=35, deadline=None)
@given(lives())
def test_promises_are_those_of_a_walk_by_minutes(
    life: tuple[datetime, dict[str, Plan | None], list[tuple[int, str]]],
) -> None:
    start, plans, steps = life
    history = History(plans, plan=plans["plan a"])
    length = sum(gap for gap, _ in steps) + 200
    walk = Walk({one.id: open_minutes(one.terms.calendar, start, length) for one in plans.values() if one})
    sheet, ended = Sheet(begun_at=start), []
    facts = {0: [history.open(start)]}
    minute = 0
    for gap, word in steps:
        minute += gap
        if (fact := history.step(word, start + MINUTE * minute)) is not None:
            facts.setdefault(minute, []).append(fact)
    for now in range(length + 1):
        walk.look(now)
        for fact in facts.get(now, ()):
            walk.on(fact, now)
            walk.look(now)
            sheet = advance(sheet, fact)
            check_sheet(sheet, fact)
            ended += [target for target in sheet.targets if target.ended_at is not None]
            sheet = replace(sheet, targets=tuple(t for t in sheet.targets if t.ended_at is None))
        if now < length:
            walk.minute(now)
    last = start + MINUTE * length
    found = [*ended, *settled(sheet.targets, last)]
    assert sorted(map(str, (told(target, start) for target in found))) == sorted(
        str((one.kind, one.plan.id, one.broken, one.ended, one.kept)) for one in walk.promises
    )
    for target in settled(sheet.targets, last):
        slow = walk.open_of(target.kind)
        assert slow is not None
        passed = target.used_s
        if target.running_from is not None:
            passed += open_seconds(target.terms.calendar, target.running_from, last)
        assert passed == pytest.approx(60 * sum(walk.open_in[slow.plan.id][minute] for minute in slow.ran))
        spans = targets.spans(target, sheet.stops, last)
        assert {start + MINUTE * minute for minute in slow.ran} == {
            begin + MINUTE * number for begin, end in spans for number in range((end - begin) // MINUTE)
        }


def told(target: Target, start: datetime) -> tuple[object, ...]:
    """Kind, plan, the minutes in which it was broken and ended, whether it was kept."""
    broken, ended = ((at - start) // MINUTE if at else None for at in (target.breached_at, target.ended_at))
    return target.kind, target.terms.plan_id, broken, ended, target.kept


def check_sheet(sheet: Sheet, fact: Fact) -> None:
    """What holds after every event."""
    open_ = [target.kind for target in sheet.targets if target.ended_at is None]
    assert len(open_) == len(set(open_)) and not (fact.state is State.CLOSED and open_)
    for target in sheet.targets:
        if target.ended_at is None and target.breached_at is None:
            assert (target.due_at is None) == (target.running_from is None) or target.terms.calendar is not None
            assert target.due_at is None or target.due_at > fact.at
    for before, after in zip(sheet.stops, sheet.stops[1:], strict=False):
        assert before.until is not None and before.since < before.until <= after.since
    assert all(stop.until is not None for stop in sheet.stops[:-1])


OFFICE = Calendar(timezone="UTC", weekly=tuple(Interval(day, time(9), time(18)) for day in range(1, 6)))
MONDAY = datetime.fromisoformat("2026-03-02T16:00:00Z")


def test_a_deadline_moves_by_a_pause_and_by_nothing_else() -> None:
    usual = plan(1, OFFICE, first_s=3600, solution_s=4 * 3600)
    sheet = advance(Sheet(begun_at=MONDAY), Fact(at=MONDAY, state=State.NEW, begun=True, plan=usual, changed=True))
    assert {target.kind: target.due_at for target in sheet.targets} == {
        "first": datetime.fromisoformat("2026-03-02T17:00:00Z"),
        "solution": datetime.fromisoformat("2026-03-03T11:00:00Z"),
    }
    assert {target.kind: target.warn_at for target in sheet.targets} == {
        "first": datetime.fromisoformat("2026-03-02T16:30:00Z"),
        "solution": MONDAY + timedelta(hours=2),
    }
    at = MONDAY + timedelta(minutes=30)
    sheet = advance(sheet, Fact(at=at, state=State.WAITING, answered=True, reacted=True))
    kept, solution = sheet.targets
    assert (kept.kind, kept.kept, solution.due_at, solution.used_s) == ("first", True, None, 1800)
    sheet = replace(sheet, targets=(solution,))
    tuesday = datetime.fromisoformat("2026-03-03T12:00:00Z")
    sheet = advance(sheet, Fact(at=tuesday, state=State.IN_WORK, asked=True, reacted=True, plan=usual))
    assert [target.due_at for target in sheet.targets] == [datetime.fromisoformat("2026-03-03T15:30:00Z")]
    assert [(stop.since, stop.until) for stop in sheet.stops] == [(at, tuesday)]
    for state in (State.IN_WORK, State.REOPENED):
        same = advance(sheet, Fact(at=tuesday + timedelta(hours=1), state=state, reacted=True))
        assert same == sheet


def test_an_answer_in_the_second_of_the_deadline_is_too_late() -> None:
    usual = plan(1, None, first_s=600)
    sheet = advance(Sheet(begun_at=MONDAY), Fact(at=MONDAY, state=State.NEW, begun=True, plan=usual, changed=True))
    for seconds, kept in ((599, True), (600, False), (700, False)):
        at = MONDAY + timedelta(seconds=seconds)
        (first,) = advance(sheet, Fact(at=at, state=State.IN_WORK, answered=True, reacted=True)).targets
        assert (first.kept, first.ended_at) == (kept, at)
        assert first.breached_at == (None if kept else MONDAY + timedelta(seconds=600))


def test_a_clock_that_runs_a_little_behind_breaks_nothing() -> None:
    usual = plan(1, None, solution_s=600)
    sheet = advance(Sheet(begun_at=MONDAY), Fact(at=MONDAY, state=State.NEW, begun=True, plan=usual, changed=True))
    sheet = advance(sheet, Fact(at=MONDAY - timedelta(seconds=1), state=State.WAITING))
    sheet = advance(sheet, Fact(at=MONDAY - timedelta(seconds=2), state=State.IN_WORK))
    assert sheet.stops == () and sheet.targets[0].due_at == MONDAY + timedelta(seconds=600)


def test_account_before_category_before_priority() -> None:
    account, category = UUID(int=7), UUID(int=8)
    everybody = plan(1, None, solution_s=60)
    urgent = plan(2, None, priority="urgent")
    printers = plan(3, None, category_id=category)
    printers_urgent = plan(4, None, category_id=category, priority="urgent")
    theirs = plan(5, None, account_id=account)
    known = [everybody, urgent, printers, printers_urgent, theirs]
    assert choose(known, account, category, "urgent") is theirs
    assert choose(known, None, category, "urgent") is printers_urgent
    assert choose(known, None, category, "low") is printers
    assert choose(known, None, None, "urgent") is urgent
    assert choose(known, UUID(int=9), UUID(int=9), "low") is everybody
    assert choose(known[1:], None, None, "low") is None


def test_equal_terms_are_stored_once() -> None:
    assert plan(1, OFFICE).terms.id == plan(1, OFFICE, solution_s=60).terms.id
    assert plan(1, OFFICE).terms.id != plan(1, None).terms.id != plan(2, None).terms.id
