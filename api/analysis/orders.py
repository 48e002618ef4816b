"""Orders of mailed analyses, and the worker that mails them."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from api.analysis import spans, words
from api.analysis.model import Analysis, MailOrder, MailOrderPatch, NewMailOrder
from api.analysis.service import TYPES, AnalysisService
from api.analysis.store import AnalysisStore, OrderStore
from api.mail.model import Attachment, Letter
from api.web import scope
from api.web.patches import given
from api.web.route import ClientScope, Identity
from engine.core import db, ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, NotFound, Unavailable

_log = log.get("api.analysis")
_OF_USE = timedelta(days=3)
_LONGEST_S = 3600.0
_SET_ASIDE = timedelta(minutes=30)


class Mails(Protocol):
    """The outbox of letters."""

    async def put(self, connection: Any, letter: Letter, now: Any) -> None: ...


class OrdersService:
    """Of one account each; a few."""

    def __init__(self, read: AnalysisStore, store: OrderStore, settings: Settings, clock: Clock) -> None:
        self._read = read
        self._store = store
        self._settings = settings
        self._clock = clock
        self.changed = asyncio.Event()

    async def all(self, client: ClientScope) -> list[MailOrder]:
        return await self._read.orders(client.account_id)

    async def add(self, client: ClientScope, order: NewMailOrder) -> MailOrder:
        """Raises Conflict: there are ``analysis_mails_most`` already."""
        now, most = self._clock.now(), self._settings.analysis_mails_most
        due = spans.next_mail(order.every, now, await self._zone(client))
        made = await self._store.add(ids.new_id(now), client.account_id, _fields(order), due, now, most)
        if made is None:
            raise Conflict(f"There are {most} orders already: delete one first", most=most)
        self.changed.set()
        return made

    async def change(self, client: ClientScope, id_: UUID, patch: MailOrderPatch) -> MailOrder:
        old = next((order for order in await self.all(client) if order.id == id_), None)
        if old is None:
            raise NotFound("There is no such order")
        new = msgspec.structs.replace(old, **given(patch))
        due = spans.next_mail(new.every, self._clock.now(), await self._zone(client))
        made = await self._store.change(client.account_id, id_, _fields(new), due)
        if made is None:
            raise NotFound("There is no such order")
        self.changed.set()
        return made

    async def delete(self, client: ClientScope, id_: UUID) -> None:
        if not await self._store.delete(client.account_id, id_):
            raise NotFound("There is no such order")

    async def _zone(self, client: ClientScope) -> ZoneInfo:
        reader = await self._read.reader(client.account_id)
        if reader is None:
            raise NotFound("There is no such client")
        return ZoneInfo(reader.timezone)


class Postman:
    """Mails what is due; any number of processes may run one, each order is sent by one. One that can't be made keeps
    no other: it is tried again after a while."""

    def __init__(
        self,
        store: OrderStore,
        analyses: AnalysisService,
        mails: Mails,
        settings: Settings,
        clock: Clock,
        *,
        changed: asyncio.Event,
    ) -> None:
        self._store = store
        self._analyses = analyses
        self._mails = mails
        self._settings = settings
        self._clock = clock
        self._changed = changed
        self._aside: dict[UUID, datetime] = {}

    async def work(self) -> None:
        """Until cancelled: sleeps until the next is due."""
        while True:
            pause = _LONGEST_S
            try:
                while await self.send_next():
                    pass
                due = min(
                    (at for at in (await self._store.next_due(list(self._aside)), *self._aside.values()) if at),
                    default=None,
                )
                if due is not None:
                    pause = min(pause, max(1.0, (due - self._clock.now()).total_seconds()))
            except Exception as exc:
                pause = self._settings.mail_poll_seconds
                if db.fault_of(exc) is None:
                    _log.exception("analysis_mails_failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._changed.wait()
            self._changed.clear()

    async def send_next(self) -> bool:
        """One order with its letters, in one transaction; false when none is due."""
        now = self._clock.now()
        self._aside = {id_: until for id_, until in self._aside.items() if until > now}
        order: Any = None
        try:
            async with self._store.due(now, list(self._aside)) as (connection, order):
                if order is None:
                    return False
                await self._send(connection, order, now)
        except Exception as exc:
            if order is None or isinstance(db.fault_of(exc), Unavailable):
                raise
            _log.exception("analysis_not_mailed", order=str(order["id"]))
            self._aside[order["id"]] = now + _SET_ASIDE
        return True

    async def _send(self, connection: Any, order: Any, now: datetime) -> None:
        analysis = await asyncio.create_task(self._seen_by(order["user_id"], order["account_id"]))
        language, kind = order["language"], order["format"]
        data = await self._analyses.file(analysis, kind, language)
        zone = ZoneInfo(analysis.timezone)
        at = f"{now.astimezone(zone):%d.%m.%Y}"
        text = words.word("letter", language).format(
            name=analysis.account, at=at, open_now=analysis.open_now, overdue_now=analysis.overdue_now
        )
        file = Attachment(f"requests-{now.astimezone(zone):%Y%m%d}.{kind}", TYPES[kind], data)
        subject = words.TITLES[language].format(" ".join(analysis.account.split()))
        for recipient in order["recipients"]:
            await self._mails.put(connection, Letter(recipient, subject, text, now + _OF_USE, file), now)
        await self._store.sent(connection, order["id"], now, spans.next_mail(order["every"], now, zone))

    async def _seen_by(self, user_id: UUID, account_id: UUID) -> Analysis:
        """With the client's own eyes; a task of its own, which the eyes end with."""
        client = ClientScope(account_id, account_id)
        scope.enter(Identity(user_id, user_id, "", "client", frozenset(), None, client), None)
        return await self._analyses.analysis(account_id)


def _fields(order: NewMailOrder | MailOrder) -> Sequence[Any]:
    return order.format, order.every, order.recipients, order.language, order.enabled
