"""Members of a group of employees."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta


class Member(msgspec.Struct, kw_only=True):
    """An employee in a group."""

    id: UUID
    login: str
    name: str
    extension: str | None


class Members(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is in the group from now on."""

    user_ids: Annotated[list[UUID], Meta(max_length=5000)]
