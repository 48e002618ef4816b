"""States of a ticket and the moves between them. Pure."""

from enum import StrEnum

from engine.core.errors import Conflict


class State(StrEnum):
    """NEW: nobody has taken it. WAITING: for the client. SOLVED: its author is asked to confirm."""

    NEW = "new"
    IN_WORK = "in_work"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"
    REOPENED = "reopened"


class Who(StrEnum):
    """Who acts: SYSTEM is time itself, LINK an outside desk."""

    CLIENT = "client"
    STAFF = "staff"
    SYSTEM = "system"
    LINK = "link"


OPEN = frozenset(State) - {State.CLOSED}
WORKING = frozenset({State.NEW, State.IN_WORK, State.REOPENED})
"""States in which the promise of a solution runs."""

_STAFF = {
    State.NEW: {State.IN_WORK, State.WAITING, State.SOLVED, State.CLOSED},
    State.IN_WORK: {State.WAITING, State.SOLVED, State.CLOSED},
    State.WAITING: {State.IN_WORK, State.SOLVED, State.CLOSED},
    State.SOLVED: {State.IN_WORK, State.CLOSED, State.REOPENED},
    State.CLOSED: {State.REOPENED},
    State.REOPENED: {State.IN_WORK, State.WAITING, State.SOLVED, State.CLOSED},
}
_CLIENT = {
    # A client who needs nothing any more closes the request; who is asked confirms or reopens.
    State.NEW: {State.CLOSED},
    State.IN_WORK: {State.CLOSED},
    State.WAITING: {State.IN_WORK, State.CLOSED},
    State.SOLVED: {State.CLOSED, State.REOPENED},
    State.CLOSED: {State.REOPENED},
    State.REOPENED: {State.CLOSED},
}
MOVES: dict[Who, dict[State, set[State]]] = {
    Who.STAFF: _STAFF,
    Who.LINK: _STAFF,
    Who.CLIENT: _CLIENT,
    Who.SYSTEM: {**_STAFF, State.CLOSED: set()},
}


def check_move(who: Who, before: State, after: State) -> None:
    """Raises Conflict when ``who`` may not move a ticket so."""
    if after not in MOVES[who][before]:
        allowed = ", ".join(sorted(MOVES[who][before])) or "nothing"
        raise Conflict(f"A request that is {before} can't become {after}; it can become: {allowed}", state=before)


def after_word(who: Who, state: State) -> State:
    """The state after a public word of ``who``: a client's word ends the waiting and reopens what was solved or
    closed; staff's first word takes a new ticket into work."""
    if who is Who.CLIENT:
        return {State.WAITING: State.IN_WORK, State.SOLVED: State.REOPENED, State.CLOSED: State.REOPENED}.get(
            state, state
        )
    if who in (Who.STAFF, Who.LINK) and state in (State.NEW, State.REOPENED):
        return State.IN_WORK
    return state
