"""Rules of the do-not-call list: one spelling of numbers, files of them."""

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from api.do_not_call.model import Check, Checked, EntriesQuery, Entry, EntryData, Imported
from api.do_not_call.store import DoNotCallStore
from api.imports import guessing, phones, reading
from api.imports.model import LineError
from api.imports.parse import new_ids
from api.imports.reading import Line, NotATable
from api.imports.table import Options
from api.web import paging
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.errors import NotFound
from engine.routing.numbering import HOME_REGION

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_REASON = re.compile(r"причин|reason|комментар|примечан|comment|note")
_CHUNK = 5000
_TOLD = 100
_LOOKED_AT = 200


class DoNotCallService:
    def __init__(self, store: DoNotCallStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(self, query: EntriesQuery) -> Page[Entry]:
        after = paging.decode(query.cursor, tuple[datetime, UUID])
        found = await self._store.page(query, _digits(query.q or ""), after)
        return paging.page(found, query.limit, lambda entry: (entry.created_at, entry.id))

    async def get(self, entry_id: UUID) -> Entry:
        found = await self._store.get(entry_id)
        if found is None:
            raise NotFound("There is no such entry")
        return found

    async def put(self, by: Identity, data: EntryData) -> Entry:
        """Raises InvalidInput: it is no number, or there is no such partner."""
        address = address_of(data.address)
        if address is None:
            raise invalid("body.address", phones.complaint(data.address))
        await self._check_partner(data.partner_id, "body.partner_id")
        return await self._store.put(ids.new_id(self._clock.now()), address, data, by.user_id)

    async def delete(self, entry_id: UUID) -> None:
        if not await self._store.delete(entry_id):
            raise NotFound("There is no such entry")

    async def check(self, order: Check) -> list[Checked]:
        """Each address with the entry that forbids it."""
        addresses = [address_of(written) for written in order.addresses]
        found = await self._store.check([address for address in addresses if address], order.partner_id)
        return [
            Checked(written=written, address=address, entry=found.get(address or ""))
            for written, address in zip(order.addresses, addresses, strict=True)
        ]

    async def take_in(self, by: Identity, path: Path, reason: str, partner_id: UUID | None) -> Imported:
        """Numbers of a file, a chunk after another; broken lines are told and left out.

        Raises:
            InvalidInput: it is no table with numbers, or there is no such partner.
        """
        await self._check_partner(partner_id, "body.partner_id")
        result = Imported(added=0, known=0, refused=0, errors=[])
        try:
            entries = await asyncio.to_thread(entries_of, path, reason)
            while chunk := await asyncio.to_thread(lambda: list(islice(entries, _CHUNK))):
                await self._put(by, chunk, partner_id, result)
        except NotATable as exc:
            raise invalid("body.file", str(exc)) from None
        return result

    async def _put(
        self, by: Identity, chunk: list[tuple[int, str, str | None, str]], partner_id: UUID | None, result: Imported
    ) -> None:
        good: dict[str, str] = {}
        for line, written, address, reason in chunk:
            if address is None:
                result.refused += 1
                if len(result.errors) < _TOLD:
                    message = phones.complaint(written)
                    result.errors.append(LineError(line=line, field="address", value=written[:200], message=message))
            elif address in good:
                result.known += 1
            else:
                good[address] = reason
        made = list(islice(new_ids(self._clock.now(), 0), len(good)))
        added = await self._store.put_many(made, list(good), list(good.values()), partner_id, by.user_id)
        result.added += added
        result.known += len(good) - added

    async def _check_partner(self, partner_id: UUID | None, path: str) -> None:
        if partner_id is not None and not await self._store.partner_known(partner_id):
            raise invalid(path, "There is no such partner")


def address_of(written: str) -> str | None:
    """The spelling by which campaigns look an address up: a number's digits, an e-mail address in small letters."""
    text = written.strip()
    if "@" in text:
        return text.lower() if _EMAIL.fullmatch(text) else None
    return phones.normalise(text, HOME_REGION)


def entries_of(path: Path, reason: str) -> Iterator[tuple[int, str, str | None, str]]:
    """Line, writing, address (None: it is none) and reason of each row of a file.

    Raises:
        NotATable: no column holds numbers.
    """
    if reading.format_of(path) != "csv":
        raise NotATable("Send a .csv or .txt file")
    head = reading.first(reading.lines(path, Options(), 0), _LOOKED_AT)
    if not head:
        raise NotATable("The file has no rows")
    header = guessing.has_headings(head[0].cells, HOME_REGION)
    names = guessing.headings(head[0].cells if header else [""] * max(len(line.cells) for line in head))
    body = [line.cells for line in head[header:]]
    fields = [target.field for target in guessing.guess(names, body, HOME_REGION)]
    place = next(
        (fields.index(field) for field in ("phone", "email") if field in fields), 0 if len(names) == 1 else None
    )
    if place is None:
        raise NotATable("No column holds numbers: name one Phone, or send a file of one column")
    why = next((number for number, name in enumerate(names) if _REASON.search(name.lower())), None) if header else None
    return _entries(islice(reading.lines(path, Options(), 0), header, None), place, why, reason)


def _entries(
    rows: Iterator[Line], place: int, why: int | None, reason: str
) -> Iterator[tuple[int, str, str | None, str]]:
    for row in rows:
        cell = row.cells[place] if place < len(row.cells) else ""
        told = row.cells[why].strip()[:500] if why is not None and why < len(row.cells) else ""
        told = " ".join(told.split()) or reason
        if row.fault:
            yield row.number, row.fault, None, ""
        for written in phones.split(cell):
            if written.strip():
                yield row.number, written.strip(), address_of(written), told


def _digits(text: str) -> str:
    whole = phones.normalise(text, HOME_REGION)
    return whole or "".join(letter for letter in text if letter.isdigit())
