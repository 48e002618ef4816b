"""The lifecycles of a call and of a leg: enums and transition tables; a pair not listed raises."""

from enum import StrEnum


class CallState(StrEnum):
    """What a call is doing."""

    STARTED = "started"
    MENU = "menu"
    RINGING = "ringing"
    TALKING = "talking"
    VOICEMAIL = "voicemail"
    ENDED = "ended"


class LegState(StrEnum):
    """What a leg's channel is doing."""

    DIALING = "dialing"
    RINGING = "ringing"
    UP = "up"
    DOWN = "down"


class IllegalTransition(Exception):
    """A step that the transition table does not know."""


_C = CallState
CALL_TRANSITIONS: dict[CallState, frozenset[CallState]] = {
    _C.STARTED: frozenset({_C.MENU, _C.RINGING, _C.TALKING, _C.VOICEMAIL, _C.ENDED}),
    _C.MENU: frozenset({_C.MENU, _C.RINGING, _C.TALKING, _C.VOICEMAIL, _C.ENDED}),
    _C.RINGING: frozenset({_C.RINGING, _C.TALKING, _C.MENU, _C.VOICEMAIL, _C.ENDED}),
    _C.TALKING: frozenset({_C.MENU, _C.RINGING, _C.VOICEMAIL, _C.ENDED}),
    _C.VOICEMAIL: frozenset({_C.MENU, _C.RINGING, _C.VOICEMAIL, _C.ENDED}),
    _C.ENDED: frozenset(),
}

_L = LegState
LEG_TRANSITIONS: dict[LegState, frozenset[LegState]] = {
    _L.DIALING: frozenset({_L.RINGING, _L.UP, _L.DOWN}),
    _L.RINGING: frozenset({_L.RINGING, _L.UP, _L.DOWN}),
    _L.UP: frozenset({_L.UP, _L.DOWN}),
    _L.DOWN: frozenset(),
}


def advance_call(state: CallState, to: CallState) -> CallState:
    """``to``, if a call may go there from ``state``.

    Raises:
        IllegalTransition: it may not.
    """
    if to not in CALL_TRANSITIONS[state]:
        raise IllegalTransition(f"A call can't go from {state} to {to}")
    return to


def advance_leg(state: LegState, to: LegState) -> LegState:
    """``to``, if a leg may go there from ``state``.

    Raises:
        IllegalTransition: it may not.
    """
    if to not in LEG_TRANSITIONS[state]:
        raise IllegalTransition(f"A leg can't go from {state} to {to}")
    return to
