"""The port by which a chat becomes a request."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid5

from api.ticket_calls import texts
from api.tickets.core import TicketCore
from api.tickets.model import Actor, NewTicket, Ticket


class ChatWord(NamedTuple):
    """Something said in a chat."""

    at: datetime
    author: str
    text: str


class Chat(NamedTuple):
    """A chat to open a request from; ``account_id`` and ``author_account_id`` where its client is known."""

    id: UUID
    words: Sequence[ChatWord]
    subject: str = ""
    account_id: UUID | None = None
    author_account_id: UUID | None = None
    outlet_id: UUID | None = None
    author_name: str = ""
    author_email: str = ""
    author_phone: str = ""
    category_id: UUID | None = None
    language: Literal["ru", "en"] = "ru"
    file_ids: Sequence[UUID] = ()


async def open_from_chat(core: TicketCore, connection: Any, chat: Chat, by: Actor) -> Ticket:
    """The request of a chat; a chat has one, however often it is asked for. ``connection``: of ``core.change()``.

    Raises:
        InvalidInput: an account, outlet, category or file that can't be named.
    """
    first = next((word.text for word in chat.words if word.text.strip()), "")
    new = NewTicket(
        id=uuid5(chat.id, "ticket"),
        channel="chat",
        subject=(" ".join((chat.subject or first).split()) or "Чат")[:200],
        description=texts.chat([(word.author, word.text) for word in chat.words]),
        account_id=chat.account_id,
        author_account_id=chat.author_account_id,
        outlet_id=chat.outlet_id,
        author_name=chat.author_name,
        author_email=chat.author_email,
        author_phone=chat.author_phone,
        category_id=chat.category_id,
        language=chat.language,
        file_ids=chat.file_ids,
    )
    return await core.open(connection, new, by)
