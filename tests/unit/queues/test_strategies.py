"""Each strategy on a recorded trace: who takes whom."""

from uuid import UUID

import pytest

from engine.queues.model import Strategy
from engine.queues.strategies import Candidate, by_level, choose, fit
from tests.unit.queues.support import SKILL, Player, operator, queue_of

SKILLS = {
    operator(1): {SKILL: 2},
    operator(2): {SKILL: 5},
    operator(3): {SKILL: 9},
    operator(4): {SKILL: 4},
}
# Operators who take callers 1, 2, 3 ...; caller 4 finds 1 and 3 silent.
EXPECTED = {
    Strategy.RING_ALL: [1, 1, 3, 4, 1, 3, 1, 2, 4, 1, 3, 2, 1, 2],
    Strategy.LINEAR: [1, 1, 3, 2, 1, 4, 2, 3, 1, 4, 3, 1, 1, 3],
    Strategy.ROUND_ROBIN: [1, 3, 4, 4, 4, 1, 2, 3, 2, 1, 3, 2, 3, 1],
    Strategy.LONGEST_IDLE: [3, 1, 4, 4, 3, 1, 4, 3, 2, 4, 1, 3, 2, 4],
    Strategy.FEWEST_CALLS: [3, 1, 4, 4, 3, 1, 2, 4, 3, 2, 1, 4, 2, 3],
    Strategy.SKILLS: [3, 3, 4, 4, 3, 4, 3, 2, 3, 4, 2, 3, 3, 2],
}


def play(strategy: Strategy) -> Player:
    needs = {SKILL: 4} if strategy is Strategy.SKILLS else {}
    player = Player(queue_of(strategy, skills=needs, relax_s=20), SKILLS)
    player.play()
    return player


@pytest.mark.feature("F-PBX-10")
@pytest.mark.parametrize("strategy", Strategy)
def test_the_recorded_trace_is_dealt_out_as_expected(strategy: Strategy) -> None:
    assert [taker for _, taker in sorted(play(strategy).answers)] == EXPECTED[strategy]


def test_ring_all_asks_everybody_who_is_free_at_once() -> None:
    asked = dict(play(Strategy.RING_ALL).asked)
    assert asked[1] == (1, 3, 4)
    assert asked[9] == (4,)


def test_two_silent_operators_never_block_those_after_them() -> None:
    asked = [users for number, users in play(Strategy.LINEAR).asked if number == 4]
    assert asked[:2] == [(1,), (3,)]
    assert asked[-1] == (2,)


def test_skills_go_level_first_and_nobody_without_the_skill_is_asked() -> None:
    answers = play(Strategy.SKILLS).answers
    assert 1 not in [taker for _, taker in answers]
    assert answers[0] == (1, 3)


def test_round_robin_goes_round_over_a_gap() -> None:
    entries = [(0, place, UUID(int=place)) for place in (1, 2, 5)]
    last = None
    seen = []
    for _ in range(4):
        (user,) = choose(Strategy.ROUND_ROBIN, entries, 0, last)
        last = next(entry for entry in entries if entry[-1] == user)
        seen.append(user.int)
    assert seen == [1, 2, 5, 1]
    assert choose(Strategy.ROUND_ROBIN, entries, 0, (0, 3, UUID(int=3))) == [UUID(int=5)]


def test_fitness_is_told_by_the_worst_skill_and_the_sum() -> None:
    other = UUID(int=77)
    assert fit({SKILL: 5, other: 3}, {SKILL: 3, other: 9}) == (2, 12)
    assert fit({SKILL: 5, other: 3}, {SKILL: 9}) is None
    assert fit({}, {}) == (0, 0)


def test_who_lacks_too_much_is_not_chosen() -> None:
    entries = [by_level(Candidate(operator(1), shortfall=2, level=3))]
    assert choose(Strategy.SKILLS, entries, 1) == []
    assert choose(Strategy.SKILLS, entries, 2) == [operator(1)]
