"""What sign-in takes and gives."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Login = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
NewPassword = Annotated[str, msgspec.Meta(min_length=10, max_length=200)]
SecondFactor = Annotated[
    str,
    msgspec.Meta(pattern="^[0-9A-Za-z -]{6,30}$", description="Six digits of the authenticator, or a recovery code"),
]
StartPage = Literal["panel", "widget", "cabinet"]
Language = Literal["ru", "en"]


class Credentials(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Login (any case) and password; ``code`` where a second factor is asked for; ``provider_id``: the password is
    that of this directory (LDAP). Without it a user of ours is looked for first, then the directories."""

    login: Login
    password: Password
    code: SecondFactor | None = None
    provider_id: UUID | None = None


class RefreshToken(msgspec.Struct, forbid_unknown_fields=True):
    """The refresh token of the last answer; good for one use."""

    refresh_token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True):
    """The password now and the one from now on."""

    current: Password
    new: NewPassword


class MePatch(msgspec.Struct, forbid_unknown_fields=True):
    """What users may change of themselves."""

    language: Language


class Me(msgspec.Struct, kw_only=True):
    """The signed-in user and what the role allows (``*``: everything). ``start_page`` is where to go after sign-in.
    While ``second_factor_due``, the role gives no right until an authenticator is enrolled."""

    id: UUID
    login: str
    name: str
    role: str
    rights: list[str]
    language: Language
    email: str | None = None
    extension: str | None = None
    partner_id: UUID | None = None
    start_page: StartPage = "cabinet"
    second_factor: bool = False
    second_factor_due: bool = False
    has_password: bool = True


class Tokens(msgspec.Struct, kw_only=True):
    """A signed-in session: ``access_token`` goes into ``Authorization: Bearer``, for ``expires_in`` seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"
    user: Me


class Account(msgspec.Struct, kw_only=True):
    """A user as sign-in needs it; ``blocked``: the user, or the partner it belongs to."""

    id: UUID
    login: str
    name: str
    password_hash: str | None
    role: str
    rights: list[str]
    language: Language
    email: str | None
    extension: str | None
    partner_id: UUID | None
    start_page: StartPage
    blocked: bool
    totp_required: bool
    totp_secret: str | None
    totp_confirmed_at: datetime | None

    @property
    def second_factor(self) -> bool:
        return self.totp_confirmed_at is not None

    def me(self, *, by_provider: bool = False) -> Me:
        """``by_provider``: an OIDC provider vouches for the user, who needs no second factor here."""
        due = self.totp_required and not self.second_factor and not by_provider
        return Me(
            id=self.id,
            login=self.login,
            name=self.name,
            role=self.role,
            rights=[] if due else self.rights,
            language=self.language,
            email=self.email,
            extension=self.extension,
            partner_id=self.partner_id,
            start_page=self.start_page,
            second_factor=self.second_factor,
            second_factor_due=due,
            has_password=self.password_hash is not None,
        )
