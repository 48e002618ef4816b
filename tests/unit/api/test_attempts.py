"""How sign-in is slowed down."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.auth.attempts import Failures, Limits, tried, wait

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _after(tries: int, limits: Limits, before: Failures | None = None) -> Failures:
    for _ in range(tries):
        before = tried(before, NOW, limits)
    assert before is not None
    return before


def test_the_allowed_failures_are_free_and_then_the_wait_doubles() -> None:
    limits = Limits(3, 300, 900)
    assert [wait(_after(count, limits), NOW) for count in range(1, 9)] == [0, 0, 1, 2, 4, 8, 16, 32]


def test_a_quiet_window_forgets() -> None:
    limits = Limits(1, 300, 900)
    later = NOW + timedelta(seconds=1000)
    assert wait(tried(_after(1, limits), later, limits), later) == 1
    assert wait(None, NOW) == 0


@given(st.integers(1, 200), st.integers(1, 3600))
def test_nobody_waits_longer_than_the_longest(failures: int, longest: int) -> None:
    assert 0 < wait(_after(failures, Limits(1, 300, longest)), NOW) <= longest
