"""Who is asked first: pure functions, one table.

A strategy puts the free operators of a tier in an order and takes one (or all) of them. Every order begins with what an
operator lacks of the required skills, so that who knows enough is asked before who knows less.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from engine.queues.model import Strategy

Entry = tuple[Any, ...]
"""``(shortfall, ..., place, user)``: what a list of free operators is sorted by."""


class Candidate(NamedTuple):
    """A free operator as one queue sees it.

    ``place`` orders the members of a tier; ``idle_since`` in seconds; ``shortfall``: levels missing to the required
    skills; ``level``: sum of the levels in them.
    """

    user: UUID
    place: int = 0
    idle_since: float = 0.0
    calls_today: int = 0
    shortfall: int = 0
    level: int = 0


def by_place(candidate: Candidate) -> Entry:
    """A fixed order."""
    return candidate.shortfall, candidate.place, candidate.user


def by_idle(candidate: Candidate) -> Entry:
    """Who has been idle for the longest time."""
    return candidate.shortfall, candidate.idle_since, candidate.place, candidate.user


def by_calls(candidate: Candidate) -> Entry:
    """Who had the fewest calls today; among equals the longest idle."""
    return candidate.shortfall, candidate.calls_today, candidate.idle_since, candidate.place, candidate.user


def by_level(candidate: Candidate) -> Entry:
    """Who knows most; among equals the longest idle."""
    return candidate.shortfall, -candidate.level, candidate.idle_since, candidate.place, candidate.user


def take_first(free: Sequence[Entry], _allowed: int, _last: Entry | None) -> Sequence[Entry]:
    """The first in order."""
    return free[:1]


def take_next(free: Sequence[Entry], allowed: int, last: Entry | None) -> Sequence[Entry]:
    """The one after who was asked ``last``, in a circle."""
    fit = bisect_left(free, (allowed + 1,))
    at = bisect_right(free, last, hi=fit) if last is not None else 0
    return free[at : at + 1] if at < fit else free[:1]


def take_all(free: Sequence[Entry], allowed: int, _last: Entry | None) -> Sequence[Entry]:
    """Everybody who lacks no more than ``allowed`` levels."""
    return free[: bisect_left(free, (allowed + 1,))]


@dataclass(frozen=True, slots=True)
class Choice:
    """A strategy: ``order`` of the free operators; ``take(free, allowed shortfall, last asked)`` who is asked."""

    order: Callable[[Candidate], Entry]
    take: Callable[[Sequence[Entry], int, Entry | None], Sequence[Entry]]


STRATEGIES: Mapping[Strategy, Choice] = {
    Strategy.RING_ALL: Choice(by_place, take_all),
    Strategy.LINEAR: Choice(by_place, take_first),
    Strategy.ROUND_ROBIN: Choice(by_place, take_next),
    Strategy.LONGEST_IDLE: Choice(by_idle, take_first),
    Strategy.FEWEST_CALLS: Choice(by_calls, take_first),
    Strategy.SKILLS: Choice(by_level, take_first),
}


def choose(strategy: Strategy, free: Sequence[Entry], allowed: int, last: Entry | None = None) -> list[UUID]:
    """Who of ``free`` (sorted entries) is asked; empty when the best lacks more than ``allowed`` levels."""
    if not free or free[0][0] > allowed:
        return []
    return [entry[-1] for entry in STRATEGIES[strategy].take(free, allowed, last)]


def fit(needs: Mapping[UUID, int], skills: Mapping[UUID, int]) -> tuple[int, int] | None:
    """How well ``skills`` meet ``needs``: levels missing to the worst met one, and the sum of levels.

    None when a needed skill is missing altogether: such an operator is never asked.
    """
    shortfall = level = 0
    for skill, wanted in needs.items():
        has = skills.get(skill, 0)
        if has < 1:
            return None
        shortfall = max(shortfall, wanted - has)
        level += has
    return shortfall, level
