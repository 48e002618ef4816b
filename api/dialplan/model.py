"""Dialplan versions and dry runs as the API takes and gives them."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from api.web.paging import PageQuery, Time
from engine.routing.model import ExtensionNumber

VersionId = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Template = Annotated[str, Meta(max_length=200_000)]
TemplateName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}\.conf\.j2$")]
Templates = Annotated[dict[TemplateName, Template], Meta(max_length=100)]


class VersionsQuery(PageQuery, kw_only=True):
    """Versions, newest first."""


class VersionListed(msgspec.Struct, kw_only=True):
    """A version without its templates."""

    id: int
    created_at: Time
    author: str
    comment: str
    activated_at: Time | None
    active: bool


class Version(VersionListed, kw_only=True):
    """A version: file name -> template."""

    templates: dict[str, str]


class NewVersion(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Templates that differ from the shipped ones; they are checked and saved, not activated."""

    templates: Templates
    comment: Annotated[str, Meta(max_length=500)] = ""


class CheckRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Templates to check without saving."""

    templates: Templates


class DialplanProblem(msgspec.Struct, kw_only=True):
    """A finding of the checker."""

    file: str
    line: int
    severity: Literal["error", "warning"]
    code: str
    message: str


class Checked(msgspec.Struct, kw_only=True):
    """What the checker says; an ``error`` stands in the way of activation."""

    problems: list[DialplanProblem]


class InForce(msgspec.Struct, kw_only=True):
    """What is in force now; ``version`` none: the shipped templates."""

    version: VersionListed | None


class Difference(msgspec.Struct, kw_only=True):
    """A unified diff of extensions.conf: as it is in force, and as the version would make it."""

    diff: str


class TraceRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A call that does not happen: from ``caller`` to ``called`` ``at`` a time (now), pressing ``digits``.

    ``say``: what is said, an utterance for each time that a step listens; it comes before digits there. In both a comma
    is a silence. ``internal_from``: the extension whose phone dials, for a call from inside.
    """

    caller: Annotated[str, Meta(pattern=r"^\+?[0-9]{0,20}$")]
    called: Annotated[str, Meta(pattern=r"^[0-9*#+]{1,20}$")]
    at: Time | None = None
    digits: Annotated[str, Meta(pattern=r"^[0-9*#,]{0,200}$")] = ""
    internal_from: ExtensionNumber | None = None
    say: Annotated[list[Annotated[str, Meta(max_length=500)]], Meta(max_length=50)] = []
