"""What the columns of a table are of a lead, and how its file is read: data alone, with nothing of the web."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Role = Annotated[str, Meta(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Heading = Annotated[str, Meta(max_length=200)]
FieldName = Literal["phone", "email", "messenger", "name", "external_id", "timezone", "language", "data", "skip"]
FormatName = Literal["csv", "xlsx"]
Encoding = Literal["utf-8", "cp1251", "utf-16", "cp866", "koi8-r"]
Delimiter = Literal[",", ";", "\t", "|"]
OnDuplicate = Literal["update", "skip"]


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
