"""The told wait: the formula, its error on simulated traffic, what is said."""

import math

import pytest

from engine.queues.estimate import Pace, expected_wait, told_minutes
from tools.benchmarks.queue import Simulation, erlang_a, estimates, traffic

pytestmark = pytest.mark.feature("F-PBX-11")


def test_without_losses_it_is_the_place_by_the_speed() -> None:
    assert expected_wait(0, 10, 180.0, 0.0) == pytest.approx(18.0)
    assert expected_wait(4, 10, 180.0, 0.0) == pytest.approx(90.0)
    assert expected_wait(4, 0, 180.0, 0.0) is None


def test_who_gives_up_ahead_shortens_the_wait() -> None:
    assert expected_wait(4, 10, 180.0, 1 / 120) == pytest.approx(sum(1 / (10 / 180 + j / 120) for j in range(5)))


def test_it_is_learnt_how_fast_a_queue_moves_and_how_patient_callers_are() -> None:
    pace = Pace(180.0)
    for _ in range(200):
        pace.handled(60.0)
        pace.left(60.0, lost=True)
        pace.left(60.0, lost=False)
    assert pace.handle_s == pytest.approx(60.0, rel=0.01)
    assert pace.theta == pytest.approx(1 / 120, rel=0.1)


def test_what_is_told_is_rounded_and_never_absurd() -> None:
    told = [told_minutes(seconds) for seconds in (0.0, 54.0, 55.0, 61.0, 599.0, 660.0, 3600.0, 3700.0)]
    assert told == [0, 0, 1, 2, 10, 15, 60, None]
    assert told_minutes(None) is None


def test_its_error_on_overloaded_traffic_is_less_than_that_of_the_plain_rule() -> None:
    found = estimates(30_000, 3)
    assert found["probes"] > 50
    assert abs(found["formula"]["bias_s"]) < 0.15 * found["mean_wait_s"]
    assert found["formula"]["mean_absolute_s"] < found["position_x_handling"]["mean_absolute_s"]


def test_simulated_traffic_agrees_with_the_markov_chain() -> None:
    seen = Simulation(10).run(traffic(9.0, 1), 30_000)
    lost, wait, waited, busy = seen[0].figures(10, (seen[0].ended - seen[0].began))
    golden = erlang_a(10, 9.0)
    assert [round(value, 4) for value in golden] == [0.0971, 11.651, 0.3793, 0.8126]
    for ours, exact, slack in zip((lost, wait, waited, busy), golden, (0.12, 0.12, 0.08, 0.03), strict=True):
        assert math.isclose(ours, exact, rel_tol=slack)
