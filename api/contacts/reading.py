"""Contacts from a CSV file. Pure."""

import csv
import io
import re
from collections.abc import Iterator

import msgspec

from api.contacts import numbers
from api.contacts.model import ContactData, PhoneData, RowError, ScopeName

_HEADINGS = {
    "name": ("name", "имя", "фио", "название", "контакт"),
    "company": ("company", "компания", "организация"),
    "position": ("position", "title", "должность"),
    "email": ("email", "e-mail", "почта"),
    "note": ("note", "notes", "comment", "заметка", "комментарий", "примечание"),
    "phones": ("phones", "phone", "number", "телефоны", "телефон", "номер"),
}
_FIELD = {heading: field for field, headings in _HEADINGS.items() for heading in headings}
_BETWEEN_PHONES = re.compile(r"[,;|\n]+")
_NUMBERED = re.compile(r"[\s_-]*\d+$")


class NotATable(ValueError):
    """The file is no CSV with a heading for the name."""


def text_of(data: bytes) -> str:
    """UTF-8 (with or without its mark), else the encoding of Russian Windows."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")


def rows(text: str, scope: ScopeName, most: int) -> Iterator[tuple[int, ContactData | RowError]]:
    """Contacts with their rows' numbers, the headings being row 1; a row that breaks a rule gives its error.

    Raises:
        NotATable: no headings, none of a name, or more than ``most`` rows.
    """
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        fields = [_field(heading) for heading in next(reader, [])]
        if "name" not in fields:
            raise NotATable("The first row must hold headings, among them name (or имя)")
        for count, cells in enumerate(reader, start=2):
            if count > most + 1:
                raise NotATable(f"More than {most} rows: split the file")
            if any(cell.strip() for cell in cells):
                yield count, _contact(count, fields, cells, scope)
    except csv.Error as exc:
        raise NotATable(f"The file is no CSV: {exc}") from None


def _field(heading: str) -> str:
    plain = heading.strip().lower()
    return _FIELD.get(plain) or _FIELD.get(_NUMBERED.sub("", plain), "")


def _contact(count: int, fields: list[str], cells: list[str], scope: ScopeName) -> ContactData | RowError:
    values: dict[str, str] = {}
    phones: list[str] = []
    for field, cell in zip(fields, cells, strict=False):
        if field == "phones":
            phones += [part.strip().removeprefix("'") for part in _BETWEEN_PHONES.split(cell) if part.strip()]
        elif field and cell.strip():
            values[field] = " ".join(cell.split()) if field != "note" else cell.strip()
    bad = next((phone for phone in phones if numbers.key(phone) is None), None)
    if bad is not None:
        return RowError(count, f"Not a phone number: {bad[:40]}")
    try:
        return msgspec.convert({**values, "scope": scope, "phones": [{"number": p} for p in phones]}, ContactData)
    except msgspec.ValidationError as exc:
        return RowError(count, str(exc))


def phone_pairs(phones: list[PhoneData]) -> list[tuple[str, str]] | str:
    """Numbers to compare by with their labels, each once; the writing that is no number instead."""
    found: dict[str, str] = {}
    for phone in phones:
        number = numbers.key(phone.number)
        if number is None:
            return phone.number
        found.setdefault(number, phone.label)
    return list(found.items())
