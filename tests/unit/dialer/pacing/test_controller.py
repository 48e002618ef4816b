"""What the controller does with facts: safe starts, limits, modes, budgets, sudden changes, words, memory."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import pytest

from engine.dialer.campaign import Pacing
from engine.dialer.outcomes import Mode, Outcome
from engine.dialer.pacing import explain
from engine.dialer.pacing.controller import Controller
from engine.dialer.pacing.facts import (
    Abandoned,
    AgentGone,
    AgentReady,
    AgentTalking,
    AgentWrapping,
    Answered,
    Connected,
    Detected,
    Dialed,
    Ended,
)

WIDE = Pacing(max_lines=5000, lines_per_agent=10.0, calls_per_s=200.0)


@dataclass
class Floor:
    """A controller and what has been told to it."""

    mode: Mode = Mode.PREDICTIVE
    pacing: Pacing = WIDE
    now: float = 0.0
    ids: int = 0
    controller: Controller = field(init=False)

    def __post_init__(self) -> None:
        self.controller = Controller(self.pacing, ring_s=25.0, mode=self.mode)

    def ready(self, agents: Sequence[int]) -> None:
        for agent in agents:
            self.controller.on(AgentReady(agent, self.now))

    def dial(self, count: int, list_id: str = "", *, live_only: bool = False) -> list[int]:
        first = self.ids
        self.ids += count
        for number in range(first, self.ids):
            self.controller.on(Dialed(number, self.now, 10, list_id, live_only))
        return list(range(first, self.ids))

    def lines(self, after: float = 1.0) -> int:
        self.now += after
        return self.controller.decide(self.now).lines

    def teach(self, dials: int, every: int = 3, agents: int = 10, list_id: str = "") -> None:
        """Dials of which one in ``every`` is answered by a person after 14 s; 82 s of talk, 15 s of wrap-up."""
        on = self.controller.on
        for n in range(dials):
            (number,) = self.dial(1, list_id)
            if n % every == 0:
                agent = n % agents
                at = self.now + 8 + n % 13
                on(Answered(number, at))
                on(Detected(number, at, True))
                on(Connected(number, agent, at))
                on(Ended(number, at + 40 + 7 * (n % 15), Outcome.TALKED))
                on(AgentWrapping(agent, at + 40 + 7 * (n % 15)))
                on(AgentReady(agent, at + 55 + 7 * (n % 15)))
            else:
                on(Ended(number, self.now + 25, Outcome.NO_ANSWER))
            if n % 20 == 19:
                self.controller.decide(self.now + 200)
        self.now += 300


@pytest.mark.feature("F-DIAL-10b")
def test_progressive_is_a_line_for_each_free_operator() -> None:
    floor = Floor(Mode.PROGRESSIVE)
    assert floor.lines() == 0
    floor.ready(range(5))
    decision = floor.controller.decide(floor.now)
    assert (decision.lines, decision.mode) == (5, Mode.PROGRESSIVE)
    lines = floor.dial(5)
    assert floor.lines() == 0
    floor.controller.on(Ended(lines[0], floor.now, Outcome.BUSY))
    assert floor.lines() == 1
    floor.dial(1)
    floor.controller.on(Answered(lines[1], floor.now))
    floor.controller.on(Detected(lines[1], floor.now, True))
    floor.controller.on(Connected(lines[1], 0, floor.now))
    assert floor.lines() == 0
    floor.controller.on(AgentGone(1, floor.now))
    floor.controller.on(Ended(lines[2], floor.now, Outcome.NO_ANSWER))
    assert floor.lines() == 0


@pytest.mark.feature("F-DIAL-10c")
def test_nothing_learnt_starts_carefully_and_grows() -> None:
    floor = Floor()
    floor.ready(range(10))
    first = floor.lines()
    assert 0 < first <= 25
    known = Floor()
    known.teach(600)
    known.ready(range(10))
    later = known.lines()
    assert later > first
    explanation = known.controller.decide(known.now).explanation
    assert 0.28 < float(explanation["answer_rate"]) < 0.40
    assert 70 < float(explanation["talk_s"]) < 110


@pytest.mark.feature("F-DIAL-10c")
def test_operators_who_will_be_free_are_dialled_for_ahead() -> None:
    floor = Floor(pacing=msgspec.structs.replace(WIDE, small_team=0))
    floor.teach(900, agents=20)
    floor.ready(range(20))
    for agent in range(20):
        floor.controller.on(AgentTalking(agent, floor.now - 5))
    assert floor.controller.board.ready == 0
    assert floor.lines() == 0
    for agent in range(20):
        floor.controller.on(AgentWrapping(agent, floor.now))
    assert floor.lines(11.0) > 20
    assert floor.controller.board.ready == 0


@pytest.mark.feature("F-DIAL-10c")
def test_a_sudden_drop_of_operators_stops_dialling() -> None:
    floor = Floor()
    floor.teach(600, agents=20)
    floor.ready(range(20))
    assert floor.lines() > 20
    floor.dial(40)
    assert floor.lines(6.0) <= 5
    for agent in range(4, 20):
        floor.controller.on(AgentGone(agent, floor.now))
    decision = floor.controller.decide(floor.now + 1)
    assert decision.lines == 0
    assert float(decision.explanation["risk"]) > float(decision.explanation["threshold"])
    assert decision.explanation["agents"] == 4


@pytest.mark.feature("F-DIAL-19")
def test_automatic_goes_progressive_for_small_teams_and_overdrawn_budgets() -> None:
    floor = Floor(Mode.AUTOMATIC)
    floor.ready(range(2))
    assert floor.controller.decide(1.0).mode is Mode.PROGRESSIVE
    assert floor.controller.decide(1.0).explanation["mode_reason"] == "small_team"
    floor.ready(range(10))
    decision = floor.controller.decide(2.0)
    assert (decision.mode, decision.explanation["mode_reason"]) == (Mode.PREDICTIVE, "enough_operators")
    floor.controller.budget(day=(100, 3), month=(2000, 160), at=3.0)
    decision = floor.controller.decide(4.0)
    assert (decision.mode, decision.explanation["mode_reason"]) == (Mode.PROGRESSIVE, "overdrawn")
    floor.controller.budget(day=(100, 3), month=(4000, 160), at=5.0)
    assert floor.controller.decide(6.0).mode is Mode.PROGRESSIVE  # 43 people over: not back until half is made up for
    floor.controller.budget(day=(2000, 50), month=(9000, 160), at=7.0)
    assert floor.controller.decide(8.0).mode is Mode.PREDICTIVE


@pytest.mark.feature("F-DIAL-10c")
def test_abandoned_people_make_it_careful_and_the_budget_counts_them() -> None:
    def threshold(lost: int) -> float:
        floor = Floor()
        floor.teach(600)
        floor.ready(range(10))
        for number in floor.dial(lost):
            floor.controller.on(Answered(number, floor.now))
            floor.controller.on(Detected(number, floor.now, True))
            floor.controller.on(Abandoned(number, floor.now + 2))
            floor.controller.on(Ended(number, floor.now + 9, Outcome.ABANDONED))
        explanation = floor.controller.decide(floor.now + 10).explanation
        assert explanation["rate_day"] == pytest.approx(lost / (200 + lost), abs=1e-4)
        return float(explanation["threshold"])

    none, some, many = threshold(0), threshold(6), threshold(18)
    assert none > 1.5 * some > 1.5 * 1.5 * many


@pytest.mark.feature("F-DIAL-10c")
def test_bad_lists_are_told_from_good_ones() -> None:
    floor = Floor()
    for _ in range(15):
        floor.teach(40, every=2, list_id="good")
        floor.teach(40, every=8, list_id="bad")
    board = floor.controller.board
    assert board.keys.list_effect("good") > 0.5
    assert board.keys.list_effect("bad") < -0.5
    (good,), (bad,) = floor.dial(1, "good"), floor.dial(1, "bad")
    assert board.lines[good].shift > board.lines[bad].shift


@pytest.mark.parametrize(
    ("change", "limit", "lines"),
    [
        ({"max_lines": 3}, "max_lines", 3),
        ({"lines_per_agent": 1.0}, "lines_per_agent", 10),
        ({"calls_per_s": 4.0}, "calls_per_s", 4),
    ],
)
def test_limits_hold(change: dict[str, float], limit: str, lines: int) -> None:
    floor = Floor(pacing=msgspec.structs.replace(WIDE, **change))
    floor.teach(600)
    floor.ready(range(10))
    decision = floor.controller.decide(floor.now + 1)
    assert (decision.lines, decision.explanation["limit"]) == (lines, limit)


@pytest.mark.feature("F-DIAL-01")
def test_robocalls_keep_to_rate_and_channels() -> None:
    floor = Floor(Mode.ROBOCALL, Pacing(calls_per_s=5.0, max_channels=12))
    placed: list[tuple[float, int]] = []
    for step in range(100):
        now = step * 0.1
        decision = floor.controller.decide(now)
        floor.now = now
        placed += [(now, number) for number in floor.dial(decision.lines)]
        assert len(floor.controller.board.lines) <= 12
        assert decision.next_at > now
    assert len(placed) == 12
    for _, number in placed:
        floor.controller.on(Ended(number, 10.0, Outcome.TALKED))
    for step in range(100, 200):
        floor.now = step * 0.1
        numbers = floor.dial(floor.controller.decide(floor.now).lines)
        placed += [(floor.now, number) for number in numbers]
        for number in numbers:
            floor.controller.on(Ended(number, floor.now, Outcome.BUSY))
    assert len(placed) - 12 <= 5 + 5 * 10
    assert len(placed) - 12 >= 48
    for start, _ in placed:
        assert sum(start <= at < start + 1 - 1e-6 for at, _ in placed) <= 10


def test_live_only_lines_keep_an_operator() -> None:
    floor = Floor()
    floor.teach(600)
    floor.ready(range(4))
    for agent in range(4, 10):
        floor.controller.on(AgentGone(agent, floor.now))
    decision = floor.controller.decide(floor.now + 1)
    assert 1 <= decision.live <= 4
    without = decision.lines
    floor.now += 1
    numbers = floor.dial(3, live_only=True)
    assert floor.lines() < without
    assert floor.controller.decide(floor.now).live <= 1
    floor.controller.on(Answered(numbers[0], floor.now))
    floor.controller.on(Connected(numbers[0], 0, floor.now))
    assert floor.controller.board.live == 2
    floor.controller.on(Ended(numbers[1], floor.now, Outcome.BUSY))
    assert floor.controller.board.live == 1


def test_facts_told_twice_or_of_unknown_lines_change_nothing() -> None:
    floor = Floor()
    floor.ready(range(5))
    (number,) = floor.dial(1)
    on, board = floor.controller.on, floor.controller.board
    for _ in range(2):
        on(Dialed(number, 0.0))
        on(Answered(number, 9.0))
        on(Detected(number, 9.0, True))
        on(Connected(number, 1, 9.0))
        on(Ended(number, 60.0, Outcome.TALKED))
        on(Ended(99, 60.0, Outcome.TALKED))
        on(Abandoned(98, 60.0))
        on(AgentGone(77, 60.0))
        on(Detected(97, 60.0, True))
    assert not board.lines
    assert floor.controller.decide(61.0).explanation["rate_day"] == 0.0
    assert sum(board.stages.values()) == 0
    assert sum(board.doing.values()) == board.agents == 5


def test_state_survives_as_json_and_rubbish_is_ignored() -> None:
    floor = Floor()
    floor.teach(600)
    saved = json.loads(json.dumps(floor.controller.state()))
    floor.controller.board.refresh()
    again = Floor()
    again.controller.restore(saved)
    again.ready(range(10))
    floor.ready(range(10))
    assert again.controller.board.talk.mean_s == pytest.approx(floor.controller.board.talk.mean_s, rel=0.05)
    assert again.controller.board.people.survival[12] == pytest.approx(
        floor.controller.board.people.survival[12], abs=0.05
    )
    for rubbish in (
        "x",
        3,
        [],
        {"people": [1], "talk": {"counts": []}, "wrap": None, "keys": {"lists": 1}, "price": "?"},
    ):
        fresh = Floor()
        fresh.controller.restore(rubbish)
        fresh.ready(range(10))
        assert fresh.lines() > 0


def test_every_key_has_words_in_both_languages() -> None:
    floor = Floor()
    floor.ready(range(10))
    explanation = floor.controller.decide(1.0).explanation
    assert set(explanation) - {"mode_reason", "limit"} <= set(explain.LABELS)
    assert explanation["mode_reason"] in explain.REASONS
    assert explanation["limit"] in explain.LIMITS
    for language in ("ru", "en"):
        said = explain.in_words(explanation, language)
        assert len(said) == len(explanation)
        assert not any("{" in text for text in said)


def test_deciding_for_a_hundred_operators_is_cheap() -> None:
    """The engine's loop waits for it: 0.4 ms on a quiet machine, allowed a good deal more on a noisy one."""
    floor = Floor()
    floor.teach(900, agents=100)
    floor.ready(range(100))
    for agent in range(92):
        floor.controller.on(AgentTalking(agent, floor.now - agent * 2))
    for _ in range(60):
        floor.now += 0.4
        floor.dial(1)
    took = []
    for _ in range(20):
        floor.now += 1.0
        began = time.process_time()
        floor.controller.decide(floor.now)
        took.append(time.process_time() - began)
    assert sorted(took)[10] < 0.01
