"""The do-not-call list as the API tells it."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.imports.model import LineError
from api.web.paging import PageQuery, Search, Time

Written = Annotated[str, Meta(min_length=3, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Reason = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
SourceName = Literal["hand", "import", "opt_out", "operator", "api"]


class EntryData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A number (as people write it) or e-mail address that campaigns must not use, until a time or for ever.

    Without a partner it holds for campaigns of all.
    """

    address: Written
    reason: Reason = ""
    until: Time | None = None
    partner_id: UUID | None = None
    source: Literal["hand", "api"] = "hand"


class Entry(msgspec.Struct, kw_only=True):
    """An entry; ``opt_out``: the person asked for it in a call."""

    id: UUID
    address: str
    partner_id: UUID | None
    reason: str
    source: SourceName
    until: Time | None
    created_by: UUID | None
    created_at: Time


class EntriesQuery(PageQuery, kw_only=True):
    """Newest first. ``q``: a number or its beginning, or a part of the reason."""

    q: Search | None = None
    source: SourceName | None = None


class ImportForm(msgspec.Struct, kw_only=True):
    """A CSV or text file with a number a line; in a table, the column whose heading is a phone's, or the first one that
    holds numbers. A column of reasons is taken where there is one."""

    file: Annotated[str, Meta(extra_json_schema={"format": "binary"})]
    reason: Reason = ""
    partner_id: str = ""


class Imported(msgspec.Struct, kw_only=True):
    """``known``: were there already. ``errors``: the first broken lines; ``refused`` counts all."""

    added: int
    known: int
    refused: int
    errors: list[LineError]


class Check(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Numbers to look up, for campaigns of a partner or (none) of the company itself."""

    addresses: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(min_length=1, max_length=1000)]
    partner_id: UUID | None = None


class Checked(msgspec.Struct, kw_only=True):
    """The entry that forbids a number, none where it may be called; ``address`` null: it is no number."""

    written: str
    address: str | None
    entry: Entry | None
