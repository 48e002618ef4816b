"""From the board to the balance of operators and people in the coming seconds; tables are kept until more is learnt."""

import math
from collections import Counter
from itertools import pairwise
from operator import mul

from engine.dialer.pacing.board import Board, Busy, Stage
from engine.dialer.pacing.forecast import AHEAD, EDGES, SIZE, Balance, Row, row, total

RINGING, DETECTING = Stage.RINGING, Stage.DETECTING
TALKING, WRAPPING = Busy.TALKING, Busy.WRAPPING
LONGEST_S = 7200
SOON = 6
"""Index in AHEAD of what the explanation calls soon."""
GRAIN, FINE_S = 12.0, 15.0
"""Slots of talk: so many by factor e, of FINE_S / GRAIN seconds at first."""
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
        self._gone: dict[int, list[float]] = {}
        self._slots = [_slot(n + 0.5) for n in range(LONGEST_S)]
        self._share = -1.0
        self.fresh: Row = row([0.0] * SIZE)
        self.weights: list[float] = [0.0] * SIZE

    def clear(self) -> None:
        """Things were learnt."""
        self._talking.clear()
        self._wrapping.clear()
        self._ringing.clear()
        self._gone.clear()
        count = math.ceil((AHEAD[-1] + self.patience_s) / STEP_S) + 1
        self._wraps = [self.board.wrap.before((n + 0.5) * STEP_S) for n in range(count)]
        self._talk_factor = self.board.talks.factor()

    def balance(self, now: float) -> tuple[Balance, float, float]:
        """The balance; people expected to answer lines in flight; operators expected to become free soon."""
        board = self.board
        free = board.ready - board.stages[Stage.WAITING]
        rows, counts = self._operators(now)
        operators = total(rows, counts)
        rows, counts, detecting = self._lines(now)
        answers = total(rows, counts)
        balance = Balance(free, operators, answers)
        coming = -answers[SIZE - 1] + detecting
        if detecting > 0.01:
            whole = max(detecting, 1.0)
            balance.add(row([detecting / whole] * SIZE, -1), whole)
        mean, spread = board.share.moments()
        balance.widen(spread / mean, answers[:SIZE])
        self.fresh = self._ringing.get((0, 0)) or self._ring(0, 0)
        return balance, coming, operators[SOON]

    def _operators(self, now: float) -> tuple[list[Row], list[int]]:
        """What those who talk or wrap up add, and how many are alike."""
        talks: Counter[int] = Counter()
        wraps: Counter[int] = Counter()
        slots = self._slots
        last = len(slots) - 1
        for operator in self.board.operators.values():
            what = operator.what
            if what is TALKING:
                talks[slots[min(int(now - operator.since), last)]] += 1
            elif what is WRAPPING:
                wraps[min(int(now - operator.since), last)] += 1
        rows = []
        for slot in talks:
            if slot not in self._talking:
                self._talking[slot] = self._talk(slot)
            rows.append(self._talking[slot])
        for slot in wraps:
            if slot not in self._wrapping:
                self._wrapping[slot] = self._wrap(slot)
            rows.append(self._wrapping[slot])
        return rows, [*talks.values(), *wraps.values()]

    def _lines(self, now: float) -> tuple[list[Row], list[int], float]:
        """What ringing lines take, how many are alike, and people among those whom nobody knows yet."""
        board = self.board
        ringing: Counter[tuple[int, int]] = Counter()
        detecting = 0.0
        for line in board.lines.values():
            stage = line.stage
            if stage is RINGING and not line.live:
                ringing[int(now - line.dialed), line.shift] += 1
            elif stage is DETECTING and not line.live:
                detecting += self._person(now - line.answered)
        mean, _ = board.share.moments()
        if abs(mean - self._share) > 0.03 * mean:
            self._share = mean
            self._ringing.clear()
        rows = []
        for key in ringing:
            part = self._ringing.get(key)
            if part is None:
                part = self._ringing[key] = self._ring(*key)
            rows.append(part)
        return rows, list(ringing.values()), detecting

    def _ring(self, age: int, shift: int) -> Row:
        """Chances that a line that has rung for ``age`` seconds is answered by a person by each moment ahead."""
        people, others = self.board.people.survival, self.board.others.survival
        last = len(people) - 1
        age = min(max(age, 0), last - 1)
        share, _ = self.board.share.moments(shift)
        alive = share * people[age] + (1 - share) * others[age]
        if share * people[age] < 1e-4 or alive <= 0:
            return row([0.0] * SIZE, -1)
        gone = self._gone.get(age)
        if gone is None:
            gone = self._gone[age] = [people[age] - self._survival(age + ahead) for ahead in AHEAD]
        factor = share / alive
        return row([min(max(factor * part, 0.0), 1.0) for part in gone], -1)

    def _survival(self, seconds: float) -> float:
        """Share of people who have not answered (and are not known as people) by then."""
        people = self.board.people.survival
        place = max(seconds - self.board.human_delay_s, 0.0) + 0.5
        whole = int(place)
        if whole >= len(people) - 1:
            return 0.0
        return people[whole] + (place - whole) * (people[whole + 1] - people[whole])

    def _person(self, waited: float) -> float:
        """Chance that who answered ``waited`` seconds ago, not yet known, is a person."""
        board = self.board
        person = board.human_of_answered * 0.5 ** (waited / max(board.human_delay_s, 0.05))
        machine = (1 - board.human_of_answered) * 0.5 ** (waited / max(board.machine_delay_s * 2, 0.05))
        return person / (person + machine) if person + machine > 0 else 0.0

    def _talk(self, slot: int) -> Row:
        """An operator who talks: the rest of the talk, then a whole wrap-up."""
        talk, elapsed = self.board.talk, _elapsed(slot)
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
        wrap, elapsed = self.board.wrap, slot + 0.5
        done = wrap.before(elapsed)
        left = max(1 - done, 1e-6)
        return row([min((wrap.before(elapsed + ahead + self.patience_s) - done) / left, 1.0) for ahead in AHEAD])

    def weigh(self) -> None:
        """How likely a person who answers a fresh line does it around each moment ahead."""
        people, last = self.board.people.survival, len(self.board.people.survival) - 1
        left = [people[min(int(max(edge - self.board.human_delay_s, 0.0)), last)] for edge in EDGES]
        self.weights = [a - b for a, b in pairwise(left)]


def _slot(seconds: float) -> int:
    """Of an elapsed talk."""
    return int(GRAIN * math.log1p(seconds / FINE_S))


def _elapsed(slot: int) -> float:
    """Middle of a slot of talk."""
    return FINE_S * math.expm1((slot + 0.5) / GRAIN)
