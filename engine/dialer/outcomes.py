"""What a dial may end with, how a campaign lives: enums and their tables. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Mode(StrEnum):
    """Who is first on the line. ``automatic``: progressive or predictive, as operators and load allow."""

    PREVIEW = "preview"
    """The operator sees the client, picks up, then the client is dialled."""
    PROGRESSIVE = "progressive"
    """A line for each free operator, who is chosen when the client's phone rings."""
    PREDICTIVE = "predictive"
    """More lines than operators; one is chosen when the client answers."""
    AUTOMATIC = "automatic"
    ROBOCALL = "robocall"
    """No operators: a menu serves the client."""


class CampaignState(StrEnum):
    """A campaign's life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


MOVES: Mapping[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.SCHEDULED, CampaignState.RUNNING}),
    CampaignState.SCHEDULED: frozenset({CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.FINISHED}),
    CampaignState.RUNNING: frozenset({CampaignState.PAUSED, CampaignState.FINISHED}),
    CampaignState.PAUSED: frozenset({CampaignState.RUNNING, CampaignState.FINISHED}),
    CampaignState.FINISHED: frozenset({CampaignState.RUNNING, CampaignState.SCHEDULED}),
}
"""Where a campaign may go by hand or by the clock; a finished one is taken up again for leads added since."""


class Outcome(StrEnum):
    """How a dial ended."""

    TALKED = "talked"
    """A person and an operator talked, or a person was served by the robocall to its end."""
    ABANDONED = "abandoned"
    """A person answered and no operator was there in time."""
    HUNG_UP = "hung_up"
    """A person answered and hung up before an operator could be there, within the time that one may take."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    """Switched off or out of reach: the network says so."""
    BAD_NUMBER = "bad_number"
    """No such number: the network says so."""
    MACHINE = "machine"
    FAX = "fax"
    SILENT = "silent"
    """Answered, and nothing was ever said."""
    SENT = "sent"
    """A message (SMS, e-mail, messenger) left."""
    NOT_SENT = "not_sent"
    FAILED = "failed"
    """Our side could not place it (trunk, congestion)."""
    INTERRUPTED = "interrupted"
    """The engine or Asterisk died in the middle; what the client saw is not known."""
    OPERATOR_MISSED = "operator_missed"
    """Preview: the operator did not pick up or let it go; the client was not dialled."""
    SKIPPED = "skipped"
    """Preview: the operator passed this client by."""
    BLOCKED = "blocked"
    """On the do-not-call list, or outside the law's hours, in the moment of dialling."""


class Meaning(StrEnum):
    """What a disposition says of a lead."""

    SUCCESS = "success"
    REFUSAL = "refusal"
    CALLBACK = "callback"
    RETRY = "retry"
    WRONG_NUMBER = "wrong_number"
    MACHINE = "machine"
    DO_NOT_CALL = "do_not_call"
    OTHER = "other"


HUMAN = frozenset({Outcome.TALKED, Outcome.ABANDONED, Outcome.HUNG_UP, Outcome.SILENT})
"""A person answered: the base of the abandonment rate."""
NOT_DIALED = frozenset({Outcome.OPERATOR_MISSED, Outcome.SKIPPED, Outcome.BLOCKED})
"""The client's phone never rang by it: no attempt is counted."""
