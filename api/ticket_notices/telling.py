"""Whom an event is told by letter, and as what. Pure."""

from typing import Any, NamedTuple

from api.ticket_notices.texts import Occasion
from api.tickets.model import Happening
from api.tickets.states import State, Who

_QUIET_CHANNELS = frozenset({"missed", "link"})
"""Requests that their clients did not open by a word to us: the other desk tells them, or nobody wrote at all."""


class Telling(NamedTuple):
    """``clients``: its author and the clients who watch it; ``staff``: whoever works on it and colleagues who watch it;
    ``line``: without an assignee the people of its line."""

    occasion: Occasion
    clients: bool = False
    staff: bool = False
    line: bool = False


def tellings(happening: Happening) -> list[Telling]:
    """What becomes of one event; nothing internal is ever told to clients."""
    event, ticket = happening.event, happening.after
    match event.kind:
        case "opened":
            # What staff split off is no news to its client; a word that came too late for a closed request is.
            split = ticket.split_from_id is not None and happening.by.who is not Who.CLIENT
            if ticket.channel in _QUIET_CHANNELS or split:
                return []
            return [Telling("opened", clients=True)]
        case "said":
            return _of_word(happening)
        case "moved":
            return _of_move(happening, event.data)
        case "assigned":
            return [Telling("assigned", staff=True)] if event.data.get("after") else []
        case "warned":
            return [Telling("warned", staff=True, line=True)]
        case "breached":
            return [Telling("breached", staff=True, line=True)]
    return []


def _of_word(happening: Happening) -> list[Telling]:
    message = happening.message
    if message is None or not message.public:
        return []
    if message.author is Who.CLIENT:
        # Other clients who watch the request read it too, as an answer of its author.
        return [Telling("client_said", staff=True), Telling("answered", clients=True)]
    return [Telling("answered", clients=True)]


def _of_move(happening: Happening, data: dict[str, Any]) -> list[Telling]:
    if happening.after.merged_into_id is not None:
        return []
    match data.get("after"):
        case State.SOLVED:
            return [Telling("solved", clients=True)]
        case State.CLOSED:
            return [Telling("closed", clients=True)]
        case State.REOPENED:
            return [Telling("reopened", clients=happening.by.who is not Who.CLIENT, staff=True, line=True)]
    return []
