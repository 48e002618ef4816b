"""What staff does with accounts of clients; what parents may do with their people stands on the same rules."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from api.clients.model import (
    Client,
    ClientAddress,
    ClientPatch,
    ClientsQuery,
    NewClient,
    NewOutlet,
    NewPerson,
    Outlet,
    OutletPatch,
    check_zone,
)
from api.clients.people import People
from api.clients.store import ClientStore, Held
from api.contacts import numbers
from api.web import paging
from api.web.patches import given
from api.web.problems import invalid
from api.web.route import Identity, Page
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, Forbidden, InvalidInput, NotFound

_KEY = tuple[str, UUID]
_COMPANY_ALONE = ("contact", "tax_id", "partner_id")
NO_ACCOUNT = "There is no such account"


class Family(NamedTuple):
    """An account with its company (itself for a company), held until the transaction ends."""

    account: Held
    company: Held


class ClientsService:
    """Users of a partner only read; everything is looked for with the eyes of who asks before it is changed."""

    def __init__(self, store: ClientStore, people: People, settings: Settings, clock: Clock) -> None:
        self.store = store
        self.people = people
        self._settings = settings
        self._clock = clock

    async def page(self, query: ClientsQuery) -> Page[Client]:
        found = await self.store.page(query, paging.decode(query.cursor, _KEY))
        return _page(found, query.limit)

    async def get(self, account_id: UUID) -> Client:
        return _found(await self.store.get(account_id))

    async def children(self, company_id: UUID, limit: int, cursor: str | None) -> Page[Client]:
        await self.get(company_id)
        return _page(await self.store.children(company_id, limit, paging.decode(cursor, _KEY)), limit)

    async def create(self, by: Identity, new: NewClient) -> Client:
        """A company, with its outlets and, where ``invite``, the letter to its person; sent twice it is made once."""
        refuse_partner(by)
        async with self.store.change() as connection:
            account_id = await self.make_company(connection, new)
            return _found(await self.store.get(account_id, connection))

    async def make_company(self, connection: Any, new: NewClient) -> UUID:
        """The same in the caller's transaction; the account's id."""
        check_zone(new.timezone)
        now = self._clock.now()
        account_id = new.id or ids.new_id(now)
        names = ("name", "contact", "phone", "tax_id", "timezone", "language", "partner_id", "note")
        fields = {name: _trimmed(getattr(new, name)) for name in names} | {"email": (new.email or "").lower()}
        if not await self.store.insert(connection, account_id, None, fields, now):
            await self.held(connection, account_id, company=True)
            return account_id
        for outlet in new.outlets:
            await self.store.insert_outlet(connection, ids.new_id(now), account_id, outlet)
        await self.store.add_addresses(connection, account_id, _own_addresses(fields["email"], fields["phone"]))
        if new.invite:
            await self.invite_in(connection, account_id)
        return account_id

    async def add_child(self, connection: Any, company_id: UUID, new: NewPerson, *, by_staff: bool) -> UUID:
        """A person of a company, invited by a letter, in the caller's transaction.

        Raises:
            NotFound, InvalidInput: an outlet that is not the company's. Conflict: blocked, or too many.
        """
        company = (await self.held(connection, company_id, company=True)).company
        if company.state != "active":
            raise Conflict("The account is blocked: unblock it first", state=company.state)
        now = self._clock.now()
        account_id = new.id or ids.new_id(now)
        most = self._settings.client_children_most
        if await self.store.count_children(connection, company_id) >= most:
            raise Conflict(f"A company may have {most} people; remove those who are not needed any more")
        fields = {"name": new.name.strip(), "email": new.email.lower(), "phone": new.phone.strip()}
        if new.language:
            fields["language"] = new.language
        if not await self.store.insert(connection, account_id, company, fields, now):
            there = (await self.held(connection, account_id)).account
            if there.parent_id != company_id:
                raise Conflict("This id is taken; send it with another")
            return account_id
        made = await self.held(connection, account_id)
        await self.grant(connection, made.account, new.outlets)
        await self.people.invite(connection, made.account, made.company, by_staff=by_staff)
        return account_id

    async def create_child(self, by: Identity, company_id: UUID, new: NewPerson) -> Client:
        refuse_partner(by)
        await self.get(company_id)
        async with self.store.change() as connection:
            child_id = await self.add_child(connection, company_id, new, by_staff=True)
            return _found(await self.store.get(child_id, connection))

    async def change(self, by: Identity, account_id: UUID, patch: ClientPatch, version: int | None) -> Client:
        """Fields of an account; a person's outlets hold at once."""
        refuse_partner(by)
        await self.get(account_id)
        async with self.store.change() as connection:
            family = await self.held(connection, account_id)
            refuse_other(version, family.account.version)
            await self.edit(connection, family, given(patch))
            return _found(await self.store.get(account_id, connection))

    async def edit(self, connection: Any, family: Family, fields: dict[str, Any]) -> None:
        """New values of columns, and of ``outlets``, in the caller's transaction."""
        account = family.account
        if account.state == "closed":
            raise Conflict("The account was erased; nothing of it can be changed", state=account.state)
        fields = {name: _trimmed(value) for name, value in fields.items()}
        outlets = fields.pop("outlets", None)
        if account.parent_id is not None and (wrong := [name for name in _COMPANY_ALONE if name in fields]):
            raise invalid(f"body.{wrong[0]}", "This is a company's; change it there")
        if outlets is not None and account.parent_id is None:
            raise invalid("body.outlets", "A company has all of its outlets; grant them to its people")
        if "timezone" in fields:
            check_zone(fields["timezone"])
        if "email" in fields:
            fields["email"] = (fields["email"] or "").lower()
        await self.store.update(connection, account.id, fields)
        if outlets is not None:
            await self.grant(connection, account, outlets)
        if {"name", "contact", "email", "language"} & fields.keys():
            await self.people.rename(connection, (await self.held(connection, account.id)).account)

    async def grant(self, connection: Any, account: Held, outlets: Sequence[UUID]) -> None:
        """Exactly these outlets to a person. Raises InvalidInput: one is not of the company."""
        there = await self.store.outlets_there(connection, account.company_id, outlets)
        if errors := [
            {"path": f"body.outlets.{place}", "message": "There is no such outlet of this company"}
            for place, outlet in enumerate(outlets)
            if outlet not in there
        ]:
            raise InvalidInput("An outlet can't be granted", errors)
        await self.store.grant(connection, account, outlets)

    async def invite(self, by: Identity, account_id: UUID) -> None:
        """The letter by which the account's person may sign in, once more."""
        refuse_partner(by)
        await self.get(account_id)
        async with self.store.change() as connection:
            await self.invite_in(connection, account_id)

    async def invite_in(self, connection: Any, account_id: UUID, *, by_staff: bool = True) -> None:
        family = await self.held(connection, account_id)
        await self.people.invite(connection, family.account, family.company, by_staff=by_staff)

    async def set_blocked(self, by: Identity, account_id: UUID, blocked: bool) -> Client:
        """Blocked: sessions end, of a company's people too; unblocked: they may come back, but for those who are
        blocked themselves."""
        refuse_partner(by)
        await self.get(account_id)
        async with self.store.change() as connection:
            await self.block(connection, await self.held(connection, account_id), blocked)
            return _found(await self.store.get(account_id, connection))

    async def block(self, connection: Any, family: Family, blocked: bool) -> None:
        account, company = family
        if account.state == "closed":
            raise Conflict("The account was erased; nothing of it can be changed", state=account.state)
        await self.store.set_state(connection, account.id, "blocked" if blocked else "active")
        await self.people.keep_out(connection, company, "account blocked")

    async def held(self, connection: Any, account_id: UUID, *, company: bool = False) -> Family:
        """The account, held with its family. Raises NotFound; Conflict where it must be a company and is a person."""
        found = await self.store.hold(connection, account_id)
        if account_id not in found:
            raise NotFound(NO_ACCOUNT)
        account = found[account_id]
        if company and account.parent_id is not None:
            raise Conflict("This is a person's account; name the company's")
        return Family(account, found[account.company_id])

    # Outlets

    async def outlets(self, company_id: UUID, limit: int, cursor: str | None, text: str | None) -> Page[Outlet]:
        await self.get(company_id)
        found = await self.store.outlets(company_id, limit, paging.decode(cursor, _KEY), text)
        return paging.page(found, limit, lambda item: (item.name, item.id))

    async def create_outlet(self, by: Identity, company_id: UUID, new: NewOutlet) -> Outlet:
        refuse_partner(by)
        await self.get(company_id)
        outlet_id = new.id or ids.new_id(self._clock.now())
        async with self.store.change() as connection:
            await self.held(connection, company_id, company=True)
            most = self._settings.client_outlets_most
            if await self.store.count_outlets(connection, company_id) >= most:
                raise Conflict(f"A company may have {most} outlets")
            await self.store.insert_outlet(connection, outlet_id, company_id, new)
            outlet = await self.store.outlet(company_id, outlet_id, connection)
            if outlet is None:
                raise Conflict("This id is taken; send it with another")
            return outlet

    async def change_outlet(
        self, by: Identity, company_id: UUID, outlet_id: UUID, patch: OutletPatch, version: int | None
    ) -> Outlet:
        refuse_partner(by)
        _found_outlet(await self.store.outlet(company_id, outlet_id))
        async with self.store.change() as connection:
            held = _found_outlet(await self.store.outlet(company_id, outlet_id, connection, hold=True))
            refuse_other(version, held.version)
            fields = {name: _trimmed(value) for name, value in given(patch).items()}
            await self.store.update_outlet(connection, outlet_id, fields)
            return _found_outlet(await self.store.outlet(company_id, outlet_id, connection))

    async def delete_outlet(self, by: Identity, company_id: UUID, outlet_id: UUID) -> None:
        """Raises Conflict: it has requests; turn it off instead."""
        refuse_partner(by)
        _found_outlet(await self.store.outlet(company_id, outlet_id))
        async with self.store.change() as connection:
            await self.store.delete_outlet(connection, company_id, outlet_id)

    # Addresses

    async def addresses(self, account_id: UUID) -> Page[ClientAddress]:
        await self.get(account_id)
        return Page(await self.store.addresses(account_id))

    async def set_addresses(
        self, by: Identity, account_id: UUID, written: Sequence[ClientAddress]
    ) -> Page[ClientAddress]:
        """Exactly these. Raises InvalidInput: no number, no address, another's, or an outlet of another company."""
        refuse_partner(by)
        await self.get(account_id)
        items = [_address(place, item) for place, item in enumerate(written)]
        async with self.store.change() as connection:
            family = await self.held(connection, account_id)
            wanted = [item.outlet_id for item in items if item.outlet_id]
            there = await self.store.outlets_there(connection, family.company.id, wanted)
            taken = await self.store.addresses_taken(connection, account_id, items)
            errors = []
            for place, item in enumerate(items):
                if item.outlet_id and item.outlet_id not in there:
                    message = "There is no such outlet of this company"
                    errors.append({"path": f"body.items.{place}.outlet_id", "message": message})
                if (item.kind, item.address) in taken:
                    message = "Another account is known by it; remove it there first"
                    errors.append({"path": f"body.items.{place}.address", "message": message})
            if errors:
                raise InvalidInput("Addresses can't be set", errors)
            await self.store.set_addresses(connection, account_id, items)
        return Page(await self.store.addresses(account_id))


def refuse_partner(by: Identity) -> None:
    """Raises Forbidden: users of a partner read, and change nothing of clients."""
    if by.partner_id is not None:
        raise Forbidden("Users of a partner can't change clients", right="clients.write")


def refuse_other(version: int | None, now: int) -> None:
    if version is not None and version != now:
        raise Conflict(f"It was changed meanwhile: version {now}", version=now)


def _address(place: int, item: ClientAddress) -> ClientAddress:
    """As it is compared: digits of a number, small letters of an address."""
    if item.kind == "phone":
        digits = numbers.key(item.address)
        if digits is None:
            raise invalid(f"body.items.{place}.address", "Not a phone number")
        return ClientAddress(kind="phone", address=digits, outlet_id=item.outlet_id)
    address = item.address.strip().lower()
    if address.count("@") != 1 or address[0] == "@" or address[-1] == "@":
        raise invalid(f"body.items.{place}.address", "Not an e-mail address")
    return ClientAddress(kind="email", address=address, outlet_id=item.outlet_id)


def _own_addresses(email: str, phone: str) -> list[ClientAddress]:
    """What staff wrote of a new company is what it is known by."""
    digits = numbers.key(phone) if phone else None
    found = [ClientAddress(kind="email", address=email)] if email else []
    return found + ([ClientAddress(kind="phone", address=digits)] if digits else [])


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _page(found: list[Client], limit: int) -> Page[Client]:
    return paging.page(found, limit, lambda item: (item.name.lower(), item.id))


def _found(account: Client | None) -> Client:
    if account is None:
        raise NotFound(NO_ACCOUNT)
    return account


def _found_outlet(outlet: Outlet | None) -> Outlet:
    if outlet is None:
        raise NotFound("There is no such outlet")
    return outlet
