"""Users as administrators see and change them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.auth.model import NewPassword
from api.telephony.model import Name
from api.web.paging import Time

LoginName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._@+-]{0,99}$", description="Small letters")]
RoleName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Language = Literal["ru", "en"]


class NewUser(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A user to create."""

    login: LoginName
    name: Name
    password: NewPassword
    role: RoleName
    language: Language = "ru"


class UserPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change; ``blocked`` ends all sessions, a new ``password`` too."""

    name: Name | UnsetType = UNSET
    role: RoleName | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET
    password: NewPassword | UnsetType = UNSET


class User(msgspec.Struct, kw_only=True):
    """A user."""

    id: UUID
    login: str
    name: str
    role: str
    language: Language
    blocked_at: Time | None
    created_at: Time


class Role(msgspec.Struct, kw_only=True):
    """A role and what it allows."""

    name: str
    title: str
    rights: list[str]
