"""Operators as a campaign sees them, and whose they are where several campaigns want them. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from engine.agents.model import Presence
from engine.agents.statuses import Status


class Doing(StrEnum):
    """What an operator does, for the pacing."""

    READY = "ready"
    TALKING = "talking"
    WRAPPING = "wrapping"
    GONE = "gone"


def doing(presence: Presence, *, available: bool, kept: bool, rests: bool) -> Doing:
    """What an operator does now.

    ``kept``: reserved for a client of ours who has not answered, so as good as free: that line is counted too.
    ``rests``: did not answer and is asked nothing for a while. Who goes on a break after the call is gone already.
    """
    leaves = presence.wanted is not None and presence.wanted.status is not Status.READY
    if not presence.reachable or leaves:
        return Doing.GONE
    match presence.status:
        case Status.READY:
            return Doing.READY if available and not rests else Doing.TALKING
        case Status.RESERVED:
            return Doing.READY if kept else Doing.TALKING
        case Status.ON_CALL:
            return Doing.TALKING
        case Status.WRAP_UP:
            return Doing.WRAPPING
    return Doing.GONE


@dataclass(frozen=True, slots=True)
class Wish:
    """A campaign that could use operators: those who serve its queue. A higher ``priority`` comes first."""

    campaign_id: UUID
    priority: int
    users: frozenset[UUID]


def shared(wishes: Collection[Wish], present: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """Operator -> campaign that dials for it: the most urgent one; equal ones take turns over the operators.

    ``present`` in a steady order keeps operators with their campaigns from one look to the next.
    """
    ordered = sorted(wishes, key=lambda wish: (-wish.priority, wish.campaign_id))
    taken: dict[UUID, int] = {wish.campaign_id: 0 for wish in ordered}
    found: dict[UUID, UUID] = {}
    for user in present:
        wanting = [wish for wish in ordered if user in wish.users]
        best = [wish for wish in wanting if wish.priority == wanting[0].priority]
        if best:
            chosen = min(best, key=lambda wish: taken[wish.campaign_id])
            found[user] = chosen.campaign_id
            taken[chosen.campaign_id] += 1
    return found
