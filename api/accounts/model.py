"""Users and roles as administrators see and change them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.auth.model import Language, NewPassword, StartPage
from api.telephony.model import Name
from api.web.paging import SearchQuery, Time
from engine.routing.model import ExtensionNumber

LoginName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._@+-]{0,99}$", description="Small letters")]
RoleName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Email = Annotated[str, Meta(pattern=r"^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}$", max_length=254)]
RightName = Annotated[str, Meta(pattern=r"^(\*|[a-z]+\.[a-z]+)$")]
Title = Annotated[str, Meta(max_length=100)]


class SkillLevel(msgspec.Struct, forbid_unknown_fields=True):
    """How well a user can do something: 1 somewhat, 10 best."""

    skill_id: UUID
    level: Annotated[int, Meta(ge=1, le=10)]


Groups = Annotated[list[UUID], Meta(max_length=100)]
Skills = Annotated[list[SkillLevel], Meta(max_length=100)]


class NewUser(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A user to create: with a password, or by ``invite`` (a letter to ``email`` with a link to set one), or with
    neither (a directory will vouch for them)."""

    login: LoginName
    name: Name
    role: RoleName
    password: NewPassword | None = None
    invite: bool = False
    email: Email | None = None
    language: Language = "ru"
    extension: ExtensionNumber | None = None
    partner_id: UUID | None = None
    groups: Groups = []
    skills: Skills = []


class UserPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change; ``blocked`` ends all sessions, a new ``password`` too; ``groups`` and ``skills`` are
    replaced."""

    name: Name | UnsetType = UNSET
    role: RoleName | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    extension: ExtensionNumber | UnsetType | None = UNSET
    partner_id: UUID | UnsetType | None = UNSET
    groups: Groups | UnsetType = UNSET
    skills: Skills | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET
    password: NewPassword | UnsetType = UNSET


class User(msgspec.Struct, kw_only=True):
    """A user; one with an ``extension`` is an operator. ``locked_until``: too many failed sign-ins."""

    id: UUID
    login: str
    name: str
    email: str | None
    role: str
    language: Language
    extension: str | None
    partner_id: UUID | None
    groups: list[UUID]
    skills: list[SkillLevel]
    has_password: bool
    second_factor: bool
    blocked_at: Time | None
    locked_until: Time | None
    signed_in_at: Time | None
    created_at: Time
    version: int


class UsersQuery(SearchQuery, kw_only=True):
    """``q`` looks in login, name, e-mail and extension."""

    role: RoleName | None = None
    group_id: UUID | None = None
    partner_id: UUID | None = None
    state: Literal["active", "blocked"] | None = None


class NewRole(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A role to create. ``totp_required``: its users have no right before they enrolled an authenticator (those whom an
    OIDC provider vouches for need none)."""

    name: RoleName
    title: Name
    title_en: Title = ""
    rights: Annotated[list[RightName], Meta(max_length=100)]
    start_page: StartPage = "cabinet"
    totp_required: bool = False


class RolePatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Fields to change; they hold at once, for sessions that are open too."""

    title: Name | UnsetType = UNSET
    title_en: Title | UnsetType = UNSET
    rights: Annotated[list[RightName], Meta(max_length=100)] | UnsetType = UNSET
    start_page: StartPage | UnsetType = UNSET
    totp_required: bool | UnsetType = UNSET


class Role(msgspec.Struct, kw_only=True):
    """A role and what it allows; those ``built_in`` can't be deleted."""

    name: str
    title: str
    title_en: str
    rights: list[str]
    start_page: StartPage
    totp_required: bool
    built_in: bool
    users: int
    version: int


class RightTitle(msgspec.Struct, kw_only=True):
    """A right that roles may hold."""

    name: str
    area: str
    title: str
    title_en: str


class NewIdentity(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who a user is in a directory: ``subject`` is the ``sub`` of OIDC, or the unique id (else the DN) of LDAP."""

    provider_id: UUID
    subject: Annotated[str, Meta(min_length=1, max_length=500)]


class DirectoryIdentity(NewIdentity, kw_only=True):
    """A user's place in a directory."""

    created_at: Time
