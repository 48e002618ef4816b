"""Two desks that work on one request, each with a clock of its own, agree in the end."""

from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.desk_link.incoming.conflict import Clocks, Side, Stamp, later, result, steps, tick, write_fields, write_state
from api.tickets.states import MOVES, WORKING, State, Who, check_move

pytestmark = pytest.mark.feature("F-TKT-06")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Desk:
    """One of the two: its request goes through the table of moves as that of the product does."""

    def __init__(self, owner: Side, skew_s: int) -> None:
        self.owner, self.skew = owner, timedelta(seconds=skew_s)
        self.state, self.clocks = State.NEW, Clocks()
        self.title, self.sent = "", deque()

    def work(self, to: State, at: datetime) -> None:
        if to is self.state or to not in MOVES[Who.STAFF][self.state]:
            return
        stamp = tick(self.clocks, at + self.skew)
        self.state = to
        self.clocks = write_state(self.clocks, to, Stamp(stamp, Side.HERE), self.owner)
        assert result(self.clocks, self.owner) is to, "what is done here holds here"
        self.sent.append(("state", to, stamp))

    def name(self, title: str, at: datetime) -> None:
        stamp = tick(self.clocks, at + self.skew, ["subject"])
        self.clocks, won = write_fields(self.clocks, ["subject"], Stamp(stamp, Side.HERE), self.owner)
        assert won == ["subject"]
        self.title = title
        self.sent.append(("subject", title, stamp))

    def hear(self, kind: str, value: str, at: datetime) -> None:
        stamp = Stamp(at, Side.THERE)
        if kind == "subject":
            self.clocks, won = write_fields(self.clocks, ["subject"], stamp, self.owner)
            self.title = value if won else self.title
            return
        self.clocks = write_state(self.clocks, State(value), stamp, self.owner)
        for step in steps(self.state, result(self.clocks, self.owner)):
            check_move(Who.LINK, self.state, step)
            self.state = step


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "to a", "to b"]),
        st.sampled_from([*State, "title one", "title two"]),
        st.integers(0, 2),
    ),
    max_size=40,
)


@settings(max_examples=120, deadline=None)
@given(ACTS, st.integers(-200, 200))
def test_desks_that_have_heard_all_agree_whatever_the_order_and_the_clocks(acts: list, skew_s: int) -> None:
    """Events of each come in order, some late; seconds pass or don't."""
    desks = {"a": Desk(Side.HERE, 0), "b": Desk(Side.THERE, skew_s)}
    at = NOON

    def bring(to: str) -> None:
        sender = desks["b" if to == "a" else "a"]
        if sender.sent:
            desks[to].hear(*sender.sent.popleft())

    for who, what, seconds in acts:
        at += timedelta(seconds=seconds)
        if who.startswith("to "):
            bring(who[3:])
        elif isinstance(what, State):
            desks[who].work(what, at)
        else:
            desks[who].name(what, at)
    while desks["a"].sent or desks["b"].sent:
        bring("a")
        bring("b")
    a, b = desks["a"], desks["b"]
    assert result(a.clocks, a.owner) is result(b.clocks, b.owner)
    assert a.title == b.title
    assert a.state is b.state or {a.state, b.state} <= WORKING


def test_closed_by_either_side_is_closed_until_somebody_reopens_it_later() -> None:
    clocks = Clocks(state=State.IN_WORK, written=Stamp(NOON, Side.HERE))
    clocks = write_state(clocks, State.WAITING, Stamp(NOON + timedelta(seconds=20), Side.HERE), Side.HERE)
    clocks = write_state(clocks, State.CLOSED, Stamp(NOON + timedelta(seconds=10), Side.THERE), Side.HERE)
    assert result(clocks, Side.HERE) is State.CLOSED, "what we wrote later does not keep it open"
    early = write_state(clocks, State.REOPENED, Stamp(NOON + timedelta(seconds=5), Side.THERE), Side.HERE)
    assert result(early, Side.HERE) is State.CLOSED
    again = write_state(clocks, State.REOPENED, Stamp(NOON + timedelta(seconds=30), Side.HERE), Side.HERE)
    assert result(again, Side.HERE) is State.REOPENED


def test_at_the_same_moment_the_owner_of_the_request_has_the_last_word() -> None:
    here, there = Stamp(NOON, Side.HERE), Stamp(NOON, Side.THERE)
    assert later(here, there, Side.HERE) and not later(there, here, Side.HERE)
    assert later(there, here, Side.THERE) and not later(here, there, Side.THERE)


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("to", list(State))
def test_every_state_leads_to_every_other_by_moves_that_are_allowed(before: State, to: State) -> None:
    now = before
    for step in steps(before, to):
        check_move(Who.LINK, now, step)
        now = step
    assert now is to or {now, to} <= WORKING
