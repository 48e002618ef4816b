"""Lifecycles: only the listed steps are possible, and every life can end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calls.states import (
    CALL_TRANSITIONS,
    LEG_TRANSITIONS,
    CallState,
    IllegalTransition,
    LegState,
    advance_call,
    advance_leg,
)


@given(st.lists(st.sampled_from(list(CallState))))
def test_a_call_takes_only_listed_steps(path: list[CallState]) -> None:
    state = CallState.STARTED
    for to in path:
        if to in CALL_TRANSITIONS[state]:
            state = advance_call(state, to)
            assert state is to
        else:
            with pytest.raises(IllegalTransition):
                advance_call(state, to)
    assert state is CallState.ENDED or CallState.ENDED in CALL_TRANSITIONS[state]


@given(st.lists(st.sampled_from(list(LegState))))
def test_a_leg_that_is_down_stays_down(path: list[LegState]) -> None:
    state = LegState.DIALING
    for to in path:
        if to in LEG_TRANSITIONS[state]:
            state = advance_leg(state, to)
        elif state is LegState.DOWN:
            with pytest.raises(IllegalTransition):
                advance_leg(state, to)
    assert state is LegState.DOWN or LegState.DOWN in LEG_TRANSITIONS[state]


def test_every_state_has_a_row_in_its_table() -> None:
    assert set(CALL_TRANSITIONS) == set(CallState)
    assert set(LEG_TRANSITIONS) == set(LegState)
