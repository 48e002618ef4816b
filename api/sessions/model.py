"""Sessions as their users and administrators see them."""

from uuid import UUID

import msgspec

from api.web.paging import PageQuery, Time


class Session(msgspec.Struct, kw_only=True):
    """A session that lives: from where, by which program, when last used; ``provider`` is the directory it came by,
    ``current`` the one that asks."""

    id: UUID
    user_id: UUID
    login: str
    created_at: Time
    last_used_at: Time
    expires_at: Time
    address: str
    agent: str
    provider: str | None
    current: bool = False


class SessionsQuery(PageQuery, kw_only=True):
    """Sessions, last used first."""

    user_id: UUID | None = None
