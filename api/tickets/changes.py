"""Which fields of a ticket change, and which events tell it. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.tickets.model import Actor, Edit, Kind, Message, NewTicket, Ticket
from api.tickets.states import State, Who
from engine.core.errors import Conflict, InvalidInput

LINKS = ("account_id", "outlet_id", "author_account_id")
_UNSOLVED: dict[str, Any] = {"solved_at": None, "solved_line": None, "solved_by": None, "confirm_until": None}
_ANSWERS = frozenset({State.WAITING, State.SOLVED, State.CLOSED})
_STAFF = (Who.STAFF, Who.LINK)


def of_move(ticket: Ticket, to: State, by: Actor, now: datetime, confirm: timedelta) -> dict[str, Any]:
    """Fields that a move changes.

    A line has solved what staff moved to solved, or closed at once. A move by staff that asks or tells the client
    something is an answer to it (``first_response_at``), as a public word is.
    """
    fields: dict[str, Any] = {"state": to}
    solved = {"solved_at": now, "solved_line": ticket.line, "solved_by": by.user_id}
    if to is State.SOLVED:
        fields |= {**solved, "confirm_until": now + confirm}
    elif to is State.CLOSED:
        fields |= {"closed_at": now, "confirm_until": None}
        if ticket.solved_at is None and by.who in _STAFF:
            fields |= solved
    else:
        fields |= {**_UNSOLVED, "closed_at": None}
    if to is State.REOPENED:
        fields["reopened"] = ticket.reopened + 1
    if ticket.first_response_at is None and by.who in _STAFF and to in _ANSWERS:
        fields["first_response_at"] = now
    return fields


def of_word(ticket: Ticket, said: Message, by: Actor) -> dict[str, Any]:
    """Fields that a word changes. Who answers a request that nobody has takes it."""
    if not said.public:
        return {}
    if by.who is Who.CLIENT:
        return {"client_said_at": said.at}
    if by.who not in _STAFF:
        return {}
    fields: dict[str, Any] = {"staff_said_at": said.at}
    if ticket.first_response_at is None:
        fields["first_response_at"] = said.at
    if (
        by.who is Who.STAFF
        and by.user_id
        and ticket.assignee_id is None
        and ticket.state in (State.NEW, State.REOPENED)
    ):
        fields["assignee_id"] = by.user_id
    return fields


def of_edit(ticket: Ticket, edit: Edit) -> dict[str, Any]:
    """Fields that were given and are others now. Another line gets a request that nobody of it has taken.

    Raises:
        InvalidInput: another line without a reason.
        Conflict: the line or assignee of a closed request.
    """
    fields = {
        name: getattr(edit, name)
        for name in edit.__struct_fields__
        if name != "reason" and getattr(edit, name) is not msgspec.UNSET
    }
    if "tags" in fields:
        fields["tags"] = list(dict.fromkeys(fields["tags"]))
    fields = {name: value for name, value in fields.items() if getattr(ticket, name) != value}
    if ticket.state is State.CLOSED and ("line" in fields or fields.get("assignee_id")):
        raise Conflict("The request is closed; reopen it first", state=ticket.state)
    if "line" in fields:
        if not edit.reason.strip():
            raise InvalidInput("Another line needs a reason", [{"path": "body.reason", "message": "Write why"}])
        fields.setdefault("assignee_id", None if edit.assignee_id is msgspec.UNSET else edit.assignee_id)
        fields["top_line"] = max(ticket.top_line, fields["line"])
    return fields


def events_of(ticket: Ticket, fields: dict[str, Any], reason: str) -> list[tuple[Kind, dict[str, Any]]]:
    """What is told of changed fields, in this order: edited, linked, escalated, assigned."""
    events: list[tuple[Kind, dict[str, Any]]] = []
    told = {"line", "top_line", "assignee_id", "partner_id", *LINKS}
    if "line" in fields:
        told |= {"category_id", "resource_id"}
    edited = {name: [getattr(ticket, name), value] for name, value in fields.items() if name not in told}
    if edited:
        inner = edited.keys() <= {"tags", "resource_id", "problem_id"}
        events.append(("edited", edited | ({"public": False} if inner else {})))
    if any(name in fields for name in LINKS):
        events.append(("linked", {name: fields.get(name, getattr(ticket, name)) for name in LINKS}))
    if "line" in fields:
        data = {"before": ticket.line, "after": fields["line"], "reason": reason, "public": False}
        named = {name: fields.get(name, getattr(ticket, name)) for name in ("category_id", "resource_id")}
        events.append(("escalated", data | named))
    if "assignee_id" in fields:
        data = {"before": ticket.assignee_id, "after": fields["assignee_id"], "public": False}
        events.append(("assigned", data))
    return events


def of_merge(ticket: Ticket, into_id: UUID, now: datetime) -> dict[str, Any]:
    """Fields of a ticket that gives way to another: nobody has solved it."""
    return {**_UNSOLVED, "merged_into_id": into_id, "state": State.CLOSED, "closed_at": ticket.closed_at or now}


def check_one_client(ticket: Ticket, into: Ticket) -> None:
    """Whoever sees ``ticket`` must see ``into``. Raises Conflict."""
    if ticket.account_id is None:
        return
    if ticket.account_id != into.account_id:
        raise Conflict("The requests are of different clients; only requests of one client can be merged")
    if ticket.outlet_id != into.outlet_id:
        raise Conflict("The requests are of different outlets; give them the same outlet first, or name one problem")
    one_author = ticket.author_account_id in (None, ticket.account_id, into.author_account_id)
    if ticket.outlet_id is None and not one_author:
        raise Conflict("The requests have no outlet and different authors; give them the same outlet first")


def part_of(ticket: Ticket, new: NewTicket, said: Sequence[Message]) -> NewTicket:
    """``new`` as a part of ``ticket``: of the same client, with what was said first in public as its description."""
    same = ("account_id", "author_account_id", "author_name", "author_email", "author_phone", "language")
    fields: dict[str, Any] = {name: getattr(ticket, name) for name in same}
    fields["outlet_id"] = new.outlet_id or ticket.outlet_id
    fields["category_id"] = new.category_id or ticket.category_id
    fields["description"] = new.description or next((one.body for one in said if one.public), "")
    return msgspec.structs.replace(new, **fields)


def next_of(past: Ticket, new_id: UUID, channel: Any) -> NewTicket:
    """The request that continues one which was closed long ago."""
    same = ("account_id", "outlet_id", "author_account_id", "author_name", "author_email", "author_phone", "language")
    return NewTicket(
        id=new_id,
        channel=channel,
        subject=f"{past.subject} (№ {past.number})"[:300],
        category_id=past.category_id,
        **{name: getattr(past, name) for name in same},
    )
