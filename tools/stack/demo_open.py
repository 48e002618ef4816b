"""Open requests of the example's service desk, made by the desk's own core: promises run as they do for others."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from api.sla.reactor import Promises
from api.sla.store import PromiseStore
from api.tickets.core import TicketCore
from api.tickets.core_store import CoreStore
from api.tickets.model import Actor, Edit, NewMessage, NewTicket, Reactor
from api.tickets.states import State, Who
from engine.core.clock import SystemClock
from engine.core.config import Settings
from tools.stack.demo_people import id_of as people_id
from tools.stack.demo_support import OUTLETS, PEOPLE, SUBJECTS, id_of


class Story(NamedTuple):
    """What became of one: minutes since it was opened and until it was answered (None: nobody has), and then."""

    age: int
    answered: int | None = None
    text: str = "Здравствуйте! Приняли в работу, проверяем."
    state: State | None = None
    line: int | None = None


STORIES = (
    Story(18),
    Story(57, 6),
    Story(95, 12, line=3),
    Story(140),
    Story(185, 25, "Здравствуйте! За какой квартал нужен акт?", State.WAITING),
    Story(230, 40),
    Story(290, 8, "Возврат прошёл, проверьте, пожалуйста.", State.SOLVED),
)


class _Then(SystemClock):
    """The clock of what happened earlier."""

    at: datetime

    def now(self) -> datetime:
        return self.at


async def open_requests(settings: Settings, connection: Any, now: datetime) -> None:
    """Open one request of each subject, and do what its story says."""
    clock, reactors = _Then(), list[Reactor]()
    core = TicketCore(CoreStore(None), reactors, settings, clock)
    reactors.append(Promises(PromiseStore(None), core))
    for n, (story, (category, subject, text)) in enumerate(zip(STORIES, SUBJECTS, strict=True)):
        outlet = list(OUTLETS)[n % len(OUTLETS)]
        company = OUTLETS[outlet][0]
        clock.at = now - timedelta(minutes=story.age)
        ticket = await core.open(
            connection,
            NewTicket(
                id=id_of(f"open {n}"),
                channel="portal",
                subject=subject,
                description=text,
                account_id=id_of(f"account {company}"),
                outlet_id=id_of(f"outlet {outlet}"),
                category_id=id_of(category),
            ),
            _client(company),
        )
        if story.answered is not None:
            clock.at += timedelta(minutes=story.answered)
            await _answer(core, connection, ticket.id, n, story)


async def _answer(core: TicketCore, connection: Any, ticket_id: UUID, n: int, story: Story) -> None:
    login = f"operator{4 + n % 3}"
    by = Actor(Who.STAFF, user_id=people_id(f"user {login}"))
    message = NewMessage(id=id_of(f"said open {n}"), body=story.text, state=story.state)
    await core.say(connection, ticket_id, message, by)
    if story.line is not None:
        reason = "Нужен инженер на площадке"
        await core.edit(connection, ticket_id, Edit(line=story.line, assignee_id=None, reason=reason), by)


def _client(company: str) -> Actor:
    person = next(person for person in PEOPLE if person.account == company)
    return Actor(Who.CLIENT, person.name, id_of(f"user {person.login}"), id_of(f"account {company}"))
