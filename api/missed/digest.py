"""Word of open missed calls by e-mail, as often as each user asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from api.mail.model import Letter
from api.mail.store import MailStore
from api.missed.store import MissedStore
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.tasks import every

_MAY = {"missed.read", "*"}
_PERIOD_S = 60.0
_OF_USE = timedelta(days=1)
_SUBJECTS = {"ru": "Пропущенные звонки: {}", "en": "Missed calls: {}"}


class Digests:
    """Any number of processes may run this; each digest is written by one, with its letter, in one transaction."""

    def __init__(
        self, store: MissedStore, mails: MailStore, shown: Callable[[str], str], settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._mails = mails
        self._shown = shown
        self._zone = ZoneInfo(settings.timezone)
        self._clock = clock

    async def work(self) -> None:
        """Until cancelled."""
        await every(_PERIOD_S, self.send)

    async def send(self) -> int:
        """Write the letters that are due; how many."""
        now, count = self._clock.now(), 0
        async with self._store.due(now) as (connection, digests):
            for digest in digests:
                user = digest["user_id"]
                calls = await self._store.digest_calls(connection, user, digest["sent_until"], now)
                if calls and _MAY & set(digest["rights"]):
                    subject, text = letter(calls, digest["language"], self._shown, self._zone)
                    await self._mails.put(connection, Letter(digest["email"], subject, text, now + _OF_USE), now)
                    count += 1
                await self._store.sent(connection, user, now)
        return count


def letter(calls: Sequence[Any], language: str, shown: Callable[[str], str], zone: ZoneInfo) -> tuple[str, str]:
    """Subject and text: a line a call. Pure."""
    lines = [_line(call, shown, zone) for call in calls]
    return _SUBJECTS["en" if language == "en" else "ru"].format(len(calls)), "\n".join(lines) + "\n"


def _line(call: Any, shown: Callable[[str], str], zone: ZoneInfo) -> str:
    at: datetime = call["at"]
    who = f"{shown(call['number'])} {call['caller_name']}".strip()
    where = ", ".join(call["queue_names"]) or call["called"]
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}  {who}  ->  {where}"
