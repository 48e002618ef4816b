"""Who signs in for an account: users with the role of clients, their invitations, their being kept out."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec

from api.accounts.model import LoginName, NewUser
from api.accounts.store import AccountsStore
from api.clients import texts
from api.clients.store import ClientStore, Held
from api.invitations.model import Addressee, Purpose
from api.mail.model import Letter
from api.mail.store import MailStore
from api.web.problems import invalid
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict

ROLE = "client"
_KEEP = timedelta(days=7)
WriteLink = Callable[[Any, Addressee, Purpose], Awaitable[None]]
"""Writes a letter with a link, in the transaction of the connection."""


class People:
    """Works on the caller's connection, in its transaction."""

    def __init__(
        self,
        store: ClientStore,
        users: AccountsStore,
        mails: MailStore,
        write_link: WriteLink,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._users = users
        self._mails = mails
        self._write_link = write_link
        self._settings = settings
        self._clock = clock

    async def invite(self, connection: Any, account: Held, company: Held, *, by_staff: bool) -> None:
        """A letter by which the account's person may sign in: a user is made for who has none; who has a password gets
        a link to a new one.

        Where the address is another user's, staff is told. Clients are not, for they must not learn who is known here:
        the letter itself tells the person.

        Raises:
            InvalidInput: the account has no e-mail address. Conflict.
        """
        if not account.email:
            raise invalid("body.email", "An invitation needs an e-mail address")
        if account.state != "active" or company.state != "active":
            raise Conflict("The account is blocked: unblock it first", state=account.state)
        user_id = account.user_id
        if user_id is None:
            if await self._store.user_known(connection, account.email):
                if by_staff:
                    raise Conflict("There is a user with this e-mail address already")
                await self._tell_known(connection, account, company)
                return
            user_id = ids.new_id(self._clock.now())
            new = NewUser(
                login=login_of(account.email) or f"client-{user_id.hex[-12:]}",
                name=account.person[:100],
                role=ROLE,
                email=account.email,
                language=account.language,  # type: ignore[arg-type]
            )
            await self._users.add(connection, user_id, new, None)
            await self._store.set_user(connection, account.id, user_id)
        user = await self._users.get(user_id, connection)
        assert user is not None
        to = Addressee(id=user.id, login=user.login, name=user.name, language=user.language, email=account.email)
        await self._write_link(connection, to, "reset" if user.has_password else "invitation")

    async def rename(self, connection: Any, account: Held) -> None:
        """The user's name, language and address follow the account's.

        Raises:
            Conflict: the address is another user's.
        """
        if account.user_id is None:
            return
        owner = await self._store.user_known(connection, account.email) if account.email else None
        if owner not in (None, account.user_id):
            raise Conflict("There is a user with this e-mail address already")
        await self._store.rename_user(
            connection, account.user_id, account.person[:100], account.language, account.email
        )

    async def keep_out(self, connection: Any, company: Held, why: str) -> None:
        """Who may sign in follows the state of accounts."""
        await self._store.keep_out(connection, company.id, self._clock.now(), why)

    async def write(self, connection: Any, email: str, kind: str, language: str, **words: str) -> None:
        """One of the letters of ``texts``."""
        now = self._clock.now()
        subject, text = texts.letter(kind, language, **words)
        await self._mails.put(connection, Letter(email, subject, text, now + _KEEP), now)

    async def _tell_known(self, connection: Any, account: Held, company: Held) -> None:
        base = (self._settings.public_url or self._settings.http_url).rstrip("/")
        words = {"name": account.person, "company": company.name, "link": base + "/support"}
        await self.write(connection, account.email, "known", account.language, **words)


def login_of(email: str) -> str | None:
    """The address as a login; none: it has characters that a login must not have."""
    try:
        return msgspec.convert(email.lower(), LoginName)
    except msgspec.ValidationError:
        return None
