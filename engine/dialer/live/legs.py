"""What phones tell of attempts: the client's rings and answers, an operator's is rung and talks."""

from uuid import UUID

from engine.calls.model import Call, Leg, LegRole
from engine.calls.states import LegState
from engine.dialer.live.dial import Dial, Stage, answers_of
from engine.dialer.live.dials import Dials
from engine.dialer.live.limits import is_late
from engine.dialer.live.previews import TOPIC
from engine.dialer.live.starting import Starter
from engine.dialer.outcomes import Mode
from engine.dialer.pacing import facts
from engine.history.records import FeedRow

OPERATORS = frozenset({LegRole.CALLER, LegRole.CALLEE})


class Legs:
    """Hears of every change of a leg of the node's calls."""

    def __init__(self, dials: Dials, starter: Starter) -> None:
        self._dials = dials
        self._starter = starter
        self._clock = dials.clock

    def on_leg(self, call: Call, leg: Leg) -> None:
        """A leg of a call is new or has changed."""
        if call.dial is None:
            return
        dial = self._dials.dial_of(call)
        if dial.is_client(leg):
            self._on_client(dial, call, leg)
        elif leg.user_id is not None and leg.role in OPERATORS:
            self._on_operator(dial, call, leg)

    def _on_client(self, dial: Dial, call: Call, leg: Leg) -> None:
        dials, now = self._dials, self._clock.now()
        if dial.dialed_at is None:
            dial.dialed_at = leg.started_at
            dials.save(dial)
        if leg.state is LegState.RINGING and dial.ringing_at is None and dial.answered_at is None:
            dial.ringing_at, dial.stage = now, Stage.RINGING
            dials.tell(facts.Ringing(dial.id, now.timestamp()), dial)
            if dial.mode is Mode.PROGRESSIVE:
                self._starter.keep_one(dial)
            dials.save(dial)
        elif leg.state is LegState.UP and dial.answered_at is None:
            dial.answered_at, dial.stage = leg.answered_at or now, Stage.ANSWERED
            dials.tell(facts.Answered(dial.id, now.timestamp()), dial)
            if dial.operator_first:
                dials.verdict(dial, None, None, None, "")
                self._connected(dial, call)
            dials.save(dial)
        elif leg.state is LegState.DOWN and dial.answered_at is None and not dial.operator_first:
            dials.keeper.free(dial)

    def _on_operator(self, dial: Dial, call: Call, leg: Leg) -> None:
        if leg.state is LegState.DIALING:
            self._show_card(dial, call, leg)
        elif leg.state is LegState.UP and dial.answered_at is not None:
            self._connected(dial, call, leg.user_id)

    def _connected(self, dial: Dial, call: Call, user_id: UUID | None = None) -> None:
        if dial.stage is Stage.LEFT or dial.connected_at is not None:
            return
        dials, now = self._dials, self._clock.now()
        if is_late(dial, dials.settings_of(dial), now):
            dials.late(dial)
        dial.connected_at, dial.stage = now, Stage.CONNECTED
        dial.operator_id = user_id or dial.operator_id or call.operator_id
        if dial.operator_id is not None:
            dials.tell(facts.Connected(dial.id, dial.operator_id, now.timestamp()), dial)
        dial.answers = {**dial.answers, **answers_of(call.variables, dial.claim)}
        dials.save(dial)

    def _show_card(self, dial: Dial, call: Call, leg: Leg) -> None:
        dial.answers = {**dial.answers, **answers_of(call.variables, dial.claim)}
        data = self._dials.card(dial) | {"user_id": leg.user_id}
        self._dials.journal.append(FeedRow(topic=TOPIC, kind="card", key=str(call.id), data=data))
