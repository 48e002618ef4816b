"""Lists of leads: the rules that go beyond those of any configured thing."""

from typing import Any
from uuid import UUID

import phonenumbers

from api.leads.model import LeadFilter
from api.leads.service import LeadsService
from api.lists.model import Counts, ListColumns, ListWhole
from api.lists.store import ListStore
from api.telephony.resource import Errors, Resource
from api.telephony.service import TelephonyService
from engine.core.errors import Conflict, InvalidInput, NotFound
from engine.dialer.windows import known_zone

_EVERY = LeadFilter(enabled=None)


def _rules(value: ListColumns) -> Errors:
    errors: Errors = []
    if value.region not in phonenumbers.SUPPORTED_REGIONS:
        errors.append({"path": "body.region", "message": f"No such country: {value.region}"})
    if not known_zone(value.timezone):
        errors.append({"path": "body.timezone", "message": f"No such time zone: {value.timezone}"})
    if value.refresh is not None and value.source_id is None:
        errors.append({"path": "body.source_id", "message": "Say from which source the list is refreshed"})
    return errors


LISTS = Resource(
    path="lead-lists",
    table="lead_lists",
    title="LeadList",
    write=ListColumns,
    read=ListWhole,
    check=_rules,
    read_right="leads.read",
    write_right="leads.write",
)


class ListsService:
    """``rows``: the service of any configured thing, on a ``ListStore``."""

    def __init__(self, rows: TelephonyService, store: ListStore, leads: LeadsService) -> None:
        self._rows = rows
        self._store = store
        self._leads = leads

    async def change(self, list_id: UUID, fields: dict[str, Any], version: int | None) -> Any:
        """As of any configured thing; where the time zone is another, campaigns look at all leads again.

        Raises:
            NotFound, Conflict, InvalidInput: leads of one partner can't be given to another.
        """
        before = await self._rows.get(LISTS, list_id)
        if "partner_id" in fields and fields["partner_id"] != before.partner_id and before.leads:
            message = "The list has leads: those of one partner are not given to another"
            raise InvalidInput(message, [{"path": "body.partner_id", "message": message}])
        changed = await self._rows.change(LISTS, list_id, fields, version)
        if (changed.timezone, changed.enabled) != (before.timezone, before.enabled):
            await self._store.touch(list_id)
        return changed

    async def delete(self, list_id: UUID, version: int | None) -> None:
        """With all leads, a page after another.

        Raises:
            NotFound; Conflict: campaigns use it (``used_by``), an import goes on, another version.
        """
        found = await self._rows.get(LISTS, list_id)
        if version is not None and version != found.version:
            raise Conflict(f"It was changed meanwhile: version {found.version}", version=found.version)
        users = await self._store.campaigns_of(list_id)
        if users:
            raise Conflict(f"It is in use by: {', '.join(user.name for user in users)}", used_by=users)
        if await self._store.importing(list_id):
            raise Conflict("An import into the list goes on: cancel it first")
        while (await self._leads.delete_many(list_id, _EVERY)).deleted:
            pass
        await self._rows.delete(LISTS, list_id, version)

    async def counts(self, list_id: UUID) -> Counts:
        counts = await self._store.counts(list_id)
        if counts is None:
            raise NotFound("There is no such LeadList")
        return counts
