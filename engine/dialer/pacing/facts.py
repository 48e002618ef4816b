"""What the pacing is told: each fact once, in the order in which it happened. ``at``: seconds of any steady clock.

A dialled call goes Dialed, Ringing?, Answered?, Detected?, (Connected | Abandoned)?, Ended. A person counts as answered
at ``Detected(human=True)``; without detection that follows ``Answered`` at once. Ended comes for every dial, at last.
An operator is ready, talks, wraps up, or is gone (offline, on a break): each fact replaces the earlier one.
"""

from typing import Any

import msgspec

from engine.dialer.outcomes import Outcome


class Dialed(msgspec.Struct, frozen=True, gc=False):
    """A line is taken. ``hour``: of the client's local day; ``list_id``: any word for the list.

    ``live_only``: an operator is kept for this client, so that it is no risk and that operator no help.
    """

    id: Any
    at: float
    hour: int = 0
    list_id: str = ""
    live_only: bool = False


class Ringing(msgspec.Struct, frozen=True, gc=False):
    id: Any
    at: float


class Answered(msgspec.Struct, frozen=True, gc=False):
    """Somebody or something picked up."""

    id: Any
    at: float


class Detected(msgspec.Struct, frozen=True, gc=False):
    """Who picked up is known."""

    id: Any
    at: float
    human: bool


class Connected(msgspec.Struct, frozen=True, gc=False):
    """The client talks to an operator."""

    id: Any
    agent: Any
    at: float


class Abandoned(msgspec.Struct, frozen=True, gc=False):
    """A person answered and nobody was there in time."""

    id: Any
    at: float


class Ended(msgspec.Struct, frozen=True, gc=False):
    """The line is free again."""

    id: Any
    at: float
    outcome: Outcome


class AgentReady(msgspec.Struct, frozen=True, gc=False):
    agent: Any
    at: float


class AgentTalking(msgspec.Struct, frozen=True, gc=False):
    """In a conversation, of this campaign or any other."""

    agent: Any
    at: float


class AgentWrapping(msgspec.Struct, frozen=True, gc=False):
    agent: Any
    at: float


class AgentGone(msgspec.Struct, frozen=True, gc=False):
    agent: Any
    at: float


Fact = (
    Dialed
    | Ringing
    | Answered
    | Detected
    | Connected
    | Abandoned
    | Ended
    | AgentReady
    | AgentTalking
    | AgentWrapping
    | AgentGone
)
