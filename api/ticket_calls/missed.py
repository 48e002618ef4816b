"""Missed calls that nobody has called back become requests by rule; looked at when something comes, or is due."""

import asyncio
import contextlib
from uuid import uuid5
from zoneinfo import ZoneInfo

from api.ticket_calls import texts
from api.ticket_calls.model import Missed
from api.ticket_calls.store import CallTicketStore
from api.ticket_mail.taking import Lookup
from api.tickets.core import TicketCore
from api.tickets.model import SYSTEM, NewTicket
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Unavailable

_log = log.get("api.ticket_calls")
_AFTER_FAULT_S = 2.0
_STUCK_S = 300.0
_LONGEST_S = 3600.0


class MissedToTickets:
    """``listen`` hears of missed calls and rules, ``work`` opens requests. Any number of processes may run it: a call
    has one request of this kind (unique index ``tickets_missed``)."""

    def __init__(
        self, store: CallTicketStore, core: TicketCore, lookup: Lookup, settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._core = core
        self._lookup = lookup
        self._zone = ZoneInfo(settings.timezone)
        self._clock = clock
        self._news = asyncio.Event()
        self._settings = settings

    async def listen(self) -> None:
        """Until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["ticket_call_rules"], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            self._news.clear()
            try:
                opened = True
                while opened and (due := await self._store.due(self._clock.now())):
                    opened = any([await self._open(missed) for missed in due])
                # What can't be opened stays due, and is tried again by and by.
                wait = await self._until_next() if opened else _STUCK_S
            except Exception as exc:
                if db.fault_of(exc) is None:
                    _log.exception("missed_calls_failed")
                wait = _AFTER_FAULT_S
            # Not wait_for: in Python 3.11 it may swallow a cancellation that comes with the news (bpo-37658).
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()

    async def _until_next(self) -> float:
        """Seconds until a call's time comes."""
        due = await self._store.next_due()
        wait = _LONGEST_S if due is None else (due - self._clock.now()).total_seconds()
        return min(max(0.05, wait), _LONGEST_S)

    async def _open(self, missed: Missed) -> bool:
        """False: it was not to be opened any more, or can't be."""
        author = await self._lookup("phone", missed.caller)
        try:
            async with self._core.change() as connection:
                there = await self._store.of_call(connection, missed.id)
                if there is not None or not await self._store.still_missed(connection, missed.id):
                    return True
                new = NewTicket(
                    id=uuid5(missed.id, "missed"),
                    channel="missed",
                    subject=texts.subject_of_missed(missed.caller, missed.caller_name),
                    description=texts.about_missed(
                        missed.at, missed.called, missed.queue_names, missed.waited_s, self._zone
                    ),
                    account_id=author.parent_id if author else None,
                    author_account_id=author.account_id if author else None,
                    outlet_id=author.outlet_id if author else None,
                    author_name=(author.name if author else "") or missed.caller_name,
                    author_phone=missed.caller,
                    category_id=missed.category_id,
                    call_id=missed.id,
                    call_started_at=missed.started_at,
                )
                await self._core.open(connection, new, SYSTEM)
        except Exception as exc:  # one that can't be opened keeps none of the others waiting
            if isinstance(exc, Unavailable) or isinstance(db.fault_of(exc), Unavailable):
                raise
            _log.warning("missed_call_not_opened", call=str(missed.id), exc_info=exc)
            return False
        return True
