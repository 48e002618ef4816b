"""Sources as configured: where rows of a list, or a client's portrait, come from."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.imports.table import Column, Target
from api.telephony.model import Name
from api.web.paging import Time
from engine.dialer.portraits.model import Headers, Pointer, Portrait, Url, broken, places, refused

Parameter = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.\[\]-]{0,60}$")]
Secret = Annotated[str, Meta(min_length=1, max_length=2000)]


class HttpRows(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="http", forbid_unknown_fields=True):
    """A request whose JSON answer holds rows at ``rows`` (a list of objects). ``{secret}`` stands in headers or body.

    ``paging``: ``none``: one answer has all; ``page``: the number of a page goes into the query as ``parameter``, from
    ``first`` on, until an answer has no rows; ``cursor``: the value at ``next`` goes into ``parameter`` until there is
    none.
    """

    url: Url
    method: Literal["GET", "POST"] = "GET"
    headers: Headers = msgspec.field(default_factory=dict)
    body: Annotated[str, Meta(max_length=4000)] = ""
    rows: Pointer = ""
    paging: Literal["none", "page", "cursor"] = "none"
    parameter: Parameter = "page"
    first: Annotated[int, Meta(ge=0, le=1)] = 1
    next: Pointer = ""


class SqlRows(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="sql", forbid_unknown_fields=True):
    """A query to a PostgreSQL database, asked in a transaction that reads alone. The secret is ``user``'s password.

    ``tls``: as libpq's sslmode.
    """

    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$")]
    port: Annotated[int, Meta(ge=1, le=65535)] = 5432
    database: Annotated[str, Meta(pattern=r"^[^\x00-\x1f]{1,63}$")]
    user: Annotated[str, Meta(pattern=r"^[^\x00-\x1f]{1,63}$")]
    tls: Literal["disable", "prefer", "require", "verify-full"] = "prefer"
    query: Annotated[str, Meta(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]


class SourceData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A source: ``http`` and ``sql`` fill lists, ``portrait`` tells of one client at the moment of a call."""

    name: Name
    settings: HttpRows | SqlRows | Portrait
    enabled: bool = True
    partner_id: UUID | None = None


class SourceWrite(SourceData, kw_only=True):
    """A source as written; the ``secret`` is never read back, and stays when left out."""

    secret: Secret | UnsetType | None = UNSET


class Source(SourceData, kw_only=True):
    """A source as read."""

    id: UUID
    has_secret: bool
    version: int
    created_at: Time
    updated_at: Time


class TrialOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whom to ask a source of portraits for."""

    phone: Annotated[str, Meta(max_length=40, pattern=r"^[0-9+ ().-]*$")] = ""
    external_id: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""


class Trial(msgspec.Struct, kw_only=True):
    """Whether the source answers as configured; its first rows with what their columns seem to be, or the portrait."""

    ok: bool
    detail: str
    columns: list[Column] = []
    rows: list[list[str]] = []
    mapping: dict[str, Target] = {}
    portrait: dict[str, str] = {}


def kind(settings: HttpRows | SqlRows | Portrait) -> str:
    """What the column ``kind`` holds."""
    return {HttpRows: "http", SqlRows: "sql", Portrait: "portrait"}[type(settings)]


def target(settings: HttpRows | SqlRows | Portrait) -> tuple[Any, ...]:
    """Where the secret goes."""
    if isinstance(settings, SqlRows):
        return settings.host, settings.port, settings.database, settings.user, settings.tls == "disable"
    return (settings.url.partition("?")[0],)


def faults(source: SourceData) -> list[dict[str, str]]:
    """Broken rules that types can't say."""
    settings, path = source.settings, "body.settings"
    if isinstance(settings, Portrait):
        return broken(settings)
    if isinstance(settings, SqlRows):
        return []
    errors = []
    if reason := refused(settings.url):
        errors.append({"path": f"{path}.url", "message": reason})
    for where, allowed in (("url", set()), ("body", {"secret"})):
        for name in sorted(places(getattr(settings, where)) - allowed):
            errors.append({"path": f"{path}.{where}", "message": f"{{{name}}} can't stand here"})
    if settings.method == "GET" and settings.body:
        errors.append({"path": f"{path}.body", "message": "Only POST has a body"})
    if settings.paging == "cursor" and not settings.next:
        errors.append({"path": f"{path}.next", "message": "Say where the next cursor stands in the answer"})
    return errors
