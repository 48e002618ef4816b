"""A route as declared: what comes in, what goes out, who may. Router, OpenAPI document and tests read it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
from aiohttp import web

from engine.core.errors import Forbidden

PREFIX = "/api/v1"
ADDRESS = web.RequestKey("address", str)
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CLIENT_RIGHT = "tickets.own"
"""All that clients may."""
T = TypeVar("T")


class Page(msgspec.Struct, Generic[T]):
    """One page of a list; ``next`` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None = None


class FieldError(msgspec.Struct):
    """One broken rule: where (``body.steps.a.next``, ``query.limit``) and what."""

    path: str
    message: str


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457). ``code`` is stable; further members depend on it."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldError] = []


class ClientScope(msgspec.Struct, frozen=True):
    """Which account of a client somebody is: ``parent_id`` is the company's (its own id for the parent itself).
    ``outlets``: those a child was granted; None: the parent, who sees all of the company."""

    account_id: UUID
    parent_id: UUID
    outlets: frozenset[UUID] | None = None


class Identity(msgspec.Struct, frozen=True):
    """Who asks: the user of a valid access token."""

    user_id: UUID
    session_id: UUID
    login: str
    role: str
    rights: frozenset[str]
    partner_id: UUID | None = None
    """Users of a partner see that partner's data alone."""
    client: ClientScope | None = None
    """Clients see what their account was granted."""

    def may(self, right: str) -> bool:
        """Whether one of the rights named (``calls.read|calls.own``) is given; the empty one always is."""
        return not right or "*" in self.rights or any(name in self.rights for name in right.split("|"))


@dataclass(slots=True)
class Request:
    """A checked request, as handlers see it. ``user`` is set on every route that names a right."""

    raw: web.Request
    params: dict[str, Any]
    query: Any
    body: Any
    identity: Identity | None
    expected_version: int | None = None
    """The version in ``If-Match`` (``"3"``); None without the header."""

    @property
    def user(self) -> Identity:
        assert self.identity is not None
        return self.identity

    @property
    def client(self) -> ClientScope:
        """The account of the client who asks, on routes of the portal.

        Raises:
            Forbidden: who asks is no client, or its account is not active.
        """
        if self.user.client is None:
            raise Forbidden("This is open to clients who have an account", right=CLIENT_RIGHT)
        return self.user.client

    @property
    def address(self) -> str:
        """The client's own address, also behind a trusted proxy."""
        return self.raw.get(ADDRESS) or self.raw.remote or ""

    @property
    def language(self) -> str:
        """``en`` where Accept-Language puts it first, else ``ru``."""
        return "en" if self.raw.headers.get("Accept-Language", "").lower().startswith("en") else "ru"


Handler = Callable[[Request], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """One method of one path.

    ``right``: None for everybody, ``""`` for any signed-in user, else the right needed (``a|b``: one of them).
    ``body``, ``query``, ``response``: msgspec types; ``form``: fields of a multipart upload.
    ``limit``: where no sign-in is needed, the class of limit (api/web/limits.py).
    ``asks``: it changes nothing, whatever its method, and the log of changes need not know.
    ``media``: content types of an answer that is a file. ``errors``: statuses beyond those that follow from the rest.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    _: KW_ONLY
    tag: str
    right: str | None
    body: Any = None
    form: Any = None
    query: Any = None
    params: Mapping[str, Any] = field(default_factory=lambda: {"id": UUID})
    response: Any = None
    status: int = 200
    media: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    root: bool = False
    versioned: bool = False
    limit: Literal["public", "sign_in", "form"] = "public"
    asks: bool = False
    noted: bool = False
    """Its tables tell the log of changes of everything: the request itself is not noted beside that."""

    @property
    def full_path(self) -> str:
        return self.path if self.root else PREFIX + self.path

    @property
    def param_names(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def statuses(self) -> frozenset[int]:
        """Every status that the route may answer with."""
        found = {self.status, 405, 500, 503, *self.errors}
        if self.right is not None:
            found |= {401, 403}
        else:
            found |= {429}
        if self.param_names or self.query:
            found |= {422}
        if self.param_names:
            found |= {404}
        if self.body or self.form:
            found |= {400, 413, 415, 422}
        return frozenset(found)
