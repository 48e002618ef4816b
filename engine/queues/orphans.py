"""Visits and offers that an earlier process had begun and that no saved place speaks of: it was killed in between.

They are taken up by their call when it comes to its queue again; what is left after a while is closed.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from engine.history.records import OfferRow, VisitRow
from engine.queues.model import Outcome
from engine.queues.visit import Place


class Orphans:
    """Rows without an end, at the start of this process."""

    def __init__(self, visits: Iterable[VisitRow] = (), offers: Iterable[OfferRow] = ()) -> None:
        self._visits = {visit.id: visit for visit in visits}
        self._offers = {offer.id: offer for offer in offers}

    def adopt(self, visit_id: UUID) -> None:
        """This visit is gone on with, or was ended."""
        self._visits.pop(visit_id, None)

    def own(self, offer_id: UUID) -> None:
        """This offer is gone on with."""
        self._offers.pop(offer_id, None)

    def take(self, call_id: UUID, queue_id: UUID) -> Place | None:
        """The place of a call in a queue, where it was entered and not saved yet."""
        for visit in self._visits.values():
            if (visit.call_id, visit.queue_id, visit.answered_at) == (call_id, queue_id, None):
                self.adopt(visit.id)
                return Place(
                    visit_id=visit.id,
                    entered_at=visit.entered_at,
                    since=visit.entered_at,
                    priority=visit.priority,
                    position=visit.position,
                    estimated_wait_s=visit.estimated_wait_s,
                )
        return None

    def close(self, now: datetime) -> list[VisitRow | OfferRow]:
        """Ends of what is left."""
        visits = [_ended(visit, now) for visit in self._visits.values()]
        offers = [replace(offer, ended_at=now, result="cancelled") for offer in self._offers.values()]
        self._visits, self._offers = {}, {}
        return [*visits, *offers]


def _ended(visit: VisitRow, now: datetime) -> VisitRow:
    until = visit.answered_at or now
    talk = (now - visit.answered_at).total_seconds() if visit.answered_at is not None else 0.0
    outcome = Outcome.ANSWERED if visit.answered_at is not None else Outcome.ABANDONED
    wait = max(round((until - visit.entered_at).total_seconds(), 3), 0.0)
    return replace(visit, ended_at=now, outcome=outcome, wait_s=wait, talk_s=talk)
