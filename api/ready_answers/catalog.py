"""Categories, lines, affected resources and ready answers, as configured things."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from api.ready_answers.rendering import template_errors
from api.telephony.model import Name, Written
from api.telephony.resource import Errors, Resource

English = Annotated[str, Meta(max_length=100)]
Text = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=r"\S")]


class TicketCategoryData(Written, kw_only=True):
    """What requests are about. New ones begin on ``line`` with ``priority``; ``for_clients``: clients may choose it."""

    name: Name
    name_en: English = ""
    line: Annotated[int, Meta(ge=1, le=3)] = 1
    priority: Literal["low", "normal", "high", "urgent"] = "normal"
    for_clients: bool = True
    enabled: bool = True


class SupportLineData(Written, kw_only=True):
    """A line of support. ``group_id``: who works there; ``target_share``: which share of what comes to the line it
    should solve itself."""

    name: Name
    name_en: English = ""
    group_id: UUID | None = None
    target_share: Annotated[float, Meta(ge=0, le=1)] = 0.8


class SupportLineRead(SupportLineData, kw_only=True):
    """``line``: its number."""

    line: int


class SupportResourceData(Written, kw_only=True):
    """What may be affected: a service, a device, a site."""

    name: Name
    note: Annotated[str, Meta(max_length=1000)] = ""
    enabled: bool = True


class ReadyAnswerData(Written, kw_only=True):
    """A text that is ready. In it ``{{ number }}``, ``{{ subject }}``, ``{{ client }}``, ``{{ company }}``,
    ``{{ outlet }}``, ``{{ operator }}``, ``{{ assignee }}``, ``{{ line }}``, ``{{ category }}`` and ``{{ status }}``
    are filled in, and ``{% if outlet %} ... {% endif %}`` may stand. ``shortcut``: what to type for it."""

    name: Name
    shortcut: Annotated[str, Meta(pattern=r"^[a-zа-яё0-9_-]{1,40}$")] | None = None
    text: Text
    text_en: Annotated[str, Meta(max_length=10_000)] = ""
    category_id: UUID | None = None
    enabled: bool = True


def _answer_errors(answer: ReadyAnswerData) -> Errors:
    return [
        {"path": f"body.{name}", "message": message}
        for name in ("text", "text_en")
        if (message := template_errors(getattr(answer, name)))
    ]


READ, WRITE = "tickets.read", "tickets.settings"
CATEGORIES = Resource(
    path="ticket-categories",
    table="ticket_categories",
    title="TicketCategory",
    write=TicketCategoryData,
    search=("name", "name_en"),
    read_right=READ,
    write_right=WRITE,
)
LINES = Resource(
    path="support-lines",
    table="support_lines",
    title="SupportLine",
    write=SupportLineData,
    read=SupportLineRead,
    search=("name", "name_en"),
    methods=frozenset({"GET", "PUT", "PATCH"}),
    read_right=READ,
    write_right=WRITE,
)
RESOURCES = Resource(
    path="support-resources",
    table="support_resources",
    title="SupportResource",
    write=SupportResourceData,
    search=("name", "note"),
    read_right=READ,
    write_right=WRITE,
)
READY_ANSWERS = Resource(
    path="ready-answers",
    table="ready_answers",
    title="ReadyAnswer",
    write=ReadyAnswerData,
    search=("name", "shortcut", "text"),
    check=_answer_errors,
    read_right="tickets.write",
    write_right=WRITE,
)
ALL = (CATEGORIES, LINES, RESOURCES, READY_ANSWERS)
