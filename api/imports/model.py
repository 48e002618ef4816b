"""Imports as the API tells them: what is uploaded and started, what came of its rows."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.imports.table import Delimiter, Encoding, Mapping, OnDuplicate, Options, Preview
from api.web.paging import PageQuery, Time

State = Literal["uploaded", "queued", "running", "done", "failed", "cancelled"]


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
