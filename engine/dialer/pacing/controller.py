"""One campaign's pacing: facts in, lines out. Pure: no clock, no I/O.

What is sought: as many conversations as possible with no more than the target share of people abandoned over the day. Of a constrained problem like that the best policy has one price for a person abandoned, the same at every moment:
dial another line while the chance that the person who answers it finds nobody in time is under a threshold. The
threshold is moved, slowly, so that the rate comes out at the target. So the budget is spent where it buys most: freely
when operators will certainly idle, not at all when the balance is tight.
"""

import math
from typing import Any

from engine.dialer.campaign import Pacing
from engine.dialer.outcomes import Mode
from engine.dialer.pacing import modes
from engine.dialer.pacing.board import Board, Busy, Stage
from engine.dialer.pacing.bucket import Bucket
from engine.dialer.pacing.budget import Budget
from engine.dialer.pacing.decision import Decision
from engine.dialer.pacing.facts import Fact
from engine.dialer.pacing.outlook import Outlook
from engine.dialer.pacing.price import Price

STEP_S = 1.0
"""Between two full decisions when nothing happens."""
AGAIN_S = 0.25
"""Facts come in bursts: within so short a time of a full look ahead nothing new is dialled."""
REFRESH_S = 15.0
"""Between two refreshes of the tables."""


class Controller:
    """Of one campaign on one node. ``now`` and the times of facts are seconds of one steady clock."""

    def __init__(self, pacing: Pacing, *, ring_s: float, mode: Mode, state: Any = None) -> None:
        self.pacing = pacing
        self.asked = mode
        self.mode: Mode = mode if mode is not Mode.AUTOMATIC else Mode.PROGRESSIVE
        self._explanation: dict[str, float | str] = {}
        self._budget = Budget(pacing.target_rate, pacing.window_s)
        self.board = Board(self._budget, ring_s)
        self.outlook = Outlook(self.board, pacing.connect_threshold_s)
        self.price = Price(pacing.target_rate)
        self._bucket = Bucket(pacing.calls_per_s)
        self._looked = -math.inf
        self._refreshed = -math.inf
        if state is not None:
            self.restore(state)

    def configure(self, pacing: Pacing, mode: Mode) -> None:
        """Settings changed while running: what was learnt stays."""
        self.pacing, self.asked = pacing, mode
        self._budget.target, self._budget.window_s = pacing.target_rate, pacing.window_s
        self.outlook.patience_s = pacing.connect_threshold_s
        self.price.target = pacing.target_rate
        self._bucket.set_rate(pacing.calls_per_s)
        self._refreshed = -math.inf

    def on(self, fact: Fact) -> None:
        """Something happened."""
        self.board.on(fact)

    def budget(self, *, day: tuple[int, int], month: tuple[int, int], at: float) -> None:
        """(Answers by people, abandoned) of the last 24 hours and 30 days from the database, up to ``at``."""
        self._budget.refresh(day, month, at)

    def decide(self, now: float) -> Decision:
        """How many lines to dial now. The caller dials them all and says so by ``Dialed`` facts, or fewer."""
        board, pacing = self.board, self.pacing
        if self.asked is Mode.ROBOCALL:
            return self._robocall(now)
        self.mode, why = modes.in_force(self.asked, pacing, board.agents, self._budget.credit(), self.mode)
        explanation: dict[str, float | str] = {"mode_reason": why}
        free = max(board.ready - board.open_lines + self.board.live, 0)
        if self.mode is Mode.PREDICTIVE:
            if now - self._looked < AGAIN_S:
                return Decision(0, self.mode, self._explanation, self._looked + AGAIN_S, max(board.ready, 0))
            lines, limit = self._predictive(now, explanation)
        else:
            lines, limit = free, "free_operators"
        lines, limit = self._within(lines, limit, now)
        self._bucket.take(lines)
        explanation |= {"limit": limit, "lines": lines, "ready": board.doing[Busy.READY], "agents": board.agents}
        self._explanation = explanation
        next_at = min(now + STEP_S, self._bucket.next_at(now) if limit == "calls_per_s" else math.inf)
        return Decision(lines, self.mode, explanation, next_at, max(board.ready, 0))

    def _within(self, lines: int, limit: str, now: float) -> tuple[int, str]:
        """The limits that hold in every mode."""
        board, pacing = self.board, self.pacing
        rooms = {
            "max_lines": pacing.max_lines - len(board.lines),
            "lines_per_agent": math.floor(pacing.lines_per_agent * board.agents) - board.open_lines,
            "calls_per_s": self._bucket.room(now),
        }
        for name, room in rooms.items():
            if lines > room:
                lines, limit = max(room, 0), name
        return lines, limit

    def _predictive(self, now: float, explanation: dict[str, float | str]) -> tuple[int, str]:
        board = self.board
        if now - self._refreshed >= REFRESH_S and (board.news or self._refreshed < 0):
            self._refreshed = now
            board.refresh()
            self.outlook.clear()
            self.outlook.weigh()
        board.rang(now)
        self._looked = now
        balance, coming = self.outlook.balance(now)
        threshold = self.price.threshold(self._budget, board.agents)
        lines, most = 0, 4 * board.agents + 4
        fresh, weights = self.outlook.fresh, self.outlook.weights
        risk = balance.risk(weights)
        while risk <= threshold and lines < most:
            lines += 1
            balance.subtract(fresh, 1)
            risk = balance.risk(weights)
        explanation |= {
            "risk": round(risk, 4),
            "threshold": round(threshold, 4),
            "ringing": board.stages[Stage.RINGING],
            "coming": round(coming, 2),
            "answer_rate": round(board.share.moments()[0], 3),
        }
        return lines, "risk"

    def _robocall(self, now: float) -> Decision:
        """No operators: channels and rate alone."""
        self.mode = Mode.ROBOCALL
        channels = min(self.pacing.max_channels, self.pacing.max_lines) - len(self.board.lines)
        rate = self._bucket.room(now)
        lines = max(min(channels, rate), 0)
        limit = "calls_per_s" if rate < channels else "max_channels"
        self._bucket.take(lines)
        explanation: dict[str, float | str] = {"mode_reason": "asked", "limit": limit, "lines": lines}
        explanation["in_flight"] = len(self.board.lines)
        return Decision(lines, self.mode, explanation, min(now + STEP_S, self._bucket.next_at(now)))

    def state(self) -> dict[str, Any]:
        """What was learnt, for JSON."""
        board = self.board
        return {
            "people": board.people.state(),
            "others": board.others.state(),
            "talk": board.talk.state(),
            "wrap": board.wrap.state(),
            "lists": board.keys.state(),
            "price": self.price.state(),
        }

    def restore(self, state: Any) -> None:
        """Take over what ``state`` gave earlier; parts that do not fit are left out."""
        if not isinstance(state, dict):
            return
        board = self.board
        board.people.restore(state.get("people"))
        board.others.restore(state.get("others"))
        board.talk.restore(state.get("talk"))
        board.wrap.restore(state.get("wrap"))
        board.keys.restore(state.get("lists"))
        self.price.restore(state.get("price"))
        self._refreshed = -math.inf
