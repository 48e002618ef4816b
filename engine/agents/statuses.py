"""What an operator can be doing: the enum and the table of transitions; a pair not listed raises."""

from enum import StrEnum


class Status(StrEnum):
    """What an operator does now."""

    OFFLINE = "offline"
    READY = "ready"
    RESERVED = "reserved"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    BREAK = "break"
    AWAY = "away"


class Why(StrEnum):
    """How an operator came to be away."""

    NONE = ""
    ASKED = "asked"
    IDLE = "idle"
    MISSED = "missed"
    PHONE = "phone"


class IllegalTransition(Exception):
    """A step that the transition table does not know."""


_S = Status
CHOSEN = frozenset({_S.OFFLINE, _S.READY, _S.BREAK, _S.AWAY})
"""Statuses that a person takes; the others follow from calls."""
_AFTER = CHOSEN
TRANSITIONS: dict[Status, frozenset[Status]] = {
    _S.OFFLINE: frozenset({_S.READY, _S.BREAK, _S.AWAY}),
    _S.READY: frozenset({_S.OFFLINE, _S.BREAK, _S.AWAY, _S.RESERVED, _S.ON_CALL}),
    _S.RESERVED: _AFTER | {_S.ON_CALL},
    _S.ON_CALL: _AFTER | {_S.ON_CALL, _S.WRAP_UP},
    _S.WRAP_UP: _AFTER | {_S.ON_CALL},
    _S.BREAK: frozenset({_S.OFFLINE, _S.READY, _S.BREAK, _S.AWAY, _S.ON_CALL}),
    _S.AWAY: frozenset({_S.OFFLINE, _S.READY, _S.BREAK, _S.AWAY, _S.ON_CALL}),
}
"""From which status to which; a status to itself means that its reason or its call is another one now."""


def advance(status: Status, to: Status) -> Status:
    """``to``, if an operator may go there from ``status``.

    Raises:
        IllegalTransition: it may not.
    """
    if to not in TRANSITIONS[status]:
        raise IllegalTransition(f"An operator can't go from {status} to {to}")
    return to
