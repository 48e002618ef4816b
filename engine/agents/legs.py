"""Which operators are in which calls: the live legs of their phones."""

from uuid import UUID

import msgspec

from engine.calls.model import Call, Leg, LegRole
from engine.calls.states import LegState
from engine.core.ids import owner_of

WITH_WRAP_UP = frozenset({LegRole.CALLER, LegRole.CALLEE})
"""Roles whose talk deserves a wrap-up; a consultation or a supervisor's listening does not."""


class LiveLeg(msgspec.Struct, frozen=True):
    """A leg that is not down. ``engaged``: the operator talks, waits on hold, or dials."""

    call_id: UUID
    engaged: bool


class LiveLegs:
    """Legs of operators' phones by operator and channel."""

    def __init__(self) -> None:
        self._legs: dict[UUID, dict[str, LiveLeg]] = {}
        self._users: dict[UUID, set[UUID]] = {}
        """Call -> operators whose phones had a leg in it."""

    def clear(self) -> None:
        """Forget everything."""
        self._legs.clear()
        self._users.clear()

    def take(self, call: Call, leg: Leg, user_id: UUID) -> None:
        """A leg of the operator's phone is as it is now."""
        legs = self._legs.setdefault(user_id, {})
        if leg.state is LegState.DOWN:
            legs.pop(leg.channel_id, None)
        else:
            legs[leg.channel_id] = LiveLeg(call.id, is_engaged(leg))
            self._users.setdefault(call.id, set()).add(user_id)

    def drop_call(self, call_id: UUID) -> list[UUID]:
        """A call has ended; gives the operators who had legs in it still."""
        found = []
        for user_id in self._users.pop(call_id, ()):
            legs = self._legs.get(user_id, {})
            gone = [channel_id for channel_id, leg in legs.items() if leg.call_id == call_id]
            for channel_id in gone:
                del legs[channel_id]
            if gone:
                found.append(user_id)
        return found

    def any(self, user_id: UUID) -> bool:
        """Whether a leg of the operator's phone lives, ringing ones too."""
        return bool(self._legs.get(user_id))

    def engaged(self, user_id: UUID) -> list[UUID]:
        """Calls that the operator is in, the first one first."""
        return [leg.call_id for leg in self._legs.get(user_id, {}).values() if leg.engaged]


def is_engaged(leg: Leg) -> bool:
    """Up, or a phone that dials: a caller's leg that Asterisk made and not we."""
    if leg.state is LegState.DOWN:
        return False
    return leg.state is LegState.UP or (leg.role is LegRole.CALLER and owner_of(leg.channel_id) is None)


def deserves_wrap_up(leg: Leg) -> bool:
    """Whether the leg has talked, in a role that has work afterwards."""
    return leg.role in WITH_WRAP_UP and leg.answered_at is not None
