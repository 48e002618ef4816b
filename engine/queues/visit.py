"""A caller's stay in a queue: what is known of it, how it is kept for another engine process, its rows."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from engine.agents.model import Operator
from engine.calls.model import DialTarget, Tried
from engine.core.ids import new_id
from engine.history.records import OfferRow, VisitRow
from engine.queues.model import Outcome, Queue, Waiter
from engine.routing.numbering import normalise

RESULTS: Mapping[str, str] = {
    "no_answer": "missed",
    "busy": "rejected",
    "rejected": "rejected",
    "cancelled": "cancelled",
    "unavailable": "failed",
}
"""What became of an offer, by the reason why its phone did not answer; anything else is ``failed``."""


class Asked(msgspec.Struct, frozen=True):
    """An operator who is being asked: the offer's id and when."""

    offer_id: UUID
    user_id: UUID
    at: datetime


class Place(msgspec.Struct, kw_only=True):
    """A stay as it is kept with the call, for an engine that adopts it.

    ``since``: when the wait counts from (a call-back's place); ``heard_at``: seconds after ``entered_at`` of the last
    announcement. ``asked``: the offer in progress. ``answered_by``, ``answered_at``: the conversation in progress.
    ``client``: the number of a client whom we have called (the call tells who calls us). ``fresh``: not entered yet.
    """

    visit_id: UUID
    entered_at: datetime
    since: datetime
    priority: int = 0
    position: int | None = None
    estimated_wait_s: float | None = None
    asked: list[Asked] = msgspec.field(default_factory=list)
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    tried: list[UUID] = msgspec.field(default_factory=list)
    callback_id: UUID | None = None
    client: str | None = None
    fresh: bool = False
    welcomed: bool = False


@dataclass(slots=True)
class Visit:
    """A stay that goes on; made, changed and ended by ``Queues``."""

    queue: Queue
    call: Any
    place: Place
    outcome: Outcome = Outcome.WAITING
    ended_at: datetime | None = None
    hold_before_s: float = 0.0
    offered: "asyncio.Future[None] | None" = None
    needs: dict[UUID, int] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return self.place.visit_id

    @property
    def users(self) -> tuple[UUID, ...]:
        """Operators who are being asked."""
        return tuple(asked.user_id for asked in self.place.asked)

    @property
    def place_wait_s(self) -> float:
        """Seconds from joining the queue to the answer."""
        return self.wait_s(self.place.entered_at)

    def wait_s(self, now: datetime) -> float:
        """Seconds from joining the queue to the answer or the end, else to now."""
        until = self.place.answered_at or self.ended_at or now
        return max(round((until - self.place.entered_at).total_seconds(), 3), 0.0)


@dataclass(frozen=True, slots=True)
class Ring:
    """Phones to ring now, and for how long."""

    targets: Sequence[DialTarget]
    seconds: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """The queue takes nobody now: ``outcome`` says why."""

    outcome: Outcome


def client_of(call: Any) -> str:
    """The number of whoever is not of the company: the caller, or whom a campaign has called."""
    number: str = call.caller if getattr(call, "dial", None) is None else call.called
    return number


def ours_of(call: Any) -> str:
    """Our number in the call: the one that was called, or that a campaign has shown."""
    number: str = call.called if getattr(call, "dial", None) is None else call.caller
    return number


def new_place(call: Any, queue: Queue, priority: int, now: datetime) -> Place:
    """The place of somebody who joins a queue now, with ``priority`` at least."""
    client = normalise(client_of(call))
    vip = client in {normalise(number) for number in queue.vip_numbers}
    place = Place(
        visit_id=new_id(now), entered_at=now, since=now, priority=max(priority, queue.vip_priority if vip else 0)
    )
    place.client = client if client_of(call) != call.caller else None
    return place


def targets_of(visit: Visit, operators: Iterable[Operator]) -> list[DialTarget]:
    """Phones of operators who are offered a visit; those of a campaign's client are asked to answer by themselves."""
    auto = bool((getattr(visit.call, "dial", None) or {}).get("auto_answer"))
    return [DialTarget(one.endpoint, one.extension, one.user_id, auto_answer=auto) for one in operators]


def visit_row(visit: Visit, now: datetime) -> VisitRow:
    """The stay as a row of the history; the time talked is without the time on hold, as in the call's row."""
    place = visit.place
    talk, hold = 0.0, max(round(visit.call.hold_s - visit.hold_before_s, 3), 0.0)
    if place.answered_at is not None and visit.ended_at is not None:
        talk = max(round((visit.ended_at - place.answered_at).total_seconds() - hold, 3), 0.0)
    return VisitRow(
        id=place.visit_id,
        call_id=visit.call.id,
        queue_id=visit.queue.id,
        caller=place.client or visit.call.caller,
        entered_at=place.entered_at,
        partner_id=visit.queue.partner_id,
        priority=place.priority,
        position=place.position,
        estimated_wait_s=place.estimated_wait_s,
        answered_at=place.answered_at,
        ended_at=visit.ended_at,
        outcome=visit.outcome,
        operator_id=place.answered_by,
        wait_s=visit.wait_s(now),
        talk_s=talk,
        hold_s=hold,
    )


def offer_row(visit: Visit, asked: Asked, result: str = "offered", ended_at: datetime | None = None) -> OfferRow:
    """An offer as a row of the history."""
    return OfferRow(
        id=asked.offer_id,
        visit_id=visit.id,
        queue_id=visit.queue.id,
        call_id=visit.call.id,
        user_id=asked.user_id,
        offered_at=asked.at,
        ended_at=ended_at,
        result=result,
    )


def waiting_row(waiter: Waiter, place: int, visit: Visit | None, now: datetime) -> dict[str, Any]:
    """Somebody who waits at a place of a queue, as the api shows it; without a ``visit`` it is on no line yet."""
    return {
        "queue_id": waiter.queue_id,
        "kind": "call" if visit is not None else "callback",
        "id": waiter.id,
        "call_id": visit.call.id if visit is not None else None,
        "caller": client_of(visit.call) if visit is not None else None,
        "position": place,
        "priority": waiter.priority,
        "since": datetime.fromtimestamp(waiter.since, UTC),
        "waited_s": round(now.timestamp() - waiter.since, 1),
        "asked": list(waiter.offered),
    }


def results_of(tried: Sequence[Tried]) -> dict[UUID, str]:
    """The result of each operator's offer, from what became of the phones."""
    return {one.user_id: RESULTS.get(one.reason, "failed") for one in tried if one.user_id is not None}


def place_of(position: Mapping[str, Any] | None) -> tuple[UUID, Place] | None:
    """Queue and place in the position that a call saved; None when it was in no queue."""
    if not position or "place" not in position:
        return None
    try:
        return UUID(position["destination"]["id"]), msgspec.convert(position["place"], Place)
    except (msgspec.ValidationError, KeyError, TypeError, ValueError):
        return None
