"""Promises follow what happens to requests, within the transaction of each event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from api.sla import plans, targets
from api.sla.plans import Plan
from api.sla.sheet import Fact, Sheet
from api.sla.store import PromiseStore
from api.tickets.core import TicketCore
from api.tickets.model import SYSTEM, Happening, Kind
from api.tickets.states import State, Who

_TOLD: frozenset[Kind] = frozenset({"opened", "said", "moved", "edited", "linked", "escalated", "merged"})
"""Events that may concern promises."""
_STAFF = (Who.STAFF, Who.LINK)
_ANSWERS = (State.WAITING, State.SOLVED, State.CLOSED)
"""Moves of staff that ask or tell the client something (``api.tickets.changes``)."""
_FACTS = ("priority", "category_id", "account_id")
"""What a plan is chosen by."""


class Promises:
    """The reactor of the core that keeps ``ticket_targets``; the core tells what was broken."""

    def __init__(self, store: PromiseStore, core: TicketCore) -> None:
        self._store = store
        self._core = core

    async def on_event(self, connection: Any, happening: Happening) -> None:
        if happening.event.kind not in _TOLD:
            return
        fact = fact_of(happening)
        anew = fact.begun or (happening.event.kind != "said" and _facts_changed(happening))
        moved = happening.before is not None and happening.before.state is not fact.state
        if not (anew or fact.asked or fact.answered or moved):
            return
        ticket = happening.after
        standing = await self._store.standing(connection, ticket.id)
        plan_id = standing.plan_id if standing else None
        plan: Plan | None = None
        if anew:
            known = (ticket.account_id, ticket.category_id, ticket.priority)
            plan = plans.choose(await self._store.plans(connection, *known), *known)
            changed = (plan.id if plan else None) != plan_id
            fact, plan_id = replace(fact, plan=plan, changed=changed), plan.id if plan else None
        elif fact.asked and plan_id is not None:
            fact = replace(fact, plan=await self._store.plan(connection, plan_id))
        before = await self._store.sheet(connection, ticket.id)
        await self._write(connection, ticket.id, before, targets.advance(before, fact), plan_id)
        if moved and ticket.confirm_until is not None:
            await self._store.wake(connection, ticket.confirm_until)

    async def age(self, connection: Any, ticket_id: UUID, now: datetime) -> None:
        """Mark what time alone has brought: promises broken, promises to warn of. The ticket is held."""
        standing = await self._store.standing(connection, ticket_id)
        before = await self._store.sheet(connection, ticket_id)
        aged = targets.warned(targets.settled(before.targets, now), now)
        plan_id = standing.plan_id if standing else None
        await self._write(connection, ticket_id, before, replace(before, targets=aged), plan_id)

    async def _write(self, connection: Any, ticket_id: UUID, before: Sheet, after: Sheet, plan_id: UUID | None) -> None:
        """Store what changed, and have the core tell what was broken or is warned of."""
        await self._store.write(connection, ticket_id, before, after)
        known = {target.id: target for target in before.targets if target.id is not None}
        broken = [t for t in after.targets if t.breached_at and not (t.id in known and known[t.id].breached_at)]
        warned = [t for t in after.targets if t.warned_at and t.id in known and known[t.id].warned_at is None]
        standing = await self._store.standing(connection, ticket_id)
        overdue_at = standing.overdue_at if standing else None
        overdue_at = overdue_at or min((t.breached_at for t in broken if t.breached_at), default=None)
        due_at = targets.due_at(after.targets)
        if standing is None or (standing.plan_id, standing.due_at, standing.overdue_at) != (
            plan_id,
            due_at,
            overdue_at,
        ):
            await self._core.store.set_sla(connection, ticket_id, plan_id=plan_id, due_at=due_at, overdue_at=overdue_at)
        for target in broken:
            data: dict[str, Any] = {"target": target.kind, "due_at": target.breached_at}
            await self._core.note(connection, ticket_id, "breached", SYSTEM, data)
        for target in warned:
            data = {"target": target.kind, "due_at": target.due_at, "public": False}
            await self._core.note(connection, ticket_id, "warned", SYSTEM, data)


def fact_of(happening: Happening) -> Fact:
    """An event as promises see it; the plan is chosen elsewhere. Pure."""
    event, before, after = happening.event, happening.before, happening.after
    said = event.kind == "said" and happening.message is not None and happening.message.public
    moved = event.kind == "moved"
    reopened = moved and before is not None and before.state is State.CLOSED and after.state is not State.CLOSED
    told = moved and after.state in _ANSWERS and after.merged_into_id is None
    return Fact(
        at=after.created_at if event.kind == "opened" else event.at,
        state=after.state,
        begun=event.kind == "opened" or reopened,
        answered=event.actor in _STAFF and (said or told),
        asked=event.actor is Who.CLIENT and (said or (moved and after.state is State.REOPENED)),
        reacted=after.first_response_at is not None,
        solved=after.solved_at is not None and after.merged_into_id is None,
    )


def _facts_changed(happening: Happening) -> bool:
    before, after = happening.before, happening.after
    return before is not None and any(getattr(before, name) != getattr(after, name) for name in _FACTS)
