"""Writing letters with a link, and what their links do."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from api.auth.passwords import Passwords
from api.auth.tokens import hash_token, new_token
from api.invitations import texts
from api.invitations.model import Addressee, LinkInfo, Purpose
from api.invitations.store import InvitationsStore, OpenLink
from api.mail.model import Letter
from api.mail.store import MailStore
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound

_log = log.get("api.invitations")
_KEEP = timedelta(days=7)
# Longer than writing a letter takes.
_SAME_SECONDS = 0.5
# The page takes the token from the fragment, which no server and no log ever sees.
_PAGE, _PORTAL_PAGE = "/panel#/link/", "/support#/link/"


class InvitationsService:
    """Tokens work once and for a limited time, and only their hashes are kept."""

    def __init__(
        self,
        store: InvitationsStore,
        mails: MailStore,
        passwords: Passwords,
        forget_sessions: Callable[[], None],
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._mails = mails
        self._passwords = passwords
        self._forget_sessions = forget_sessions
        self._settings = settings
        self._clock = clock

    async def write(self, connection: Any, to: Addressee, purpose: Purpose) -> None:
        """A fresh link and the letter with it, in the caller's transaction."""
        settings, now = self._settings, self._clock.now()
        hours = settings.invitation_hours if purpose == "invitation" else settings.reset_minutes / 60
        expires = now + timedelta(hours=hours)
        token, token_hash = new_token()
        await self._store.add(connection, token_hash, to.id, purpose, now, expires)
        base = (settings.public_url or settings.http_url).rstrip("/")
        until = f"{expires:%d.%m.%Y %H:%M} UTC"
        of_client = await self._store.is_client(connection, to.id)
        link = base + (_PORTAL_PAGE if of_client else _PAGE) + token
        words = {"name": to.name, "login": to.login, "link": link, "until": until}
        kind: texts.Kind = "client" if of_client and purpose == "invitation" else purpose
        subject, text = texts.letter(kind, to.language, **words)
        await self._mails.put(connection, Letter(to.email, subject, text, expires), now)

    async def ask_reset(self, word: str) -> None:
        """A letter to who lost the password, if there is such a user; nothing tells whether, the time neither.
        One a minute at most."""
        await asyncio.gather(self._ask_reset(word), asyncio.sleep(_SAME_SECONDS))

    async def _ask_reset(self, word: str) -> None:
        async with self._store.transaction() as connection:
            found = await self._store.addressee(connection, word.strip())
            if found is None:
                _log.info("reset_for_nobody")
                return
            if not await self._store.asked_lately(connection, found.id, self._clock.now()):
                await self.write(connection, found, "reset")

    async def look(self, token: str) -> LinkInfo:
        """Whose link it is.

        Raises:
            NotFound: used, over, replaced by a newer one, or never given out.
        """
        async with self._store.transaction() as connection:
            return (await self._find(connection, token)).info

    async def use(self, token: str, password: str) -> UUID:
        """Set the password; the user's id. All sessions of before end."""
        hashed = await self._passwords.hash(password)
        async with self._store.transaction() as connection:
            link = await self._find(connection, token)
            await self._store.use(connection, hash_token(token), link, hashed, self._clock.now())
        self._forget_sessions()
        return link.user_id

    async def clean(self) -> None:
        """Forget links that were over a week ago."""
        await self._store.forget(self._clock.now() - _KEEP)

    async def _find(self, connection: Any, token: str) -> OpenLink:
        link = await self._store.find(connection, hash_token(token), self._clock.now())
        if link is None:
            raise NotFound("The link does not work: it was used, or its time is over. Ask for a new one")
        return link
