"""Directories as they are configured, and the people they tell of."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.accounts.model import RoleName
from api.telephony.model import Name
from api.web.paging import Time

Url = Annotated[str, Meta(pattern=r"^https?://[!-~]{1,300}$", max_length=300)]
Claim = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:/-]{1,100}$")]
Attribute = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]
Dn = Annotated[str, Meta(max_length=500)]
Filter = Annotated[str, Meta(pattern=r"^\(.{1,500}\)$")]
Group = Annotated[str, Meta(min_length=1, max_length=500)]
Secret = Annotated[str, Meta(min_length=1, max_length=1000)]


class Oidc(msgspec.Struct, kw_only=True, tag_field="kind", tag="oidc", forbid_unknown_fields=True):
    """An OpenID provider, known by discovery at ``issuer``. Claims may be in the ID token or told by its user info.
    The address to enter there as redirect URI is ``<public_url>/api/v1/auth/oidc/callback``."""

    issuer: Url
    client_id: Annotated[str, Meta(min_length=1, max_length=300)]
    scopes: Annotated[list[Claim], Meta(max_length=20)] = msgspec.field(
        default_factory=lambda: ["openid", "profile", "email"]
    )
    login_claim: Claim = "preferred_username"
    name_claim: Claim = "name"
    email_claim: Claim = "email"
    groups_claim: Claim = "groups"


class Ldap(msgspec.Struct, kw_only=True, tag_field="kind", tag="ldap", forbid_unknown_fields=True):
    """An LDAP directory: ``bind_dn`` (with the secret) finds who has the login by ``user_filter``, then binds as them
    with the password given. Their groups are those that ``group_filter`` finds, and their ``memberOf``."""

    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
    port: Annotated[int, Meta(ge=1, le=65535)] = 389
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Annotated[str, Meta(max_length=300)] = ""
    """Certificate of the authority that signed the server's; empty: those that the system knows."""
    bind_dn: Dn = ""
    base_dn: Dn
    user_filter: Filter = "(uid={login})"
    id_attribute: Attribute = "entryUUID"
    login_attribute: Attribute = "uid"
    name_attribute: Attribute = "cn"
    email_attribute: Attribute = "mail"
    group_base_dn: Dn = ""
    group_filter: Filter = "(member={dn})"
    group_name_attribute: Attribute = "cn"


class RoleRule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Members of ``group`` (its name, or its DN) get ``role``, and belong to the partner if one is named."""

    group: Group
    role: RoleName
    partner_id: UUID | None = None


class ProviderData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A directory. The first rule of ``role_map`` that fits gives the role, at every sign-in anew; else
    ``default_role``; without that nobody else signs in. ``create_users``: users we do not know yet are made."""

    name: Name
    enabled: bool = True
    settings: Oidc | Ldap
    role_map: Annotated[list[RoleRule], Meta(max_length=200)] = []
    default_role: RoleName | None = None
    create_users: bool = True


class ProviderWrite(ProviderData, kw_only=True):
    """A directory as written; the ``secret`` (of the client, of ``bind_dn``) is never read back, and stays when left
    out."""

    secret: Secret | UnsetType | None = UNSET


class Provider(ProviderData, kw_only=True):
    """A directory as read."""

    id: UUID
    has_secret: bool
    version: int
    created_at: Time
    updated_at: Time


class PublicProvider(msgspec.Struct, kw_only=True):
    """What the sign-in page shows of a directory."""

    id: UUID
    name: str
    kind: Literal["oidc", "ldap"]


class Person(msgspec.Struct, kw_only=True):
    """Somebody as a directory tells: ``subject`` never changes and is never given to another."""

    subject: str
    login: str
    name: str
    email: str | None
    groups: list[str]


class StartQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where to come back to."""

    page: Literal["panel", "widget"] = "panel"


class CallbackQuery(msgspec.Struct, kw_only=True):
    """What the provider sends the browser back with (other fields are its own affair)."""

    state: Annotated[str, Meta(max_length=500)] = ""
    code: Annotated[str, Meta(max_length=4000)] = ""
    error: Annotated[str, Meta(max_length=500)] = ""


class Finish(msgspec.Struct, forbid_unknown_fields=True):
    """The code from the page's address; good once, for a minute, in the browser that began."""

    code: Annotated[str, Meta(min_length=20, max_length=200)]


class Trial(msgspec.Struct, kw_only=True):
    """Whether the directory answers as configured, and what is wrong if not."""

    ok: bool
    detail: str
