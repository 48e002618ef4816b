"""Which plan holds for a request, and the terms under which it gives promises. Pure."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

import msgspec

from api.sla.hours import Calendar
from api.sla.model import TargetKind


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a promise keeps of its plan, whatever becomes of that (a row of ``sla_terms``)."""

    plan_id: UUID
    plan: str
    calendar: Calendar | None
    warn_share: float
    pause_waiting: bool

    @property
    def id(self) -> UUID:
        """The sum of all of it: equal terms are stored once."""
        return UUID(bytes=hashlib.sha256(msgspec.json.encode(self)).digest()[:16])


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``sla_plans`` with its calendar; null of a promise: it is not given."""

    terms: Terms
    account_id: UUID | None = None
    category_id: UUID | None = None
    priority: str | None = None
    first_s: int | None = None
    next_s: int | None = None
    solution_s: int | None = None

    @property
    def id(self) -> UUID:
        return self.terms.plan_id

    def seconds(self, kind: TargetKind) -> int | None:
        """What is promised of one kind."""
        return {"first": self.first_s, "next": self.next_s, "solution": self.solution_s}[kind]

    def fits(self, account_id: UUID | None, category_id: UUID | None, priority: str) -> bool:
        """Whether it may hold for such a request; what a plan does not name fits all."""
        pairs = ((self.account_id, account_id), (self.category_id, category_id), (self.priority, priority))
        return all(wanted is None or wanted == given for wanted, given in pairs)


def choose(plans: Iterable[Plan], account_id: UUID | None, category_id: UUID | None, priority: str) -> Plan | None:
    """The most particular plan that fits: account before category before priority. No two plans name the same."""
    fitting = [plan for plan in plans if plan.fits(account_id, category_id, priority)]
    return max(
        fitting,
        key=lambda plan: (plan.account_id is not None, plan.category_id is not None, plan.priority is not None),
        default=None,
    )
