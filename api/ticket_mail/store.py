"""Letters that came in, and where reading stands."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.mailboxes.model import Access
from api.ticket_mail.deciding import Standing
from api.ticket_mail.model import Outcome, Place, Received, ReceivedQuery, Told
from api.web.conditions import Conditions
from engine.core import db, ids
from engine.core.config import Settings
from engine.core.db import Queries

_sql = Queries(Path(__file__).with_name("queries.sql"))


class LetterStore:
    """``plain``: the pool without walls. Methods that take a connection work in the caller's transaction."""

    def __init__(self, plain: Any, settings: Settings) -> None:
        self._plain = plain
        self._settings = settings

    async def boxes(self) -> dict[UUID, int]:
        """Mailboxes to read, with their versions."""
        return {row["id"]: row["version"] for row in await self._plain.fetch(_sql.boxes)}

    async def box(self, box_id: UUID) -> Access | None:
        row = await self._plain.fetchrow(_sql.box, box_id)
        return Access(**row) if row else None

    async def seen_at(self, box_id: UUID) -> datetime | None:
        found: datetime | None = await self._plain.fetchval(_sql.seen_at, box_id)
        return found

    @asynccontextmanager
    async def alone(self, box_id: UUID, again_s: float) -> AsyncIterator[asyncio.Event]:
        """Wait until no other process reads the mailbox; the event tells that the connection which keeps others away
        was lost."""
        connection = await db.connect(self._settings)
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            while True:
                if await connection.fetchval(_sql.try_lock, box_id):
                    break
                await asyncio.sleep(again_s)
            yield lost
        finally:
            connection.terminate()

    async def start(self, box_id: UUID, uid_validity: int, uid_next: int, now: datetime) -> None:
        await self._plain.execute(_sql.start, box_id, uid_validity, uid_next, now)

    async def seen(self, box_id: UUID, now: datetime) -> None:
        await self._plain.execute(_sql.seen, box_id, now)

    async def failed(self, box_id: UUID, error: str) -> None:
        await self._plain.execute(_sql.failed, box_id, error)

    async def own_addresses(self) -> set[str]:
        return {row["address"] for row in await self._plain.fetch(_sql.own_addresses)}

    async def is_taken(self, place: Place) -> bool:
        return bool(await self._plain.fetchval(_sql.has_place, *place))

    async def came_before(self, connection: Any, letter_id: str) -> bool:
        """Whether the letter came in already, here or in another mailbox; others that bring it wait."""
        await connection.execute(_sql.hold_letter, letter_id)
        return bool(await connection.fetchval(_sql.came_before, letter_id))

    async def is_ours(self, connection: Any, letter_id: str) -> bool:
        return bool(await connection.fetchval(_sql.is_ours, letter_id))

    async def sender_counts(self, told: Told, since: datetime) -> tuple[int, int]:
        """Letters of this sender, and wrong tokens among them; who forges an address uses up nothing of its owner's."""
        row = await self._plain.fetchrow(_sql.sender_counts, told.sender, since, told.unverified)
        return row["letters"], row["forged"]

    async def by_number(self, connection: Any, number: int) -> tuple[UUID, str] | None:
        """A ticket's id and its token."""
        row = await connection.fetchrow(_sql.by_number, number)
        return (row["id"], row["mail_token"]) if row else None

    async def of_letters(self, connection: Any, letter_ids: Sequence[str]) -> UUID | None:
        found: UUID | None = await connection.fetchval(_sql.of_letters, list(letter_ids))
        return found

    async def has_bounced(self, connection: Any, ticket_id: UUID, letter_id: str) -> bool:
        """Whether it is known that this letter of ours did not arrive."""
        return bool(await connection.fetchval(_sql.has_bounced, ticket_id, letter_id))

    async def standing(self, connection: Any, ticket_id: UUID) -> Standing:
        row = await connection.fetchrow(_sql.standing, ticket_id)
        return Standing(frozenset(row["emails"]), frozenset(row["accounts"]))

    async def category(self, connection: Any, category_id: UUID | None) -> UUID | None:
        found: UUID | None = await connection.fetchval(_sql.category, category_id)
        return found

    async def note(
        self,
        connection: Any,
        place: Place,
        told: Told,
        outcome: Outcome,
        now: datetime,
    ) -> bool:
        """What became of a letter, and where reading goes on; False: it was noted before."""
        row = await connection.fetchval(
            _sql.note,
            ids.new_id(now),
            *place,
            *told,
            outcome.verdict,
            outcome.reason[:300],
            outcome.ticket_id,
            outcome.message_id,
            now,
        )
        await connection.execute(_sql.advance, *place)
        return row is not None

    async def skip(self, place: Place) -> None:
        """The letter has gone from the box."""
        await self._plain.execute(_sql.advance, *place)

    async def thread(self, connection: Any, letter_id: str, ticket_id: UUID, now: datetime) -> None:
        await connection.execute(_sql.thread, letter_id, ticket_id, now)

    async def page(self, query: ReceivedQuery, after: tuple[datetime, UUID] | None) -> list[Received]:
        """Newest first, one more than the limit."""
        found = Conditions(query.limit + 1)
        found.given("r.mailbox_id = {}", query.mailbox_id)
        found.given("r.verdict = {}", query.verdict)
        found.given("r.ticket_id = {}", query.ticket_id)
        found.given("r.sender = lower({})", query.sender)
        if after:
            found.add("(r.received_at, r.id) < ({}, {})", *after)
        rows = await self._plain.fetch(_sql.received.replace("{where}", found.where), *found.arguments)
        return [msgspec.convert(dict(row), Received) for row in rows]

    async def forget(self, before: datetime) -> None:
        await self._plain.execute(_sql.forget, before)
