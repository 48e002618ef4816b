"""A caller may hang up at any moment of any step: the call ends once, whole in the history, with nothing left over."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tools.soaks.hangups import STEPS, Plan, hang_up_at
from tools.stack import demo_rows
from tools.stack.stand import Stack, run

moments = st.floats(0, 2.5).map(lambda seconds: round(seconds, 3))
plans = st.builds(Plan, st.sampled_from(STEPS), moments, st.just(demo_rows.MENU_RU))


@pytest.mark.feature("F-PBX-05", "F-PBX-19")
@pytest.mark.timeout(400)
@settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
@given(cut=st.lists(plans, min_size=12, max_size=12))
def test_hanging_up_at_any_moment_leaves_nothing_behind(ready_stack: Stack, cut: list[Plan]) -> None:
    run(hang_up_at(ready_stack, [Plan(step, 0.0) for step in STEPS] + cut)).raise_problems()
