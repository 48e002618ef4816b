"""What a simulated customer does, told by the last two digits of the number. Pure.

Numbers are Russian mobile ones: ``7985``, five digits that count, two digits of the behaviour.
"""

import random
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

PREFIX = "7985"
_NUMBERS = 100_000


class Kind(StrEnum):
    """What happens when the number is called."""

    PERSON = "person"
    """Answers, talks, presses the digit that a robocall asks for; waits for the operator to hang up."""
    PARTING = "parting"
    """A person who ends the conversation before the operator does."""
    HASTY = "hasty"
    """Answers and hangs up within a moment."""
    SILENT = "silent"
    """Answers and says nothing."""
    OPTING_OUT = "opting_out"
    """A person who presses 9 when nobody is there, or when a menu speaks."""
    BUSY = "busy"
    BUSY_ONCE = "busy_once"
    """Busy at the first call, a person from then on."""
    AWAY_ONCE = "away_once"
    """Does not answer the first call, a person from then on."""
    NO_ANSWER = "no_answer"
    REJECTING = "rejecting"
    SWITCHED_OFF = "switched_off"
    """Refused by the network at once (480)."""
    BAD_NUMBER = "bad_number"
    """Refused with 404."""
    BAD_TONES = "bad_tones"
    """The three tones of a wrong number as early media, then 404."""
    MACHINE = "machine"
    """An answering machine: a long greeting, a beep, silence."""
    FAX = "fax"
    """Answers with the tone of a fax."""


KINDS: tuple[Kind, ...] = tuple(Kind)
PEOPLE = frozenset(
    {Kind.PERSON, Kind.PARTING, Kind.HASTY, Kind.SILENT, Kind.OPTING_OUT, Kind.BUSY_ONCE, Kind.AWAY_ONCE}
)
"""Kinds of which somebody picks up in the end."""
MIX: Mapping[Kind, float] = {
    Kind.PERSON: 34,
    Kind.PARTING: 10,
    Kind.HASTY: 3,
    Kind.SILENT: 1,
    Kind.OPTING_OUT: 3,
    Kind.BUSY: 6,
    Kind.BUSY_ONCE: 4,
    Kind.AWAY_ONCE: 3,
    Kind.NO_ANSWER: 12,
    Kind.REJECTING: 3,
    Kind.SWITCHED_OFF: 6,
    Kind.BAD_NUMBER: 4,
    Kind.BAD_TONES: 2,
    Kind.MACHINE: 7,
    Kind.FAX: 2,
}
"""Of a hundred customers."""
_FIRST = {Kind.BUSY_ONCE: Kind.BUSY, Kind.AWAY_ONCE: Kind.NO_ANSWER}
RING_S = (1.5, 8.0)
HELLO_S = (0.3, 1.2)
TALK_MEDIAN_S = 25.0
TALK_SPREAD = 0.5
"""Median of a conversation, and the standard deviation of its logarithm."""


class Plan(NamedTuple):
    """What a customer does in one call: seconds of ringing, before the first word, and of the talk (its own end)."""

    kind: Kind
    ring_s: float
    hello_s: float
    talk_s: float


def number_of(kind: Kind, serial: int) -> str:
    """The ``serial``-th number of a behaviour."""
    return f"{PREFIX}{serial % _NUMBERS:05}{KINDS.index(kind):02}"


def kind_of(number: str) -> Kind | None:
    """The behaviour that a number tells; None: nobody has it."""
    code = number[-2:]
    if len(number) != len(PREFIX) + 7 or not number.startswith(PREFIX) or not code.isdigit():
        return None
    return KINDS[int(code)] if int(code) < len(KINDS) else None


def plan(number: str, visit: int, speed: float = 1.0) -> Plan | None:
    """What the customer does at the ``visit``-th call (from 1); the same for the same number. None: no such number."""
    kind = kind_of(number)
    if kind is None:
        return None
    if kind in _FIRST:
        kind = _FIRST[kind] if visit == 1 else Kind.PERSON
    chance = random.Random(f"{number} {visit}")
    return Plan(kind, chance.uniform(*RING_S) / speed, chance.uniform(*HELLO_S), talk_s(chance, speed))


def talk_s(chance: random.Random, speed: float) -> float:
    """A drawn time of conversation: log-normal, as measured of call centres (Brown et al. 2005)."""
    return TALK_MEDIAN_S * chance.lognormvariate(0.0, TALK_SPREAD) / speed


def crowd(count: int, mix: Mapping[Kind, float] = MIX, *, seed: int = 1, first: int = 0) -> Iterator[str]:
    """``count`` different numbers in the proportions of ``mix``, shuffled; serials count from ``first``."""
    whole = sum(mix.values())
    exact = {kind: count * share / whole for kind, share in mix.items()}
    counts = {kind: int(wanted) for kind, wanted in exact.items()}
    short = count - sum(counts.values())
    for kind in sorted(exact, key=lambda kind: counts[kind] - exact[kind])[:short]:
        counts[kind] += 1
    kinds = [kind for kind, wanted in counts.items() for _ in range(wanted)]
    random.Random(seed).shuffle(kinds)
    for serial, kind in enumerate(kinds, first):
        yield number_of(kind, serial)
