"""Mailboxes as people configure them."""

from typing import Annotated, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.telephony.model import Name, Written
from api.telephony.resource import Errors, Resource
from api.web.paging import Time

Security = Literal["tls", "starttls", "none"]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
SECRET_LONGEST = 500


class MailboxData(Written, kw_only=True):
    """A mailbox. Only letters that come after it was set up are read; all of them stay in it, as they were.

    ``address``: what clients write to, small letters. ``category_id``: of requests that it opens. ``strangers``:
    whether somebody who is no client may open one. ``authserv_id``: how the server that takes mail in for this mailbox
    names itself in Authentication-Results (RFC 8601; as mx.example.com); a sender whom that header does not show to be
    true speaks for nobody. Such a server removes headers of its own name that letters bring along. Empty: not checked.
    """

    name: Name
    address: Annotated[str, Meta(max_length=254, pattern=r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,253}$")]
    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$")]
    port: Annotated[int, Meta(ge=1, le=65535)] = 993
    security: Security = "tls"
    login: Line
    folder: Line = "INBOX"
    category_id: UUID | None = None
    strangers: bool = True
    authserv_id: Annotated[str, Meta(max_length=253, pattern=r"^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$")] = ""
    enabled: bool = True


class MailboxWrite(MailboxData, kw_only=True):
    """A mailbox as written; ``secret`` is its password, which is never read back and stays when left out."""

    secret: Annotated[str, Meta(min_length=1, max_length=4000)] | UnsetType = UNSET


class MailboxRead(MailboxData, kw_only=True):
    """A mailbox with how it is: when it was read last without a fault, and the present fault."""

    seen_at: Time | None = None
    error: str | None = None


class Trial(msgspec.Struct, kw_only=True):
    """Whether the mailbox can be read as configured; ``letters``: how many lie in the folder; ``idle``: whether new
    ones are told at once; ``servers``: names on top of the Authentication-Results of the newest letters, one of which
    ``authserv_id`` should be."""

    ok: bool
    detail: str
    letters: int = 0
    idle: bool = False
    servers: list[str] = []


class Access(NamedTuple):
    """What is needed to read a mailbox; ``secret`` is sealed."""

    id: UUID
    version: int
    address: str
    host: str
    port: int
    security: Security
    login: str
    secret: str | None
    folder: str
    category_id: UUID | None
    strangers: bool
    authserv_id: str
    uid_validity: int | None
    uid_next: int | None


def _rules(mailbox: MailboxWrite) -> Errors:
    if mailbox.host.lower() in ("localhost", "127.0.0.1") or mailbox.security != "none":
        return []
    message = "Without TLS the password would go over the network as it is; take tls or starttls"
    return [{"path": "body.security", "message": message}]


MAILBOXES = Resource(
    path="mailboxes",
    table="mailboxes",
    title="Mailbox",
    write=MailboxWrite,
    read=MailboxRead,
    search=("name", "address"),
    check=_rules,
    read_right="tickets.settings",
    write_right="tickets.settings",
)
