"""What detection tells. Pure data; times in seconds."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a leg turned out to be. The first five come after the answer, the others before it."""

    HUMAN = "human"
    MACHINE = "machine"
    FAX = "fax"
    SILENT = "silent"
    UNKNOWN = "unknown"
    """Nobody could tell: treat it as a person."""
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    """A network message, or special tones that name no reason."""
    BAD_NUMBER = "bad_number"
    """Special tones of a number that does not exist or has changed."""
    RINGING = "ringing"
    """It rings; told once, for the record."""
    NO_ANSWER = "no_answer"


EARLY = frozenset({Kind.BUSY, Kind.UNAVAILABLE, Kind.BAD_NUMBER, Kind.FAX, Kind.MACHINE})
"""What is heard before the answer and ends a dial: nobody will pick up."""
PEOPLE = frozenset({Kind.HUMAN, Kind.SILENT, Kind.UNKNOWN})
"""Verdicts after which a call is served as one with a person."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """``confidence`` 0..1; ``after_s``: seconds from the answer (before it: from the start of listening).

    ``by``: ``own`` (the detector of this project), ``asterisk`` (AMD()), ``off`` (nobody listened), ``none`` (nothing
    could listen). ``why``: a word for the record (``cadence``, ``fax_tone``, ``busy_tone``, ``sit``, ``message``,
    ``deadline``, ``no_capacity``, AMD()'s cause ...).
    """

    kind: Kind
    confidence: float = 0.0
    after_s: float = 0.0
    by: str = "none"
    why: str = ""

    @property
    def person(self) -> bool:
        """Whether the call is to be served as one with a person."""
        return self.kind in PEOPLE


class Mark(StrEnum):
    """What is heard of a machine after the verdict."""

    BEEP = "beep"
    """The tone after which a message is recorded."""
    PAUSE = "pause"
    """It has stopped to speak."""
    SPEECH = "speech"
    """It speaks (again)."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, tag="finding"):
    """What the detector has found in a stream: a ``Kind`` or a ``Mark``; ``at_s`` in seconds of the stream."""

    what: str
    confidence: float
    at_s: float
    why: str = ""
