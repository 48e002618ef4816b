"""Campaigns: changed with care for what runs, brought from state to state by hand, cloned. Engines do what the clock
asks for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.campaigns.checks import forbidden_changes, hindrances
from api.campaigns.model import CampaignData, CampaignsQuery, Clone, Hindrance, Schedule
from api.campaigns.store import CAMPAIGNS, CampaignStore, Times
from api.telephony.resource import Resource
from api.telephony.service import TelephonyService
from api.web import paging
from api.web.problems import invalid
from api.web.route import Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound
from engine.dialer.outcomes import MOVES, CampaignState

BY_HAND = ""
"""``state_why`` of a campaign that somebody brought into its state; engines write there what did when nobody has."""
_WATCH = timedelta(days=30)
"""So long what a campaign dialled must be told to those who watch over it."""


class CampaignsService(TelephonyService):
    """``TelephonyService`` of campaigns, and their life."""

    def __init__(self, store: CampaignStore, settings: Settings, clock: Clock) -> None:
        super().__init__(store, settings, clock)
        self._campaigns = store

    async def campaigns(self, query: CampaignsQuery) -> Page[Any]:
        items = await self._campaigns.campaigns(query, paging.decode(query.cursor, tuple[str, UUID]))
        return paging.page(items, query.limit, lambda item: (item.name, item.id))

    async def move(self, id_: UUID, to: CampaignState) -> Any:
        """Start, pause, resume or finish by hand.

        Raises:
            NotFound. Conflict: not from its state, or what it needs is not there (``reasons``).
        """
        return await self._move(id_, to, None)

    async def schedule(self, id_: UUID, schedule: Schedule) -> Any:
        """Let the clock start it; without a time it is a draft again. Raises as ``move``, and InvalidInput."""
        times = Times(schedule.starts_at, schedule.ends_at)
        if times.starts_at is None:
            return await self._move(id_, CampaignState.DRAFT, times)
        if times.starts_at <= self._clock.now():
            raise invalid("body.starts_at", "Is past; start the campaign instead")
        if times.ends_at is not None and times.ends_at <= times.starts_at:
            raise invalid("body.ends_at", "Ends before it starts")
        return await self._move(id_, CampaignState.SCHEDULED, times)

    async def readiness(self, id_: UUID) -> list[Hindrance]:
        """What keeps it from starting now."""
        campaign = await self.get(CAMPAIGNS, id_)
        async with self._campaigns.change() as connection:
            return hindrances(campaign.mode, await self._campaigns.readiness(connection, id_))

    async def clone(self, id_: UUID, clone: Clone) -> Any:
        """A new draft with the same settings, dispositions and (if wished) lists."""
        async with self._campaigns.change() as connection:
            source, _version = _found(await self._campaigns.held(connection, CAMPAIGNS, id_))
            lists = source.lists if clone.lists else []
            given: dict[str, Any] = {"name": clone.name, "template": clone.template, "lists": lists}
            value = msgspec.structs.replace(source, **given, starts_at=None, ends_at=None)
            await self._check(connection, CAMPAIGNS, value)
            made = await self._campaigns.insert(connection, CAMPAIGNS, ids.new_id(self._clock.now()), value)
            await self._campaigns.clone_dispositions(connection, id_, made.id)
            return made

    async def delete(self, resource: Resource, id_: UUID, version: int | None) -> None:
        """Raises Conflict too where the campaign goes on, or its calls are still told of in reports on compliance."""
        async with self._campaigns.change() as connection:
            _found(await self._campaigns.held(connection, CAMPAIGNS, id_))
            before = await self._campaigns.standing(connection, id_)
            if before.state in (CampaignState.RUNNING, CampaignState.PAUSED):
                raise Conflict(f"It is {before.state.value}: finish it first", state=before.state.value)
            if await self._campaigns.dialled_since(connection, id_, self._clock.now() - _WATCH):
                raise Conflict("It dialled people within the last 30 days: reports on compliance tell of them")
        await super().delete(resource, id_, version)

    async def _move(self, id_: UUID, to: CampaignState, times: Times | None) -> Any:
        now = self._clock.now()
        async with self._campaigns.change() as connection:
            _found(await self._campaigns.held(connection, CAMPAIGNS, id_))
            before = await self._campaigns.standing(connection, id_)
            if before.template:
                raise Conflict("A template never runs: clone it", state=before.state.value)
            if to not in MOVES[before.state]:
                ways = sorted(state.value for state in MOVES[before.state])
                raise Conflict(
                    f"A campaign that is {before.state.value} can't become {to.value}",
                    state=before.state.value,
                    possible=ways,
                )
            if to in (CampaignState.RUNNING, CampaignState.SCHEDULED):
                await self._must_be_ready(connection, id_, to)
            return await self._campaigns.move(connection, id_, to, BY_HAND, now, times)

    async def _must_be_ready(self, connection: Any, id_: UUID, to: CampaignState) -> None:
        mode = (await self._campaigns.standing(connection, id_)).mode
        ready = await self._campaigns.readiness(connection, id_)
        if found := hindrances(mode, ready, leads_later=to is CampaignState.SCHEDULED):
            reasons = [msgspec.to_builtins(one) for one in found]
            raise Conflict("; ".join(one.message for one in found), reasons=reasons)

    async def _check(self, connection: Any, resource: Resource, value: CampaignData, own_id: str = "") -> None:
        await super()._check(connection, resource, value, own_id)
        errors = [
            {"path": f"body.{field}", "message": f"Belongs to another partner: {key}"}
            for field, key in await self._campaigns.strangers(connection, value)
        ]
        if own_id:
            errors += forbidden_changes(await self._campaigns.standing(connection, UUID(own_id)), value)
        if errors:
            raise InvalidInput(f"Campaign: {len(errors)} broken rules", errors)


def _found(value: Any) -> Any:
    if value is None:
        raise NotFound("There is no such Campaign")
    return value
