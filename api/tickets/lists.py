"""Lists of tickets: filters, orders, pages, search. Whoever reads gets what its connection lets it see."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from api.tickets import search
from api.tickets.list_model import TicketFilter
from api.tickets.search import Question
from api.tickets.states import State
from api.web import paging
from api.web.conditions import Conditions
from api.web.route import Page
from engine.core.db import Queries
from engine.core.errors import InvalidInput

_sql = Queries(Path(__file__).with_name("lists.sql"))
T = TypeVar("T", bound=msgspec.Struct)
_NAMES = {
    "account_name": ("a.name", "left join client_accounts a on a.id = t.account_id"),
    "outlet_name": ("o.name", "left join outlets o on o.id = t.outlet_id"),
    "category_name": ("c.name", "left join ticket_categories c on c.id = t.category_id"),
    "assignee_name": ("u.name", "left join user_names u on u.id = t.assignee_id"),
}
"""What a row may hold besides the columns of ``tickets``."""
_EXACT = ("state", "status", "line", "account_id", "outlet_id", "category_id", "priority", "channel", "problem_id")
_DUE = "coalesce({}due_at, 'infinity'::timestamptz)"
_OPEN = "state <> 'closed'"


class After(msgspec.Struct, array_like=True):
    """Where a page ended. ``loose``: its list is one of words that are written almost so."""

    number: int
    loose: bool
    at: datetime | None = None


class TicketLists:
    """``plain``: a pool without walls, for words alone; tickets are read on the caller's connection."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain
        self._latest: datetime | None = None

    async def page(
        self, connection: Any, wanted: TicketFilter, row: type[T], *, walled: bool, person: UUID | None = None
    ) -> Page[T]:
        """One page of what ``connection`` may see.

        ``row``: a struct whose fields are columns of ``tickets`` (those that the connection may read) or names of
        ``_NAMES``; it needs ``number``, and ``due_at`` or ``updated_at`` where the list is in that order.
        ``walled``: the connection is one of a client or partner. ``person``: who ``assignee_id=me`` is.

        Raises:
            InvalidInput: closed ones in the order of deadlines.
        """
        if wanted.order == "due" and (wanted.open is False or wanted.state is State.CLOSED):
            raise InvalidInput("Closed requests have no deadline: take the order newest or updated")
        columns = row.__struct_fields__
        after = paging.decode(wanted.cursor, After)
        question = None
        if wanted.q and wanted.q.strip():
            question = await search.understand(connection, wanted.q)
            if question is None and not any(letter.isalnum() for letter in wanted.q):
                return Page([])
            if question is not None and after is not None and after.loose:
                question = await self._loosen(connection, question)
        rows = await _rows(connection, wanted, columns, question, after, walled, person)
        if not rows and question is not None and after is None:
            question = await self._loosen(connection, question)
            rows = [] if question is None else await _rows(connection, wanted, columns, question, None, walled, person)
        loose = question is not None and question.loose
        items = [msgspec.convert(dict(found), row) for found in rows]
        moment = {"newest": "", "due": "due_at", "updated": "updated_at"}[wanted.order]
        return paging.page(
            items, wanted.limit, lambda item: (item.number, loose, getattr(item, moment) if moment else None)
        )

    async def keep_terms(self) -> None:
        """Words that came since the last time are noted, those that went are forgotten."""
        async with self._plain.acquire() as connection:
            while await search.note_terms(connection):
                pass
            self._latest = await search.note_latest(connection, self._latest)
            while await search.forget_terms(connection):
                pass

    async def _loosen(self, connection: Any, question: Question) -> Question | None:
        async with self._plain.acquire() as plain:
            self._latest = await search.note_latest(plain, self._latest)
        return await search.loosen(connection, question)


async def _rows(
    connection: Any,
    wanted: TicketFilter,
    columns: Sequence[str],
    question: Question | None,
    after: After | None,
    walled: bool,
    person: UUID | None,
) -> Sequence[Any]:
    """One more than the limit. How often a word stands decides how its tickets are found, so plans are not kept."""
    found = _conditions(wanted, person)
    most = wanted.limit + 1
    source, order = "tickets t", _order(wanted, found, after)
    query = _asked(wanted, question)
    if query:
        alone = wanted.order == "newest" and not _filters(wanted)
        if walled or alone:
            before = found.argument(after.number if after and alone else None)
            text, few = found.argument(query), found.argument(most if alone else None)
            # A ticket and its words are one to one, so the limit holds after the join too.
            source = f"found_tickets({text}::text::tsquery, {before}::bigint, {few}::integer) f"
            source += " join tickets t on t.id = f.ticket_id"
        else:
            # By number: what is near in one table is near in the other.
            source += " join ticket_words w on w.number = t.number"
            found.add("w.words @@ {}::text::tsquery", query)
    own = [name for name in columns if name not in _NAMES]
    needed = sorted({*own, *(_needs(name) for name in columns if name in _NAMES)})
    picked = ", ".join(f"t.{name}" for name in needed)
    inner = f"select {picked} from {source} {found.where} order by {order.format('t.', 't.')} limit {most}"
    shown = ", ".join(f"{_NAMES[name][0]} as {name}" if name in _NAMES else f"t.{name}" for name in columns)
    joins = " ".join(_NAMES[name][1] for name in columns if name in _NAMES)
    text = f"select {shown} from ({inner}) t {joins} order by {order.format('t.', 't.')}"
    async with connection.transaction(readonly=True):
        await connection.execute(_sql.plans)
        if walled and not query:
            await connection.execute(_sql.in_order)
        return list(await connection.fetch(text, *found.arguments))


def _asked(wanted: TicketFilter, question: Question | None) -> str:
    """What the index of words is asked for: words, and signs that narrow them."""
    asked = [f"({question.query})"] if question else []
    if wanted.tag is not None:
        asked.append(search.quoted("+" + wanted.tag))
    if asked and wanted.account_id is not None:
        asked.append(search.quoted(f"@{wanted.account_id}"))
    return " & ".join(asked)


def _needs(name: str) -> str:
    return name.removesuffix("_name") + "_id"


def _filters(wanted: TicketFilter) -> bool:
    """Whether more is asked than words and an account."""
    given = [getattr(wanted, name) for name in _EXACT if name != "account_id"]
    return any(value is not None for value in (*given, wanted.assignee_id, wanted.overdue, wanted.open))


def _conditions(wanted: TicketFilter, person: UUID | None) -> Conditions:
    found = Conditions()
    for name in _EXACT:
        found.given(f"t.{name} = {{}}", getattr(wanted, name))
    if wanted.open or wanted.order == "due":
        found.add(f"t.{_OPEN}")
    elif wanted.open is not None:
        found.add("t.state = 'closed'")
    if wanted.overdue is not None:
        found.add("t.overdue_at is not null" if wanted.overdue else "t.overdue_at is null")
    if wanted.assignee_id == "none":
        found.add("t.assignee_id is null")
    elif wanted.assignee_id is not None:
        found.add("t.assignee_id = {}", person if wanted.assignee_id == "me" else UUID(wanted.assignee_id))
    return found


def _order(wanted: TicketFilter, found: Conditions, after: After | None) -> str:
    """The order, with places for the alias; adds where the page begins."""
    if wanted.order == "due":
        if after:
            found.add(
                f"({_DUE.format('t.')}, t.number) > (coalesce({{}}::timestamptz, 'infinity'), {{}})",
                after.at,
                after.number,
            )
        return _DUE + ", {}number"
    if wanted.order == "updated":
        if after:
            found.add("(t.updated_at, t.number) < ({}, {})", after.at, after.number)
        return "{}updated_at desc, {}number desc"
    if after:
        found.add("t.number < {}", after.number)
    return "{}number desc"
