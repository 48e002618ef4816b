"""The worker that asks what is due; any number of processes may run one."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any, Protocol

from api.auth.tokens import new_token
from api.mail.model import Letter
from api.surveys import texts
from api.surveys.store import SurveyStore
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings

_log = log.get("api.surveys")
_LONGEST_S = 3600.0
# The portal takes the token from the fragment, which no server and no log ever sees.
_PAGE = "/support#/survey/"


class Mails(Protocol):
    """The outbox of letters."""

    async def put(self, connection: Any, letter: Letter, now: datetime) -> None: ...


class Asking:
    """Each question goes out once: it is marked in the transaction that writes its letter."""

    def __init__(self, store: SurveyStore, mails: Mails, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._mails = mails
        self._settings = settings
        self._clock = clock
        self._news = asyncio.Event()

    async def listen(self) -> None:
        """Hear of new questions until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["surveys"], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Until cancelled: sleeps until the next is due."""
        while True:
            pause = _LONGEST_S
            try:
                pause = await self._ask()
            except Exception as exc:
                pause = self._settings.mail_poll_seconds
                if db.fault_of(exc) is None:
                    _log.exception("surveys_failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._news.wait()
            self._news.clear()

    async def _ask(self) -> float:
        """All that is due; seconds until there may be more."""
        await self._store.begin_schedules(self._clock.now())
        while await self.next_round():
            pass
        while await self.next_ask():
            pass
        due = await self._store.next_due()
        if due is None:
            return _LONGEST_S
        return min(_LONGEST_S, max(1.0, (due - self._clock.now()).total_seconds()))

    async def next_round(self) -> bool:
        """A scheduled survey whose time has come asks everybody; false when there is none."""
        now = self._clock.now()
        async with self._store.change() as connection:
            survey = await self._store.due_schedule(connection, now)
            if survey is None:
                return False
            every, next_at = timedelta(days=survey["every_days"]), survey["next_at"]
            while next_at <= now:
                next_at += every
            await self._store.ask_all(connection, survey["id"], now, f"{now:%Y-%m-%d}", next_at)
        return True

    async def next_ask(self) -> bool:
        """One question; false when none is due."""
        now = self._clock.now()
        async with self._store.change() as connection:
            ask = await self._store.due_ask(connection, now)
            if ask is None:
                return False
            token_hash = None
            if ask["by_mail"] and ask["email"]:
                token, token_hash = new_token()
                await self._mails.put(connection, self._letter(ask, token), now)
            await self._store.asked(connection, ask["id"], now, token_hash)
        return True

    def _letter(self, ask: Any, token: str) -> Letter:
        language = ask["language"]
        question = (ask["question_en"] if language == "en" else "") or ask["question"]
        link = (self._settings.public_url or self._settings.http_url).rstrip("/") + _PAGE + token
        until = f"{ask['until']:%d.%m.%Y}"
        subject, text = texts.letter(language, question, link, until, ask["number"], ask["subject"] or "")
        return Letter(ask["email"], subject, text, ask["until"])
