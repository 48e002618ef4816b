"""How many streams a node takes: learnt from what speech costs, never below one, none when it lags behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.speech.workers.capacity import LAG_LIMIT_S, Meter, free_streams, total_streams

pytestmark = pytest.mark.feature("F-PBX-20")


def test_what_speech_costs_is_learnt() -> None:
    meter = Meter(0.3)
    assert meter.cost == pytest.approx(0.3)
    for _ in range(600):
        meter.learn(cpu_s=0.45, speech_s=3.0, seconds=1.0)
    assert meter.cost == pytest.approx(0.15, abs=0.01)


def test_silence_teaches_nothing_and_the_work_after_speech_counts() -> None:
    meter = Meter(0.3)
    for _ in range(1000):
        meter.learn(cpu_s=0.2, speech_s=0.0, seconds=1.0)
    assert meter.cost == pytest.approx(0.3)
    meter.learn(cpu_s=0.1, speech_s=1.0, seconds=1.0)
    before = meter.cost
    meter.learn(cpu_s=5.0, speech_s=0.0, seconds=1.0)
    assert meter.cost > before


@pytest.mark.parametrize(
    ("cost", "cores", "fixed", "total"), [(0.25, 2, 0, 9), (0.25, 8, 0, 37), (9.0, 1, 0, 1), (0.25, 2, 3, 3)]
)
def test_total(cost: float, cores: int, fixed: int, total: int) -> None:
    assert total_streams(cost, cores, target=0.7, activity=0.6, fixed=fixed) == total


@given(st.floats(0, 50), st.integers(1, 128), st.integers(0, 500), st.floats(0, 10))
def test_there_is_always_a_total_and_never_less_than_nothing_free(
    cost: float, cores: int, streams: int, lag: float
) -> None:
    total = total_streams(cost, cores, target=0.7, activity=0.6)
    free = free_streams(total, streams, lag)
    assert total >= 1 and 0 <= free <= total
    assert lag <= LAG_LIMIT_S or free == 0
