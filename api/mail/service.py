"""The worker that sends what waits in the outbox; any number of processes may run one."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from api.auth.seal import Seal
from api.mail.model import Due, Mail, MailsQuery
from api.mail.smtp import Refused, Smtp
from api.mail.store import MailStore
from api.web import paging
from api.web.route import Page
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError

_log = log.get("api.mail")
_KEEP = timedelta(days=30)
_LONGEST_PAUSE = 3600.0
Files = Callable[[Sequence[UUID]], Awaitable[list[tuple[str, str, bytes]]]]
"""Name, type and content of files, by their ids."""


async def _no_files(_file_ids: Sequence[UUID]) -> list[tuple[str, str, bytes]]:
    return []


def pause(attempts: int) -> float:
    """Seconds after the failed try number ``attempts``: one minute, two, four, ... up to an hour."""
    return min(_LONGEST_PAUSE, 60.0 * 2 ** (max(1, attempts) - 1))


class MailService:
    """Sends each letter once, unless the process dies between the server's yes and the note of it."""

    def __init__(self, store: MailStore, smtp: Smtp, seal: Seal, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._smtp = smtp
        self._seal = seal
        self._settings = settings
        self._clock = clock
        self._news = asyncio.Event()
        self.files: Files = _no_files
        """Gives the files that letters name; set by who joins the parts."""

    async def page(self, query: MailsQuery) -> Page[Mail]:
        found = await self._store.page(query, paging.decode(query.cursor, tuple[datetime, UUID]))
        return paging.page(found, query.limit, lambda mail: (mail.created_at, mail.id))

    async def listen(self) -> None:
        """Hear of new letters until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["mails"], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Send what is due until cancelled."""
        while True:
            # Not wait_for: in Python 3.11 it may swallow a cancellation that comes with the news (bpo-37658).
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.mail_poll_seconds):
                    await self._news.wait()
            self._news.clear()
            if not self._smtp.configured:
                continue
            try:
                while await self.send_next():
                    pass
            except Exception as exc:
                if db.fault_of(exc) is None:
                    _log.exception("mail_worker_failed")

    async def send_next(self) -> bool:
        """Try the next letter that is due; false when there is none."""
        # A try takes several exchanges, each with the timeout.
        letter = await self._store.take(self._clock.now(), self._settings.smtp_timeout * 6)
        if letter is None:
            return False
        if letter.expires_at <= self._clock.now():
            await self._store.give_up(letter.id, "its time was over before a server took it")
            return True
        try:
            html = None if letter.html is None else self._seal.open(letter.html)
            files = await self.files(letter.files) if letter.files else []
            await self._smtp.send(letter, self._seal.open(letter.body), html, files)
        except ConfigError as exc:
            await self._store.give_up(letter.id, exc.detail)
        except Refused as refused:
            await self._failed(letter, refused)
        else:
            await self._store.sent(letter.id, self._clock.now())
            _log.info("mail_sent", mail=str(letter.id), attempts=letter.attempts)
        return True

    async def clean(self) -> None:
        """Forget letters of a month ago."""
        await self._store.forget(self._clock.now() - _KEEP)

    async def _failed(self, letter: Due, refused: Refused) -> None:
        _log.warning("mail_not_sent", mail=str(letter.id), attempts=letter.attempts, reason=refused.reason)
        if refused.final or letter.attempts >= self._settings.mail_attempts:
            await self._store.give_up(letter.id, refused.reason)
            return
        until = self._clock.now() + timedelta(seconds=pause(letter.attempts))
        await self._store.put_off(letter.id, until, refused.reason)
