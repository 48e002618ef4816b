"""The controller on simulated hours: the limit holds where things change; the simulation counts right."""

import pytest

from engine.dialer.outcomes import Mode
from tools.simulation.arms import Ours, Ratio
from tools.simulation.law import Law, t2
from tools.simulation.world import World


def test_the_world_counts_right() -> None:
    world = World(t2(10), Ratio(1.0), 3)
    day = world.run()
    assert day.abandoned == 0
    assert 0.60 < day.occupancy < 0.68  # the benchmark's design has .644
    assert day.logged_s == pytest.approx(10 * 7.5 * 3600)
    assert sum(part.humans for part in day.slices) >= day.humans
    again = World(t2(10), Ratio(1.0), 3).run()
    assert (again.humans, again.busy_s) == (day.humans, day.busy_s)


@pytest.mark.feature("F-DIAL-10c")
@pytest.mark.parametrize(
    "law",
    [
        Law(agents=10, hours=1.5),
        Law(agents=12, hours=1.5, leave=((0.6, 0.3), (1.1, 1.0))),
        Law(agents=10, hours=1.5, lists=(("good", 1.6), ("bad", 0.3))),
        Law(agents=10, hours=1.5, human_detect_s=1.2, machine_detect_s=2.5),
    ],
    ids=["even", "lunch", "lists", "detection"],
)
def test_predictive_beats_progressive_within_the_limit(law: Law) -> None:
    ours = World(law, Ours(), 11).run()
    progressive = World(law, Ratio(1.0), 11).run()
    assert ours.rate <= 0.055  # an hour is too short for the budget to come out exactly
    assert ours.occupancy > progressive.occupancy + 0.06


@pytest.mark.feature("F-DIAL-19")
def test_automatic_follows_the_team_through_a_lunch() -> None:
    arm = Ours(mode=Mode.AUTOMATIC)
    modes: dict[int, set[Mode]] = {}
    ask = arm.ask

    def watched(now: float, world: World) -> tuple[int, float]:
        answer = ask(now, world)
        if now % 1800 > 600:
            modes.setdefault(int(now / 1800), set()).add(arm.decisions[-1].mode)
        return answer

    arm.ask = watched  # type: ignore[method-assign]
    World(Law(agents=8, hours=1.5, leave=((0.5, 0.25), (1.0, 1.0))), arm, 5).run()
    assert modes == {0: {Mode.PREDICTIVE}, 1: {Mode.PROGRESSIVE}, 2: {Mode.PREDICTIVE}}
