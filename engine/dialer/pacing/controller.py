"""One campaign's pacing: facts in, lines out. Pure: no clock, no I/O.

What is sought: as many conversations as possible with no more than the target share of people abandoned over the day.
Of a constrained problem like that the best policy has one price for a person abandoned, the same at every moment: dial
another line while the chance that the person who answers it finds nobody in time is under a threshold. The threshold
is moved so that the rate comes out at the target. So the budget is spent where it buys most: freely when operators
will certainly idle, not at all when the balance is tight.
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
LARGE = 50.0
"""Facts come in bursts: within so short a time of a full look ahead nothing new is dialled."""
REFRESH_S = 15.0
"""Between two refreshes of the tables, at least."""
OLD_S = 180.0
"""Tables are refreshed after so long, or when what was learnt since is more than ``NEWS`` of all."""
NEWS = 0.04
LEARNT = 30
"""Answers by people until ringing counts as known: until then lines grow with what is known."""


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
        if self.asked is Mode.ROBOCALL:
            return self._robocall(now)
        board = self.board
        credit = self.price.credit(self._budget, now)
        self.mode, why = modes.in_force(self.asked, self.pacing, board.agents, credit, self.mode)
        predictive = self.mode is Mode.PREDICTIVE
        if predictive:
            again = min(AGAIN_S + board.agents / LARGE, STEP_S)
            if now - self._looked < again:
                return Decision(0, self.mode, self._explanation, self._looked + again)
            risk, lines, limit = self._predictive(now)
        else:
            risk, lines, limit = {}, max(board.ready - board.open_lines + board.live, 0), "free_operators"
        lines, limit = self._within(lines, limit, now)
        self._bucket.take(lines)
        self._explanation = {"mode_reason": why, "limit": limit, "lines": lines, **self._facts(now, credit), **risk}
        next_at = min(now + STEP_S, self._bucket.next_at(now) if limit == "calls_per_s" else math.inf)
        return Decision(lines, self.mode, self._explanation, next_at, min(board.ready, lines))

    def _facts(self, now: float, credit: float) -> dict[str, float | str]:
        """What every explanation tells."""
        board, budget = self.board, self._budget
        humans, lost = budget.window(now)
        day, month = budget.rates()
        return {
            "agents": board.agents,
            "ready": board.doing[Busy.READY],
            "talking": board.doing[Busy.TALKING],
            "wrapping": board.doing[Busy.WRAPPING],
            "ringing": board.stages[Stage.RINGING],
            "detecting": board.stages[Stage.DETECTING],
            "waiting": board.stages[Stage.WAITING],
            "credit": round(credit, 2),
            "rate_day": round(day, 5),
            "rate_month": round(month, 5),
            "rate_window": round(lost / humans, 5) if humans else 0.0,
            "answer_rate": round(board.share.moments()[0], 3),
            "talk_s": round(board.talk.mean_s, 1),
            "wrap_s": round(board.wrap.mean_s, 1),
        }

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

    def _predictive(self, now: float) -> tuple[dict[str, float | str], int, str]:
        """Lines up to the threshold of risk, and what was looked at."""
        board = self.board
        stale = board.news >= max(5.0, NEWS * board.learnt) and now - self._refreshed >= REFRESH_S
        if stale or self._refreshed < 0 or now - self._refreshed > OLD_S:
            self._refreshed = now
            board.refresh(now)
            self.outlook.clear()
            self.outlook.weigh()
        board.rang(now)
        self._looked = now
        balance, coming, freeing = self.outlook.balance(now)
        threshold = self.price.threshold(self._budget, board.agents, now)
        lines, most = 0, self._most(freeing)
        fresh, weights = self.outlook.fresh, self.outlook.weights
        risk = balance.risk(weights)
        while risk <= threshold and lines < most:
            lines += 1
            balance.add(fresh)
            risk = balance.risk(weights)
        seen: dict[str, float | str] = {
            "risk": round(risk, 4),
            "threshold": round(threshold, 4),
            "coming": round(coming, 2),
            "freeing": round(freeing, 2),
        }
        return seen, lines, "learning" if lines == most and board.known < LEARNT else "risk"

    def _most(self, freeing: float) -> int:
        """Lines in flight at most while little is known: one for each operator free soon, then more and more."""
        board = self.board
        room = 4 * board.agents + 4
        if board.known < LEARNT:
            open_now = (board.ready + freeing) * (1 + 2 * board.known / LEARNT)
            room = min(room, math.ceil(open_now) - board.open_lines + board.live)
        return max(room, 0)

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
        explanation["answer_rate"] = round(self.board.share.moments()[0], 3)
        next_at = min(now + STEP_S, self._bucket.next_at(now)) if limit == "calls_per_s" else now + STEP_S
        return Decision(lines, self.mode, explanation, next_at)

    def state(self) -> dict[str, Any]:
        """What was learnt, for JSON."""
        board = self.board
        return {
            "known": board.known,
            "people": board.people.state(),
            "others": board.others.state(),
            "talk": board.talk.state(),
            "wrap": board.wrap.state(),
            "keys": board.keys.state(),
            "price": self.price.state(),
        }

    def restore(self, state: Any) -> None:
        """Take over what ``state`` gave earlier; parts that do not fit are left out."""
        if not isinstance(state, dict):
            return
        board = self.board
        known = state.get("known")
        board.known = known if isinstance(known, int) and known >= 0 else 0
        board.people.restore(state.get("people"))
        board.others.restore(state.get("others"))
        board.talk.restore(state.get("talk"))
        board.wrap.restore(state.get("wrap"))
        board.keys.restore(state.get("keys"))
        self.price.restore(state.get("price"))
        self._refreshed = -math.inf
