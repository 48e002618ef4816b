"""How sign-in is slowed down."""

from hypothesis import given
from hypothesis import strategies as st

from api.auth.attempts import Attempts


def test_the_allowed_failures_are_free_and_then_the_wait_doubles() -> None:
    attempts = Attempts(3, 300)
    waits = []
    for _ in range(8):
        attempts.failed("anna", 0.0)
        waits.append(attempts.wait("anna", 0.0))
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32]


def test_success_and_a_quiet_window_forget() -> None:
    attempts = Attempts(1, 300)
    attempts.failed("anna", 0.0)
    attempts.succeeded("anna")
    assert attempts.wait("anna", 0.0) == 0
    attempts.failed("anna", 0.0)
    attempts.failed("anna", 1000.0)
    assert attempts.wait("anna", 1000.0) == 1


@given(st.integers(1, 200))
def test_nobody_waits_longer_than_a_minute(failures: int) -> None:
    attempts = Attempts(1, 300)
    for _ in range(failures):
        attempts.failed("anna", 0.0)
    assert 0 < attempts.wait("anna", 0.0) <= 60
    assert attempts.wait("boris", 0.0) == 0
