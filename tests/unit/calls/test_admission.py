"""Admission: calls within the limits pass, and past them the served rate stays where the engine can hold it."""

import random

from hypothesis import given
from hypothesis import strategies as st

from engine.calls.admission import Admission


def admission(max_calls: int = 1000, max_rate: float = 100.0, full: bool = False) -> Admission:
    return Admission(max_calls=max_calls, max_legs=1000, max_rate=max_rate, lag_limit=0.1, journal_full=lambda: full)


def test_calls_within_the_limits_pass() -> None:
    door = admission()
    assert [door.refuse(n) for n in range(50)] == [None] * 50


def test_each_limit_has_its_reason() -> None:
    assert admission(max_calls=2).refuse(2) == "calls"
    assert admission(full=True).refuse(0) == "journal"
    door = admission(max_rate=3)
    assert [door.refuse(0) for _ in range(4)] == [None, None, None, "rate"]


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1)), max_size=60))
def test_the_share_to_shed_is_a_percentage_and_falls_back_when_it_is_calm(load: list[tuple[int, float]]) -> None:
    door = admission()
    for arrivals, lag in load:
        for _ in range(arrivals):
            door.refuse(0)
        assert 0 <= door.tick(0.25, lag, 0) <= 95
    for _ in range(200):
        share = door.tick(0.25, 0.0, 0)
    assert share == 0


def test_at_twice_the_capacity_much_of_the_capacity_is_still_served() -> None:
    """The node here can start 80 calls/s; past that new calls reach the engine late."""
    door, random_source, backlog, served = admission(max_rate=400), random.Random(7), 0.0, []
    for step in range(800):
        taken = 0
        for _ in range(40):  # 160 calls/s
            if random_source.uniform(0, 100) >= door.shed_percent and door.refuse(0, backlog / 80) is None:
                taken += 1
        done = min(20.0, backlog + taken)
        backlog = max(0.0, backlog + taken - 20)
        door.tick(0.25, 0.0, 0)
        if step > 80:
            served.append(done)
    assert sum(served) / len(served) * 4 >= 0.7 * 80


def test_when_the_flood_is_over_nobody_is_turned_away_any_more() -> None:
    door = admission()
    for _ in range(40):
        for _ in range(50):
            door.refuse(0, 2.0)
        door.tick(0.25, 0.0, 0)
    assert door.shed_percent == 90
    assert [door.tick(0.25, 0.0, 0) for _ in range(8)][-1] == 0


def test_a_late_event_loop_without_calls_sheds_nothing() -> None:
    door = admission()
    assert [door.tick(0.25, 2.0, 0) for _ in range(5)] == [0] * 5
