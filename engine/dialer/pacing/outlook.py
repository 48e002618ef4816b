"""From the board to the balance of operators and people in the coming seconds; tables are kept until more is learnt."""

import math
from collections import Counter
from itertools import pairwise
from operator import mul

from engine.dialer.pacing.board import Board, Busy, Stage
from engine.dialer.pacing.forecast import AHEAD, EDGES, SIZE, Balance, Row, row

SOON = 6
STEP_S = 1.0
"""Of the convolution of the rest of a talk with the wrap-up after it."""


class Outlook:
    """``patience_s``: an operator who becomes free so long after the answer is still in time."""

    def __init__(self, board: Board, patience_s: float) -> None:
        self.board = board
        self.patience_s = patience_s
        self._talking: dict[int, Row] = {}
        self._wrapping: dict[int, Row] = {}
        self._talk_factor = 1.0
        self._wraps: list[float] = []
        self._ringing: dict[tuple[int, int], Row] = {}
        self._share = -1.0
        self.fresh: Row = row([0.0] * SIZE)
        self.weights: list[float] = [0.0] * SIZE

    def clear(self) -> None:
        """Things were learnt."""
        self._talking.clear()
        self._wrapping.clear()
        self._ringing.clear()
        count = math.ceil((AHEAD[-1] + self.patience_s) / STEP_S) + 1
        self._wraps = [self.board.wrap.before((n + 0.5) * STEP_S) for n in range(count)]
        self._talk_factor = self.board.talks.factor()

    def balance(self, now: float) -> tuple[Balance, float, float]:
        """The balance; people expected to answer lines in flight; operators expected to become free soon."""
        board = self.board
        free = board.ready - board.stages[Stage.WAITING]
        balance = Balance(free)
        groups: Counter[tuple[Busy, int]] = Counter()
        for operator in board.operators.values():
            if operator.what is not Busy.READY:
                groups[operator.what, _slot(now - operator.since)] += 1
        for (what, slot), count in groups.items():
            table = self._talking if what is Busy.TALKING else self._wrapping
            part = table.get(slot)
            if part is None:
                part = table[slot] = self._talk(slot) if what is Busy.TALKING else self._wrap(slot)
            balance.add(part, count)
        freeing = balance.sums[SOON] - free
        coming = self._lines(balance, now)
        return balance, coming, freeing

    def _lines(self, balance: Balance, now: float) -> float:
        board = self.board
        ringing: Counter[tuple[int, int]] = Counter()
        detecting = 0.0
        for line in board.lines.values():
            if line.live:
                continue
            if line.stage is Stage.RINGING:
                ringing[int(now - line.dialed), line.shift] += 1
            elif line.stage is Stage.DETECTING:
                detecting += self._person(now - line.answered)
        mean, spread = board.share.moments()
        if abs(mean - self._share) > 0.03 * mean:
            self._share = mean
            self._ringing.clear()
        before = balance.sums[:SIZE]
        for key, count in ringing.items():
            part = self._ringing.get(key)
            if part is None:
                part = self._ringing[key] = self._ring(*key)
            balance.add(part, count)
        answers = [b - a for a, b in zip(balance.sums[:SIZE], before, strict=True)]
        coming = answers[-1] + detecting
        if detecting > 0.01:
            whole = max(detecting, 1.0)
            balance.add(row([detecting / whole] * SIZE, -1), whole)
        balance.widen(spread / mean, answers)
        self.fresh = self._ringing.get((0, 0)) or self._ring(0, 0)
        return coming

    def _ring(self, age: int, shift: int) -> Row:
        """Chances that a line that has rung for ``age`` seconds is answered by a person by each moment ahead."""
        board = self.board
        people, others = board.people.survival, board.others.survival
        last = len(people) - 1
        age = min(age, last - 1)
        share, _ = board.share.moments(shift)
        left = share * people[age]
        alive = left + (1 - share) * others[age]
        if left < 1e-4 or alive <= 0:
            return row([0.0] * SIZE)
        delay = board.human_delay_s
        chances = []
        for ahead in AHEAD:
            place = age + max(ahead - delay, 0.0) + 0.5
            whole = min(int(place), last - 1)
            part = people[whole] + (place - whole) * (people[whole + 1] - people[whole]) if place < last else 0.0
            chances.append(min(max(left - share * part, 0.0) / alive, 1.0))
        return row(chances, -1)

    def _person(self, waited: float) -> float:
        """Chance that who answered ``waited`` seconds ago, not yet known, is a person."""
        board = self.board
        person = board.human_of_answered * 0.5 ** (waited / max(board.human_delay_s, 0.05))
        machine = (1 - board.human_of_answered) * 0.5 ** (waited / max(board.machine_delay_s * 2, 0.05))
        return person / (person + machine) if person + machine > 0 else 0.0

    def _talk(self, slot: int) -> Row:
        """An operator who talks: the rest of the talk, then a whole wrap-up."""
        talk, elapsed = self.board.talk, _seconds(slot)
        left = max(1 - talk.before(elapsed), 1e-6)
        ends, before = [], 0.0
        for step in range(len(self._wraps)):
            rest = min(max((1 - talk.before(elapsed + (step + 1) * STEP_S)) / left, 0.0), 1.0)
            gone = 1 - rest**self._talk_factor
            ends.append(gone - before)
            before = gone
        chances = []
        for ahead in AHEAD:
            steps = round((ahead + self.patience_s) / STEP_S)
            chances.append(min(sum(map(mul, ends[:steps], self._wraps[steps - 1 :: -1])), 1.0))
        return row(chances)

    def _wrap(self, slot: int) -> Row:
        wrap, elapsed = self.board.wrap, _seconds(slot)
        done = wrap.before(elapsed)
        left = max(1 - done, 1e-6)
        return row([min((wrap.before(elapsed + ahead + self.patience_s) - done) / left, 1.0) for ahead in AHEAD])

    def weigh(self) -> None:
        """How likely a person who answers a fresh line does it around each moment ahead."""
        people, last = self.board.people.survival, len(self.board.people.survival) - 1
        left = [people[min(int(max(edge - self.board.human_delay_s, 0.0)), last)] for edge in EDGES]
        self.weights = [a - b for a, b in pairwise(left)]


def _slot(seconds: float) -> int:
    """Elapsed times are told apart by seconds at first, by 4 % later."""
    return int(seconds) if seconds < 60 else 60 + int(25 * (seconds / 60 - 1) / (1 + (seconds / 60 - 1) / 12))


def _seconds(slot: int) -> float:
    if slot < 60:
        return slot + 0.5
    part = (slot + 0.5 - 60) / 25
    return 60 * (1 + part / max(1 - part / 12, 0.01))
