"""Imports as the API tells them: what a file's columns are, what came of its rows."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import PageQuery, Time

Role = Annotated[str, Meta(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Heading = Annotated[str, Meta(max_length=200)]
FieldName = Literal["phone", "email", "messenger", "name", "external_id", "timezone", "language", "data", "skip"]
FormatName = Literal["csv", "xlsx"]
Encoding = Literal["utf-8", "cp1251", "utf-16", "cp866", "koi8-r"]
Delimiter = Literal[",", ";", "\t", "|"]
OnDuplicate = Literal["update", "skip"]
State = Literal["uploaded", "queued", "running", "done", "failed", "cancelled"]


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a column is of a lead. ``role``: of a phone, e-mail or messenger's id (mobile, work...); ``variable``: the
    name of a ``data`` column where texts and menus use it."""

    field: FieldName
    role: Role = ""
    variable: Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,39})?$")] = ""


Mapping = Annotated[dict[Heading, Target], Meta(max_length=200)]
"""Column -> what it is. Columns that are not named become data under a name made of their heading."""


class Column(msgspec.Struct, kw_only=True):
    """A column with some of its values, and what it seems to be."""

    name: str
    samples: list[str]
    guess: Target


class Preview(msgspec.Struct, kw_only=True):
    """The beginning of a file as read with these options. ``rows``: data rows; ``total``: rows, roughly."""

    format: FormatName
    encoding: Encoding | None
    delimiter: Delimiter | None
    header: bool
    sheet: str | None
    sheets: list[str]
    columns: list[Column]
    rows: list[list[str]]
    total: int
    mapping: dict[str, Target]
    """What to start from: the list's own mapping where it knows the column, else the guess."""


class PreviewQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Other readings than the ones that were guessed."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    header: bool | None = None
    sheet: Annotated[str, Meta(max_length=100)] | None = None


class ImportStart(PreviewQuery, kw_only=True):
    """Begin: ``mapping`` left out: the one of the preview. ``on_duplicate``: what becomes of a lead that the list has
    already. ``remember``: the mapping becomes the list's."""

    mapping: Mapping | None = None
    on_duplicate: OnDuplicate = "update"
    remember: bool = True


class Options(msgspec.Struct, kw_only=True):
    """Column ``options``: how the file is read, and what is done with its rows."""

    format: Literal["csv", "xlsx", "jsonl"] = "csv"
    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    header: bool = True
    sheet: str | None = None
    mapping: dict[str, Target] = {}
    on_duplicate: OnDuplicate = "update"
    source_id: UUID | None = None


class LeadImport(msgspec.Struct, kw_only=True):
    """An import. ``read`` of ``total`` rows are settled: ``added``, ``updated`` (something was another), ``duplicates``
    (there already, left as they are) and refused ones. ``errors``: lines with something broken; those that have a
    phone nevertheless are taken without the broken part. ``error``: why it failed."""

    id: UUID
    list_id: UUID
    source: Literal["csv", "xlsx", "api", "http", "sql"]
    file: str
    options: Options
    state: State
    total: int | None
    read: int
    added: int
    updated: int
    duplicates: int
    errors: int
    error: str | None
    created_by: UUID | None
    created_at: Time
    started_at: Time | None
    finished_at: Time | None


class ImportsQuery(PageQuery, kw_only=True):
    """Imports of a list, newest first."""

    state: State | None = None


class ImportForm(msgspec.Struct, kw_only=True):
    """A CSV or XLSX file."""

    file: Annotated[str, Meta(extra_json_schema={"format": "binary"})]


class Uploaded(msgspec.Struct, kw_only=True):
    """The import to start, and the beginning of its file."""

    item: LeadImport = msgspec.field(name="import")
    preview: Preview


class LineError(msgspec.Struct, kw_only=True):
    """A broken line of the file, the headings being line 1; ``field`` as in the mapping."""

    line: int
    field: str
    value: str
    message: str


class ErrorsQuery(PageQuery, kw_only=True):
    """Broken lines in the order of the file."""
