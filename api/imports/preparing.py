"""A row made a lead by the mapping, and leads as the bytes that COPY takes. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from api.imports import guessing, phones
from api.imports.table import Target
from engine.dialer.windows import known_zone

MAX_CONTACTS = 20
MAX_NAME, MAX_VALUE, MAX_ADDRESS, MAX_DATA = 200, 2000, 200, 200
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_OFFSET = re.compile(r"(?:UTC|GMT|МСК|MSK)?\s*([+-])?\s*(\d{1,2})(?::?00)?", re.IGNORECASE)
_LANGUAGES = {
    **dict.fromkeys(("ru", "rus", "russian", "русский", "рус", "ru-ru"), "ru"),
    **dict.fromkeys(("en", "eng", "english", "английский", "англ", "en-us", "en-gb"), "en"),
}
_MOSCOW = 3
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


class Problem(NamedTuple):
    """What is wrong with a value of a row."""

    field: str
    value: str
    message: str


class Way(NamedTuple):
    """A contact of a lead."""

    channel: str
    address: str
    role: str
    timezone: str | None
    enabled: bool = True


class Prepared(msgspec.Struct):
    """A lead ready to be merged; ``line`` is the one that people see; ``broken``: something of it was left out."""

    line: int
    external_id: str | None = None
    name: str = ""
    language: str | None = None
    timezone: str | None = None
    data: dict[str, str] = msgspec.field(default_factory=dict)
    ways: list[Way] = msgspec.field(default_factory=list)
    enabled: bool = True
    broken: bool = False


class Place(NamedTuple):
    """What a list says of numbers that say nothing themselves."""

    region: str
    timezone: str


class Mapper:
    """Rows of one table by its mapping; columns that it does not name become data."""

    def __init__(self, mapping: Mapping[str, Target], place: Place) -> None:
        self._mapping = dict(mapping)
        self._place = place

    def target(self, column: str) -> Target:
        """What a column is; one that nobody named is known from here on."""
        found = self._mapping.get(column)
        if found is None:
            found = self._mapping[column] = Target(field="data", variable=guessing.variable(column))
        return found

    def row(self, line: int, pairs: Iterable[tuple[str, str]]) -> tuple[Prepared | None, list[Problem]]:
        """The lead of a row given as columns and cells; None when it must be refused. What is wrong with it beside."""
        lead, problems = Prepared(line), []
        for column, cell in pairs:
            value = cell.strip()
            if value:
                problem = self._put(lead, self.target(column), column, value)
                if problem is not None:
                    problems.append(problem)
        lead.name = lead.name[:MAX_NAME].rstrip()
        if not lead.ways and lead.external_id is None:
            if not problems:
                problems.append(Problem("phone", "", "There is no phone, no other contact and no id in the row"))
            return None, problems
        lead.broken = bool(problems)
        return lead, problems

    def _put(self, lead: Prepared, target: Target, column: str, value: str) -> Problem | None:
        if not value.isprintable():
            value = _CONTROLS.sub("", value)
        field = target.field
        if field == "phone":
            return self._phones(lead, value, target.role)
        if field == "data":
            if len(lead.data) < MAX_DATA:
                lead.data[target.variable or guessing.variable(column)] = value[:MAX_VALUE]
        elif field == "name":
            lead.name = f"{lead.name} {' '.join(value.split())}".lstrip()
        elif field == "external_id":
            if len(value) > MAX_NAME or not value.isprintable():
                return Problem(field, value, f"Longer than {MAX_NAME} characters, or with a line break")
            lead.external_id = value
        elif field != "skip":
            return _other(lead, field, target.role, value)
        return None

    def _phones(self, lead: Prepared, value: str, role: str) -> Problem | None:
        bad = ""
        for written in phones.split(value):
            number = phones.normalise(written, self._place.region)
            if number is None:
                bad = bad or written
            else:
                add(lead, Way("phone", number, role, phones.zone(number, self._place.timezone)))
        return Problem("phone", bad, phones.complaint(bad)) if bad else None


def add(lead: Prepared, way: Way) -> None:
    """A contact, unless the lead has it already or has enough."""
    if len(lead.ways) < MAX_CONTACTS and not any(w[:2] == way[:2] for w in lead.ways):
        lead.ways.append(way)


def _other(lead: Prepared, field: str, role: str, value: str) -> Problem | None:
    if field == "email":
        for address in re.split(r"[,;\s]+", value):
            if not address:
                continue
            if not _EMAIL.fullmatch(address) or len(address) > MAX_ADDRESS:
                return Problem(field, address, "Not an e-mail address")
            add(lead, Way("email", address.lower(), role, None))
    elif field == "messenger":
        if len(value) > MAX_ADDRESS or not value.isprintable():
            return Problem(field, value, f"Longer than {MAX_ADDRESS} characters, or with a line break")
        add(lead, Way("messenger", value, role, None))
    elif field == "timezone":
        lead.timezone = zone_named(value)
        if lead.timezone is None:
            return Problem(field, value, "Not a time zone: write Europe/Moscow or UTC+3")
    elif field == "language":
        lead.language = _LANGUAGES.get(value.lower())
        if lead.language is None:
            return Problem(field, value, "Neither Russian nor English: write ru or en")
    return None


def zone_named(text: str) -> str | None:
    """A time zone as people write it: ``Asia/Omsk``, ``UTC+6``, ``МСК+3``; None when it is none."""
    if known_zone(text):
        return text
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    hours = int(match[2]) * (-1 if match[1] == "-" else 1)
    if text.strip().upper().startswith(("МСК", "MSK")):
        hours += _MOSCOW
    # The names of fixed zones count westwards.
    name = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    return name if known_zone(name) else None


class Chunk(NamedTuple):
    """Leads and their contacts in COPY's text form, for the tables ``staged`` and ``staged_contacts``."""

    leads: bytes
    contacts: bytes


def chunk(rows: Sequence[Prepared], ids: Iterable[UUID]) -> Chunk:
    """``rows`` for COPY; each lead gets one of ``ids`` should it be new."""
    leads: list[str] = []
    contacts: list[str] = []
    for n, (row, id_) in enumerate(zip(rows, ids, strict=False)):
        data = msgspec.json.encode(row.data).decode().replace("\\", "\\\\") if row.data else "{}"
        leads.append(
            f"{n}\t{row.line}\t{id_}\t{_text(row.external_id)}\t{_text(row.name)}\t{_text(row.language)}\t"
            f"{_text(row.timezone)}\t{data}\t{row.enabled}\t{row.broken}\n"
        )
        for position, way in enumerate(row.ways, start=1):
            contacts.append(
                f"{n}\t{position}\t{way.channel}\t{_text(way.address)}\t{_text(way.role)}\t{_text(way.timezone)}\t"
                f"{way.enabled}\n"
            )
    return Chunk("".join(leads).encode("utf-8", "replace"), "".join(contacts).encode("utf-8", "replace"))


def errors_copy(import_id: UUID | str, found: Iterable[tuple[int, Problem]]) -> bytes:
    """Broken lines for the table ``lead_import_errors``."""
    lines = (
        f"{import_id}\t{line}\t{problem.field}\t{_text(problem.value[:MAX_VALUE])}\t{_text(problem.message)}\n"
        for line, problem in found
    )
    return "".join(lines).encode("utf-8", "replace")


def _text(value: str | None) -> str:
    """A value of COPY's text form."""
    if value is None:
        return "\\N"
    if _SPECIAL.search(value):
        return _SPECIAL.sub(lambda match: _ESCAPED[match[0]], value)
    return value
