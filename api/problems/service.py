"""Problems: noted, linked with requests, told of, solved. A notice is written here, and said by ``telling``."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from api.problems.model import Linked, Notice, NoticeNew, Problem, ProblemNew, ProblemPatch, ProblemQuery
from api.problems.store import NoticeRow, ProblemStore
from api.tickets.core import TicketCore
from api.tickets.model import Actor, Edit
from api.tickets.states import Who
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
        """Tell everybody affected, which goes on after this; asked again with the same id, only where it is not told
        yet. Raises Conflict: the id is of another notice, or the problem is closed."""
        return await self._write(problem_id, "notice", new, user)

    async def send(self, problem_id: UUID, notice_id: UUID) -> Notice:
        """Tell a notice in requests that were linked later, or that it could not be told in. Raises NotFound."""
        await self.get(problem_id)
        async with self._store.change() as connection:
            notice = await self._store.notice(connection, notice_id)
            if notice is None or notice.problem_id != problem_id:
                raise NotFound("There is no such notice")
            await self._store.queue(connection, notice, self._clock.now())
        return await self._notice(notice)

    async def solve(self, problem_id: UUID, new: NoticeNew, user: Identity) -> Notice:
        """The problem is fixed: every open request that is linked is solved with a word, which goes on after this.
        Asked again with the same id, only where it is not said yet. Raises Conflict: the id is of another notice, or
        the problem is closed."""
        return await self._write(problem_id, "solution", new, user)

    async def _write(
        self, problem_id: UUID, kind: Literal["notice", "solution"], new: NoticeNew, user: Identity
    ) -> Notice:
        now = self._clock.now()
        name = await self._name(user)
        wanted = NoticeRow(new.id or ids.new_id(now), problem_id, kind, new.text, user.user_id, name)
        async with self._store.change() as connection:
            held = _found(await self._store.held(connection, problem_id))
            if held.state == "closed":
                raise Conflict("The problem is closed; open it first", state=held.state)
            notice = await self._store.insert_notice(connection, wanted, now)
            if msgspec.structs.replace(notice, user_name=name) != wanted:
                raise Conflict("This id is taken; send the notice with another")
            if kind == "solution" and held.state not in _SOLVED:
                fields = {"state": "fixed", "solved_at": held.solved_at or now}
                await self._store.update(connection, problem_id, fields, now)
            await self._store.queue(connection, notice, now)
        return await self._notice(notice)

    async def _notice(self, notice: NoticeRow) -> Notice:
        (told,) = await self._store.notices(notice.problem_id, notice.id)
        return told

    async def _name(self, user: Identity) -> str:
        return await self._store.person(user.user_id) or user.login

    async def _actor(self, user: Identity) -> Actor:
        return Actor(Who.STAFF, await self._name(user), user.user_id)

    async def _check_resource(self, connection: Any, resource_id: UUID | None) -> None:
        if resource_id is not None and not await self._store.has_resource(connection, resource_id):
            raise invalid("body.resource_id", "There is no such resource")


def _found(value: Any) -> Any:
    if value is None:
        raise NotFound("There is no such problem")
    return value
