"""Presences of all operators of a node: the one gate through which calls reach them.

Everything here changes at once, with no waiting; each change goes to the journal before anybody hears of it. Whoever
wants to ring an operator asks ``reserve``: it says yes to one call at a time, and what it gives frees itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from engine.agents import transitions
from engine.agents.alarms import Alarms, next_midnight
from engine.agents.held import Held, Journal
from engine.agents.legs import LiveLegs, deserves_wrap_up
from engine.agents.model import Operator, Presence, Rules, Wanted
from engine.agents.patience import Patience
from engine.agents.statuses import CHOSEN, Status, Why
from engine.calls.model import Call, Leg
from engine.calls.states import LegState
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import InvalidInput, NotFound

_log = log.get("presence")
LEG_GRACE = timedelta(seconds=2)
"""How long a reservation outlives its leg, so that who made it may say how it ended."""
_MIDNIGHT = UUID(int=0)
"""Stands for nobody: the alarm of the day's end."""


class Presences:
    """See the module. ``on_change`` is called with the operator's id after each change of presence or availability."""

    def __init__(self, journal: Journal, clock: Clock, settings: Settings) -> None:
        self.operators: Mapping[UUID, Operator] = {}
        self._held = Held(journal, clock, settings.node_id, self._plan)
        self.on_change = self._held.on_change
        self._clock = clock
        self._rules = Rules(
            wrap_up_max_s=settings.presence_wrap_up_max_s,
            missed_limit=settings.presence_missed_limit,
            away_limit_s=settings.presence_away_limit_s,
        )
        self._zone = ZoneInfo(settings.timezone)
        self._day = clock.now().astimezone(self._zone).date()
        self._extensions: dict[str, Operator] = {}
        self._breaks: Mapping[UUID, int | None] = {}
        self._legs = LiveLegs()
        self._patience = Patience(settings.presence_phone_grace_s, settings.presence_idle_s)
        self._alarms: Alarms[UUID] = Alarms()

    # Who there is

    def load(self, operators: Iterable[Operator], breaks: Mapping[UUID, int | None]) -> None:
        """Take the operators of now; who is none any more is signed off. ``breaks``: minutes of each break reason."""
        self.operators = {operator.user_id: operator for operator in operators}
        self._extensions = {operator.extension: operator for operator in self.operators.values()}
        self._breaks = breaks
        now = self._clock.now()
        for presence in self._held:
            if presence.user_id not in self.operators:
                if presence.status is not Status.OFFLINE:
                    self._held.settle(transitions.sign_off(presence, now))
                self._held.drop(presence.user_id)
        for user_id in self.operators:
            if self._held.get(user_id) is None:
                self._held.keep(Presence(user_id=user_id, since=now))
        self._held.count()

    def restore(self, presences: Iterable[Presence]) -> None:
        """Take up what an earlier process knew."""
        for presence in presences:
            if presence.user_id in self.operators:
                self._held.keep(presence)
        self._held.count()

    def sync(self, calls: Sequence[Call]) -> None:
        """These are the calls that live (after a connect to Asterisk): who was in another one is in none."""
        self._legs.clear()
        for call in calls:
            for leg in call.legs:
                if (operator := self._operator_of(leg)) is not None:
                    self._legs.take(call, leg, operator.user_id)
        now, live = self._clock.now(), {call.id for call in calls}
        for presence in self._held:
            if presence.status is Status.RESERVED and presence.call_id is not None and presence.call_id not in live:
                self.release(presence.user_id, presence.call_id, "cancelled")
            self._follow_legs(presence.user_id, now)

    def get(self, user_id: UUID) -> Presence:
        """What the operator does now.

        Raises:
            NotFound: nobody with a phone has this id.
        """
        presence = self._held.get(user_id)
        if presence is None:
            raise NotFound("There is no such operator")
        return presence

    def by_extension(self, number: str) -> Operator | None:
        """The operator whose phone has this number."""
        return self._extensions.get(number)

    # The gate

    def available(self, user_id: UUID) -> bool:
        """Ready, with a registered phone that has nothing to do."""
        presence = self._held.get(user_id)
        return (
            presence is not None
            and presence.status is Status.READY
            and presence.reachable
            and not self._legs.any(user_id)
        )

    def reserve(self, user_id: UUID, call_id: UUID, *, until: datetime) -> bool:
        """Keep the operator for a call that will ring; False when it is not available. Ends at ``until`` by itself."""
        now = self._clock.now()
        if not self.available(user_id) or until <= now:
            return False
        self._held.settle(transitions.reserve(self._held[user_id], call_id, until, now))
        return True

    def release(self, user_id: UUID, call_id: UUID, why: str, *, missed_limit: int | None = None) -> None:
        """The call does not ring any more: ``missed`` (counts towards being away), rejected, cancelled or failed.

        ``missed_limit``: missed calls in a row that make an operator away, where a queue has its own; 0: never.
        """
        presence = self._held.get(user_id)
        if presence is not None:
            rules = self._rules
            if missed_limit is not None:
                rules = msgspec.structs.replace(rules, missed_limit=missed_limit)
            change = transitions.release(presence, call_id, why == "missed", self._clock.now(), rules)
            self._held.settle(change)

    # What people do

    def set_status(
        self, user_id: UUID, status: Status, *, reason_id: UUID | None = None, why: Why = Why.ASKED, by: str = ""
    ) -> Presence:
        """Take a status; during a call it is kept for afterwards. ``why`` tells of being away: asked or idle.

        Raises:
            NotFound: there is no such operator.
            InvalidInput: the status follows from calls, or there is no such break reason.
        """
        presence, now = self.get(user_id), self._clock.now()
        if status not in CHOSEN:
            raise InvalidInput("Choose offline, ready, break or away", [{"path": "body.status", "message": status}])
        limit_s = self._break_limit(reason_id) if status is Status.BREAK else None
        self._patience.active(user_id, now, told=False)
        if presence.status is Status.OFFLINE:
            self._patience.begin(user_id, now)
        if status is Status.AWAY and why is Why.IDLE:
            change = transitions.idle(presence, now)
        else:
            wanted = Wanted(
                status=status,
                reason_id=reason_id if status is Status.BREAK else None,
                why=why if status is Status.AWAY else Why.NONE,
                limit_s=limit_s,
            )
            change = transitions.choose(presence, wanted, now)
        if change[0] is not presence:
            _log.debug("presence_set", user=str(user_id), status=status, by=by)
        if change[0].status is Status.OFFLINE:
            self._patience.forget(user_id)
        self._held.settle(change)
        self._follow_legs(user_id, now)
        self._check_phone(user_id, now)
        self._plan(self._held[user_id])
        return self._held[user_id]

    def extend_wrap_up(self, user_id: UUID, seconds: int) -> Presence:
        """More time for the wrap-up, in all ``presence_wrap_up_max_s`` at most.

        Raises:
            NotFound: there is no such operator.
            InvalidInput: it is in no wrap-up.
        """
        presence = self.get(user_id)
        if presence.status is not Status.WRAP_UP:
            raise InvalidInput("There is no wrap-up to extend", [{"path": "status", "message": presence.status}])
        self._held.settle((transitions.extend(presence, seconds, self._rules), None))
        return self._held[user_id]

    def active(self, user_id: UUID) -> Presence:
        """The person has done something: is not idle. Who has once said so is idle when no more is heard."""
        presence, now = self.get(user_id), self._clock.now()
        self._patience.active(user_id, now, told=True)
        self._held.settle(transitions.active(presence, now))
        self._check_phone(user_id, now)
        self._plan(self._held[user_id])
        return self._held[user_id]

    # What phones and calls do

    def on_phone(self, extension: str, reachable: bool) -> None:
        """The phone of an extension is registered, or no more."""
        operator = self._extensions.get(extension)
        presence = None if operator is None else self._held.get(operator.user_id)
        if presence is None:
            return
        user_id, now = presence.user_id, self._clock.now()
        self._patience.phone(user_id, reachable, now)
        if presence.reachable is not reachable:
            self._held.settle((msgspec.structs.replace(presence, reachable=reachable), None))
        if reachable:
            self._held.settle(transitions.phone_back(self._held[user_id], now))
        self._plan(self._held[user_id])

    def on_leg(self, call: Call, leg: Leg) -> None:
        """A leg of a call is new or has changed."""
        operator = self._operator_of(leg)
        presence = None if operator is None else self._held.get(operator.user_id)
        if operator is None or presence is None:
            return
        user_id, now, was_free = operator.user_id, self._clock.now(), self.available(operator.user_id)
        self._legs.take(call, leg, user_id)
        at = min(leg.ended_at or leg.answered_at or now, now)
        if leg.state is LegState.DOWN:
            if deserves_wrap_up(leg):
                self._held.settle((transitions.owe_wrap_up(presence, call.wrap_s), None))
            if presence.status is Status.RESERVED and presence.call_id == call.id and not self._legs.any(user_id):
                self._free_soon(presence, now)
        self._follow_legs(user_id, at)
        if self._held[user_id] is presence and self.available(user_id) != was_free:
            self._held.tell(user_id)

    def on_ended(self, call: Call) -> None:
        """A call is over, whatever its legs told."""
        now = self._clock.now()
        for user_id in self._legs.drop_call(call.id):
            self._follow_legs(user_id, now)
            self._held.tell(user_id)
        for user_id in self._held.reserved_for(call.id):
            self.release(user_id, call.id, "cancelled")

    # Time

    async def run(self) -> None:
        """Do what time alone does, until cancelled."""
        await self._alarms.run(self.tick, self._clock)

    def tick(self) -> None:
        """Do what is due now."""
        now = self._clock.now()
        self._new_day(now)
        for user_id in self._alarms.due(now):
            if self._held.get(user_id) is not None:
                self._held.settle(transitions.expire(self._held[user_id], now, self._rules))
                self._check_phone(user_id, now)
                self._check_idle(user_id, now)
                self._plan(self._held[user_id])
        self._alarms.set(_MIDNIGHT, next_midnight(now, self._zone))

    def _plan(self, presence: Presence) -> None:
        """When something of this operator is due next."""
        times = [transitions.due(presence, self._rules), *self._patience.dues(presence)]
        self._alarms.set(presence.user_id, min((at for at in times if at is not None), default=None))

    def _check_phone(self, user_id: UUID, now: datetime) -> None:
        at = self._patience.phone_gone_at(self._held[user_id])
        if at is not None and now >= at:
            self._held.settle(transitions.phone_lost(self._held[user_id], now))

    def _check_idle(self, user_id: UUID, now: datetime) -> None:
        at = self._patience.idle_at(self._held[user_id])
        if at is not None and now >= at:
            self._held.settle(transitions.idle(self._held[user_id], now))

    def _new_day(self, now: datetime) -> None:
        day = now.astimezone(self._zone).date()
        if day != self._day:
            self._day = day
            for presence in self._held:
                self._held.keep(msgspec.structs.replace(presence, calls_today=0, talk_today_s=0.0))

    # Inside

    def _operator_of(self, leg: Leg) -> Operator | None:
        user_id = getattr(leg, "user_id", None)
        if user_id is not None and user_id in self.operators:
            return self.operators[user_id]
        technology, _, resource = leg.endpoint.partition("/")
        return self._extensions.get(resource) if technology == "PJSIP" else None

    def _follow_legs(self, user_id: UUID, at: datetime) -> None:
        presence = self._held.get(user_id)
        if presence is None:
            return
        calls = self._legs.engaged(user_id)
        if not calls:
            self._held.settle(transitions.calls_over(presence, at))
        elif presence.status is not Status.ON_CALL or presence.call_id not in calls:
            self._held.settle(transitions.on_call(presence, calls[0], at))

    def _free_soon(self, presence: Presence, now: datetime) -> None:
        until = min(presence.until or now, now + LEG_GRACE)
        self._held.keep(msgspec.structs.replace(presence, until=until))

    def _break_limit(self, reason_id: UUID | None) -> float | None:
        """Seconds that a break may take.

        Raises:
            InvalidInput: there is no such kind of break.
        """
        if reason_id is None:
            return None
        if reason_id not in self._breaks:
            raise InvalidInput("There is no such break", [{"path": "body.reason_id", "message": "Name a break reason"}])
        minutes = self._breaks[reason_id]
        return None if minutes is None else minutes * 60.0
