"""Clients, outlets, categories and staff that a ticket names: whether they may be named, and what follows from them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.tickets.changes import LINKS
from api.tickets.core_store import CoreStore
from api.tickets.model import Actor, NewTicket, Ticket
from api.tickets.states import Who
from engine.core.errors import InvalidInput

_COPIED = (
    "account_id",
    "outlet_id",
    "author_account_id",
    "author_name",
    "author_email",
    "author_phone",
    "channel",
    "subject",
    "description",
    "category_id",
    "resource_id",
    "assignee_id",
    "call_id",
    "call_started_at",
    "external_id",
    "language",
)


class People:
    """Reads on the connection given."""

    def __init__(self, store: CoreStore) -> None:
        self._store = store

    async def row_of(self, connection: Any, new: NewTicket, by: Actor, *, goes_on: bool) -> dict[str, Any]:
        """The columns of a new ticket. ``goes_on``: it is part of another one, whose category it keeps whatever that
        is. Raises InvalidInput."""
        row = {name: getattr(new, name) for name in _COPIED} | {"tags": list(dict.fromkeys(new.tags))}
        row |= await self._links(connection, {name: row[name] for name in LINKS}, {name: row[name] for name in LINKS})
        if row["author_account_id"] is not None:
            author = await self._store.account(connection, row["author_account_id"])
            row["author_name"] = row["author_name"] or author["contact"] or author["name"]
            row["author_email"] = row["author_email"] or author["email"]
            row["author_phone"] = row["author_phone"] or author["phone"]
        await self.check_named(connection, {name: row[name] for name in ("resource_id", "assignee_id")}, by)
        category = await self._category(connection, new.category_id, for_clients=by.who is Who.CLIENT and not goes_on)
        row["line"] = category["line"] if category else 1
        row["priority"] = new.priority or (category["priority"] if category else "normal")
        return row

    async def links_of(self, connection: Any, ticket: Ticket, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What else changes where ``fields`` name another account, outlet or author. Raises InvalidInput."""
        given = {name: fields[name] for name in LINKS if name in fields}
        if not given:
            return {}
        wanted = {name: getattr(ticket, name) for name in LINKS} | given
        if "account_id" in given:
            wanted |= {name: given.get(name) for name in LINKS}
        return await self._links(connection, wanted, given)

    async def check_named(self, connection: Any, fields: Mapping[str, Any], by: Actor) -> None:
        """Raises InvalidInput where a category, resource, problem or person is named that there is not."""
        if fields.get("category_id") is not None:
            await self._category(connection, fields["category_id"], for_clients=by.who is Who.CLIENT)
        named = {"resource_id": "resource", "problem_id": "problem", "assignee_id": "person"}
        for name, word in named.items():
            if fields.get(name) is not None and not await self._store.has(connection, name, fields[name]):
                raise _no_such(name, f"There is no such {word} that could be named here")

    async def _category(self, connection: Any, category_id: UUID | None, *, for_clients: bool) -> Any:
        if category_id is None:
            return None
        category = await self._store.category(connection, category_id)
        if category is None or (for_clients and not (category["enabled"] and category["for_clients"])):
            raise _no_such("category_id", "There is no such category; pick one of the list")
        return category

    async def _links(self, connection: Any, wanted: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Account, outlet, author and partner that fit each other; an author alone brings its company."""
        if wanted["author_account_id"] is not None:
            author = await self._store.account(connection, wanted["author_account_id"])
            if author is None:
                raise _no_such("author_account_id", "There is no such account")
            parent = author["parent_id"] or author["id"]
            if wanted["account_id"] is None and given.get("author_account_id"):
                wanted["account_id"] = parent
            if wanted["account_id"] != parent:
                raise _no_such("author_account_id", "This person is not of that account")
        if wanted["account_id"] is None:
            if wanted["outlet_id"] is not None:
                raise _no_such("outlet_id", "An outlet needs its account; name account_id too")
            return dict.fromkeys((*LINKS, "partner_id"))
        account = await self._store.account(connection, wanted["account_id"])
        if account is None or account["parent_id"] is not None:
            raise _no_such("account_id", "There is no such account of a company")
        if wanted["outlet_id"] is not None:
            outlet = await self._store.outlet(connection, wanted["outlet_id"])
            if outlet is None or outlet["account_id"] != account["id"]:
                raise _no_such("outlet_id", "There is no such outlet of this account")
        return {**wanted, "partner_id": account["partner_id"]}


def _no_such(name: str, message: str) -> InvalidInput:
    return InvalidInput(message, [{"path": f"body.{name}", "message": message}])
