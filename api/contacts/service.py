"""The directory: search, cards, changes with versions, import; who a caller is."""

import asyncio
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from api.contacts import numbers, reading
from api.contacts.model import (
    Card,
    Contact,
    ContactData,
    ContactPatch,
    ContactsQuery,
    Imported,
    Phone,
    PhoneData,
    RowError,
    ScopeName,
)
from api.contacts.store import Asker, ContactsStore, Pairs, Place
from api.web import paging
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound

_KEY = tuple[str, UUID]
_WORD = re.compile(r"\w+")
_NOT_DIGITS = re.compile(r"[^0-9]")
_EARLIER_CALLS = 10
_ERRORS_TOLD = 100
_FEWEST_DIGITS = 3


class ContactsService:
    """Everybody sees the company's contacts, those of one's groups and one's own; users of a partner its alone."""

    def __init__(self, store: ContactsStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def page(self, identity: Identity, query: ContactsQuery) -> Page[Contact]:
        words, digits = searched(query.q or "")
        if query.q and not words and not digits:
            return Page([])
        found = await self._store.page(asker(identity), query, words, digits, paging.decode(query.cursor, _KEY))
        listed = paging.page(found, query.limit, lambda item: (item[0], item[1].id))
        return Page([contact for _, contact in listed.items], listed.next)

    async def get(self, identity: Identity, contact_id: UUID) -> Contact:
        return _found(await self._store.get(asker(identity), contact_id))

    async def create(self, identity: Identity, data: ContactData) -> Contact:
        """Raises InvalidInput: a number that is none, a group that one is not in."""
        place = await self._place(identity, data.scope, data.group_id)
        phones = _phones(data.phones)
        now = self._clock.now()
        contact_id = ids.new_id(now)
        async with self._store.change() as connection:
            row = await self._store.create(connection, asker(identity), contact_id, place, data, phones)
        return _contact(contact_id, data, phones, row["version"], row["created_at"], row["updated_at"])

    async def change(
        self, identity: Identity, contact_id: UUID, patch: ContactPatch, version: int | None = None
    ) -> Contact:
        """Give fields new values; ``version`` (or the patch's own), where given, must be the present one.

        Raises:
            NotFound, Conflict (another version), InvalidInput.
        """
        if patch.version is not msgspec.UNSET:
            version = patch.version
        given = {
            n: v for n in patch.__struct_fields__ if n != "version" and (v := getattr(patch, n)) is not msgspec.UNSET
        }
        async with self._store.change() as connection:
            now, place = _held(await self._store.held(connection, asker(identity), contact_id))
            _refuse_other(version, now.version)
            data = _merged(now, given)
            if {"scope", "group_id"} & given.keys():
                place = await self._place(identity, data.scope, data.group_id)
            phones = _phones(data.phones) if "phones" in given else None
            await self._store.change_row(connection, contact_id, place, data, phones)
        return await self.get(identity, contact_id)

    async def delete(self, identity: Identity, contact_id: UUID, version: int | None) -> None:
        async with self._store.change() as connection:
            now, _ = _held(await self._store.held(connection, asker(identity), contact_id))
            _refuse_other(version, now.version)
            await self._store.drop(connection, contact_id)

    async def by_phone(self, identity: Identity, written: str) -> Card:
        """The card of a number: contacts, the colleague whose extension it is, earlier calls, open missed calls."""
        number = numbers.key(written) or written.strip()
        who = asker(identity)
        return Card(
            number=number,
            shown=numbers.shown(number),
            contacts=await self._store.by_phone(who, number),
            colleague=await self._store.colleague(who, number),
            calls=await self._store.earlier_calls(who, number, _EARLIER_CALLS),
            open_missed=await self._store.open_missed(who, number),
        )

    async def take_in(self, identity: Identity, path: Path, scope: ScopeName, group_id: UUID | None) -> Imported:
        """Contacts of a CSV file, all or none; rows that break a rule are told and left out.

        Raises:
            InvalidInput: it is no such file, or it has too many rows.
        """
        place = await self._place(identity, scope, group_id)
        result = Imported(created=0, skipped=0, errors=[])
        good: list[tuple[ContactData, Pairs]] = []
        data = await asyncio.to_thread(path.read_bytes)
        most = self._settings.contacts_import_max_rows
        try:
            for count, item in reading.rows(reading.text_of(data), scope, most):
                if isinstance(item, RowError):
                    result.errors.append(RowError(count, item.message))
                else:
                    good.append((item, _phones(item.phones)))
        except reading.NotATable as exc:
            raise invalid("body.file", str(exc)) from None
        async with self._store.change() as connection:
            await self._add(connection, asker(identity), place, good, result)
        result.errors = result.errors[:_ERRORS_TOLD]
        return result

    async def _add(
        self, connection: Any, who: Asker, place: Place, good: list[tuple[ContactData, Pairs]], result: Imported
    ) -> None:
        listed = sorted({number for _, phones in good for number, _ in phones})
        known = await self._store.known(connection, listed, place, who.partner_id)
        for data, phones in good:
            pairs = {(data.name.strip().lower(), number) for number, _ in phones}
            if pairs & known:
                result.skipped += 1
                continue
            known |= pairs
            await self._store.create(connection, who, ids.new_id(self._clock.now()), place, data, phones)
            result.created += 1

    async def _place(self, identity: Identity, scope: ScopeName, group_id: UUID | None) -> Place:
        if (scope == "group") != (group_id is not None):
            raise invalid("body.group_id", "Name the group of a contact with scope group, and of no other")
        if scope == "own":
            return Place(identity.user_id, None)
        if group_id is not None and not await self._store.in_group(identity.user_id, group_id):
            raise invalid("body.group_id", "You are not in a group with this id")
        return Place(None, group_id)


def asker(identity: Identity) -> Asker:
    return Asker(identity.user_id, identity.partner_id)


def searched(text: str) -> tuple[str, str]:
    """What to look for: a text search query over beginnings of words, and digits of a number; either may be empty."""
    digits = _NOT_DIGITS.sub("", text)
    if not re.search(r"[^\W\d_]", text) and len(digits) >= _FEWEST_DIGITS:
        home = numbers.key(text)
        return "", home if home and len(digits) >= 10 else digits
    words = [word for word in _WORD.findall(text.lower().replace("_", " ")) if word]
    return " & ".join(f"'{word}':*" for word in words), ""


def _phones(written: list[PhoneData]) -> Pairs:
    pairs = reading.phone_pairs(written)
    if isinstance(pairs, str):
        raise invalid("body.phones", f"Not a phone number: {pairs}")
    return pairs


def _contact(
    id_: UUID, data: ContactData, phones: Pairs, version: int, created_at: datetime, updated_at: datetime
) -> Contact:
    return Contact(
        id=id_,
        name=data.name.strip(),
        company=data.company.strip(),
        position=data.position.strip(),
        email=data.email,
        note=data.note,
        phones=[Phone(number=number, shown=numbers.shown(number), label=label) for number, label in phones],
        scope=data.scope,
        group_id=data.group_id,
        favourite=False,
        version=version,
        created_at=created_at,
        updated_at=updated_at,
    )


def _merged(now: Contact, given: dict[str, Any]) -> ContactData:
    names = ("name", "company", "position", "email", "note", "scope", "group_id")
    kept: dict[str, Any] = {name: getattr(now, name) for name in names}
    if given.get("scope", "group") != "group":
        kept["group_id"] = None
    return ContactData(**{**kept, **given})


def _found(contact: Contact | None) -> Contact:
    if contact is None:
        raise NotFound("There is no such contact")
    return contact


def _held(found: tuple[Contact, Place] | None) -> tuple[Contact, Place]:
    if found is None:
        raise NotFound("There is no such contact")
    return found


def _refuse_other(version: int | None, now: int) -> None:
    if version is not None and version != now:
        raise Conflict(f"It was changed meanwhile: version {now}", version=now)
