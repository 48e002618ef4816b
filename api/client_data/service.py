"""Giving an account to another person, and erasing one for ever."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

from api.client_data.store import DataStore
from api.clients.model import Client, Erase, Transfer
from api.clients.service import ClientsService, refuse_partner
from api.web.problems import invalid
from api.web.route import Identity
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound

_log = log.get("api.client_data")
NOBODY = "—"
"""The name of what was erased."""


class ClientDataService:
    """What is done with accounts as a whole."""

    def __init__(self, store: DataStore, clients: ClientsService, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._clients = clients
        self._settings = settings
        self._clock = clock

    async def transfer(self, by: Identity, company_id: UUID, wanted: Transfer) -> Client:
        """By staff."""
        refuse_partner(by)
        await self._clients.get(company_id)
        await self.give(company_id, wanted)
        return await self._clients.get(company_id)

    async def give(self, company_id: UUID, wanted: Transfer) -> None:
        """A person of the company gets its account; its person until now becomes a person like others. What each has
        written, watches and gets by letter goes with them.

        Raises:
            NotFound: no such person of the company. Conflict: blocked, or never invited.
        """
        async with self._clients.store.change() as connection:
            company = (await self._clients.held(connection, company_id, company=True)).account
            family = await self._clients.store.hold(connection, company_id)
            child = family.get(wanted.child_id)
            if child is None or child.parent_id != company_id or child.state == "closed":
                raise NotFound("There is no such person of this company")
            if company.state != "active" or child.state != "active":
                raise Conflict("Blocked accounts can't be given or taken; unblock first")
            if child.user_id is None:
                raise Conflict("This person can't sign in; send the invitation first")
            await self._store.swap(connection, company, child)
            outlets = wanted.outlets
            if outlets is None:
                outlets = await self._store.all_outlets(connection, company_id)
            await self._clients.grant(connection, child, outlets)
            await self._clients.people.keep_out(connection, company, "account transferred")
        _log.info("account_transferred", account=str(company_id), to=str(wanted.child_id))

    async def erase(self, by: Identity, account_id: UUID, asked: Erase) -> None:
        """By staff, who writes the account's name once more. There is no way back.

        Raises:
            NotFound, InvalidInput: that is not its name. Conflict: it was erased before.
        """
        refuse_partner(by)
        account = await self._clients.get(account_id)
        if account.state == "closed":
            raise Conflict("The account was erased already", state=account.state)
        if asked.name.strip() != account.name.strip():
            raise invalid("body.name", "Write the account's name exactly as it stands; this can't be undone")
        await self.forget(account_id)

    async def forget(self, account_id: UUID) -> None:
        """Erase a person, or a company with all of its people."""
        async with self._clients.store.change() as connection:
            account, company = await self._clients.held(connection, account_id)
            whole = account.parent_id is None
            ids = list(await self._clients.store.hold(connection, account_id)) if whole else [account_id]
            now = self._clock.now()
            paths = await self._store.erase(connection, ids, company.id, whole=whole, name=NOBODY, now=now)
        await asyncio.to_thread(self._unlink, paths)
        _log.info("account_erased", account=str(account_id), accounts=len(ids), files=len(paths))

    def _unlink(self, paths: list[Any]) -> None:
        root = self._settings.files.resolve()
        for name in paths:
            path = (root / Path(name)).resolve()
            if path.is_relative_to(root):
                path.unlink(missing_ok=True)
