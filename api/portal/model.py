"""What clients see and send. A request shows its client nothing of the kitchen."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.auth.model import Language
from api.clients.model import AccountState, Line, OutletIds, PhoneText, Title
from api.lists.model import Zone
from api.telephony.model import Written
from api.ticket_files.model import Verdict
from api.tickets.model import Status
from api.tickets.states import State
from api.web.paging import PageQuery, SearchQuery, Time

Text = Annotated[str, Meta(max_length=50_000)]
FileIds = Annotated[list[UUID], Meta(max_length=50)]


class PortalAccount(msgspec.Struct, kw_only=True):
    """One's own account: the company's (``is_parent``) or a person's."""

    id: UUID
    is_parent: bool
    name: str
    contact: str
    email: str
    phone: str
    tax_id: str
    timezone: str
    language: Language
    state: AccountState
    registered_at: Time
    version: int


class Company(msgspec.Struct, kw_only=True):
    """Whose person one is."""

    id: UUID
    name: str


class PortalOutlet(msgspec.Struct, kw_only=True):
    """An outlet that one sees; nothing new is asked for one that is off (``enabled``)."""

    id: UUID
    name: str
    address: str
    phone: str
    enabled: bool


class PortalMe(msgspec.Struct, kw_only=True):
    """Who one is here; ``parent``: the company of a person."""

    account: PortalAccount
    parent: Company | None
    login: str
    outlets: list[PortalOutlet]


class MePatch(Written, kw_only=True):
    """Fields of one's own account to change: ``contact`` and ``timezone`` are a company's, ``name`` a person's."""

    name: Title | UnsetType = UNSET
    contact: Line | UnsetType = UNSET
    phone: PhoneText | UnsetType = UNSET
    timezone: Zone | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class PortalFile(msgspec.Struct, kw_only=True):
    """A file of a request; ``message_id``: of the word that it came with; ``ticket_id``: where it is read (another
    request, where that was merged)."""

    id: UUID
    ticket_id: UUID
    message_id: UUID | None
    name: str
    media_type: str
    size_bytes: int
    verdict: Verdict
    created_at: Time


class PortalTicket(msgspec.Struct, kw_only=True):
    """A request as a list shows it. ``status`` is what counts for a client; ``state`` tells who is to do something:
    ``solved`` asks for a confirmation until ``confirm_until``, ``waiting`` for an answer."""

    id: UUID
    number: int
    outlet_id: UUID | None
    author_account_id: UUID | None
    author_name: str
    channel: str
    subject: str
    category_id: UUID | None
    state: State
    status: Status
    due_at: Time | None
    overdue_at: Time | None
    first_response_at: Time | None
    solved_at: Time | None
    confirm_until: Time | None
    closed_at: Time | None
    client_said_at: Time | None
    staff_said_at: Time | None
    merged_into_id: UUID | None
    version: int
    created_at: Time
    updated_at: Time


class PortalTicketWhole(PortalTicket, kw_only=True):
    """A request with what was asked, and its files."""

    description: str
    files: list[PortalFile]


class TicketsQuery(SearchQuery, kw_only=True):
    """The newest first; ``q`` is a number or words of what was written."""

    status: Status | None = None
    outlet_id: UUID | None = None


class CountsQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Of all outlets that one sees, or of one."""

    outlet_id: UUID | None = None


class PortalCounts(msgspec.Struct, kw_only=True):
    """How many requests one has, by what counts for a client."""

    accepted: int
    overdue: int
    closed: int


class PortalNewTicket(Written, kw_only=True):
    """A request to make. ``outlet_id``: one of those granted, which only who has none may leave out. ``id``: yours, so
    that sending twice makes one. ``file_ids``: uploaded before."""

    id: UUID | None = None
    subject: Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\S")]
    description: Text = ""
    outlet_id: UUID | None = None
    category_id: UUID | None = None
    file_ids: FileIds = []


class PortalMessage(msgspec.Struct, kw_only=True):
    """Something said; ``account_id`` of clients. ``ticket_id``: the request it was said in (another one where that was
    merged)."""

    id: UUID
    ticket_id: UUID
    at: Time
    author: Literal["client", "staff", "system"]
    account_id: UUID | None
    author_name: str
    body: str
    files: list[PortalFile]


class PortalNewMessage(Written, kw_only=True):
    """Something to say: words, files or both. ``id``: yours, so that sending twice says it once."""

    id: UUID | None = None
    body: Text = ""
    file_ids: FileIds = []


class Reopen(Written, kw_only=True):
    """What is still wrong, in words; ``id``: of the word, yours."""

    id: UUID | None = None
    reason: Text = ""


class Watch(msgspec.Struct):
    """Whether letters tell one of what is said in a request."""

    watching: bool


class PortalCategory(msgspec.Struct, kw_only=True):
    """What a request may be about."""

    id: UUID
    name: str
    name_en: str


class PortalNotice(msgspec.Struct, kw_only=True):
    """A trouble that many have; ``ticket_ids``: one's own open requests that it concerns."""

    id: UUID
    text: str
    at: Time
    ticket_ids: list[UUID]


class Child(msgspec.Struct, kw_only=True):
    """A person of one's company. ``signed_in_at`` null: was never here yet."""

    id: UUID
    name: str
    email: str
    phone: str
    language: Language
    state: AccountState
    outlets: list[UUID]
    signed_in_at: Time | None
    version: int
    created_at: Time


class ChildPatch(Written, kw_only=True):
    """Fields to change. ``outlets``: what the person sees from now on; ``blocked`` ends its sessions."""

    name: Title | UnsetType = UNSET
    phone: PhoneText | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    outlets: OutletIds | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET


class MessagesQuery(PageQuery, kw_only=True):
    """The oldest first."""
