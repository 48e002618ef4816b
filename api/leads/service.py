"""Leads: one by one, many at once, chosen from other lists and the directory of contacts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from api.imports import merge, preparing
from api.imports.merge import Into, Totals
from api.imports.model import LineError
from api.imports.parse import new_ids
from api.imports.preparing import Prepared, Problem, Way
from api.imports.store import ImportStore, ListPlace
from api.leads import reading
from api.leads.model import (
    Lead,
    LeadData,
    LeadFilter,
    LeadPatch,
    LeadsBulk,
    LeadsQuery,
    LeadStory,
    Merged,
    Removed,
    Selected,
    Selection,
)
from api.leads.store import LeadStore
from api.web import paging
from api.web.patches import given
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound

_PAGE = 5000
_TOLD = 100


class LeadsService:
    def __init__(self, store: LeadStore, lists: ImportStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._lists = lists
        self._settings = settings
        self._clock = clock

    async def page(self, list_id: UUID, query: LeadsQuery) -> Page[Lead]:
        after = paging.decode(query.cursor, tuple[UUID])
        await self._place(list_id)
        found = await self._store.page(list_id, query, after[0] if after else None)
        return paging.page(found, query.limit, lambda lead: (lead.id,))

    async def get(self, lead_id: UUID) -> LeadStory:
        lead = _found(await self._store.get(lead_id))
        standings = await self._store.standings(lead_id)
        return LeadStory(**{name: getattr(lead, name) for name in Lead.__struct_fields__}, campaigns=standings)

    async def create(self, list_id: UUID, data: LeadData) -> LeadStory:
        """Raises NotFound; Conflict with ``lead_id``: the list has this client; InvalidInput."""
        place = await self._place(list_id)
        lead, problems = reading.prepared(1, data, place.region, place.timezone)
        if problems:
            raise InvalidInput("The lead can't be used so", [_error(problem) for problem in problems])
        async with self._store.change() as connection:
            totals = await self._merge(connection, Into(list_id, place.dedup, place.partner_id, "skip"), [lead])
            if totals.refused:
                raise invalid("body.contacts", "Give at least one way to reach the lead")
            lead_id = (await merge.lead_ids(connection))[0]
        if totals.duplicates:
            raise Conflict("This client is there already", lead_id=str(lead_id))
        return await self.get(lead_id)

    async def create_many(self, list_id: UUID, bulk: LeadsBulk) -> Merged:
        """Raises NotFound. Broken leads are told and left out."""
        place = await self._place(list_id)
        good: list[Prepared] = []
        errors: list[LineError] = []
        refused = 0
        for line, data in enumerate(bulk.leads, start=1):
            lead, problems = reading.prepared(line, data, place.region, place.timezone)
            errors += [_line_error(line, problem) for problem in problems]
            if lead.ways or lead.external_id is not None:
                good.append(lead)
            else:
                refused += 1
                if not problems:
                    errors.append(_line_error(line, Problem("contacts", "", "No way to reach the lead")))
        into = Into(list_id, place.dedup, place.partner_id, bulk.on_duplicate)
        totals, more = await self._put(into, good)
        errors = sorted([*errors, *more], key=lambda error: error.line)[:_TOLD]
        return Merged(**_counts(totals, refused), errors=errors)

    async def change(self, lead_id: UUID, patch: LeadPatch) -> LeadStory:
        """Raises NotFound, Conflict (the external id is another lead's), InvalidInput."""
        fields = given(patch)
        async with self._store.change() as connection:
            now = _found(await self._store.held(connection, lead_id))
            place = await self._place(now.list_id)
            contacts = fields.pop("contacts", None)
            ways: list[Way] | None = None
            problems: list[Problem] = []
            if contacts is not None:
                ways, problems = reading.ways(contacts, place.region, place.timezone)
                if not ways and not problems:
                    problems = [Problem("contacts", "", "Give at least one way to reach the lead")]
            problems += reading.zone_problems(fields.get("timezone"))
            if problems:
                raise InvalidInput("The lead can't be used so", [_error(problem) for problem in problems])
            await self._store.change_row(connection, msgspec.structs.replace(now, **fields), ways)
        return await self.get(lead_id)

    async def delete(self, lead_id: UUID) -> None:
        if not await self._store.delete(lead_id):
            raise NotFound("There is no such lead")

    async def delete_many(self, list_id: UUID, wanted: LeadFilter) -> Removed:
        """Those that fit, up to the setting ``lead_select_max``."""
        await self._place(list_id)
        deleted, most = 0, self._settings.lead_select_max
        while deleted < most:
            count = await self._store.delete_chosen(list_id, wanted, min(_PAGE, most - deleted))
            deleted += count
            if count < _PAGE:
                break
        return Removed(deleted=deleted)

    async def select(self, by: Identity, list_id: UUID, wanted: Selection) -> Selected:
        """Put chosen clients into the list.

        Raises:
            NotFound; InvalidInput: nothing is named, or lists of another partner are.
        """
        place = await self._place(list_id)
        await self._check(place, wanted)
        contacts = await self._contacts(by, wanted, place)
        most = self._settings.lead_select_max
        if wanted.dry_run:
            count = await self._store.count_chosen(wanted.list_ids, wanted.filter, most) if wanted.list_ids else 0
            return Selected(chosen=count + len(contacts), added=0, updated=0, duplicates=0, refused=0, errors=[])
        into = Into(list_id, place.dedup, place.partner_id, wanted.on_duplicate)
        chosen, after, totals = 0, None, Totals(0, 0, 0, 0, 0)
        while wanted.list_ids and chosen < most:
            page, after = await self._store.chosen(wanted.list_ids, wanted.filter, after, min(_PAGE, most - chosen))
            if not page:
                break
            chosen += len(page)
            totals = _sum(totals, (await self._put(into, page))[0])
        for start in range(0, len(contacts), _PAGE):
            totals = _sum(totals, (await self._put(into, contacts[start : start + _PAGE]))[0])
        return Selected(chosen=chosen + len(contacts), **_counts(totals, 0), errors=[])

    async def _check(self, place: ListPlace, wanted: Selection) -> None:
        if not wanted.list_ids and not wanted.contact_ids and not wanted.group_ids:
            raise invalid("body.list_ids", "Say which lists or contacts to choose from")
        partners = await self._store.partners_of(wanted.list_ids)
        for number, list_id in enumerate(wanted.list_ids):
            if list_id == place.id:
                raise invalid(f"body.list_ids.{number}", "A list is not filled from itself")
            if list_id not in partners or partners[list_id] != place.partner_id:
                raise invalid(f"body.list_ids.{number}", "There is no such list of the same partner")

    async def _contacts(self, by: Identity, wanted: Selection, place: ListPlace) -> list[Prepared]:
        if not wanted.contact_ids and not wanted.group_ids:
            return []
        if place.partner_id != by.partner_id:
            raise invalid("body.contact_ids", "Contacts of the directory go into lists of their own company alone")
        rows = await self._store.contacts(
            by.user_id, by.partner_id, wanted.contact_ids, wanted.group_ids, self._settings.lead_select_max
        )
        return [reading.of_contact(line, row, place.timezone) for line, row in enumerate(rows, start=1)]

    async def _place(self, list_id: UUID) -> ListPlace:
        place = await self._lists.place(list_id)
        if place is None:
            raise NotFound("There is no such list of leads")
        return place

    async def _put(self, into: Into, leads: Sequence[Prepared]) -> tuple[Totals, list[LineError]]:
        async with self._store.change() as connection:
            totals = await self._merge(connection, into, leads)
            refused = await merge.refused_lines(connection) if totals.refused else []
        message = "No way to reach the client, and the list does not have it"
        told = [_line_error(row["line"], Problem("external_id", row["value"], message)) for row in refused]
        return totals, told

    async def _merge(self, connection: Any, into: Into, leads: Sequence[Prepared]) -> Totals:
        return await merge.merge(connection, into, preparing.chunk(leads, new_ids(self._clock.now(), 0)))


def _found(lead: Lead | None) -> Lead:
    if lead is None:
        raise NotFound("There is no such lead")
    return lead


def _sum(one: Totals, other: Totals) -> Totals:
    return Totals(*(a + b for a, b in zip(one, other, strict=True)))


def _counts(totals: Totals, refused: int) -> dict[str, int]:
    return {
        "added": totals.added,
        "updated": totals.updated,
        "duplicates": totals.duplicates,
        "refused": totals.refused + refused,
    }


def _error(problem: Problem) -> dict[str, str]:
    return {"path": f"body.{problem.field}", "message": problem.message}


def _line_error(line: int, problem: Problem) -> LineError:
    return LineError(line=line, field=problem.field, value=problem.value[:200], message=problem.message)
