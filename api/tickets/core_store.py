"""Rows that the core of tickets writes, and what it reads to decide."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.tickets.model import Actor, Event, Kind, Message, Ticket
from api.tickets.states import Who
from engine.core.db import Queries
from engine.core.errors import InvalidInput

_sql = Queries(Path(__file__).with_name("core.sql"))
_TICKET = ", ".join(Ticket.__struct_fields__)
_MESSAGE = ", ".join(Message.__struct_fields__)
_NAMED = {"resource_id": _sql.has_resource, "problem_id": _sql.has_problem, "assignee_id": _sql.has_person}


class CoreStore:
    """``plain``: the pool without walls. Every method but ``change`` works on the caller's connection."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        async with self._plain.acquire() as connection, connection.transaction():
            yield connection

    async def get(self, connection: Any, ticket_id: UUID, *, hold: bool) -> Ticket | None:
        text = f"select {_TICKET} from tickets where id = $1" + (" for update" if hold else "")
        row = await connection.fetchrow(text, ticket_id)
        return msgspec.convert(dict(row), Ticket) if row else None

    async def opened_by(self, connection: Any, ticket_id: UUID) -> tuple[Who, UUID | None, UUID | None] | None:
        """Who opened the ticket of this id; None: there is none."""
        row = await connection.fetchrow(_sql.opened_by, ticket_id)
        return (Who(row["actor"]), row["user_id"], row["account_id"]) if row else None

    async def insert_ticket(self, connection: Any, ticket_id: UUID, row: dict[str, Any], now: datetime) -> bool:
        """False: the id is taken."""
        values = {"id": ticket_id, "created_at": now, "updated_at": now, **row}
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        text = f"insert into tickets ({', '.join(values)}) values ({places}) on conflict (id) do nothing returning id"
        return await connection.fetchval(text, *values.values()) is not None

    async def update(self, connection: Any, ticket_id: UUID, fields: dict[str, Any], now: datetime) -> None:
        places = "".join(f", {name} = ${n}" for n, name in enumerate(fields, start=3))
        text = f"update tickets set version = version + 1, updated_at = $2{places} where id = $1"
        await connection.execute(text, ticket_id, now, *fields.values())

    async def set_sla(
        self,
        connection: Any,
        ticket_id: UUID,
        *,
        plan_id: UUID | None,
        due_at: datetime | None,
        overdue_at: datetime | None,
    ) -> None:
        """What promises know of a ticket: its plan, the earliest deadline that runs, its first broken promise. Neither
        an event nor another version."""
        await connection.execute(_sql.set_sla, ticket_id, plan_id, due_at, overdue_at)

    async def insert_event(
        self,
        connection: Any,
        ticket_id: UUID,
        at: datetime,
        kind: Kind,
        by: Actor,
        message_id: UUID | None,
        data: dict[str, Any],
    ) -> Event:
        words = (ticket_id, at, kind, by.who, by.user_id, by.account_id, by.name, message_id, data)
        row = await connection.fetchrow(_sql.insert_event, *words)
        return msgspec.convert(dict(row), Event)

    async def message(self, connection: Any, message_id: UUID) -> Message | None:
        row = await connection.fetchrow(f"select {_MESSAGE} from ticket_messages where id = $1", message_id)
        return msgspec.convert(dict(row), Message) if row else None

    async def messages_of(self, connection: Any, ticket_id: UUID, message_ids: Sequence[UUID]) -> list[Message]:
        """Those of ``message_ids`` that are of the ticket, as they were said."""
        text = f"select {_MESSAGE} from ticket_messages where ticket_id = $1 and id = any($2) order by at, id"
        rows = await connection.fetch(text, ticket_id, list(message_ids))
        return [msgspec.convert(dict(row), Message) for row in rows]

    async def insert_message(self, connection: Any, said: Message) -> bool:
        """False: the id is taken."""
        values = msgspec.structs.asdict(said)
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        text = f"insert into ticket_messages ({_MESSAGE}) values ({places}) on conflict (id) do nothing returning id"
        return await connection.fetchval(text, *values.values()) is not None

    async def move_messages(self, connection: Any, message_ids: Sequence[UUID], ticket_id: UUID) -> None:
        """With their files."""
        await connection.execute(_sql.move_messages, list(message_ids), ticket_id)
        await connection.execute(_sql.move_files, list(message_ids), ticket_id)

    async def attach(
        self,
        connection: Any,
        file_ids: Sequence[UUID],
        ticket_id: UUID,
        message_id: UUID | None,
        public: bool,
        by: Actor,
    ) -> None:
        """Uploaded files become the ticket's: people attach what they uploaded themselves.

        Raises:
            InvalidInput: a file that is not there, is another's, is attached already or infected.
        """
        wanted = list(dict.fromkeys(file_ids))
        if not wanted:
            return
        whose = by.user_id is not None or by.who in (Who.CLIENT, Who.STAFF)
        done = await connection.fetch(_sql.attach, wanted, ticket_id, message_id, public, whose, by.user_id)
        missing = set(wanted) - {row["id"] for row in done}
        if missing:
            message = "Upload the file first; a file can be sent once, by who uploaded it"
            errors = [
                {"path": f"body.file_ids.{place}", "message": message}
                for place, file_id in enumerate(file_ids)
                if file_id in missing
            ]
            raise InvalidInput("A file can't be attached", errors)

    async def lead_on(self, connection: Any, ticket_id: UUID, into_id: UUID) -> None:
        """Tickets merged into the one lead to the other, which is watched by who watched the one and may see it."""
        await connection.execute(_sql.lead_on, ticket_id, into_id)
        await connection.execute(_sql.copy_watchers, ticket_id, into_id)

    async def account(self, connection: Any, account_id: UUID) -> Any:
        """id, parent_id, partner_id, name, contact, email, phone, language, state."""
        return await connection.fetchrow(_sql.account, account_id)

    async def outlet(self, connection: Any, outlet_id: UUID) -> Any:
        """id, account_id, enabled."""
        return await connection.fetchrow(_sql.outlet, outlet_id)

    async def category(self, connection: Any, category_id: UUID) -> Any:
        """line, priority, for_clients, enabled."""
        return await connection.fetchrow(_sql.category, category_id)

    async def has(self, connection: Any, name: str, id_: UUID) -> bool:
        """Whether there is what the column ``name`` would name."""
        return bool(await connection.fetchval(_NAMED[name], id_))
