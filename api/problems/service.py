"""Problems: noted, linked with requests, told of, solved.

A notice is one word: it is written first, then said in each open request that is linked, each in a transaction of its
own with a mark that it was said there. So a repetition (after a crash, or for requests that were linked later) says it
where it was not said, and nowhere twice.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from api.problems.model import Linked, Notice, NoticeNew, Problem, ProblemNew, ProblemPatch, ProblemQuery
from api.problems.store import NoticeRow, ProblemStore
from api.tickets.core import TicketCore
from api.tickets.model import Actor, Edit, NewMessage
from api.tickets.states import State, Who
from api.web import paging
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import Conflict, NotFound

_SOLVED = ("fixed", "closed")


class ProblemsService:
    """Raises NotFound where there is no such problem."""

    def __init__(self, store: ProblemStore, core: TicketCore, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._clock = clock

    async def page(self, query: ProblemQuery) -> Page[Problem]:
        after = paging.decode(query.cursor, tuple[datetime, UUID])
        found = await self._store.page(query, after)
        return paging.page(found, query.limit, lambda one: (one.created_at, one.id))

    async def get(self, problem_id: UUID) -> Problem:
        return _found(await self._store.get(problem_id))

    async def create(self, new: ProblemNew, user: Identity) -> Problem:
        """Raises Conflict: the id is of another's problem. InvalidInput: no such resource."""
        now = self._clock.now()
        problem_id = new.id or ids.new_id(now)
        async with self._store.change() as connection:
            if (there := await self._store.held(connection, problem_id)) is not None:
                if there.created_by != user.user_id:
                    raise Conflict("This id is taken; send the problem with another")
            else:
                await self._check_resource(connection, new.resource_id)
                await self._store.insert(connection, problem_id, new, user.user_id, now)
            return _found(await self._store.get(problem_id, connection))

    async def change(self, problem_id: UUID, patch: ProblemPatch, version: int | None) -> Problem:
        """Raises Conflict: another version. InvalidInput: no such resource."""
        now = self._clock.now()
        fields = {
            name: value
            for name in patch.__struct_fields__
            if name != "version" and (value := getattr(patch, name)) is not msgspec.UNSET
        }
        wanted = version if patch.version is msgspec.UNSET else patch.version
        async with self._store.change() as connection:
            there = _found(await self._store.held(connection, problem_id))
            if wanted is not None and wanted != there.version:
                raise Conflict(f"It was changed meanwhile: version {there.version}", version=there.version)
            await self._check_resource(connection, fields.get("resource_id"))
            if fields.get("state", there.state) != there.state:
                fields["solved_at"] = (there.solved_at or now) if fields["state"] in _SOLVED else None
            await self._store.update(connection, problem_id, fields, now)
            return _found(await self._store.get(problem_id, connection))

    async def delete(self, problem_id: UUID) -> None:
        """Raises Conflict: requests are linked to it."""
        async with self._store.change() as connection:
            _found(await self._store.held(connection, problem_id))
            if linked := await self._store.tickets(connection, problem_id):
                raise Conflict(f"{len(linked)} requests are linked to it; unlink them first, or close it")
            await self._store.delete(connection, problem_id)

    async def link(self, problem_id: UUID, ticket_ids: list[UUID], user: Identity) -> Linked:
        """Link requests. Raises NotFound (a request), Conflict (merged, or the problem is closed)."""
        problem = await self.get(problem_id)
        if problem.state == "closed":
            raise Conflict("The problem is closed; open it first", state=problem.state)
        by = await self._actor(user)
        linked = 0
        async with self._core.change() as connection:
            for ticket_id in sorted(set(ticket_ids)):
                before = await self._core.get(connection, ticket_id)
                await self._core.edit(connection, ticket_id, Edit(problem_id=problem_id), by)
                linked += before.problem_id != problem_id
        return Linked(tickets=linked)

    async def unlink(self, problem_id: UUID, ticket_id: UUID, user: Identity) -> None:
        """Raises NotFound: the request is not linked to it."""
        await self.get(problem_id)
        async with self._core.change() as connection:
            ticket = await self._core.get(connection, ticket_id)
            if ticket.problem_id != problem_id:
                raise NotFound("This request is not linked to the problem")
            await self._core.edit(connection, ticket_id, Edit(problem_id=None), await self._actor(user))

    async def notices(self, problem_id: UUID) -> Page[Notice]:
        await self.get(problem_id)
        return Page(await self._store.notices(problem_id))

    async def notify(self, problem_id: UUID, new: NoticeNew, user: Identity) -> Notice:
        """Tell everybody affected; asked again with the same id, only where it was not told yet. Raises Conflict: the
        id is of another notice, or the problem is closed."""
        problem = await self.get(problem_id)
        if problem.state == "closed":
            raise Conflict("The problem is closed; open it first", state=problem.state)
        return await self._tell(await self._write(problem_id, "notice", new, user), user)

    async def send(self, problem_id: UUID, notice_id: UUID, user: Identity) -> Notice:
        """Tell a notice in requests that were linked later. Raises NotFound."""
        await self.get(problem_id)
        notice = await self._store.notice(notice_id)
        if notice is None or notice.problem_id != problem_id:
            raise NotFound("There is no such notice")
        return await self._tell(notice, user)

    async def solve(self, problem_id: UUID, new: NoticeNew, user: Identity) -> Notice:
        """The problem is fixed: every open request that is linked is solved with a word. Asked again with the same id,
        only where it was not said yet. Raises Conflict: the id is of another notice, or the problem is closed."""
        problem = await self.get(problem_id)
        if problem.state == "closed":
            raise Conflict("The problem is closed; open it first", state=problem.state)
        notice = await self._write(problem_id, "solution", new, user)
        return await self._tell(notice, user)

    async def _write(
        self, problem_id: UUID, kind: Literal["notice", "solution"], new: NoticeNew, user: Identity
    ) -> NoticeRow:
        now = self._clock.now()
        wanted = NoticeRow(new.id or ids.new_id(now), problem_id, kind, new.text, user.user_id)
        name = await self._store.person(user.user_id)
        async with self._store.change() as connection:
            held = _found(await self._store.held(connection, problem_id))
            notice = await self._store.insert_notice(connection, wanted, name, now)
            if notice != wanted:
                raise Conflict("This id is taken; send the notice with another")
            if kind == "solution" and held.state not in _SOLVED:
                fields = {"state": "fixed", "solved_at": held.solved_at or now}
                await self._store.update(connection, problem_id, fields, now)
        return notice

    async def _tell(self, notice: NoticeRow, user: Identity) -> Notice:
        by = await self._actor(user)
        for ticket_id in await self._store.waiting(notice.id):
            async with self._core.change() as connection:
                await self._tell_one(connection, notice, ticket_id, by)
        (told,) = await self._store.notices(notice.problem_id, notice.id)
        return told

    async def _tell_one(self, connection: Any, notice: NoticeRow, ticket_id: UUID, by: Actor) -> None:
        """Say it in one request, unless that was closed, unlinked or told meanwhile."""
        ticket = await self._core.get(connection, ticket_id)
        if ticket.state is State.CLOSED or ticket.problem_id != notice.problem_id:
            return
        if not await self._store.take(connection, notice.id, ticket_id):
            return
        state = State.SOLVED if notice.kind == "solution" and ticket.state is not State.SOLVED else None
        word = NewMessage(id=uuid5(notice.id, str(ticket_id)), body=notice.text, state=state)
        said = await self._core.say(connection, ticket_id, word, by)
        await self._store.told(connection, notice.id, ticket_id, said.id)
        # The word itself tells the client; this event is for the history of the request.
        data = {"problem_id": notice.problem_id, "notice_id": notice.id, "public": False}
        await self._core.note(connection, ticket_id, "noticed", by, data, message_id=said.id)

    async def _actor(self, user: Identity) -> Actor:
        return Actor(Who.STAFF, await self._store.person(user.user_id) or user.login, user.user_id)

    async def _check_resource(self, connection: Any, resource_id: UUID | None) -> None:
        if resource_id is not None and not await self._store.has_resource(connection, resource_id):
            raise invalid("body.resource_id", "There is no such resource")


def _found(value: Any) -> Any:
    if value is None:
        raise NotFound("There is no such problem")
    return value
