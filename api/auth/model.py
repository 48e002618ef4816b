"""What sign-in takes and gives."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Login = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
NewPassword = Annotated[str, msgspec.Meta(min_length=10, max_length=200)]


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """Login (any case) and password."""

    login: Login
    password: Password


class RefreshToken(msgspec.Struct, forbid_unknown_fields=True):
    """The refresh token of the last answer; good for one use."""

    refresh_token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True):
    """The password now and the one from now on."""

    current: Password
    new: NewPassword


class Me(msgspec.Struct, kw_only=True):
    """The signed-in user and what the role allows (``*``: everything)."""

    id: UUID
    login: str
    name: str
    role: str
    rights: list[str]
    language: Literal["ru", "en"]


class Tokens(msgspec.Struct, kw_only=True):
    """A signed-in session: ``access_token`` goes into ``Authorization: Bearer``, for ``expires_in`` seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"
    user: Me


class Account(msgspec.Struct, kw_only=True):
    """A user as sign-in needs it."""

    id: UUID
    login: str
    name: str
    password_hash: str
    role: str
    rights: list[str]
    language: Literal["ru", "en"]
    blocked_at: datetime | None

    def me(self) -> Me:
        return Me(
            id=self.id, login=self.login, name=self.name, role=self.role, rights=self.rights, language=self.language
        )
