"""Entries of the log of changes."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import PageQuery, Search, Time

Word = Annotated[str, Meta(max_length=100)]


class AuditFilter(PageQuery, kw_only=True):
    """``from`` is included, ``to`` is not; ``object`` is a kind of thing (``users``, ``queues``), ``q`` looks in
    logins, names, addresses and requests; ``operation``: all that one request changed."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    user_id: UUID | None = None
    object: Word | None = None
    object_id: Word | None = None
    action: Word | None = None
    operation: UUID | None = None
    q: Search | None = None


class AuditEntry(msgspec.Struct, kw_only=True):
    """One change. ``action``: created, updated, deleted, ordered (a request that changed no stored thing), signed_in,
    sign_in_refused. ``before`` and ``after`` hold what differs; secrets read ``***``."""

    id: int
    at: Time
    operation: UUID | None
    user_id: UUID | None
    login: str
    address: str
    request: str
    action: str
    object: str
    object_id: str
    label: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
