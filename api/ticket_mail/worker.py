"""Mailboxes are read: a task a mailbox, one process of all at a time, as soon as something comes."""

import asyncio
import contextlib
from datetime import date, timedelta
from uuid import UUID

from api.mailboxes.imap import Box, BoxFailed, Selected
from api.mailboxes.model import Access
from api.ticket_mail.model import Place
from api.ticket_mail.store import LetterStore
from api.ticket_mail.taking import Taking
from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError, PayLaterError
from engine.core.seal import Seal

_log = log.get("api.ticket_mail")
_HEAD = 131_072
_FIRST_PAUSE_S = 1.0


class MailIn:
    """``listen`` hears of mailboxes that change, ``work`` reads them."""

    def __init__(self, store: LetterStore, taking: Taking, seal: Seal, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._taking = taking
        self._seal = seal
        self._settings = settings
        self._clock = clock
        self._news = asyncio.Event()
        self._readers: dict[UUID, tuple[int, asyncio.Task[None]]] = {}

    async def listen(self) -> None:
        """Until cancelled."""

        async def connected() -> None:
            self._news.set()

        await db.listen(self._settings, ["mailboxes"], lambda _channel, _payload: self._news.set(), connected)

    async def work(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                try:
                    await self._arrange(await self._store.boxes())
                except Exception as exc:
                    if db.fault_of(exc) is None:
                        _log.exception("mailboxes_not_arranged")
                    # The listener tells nothing anew where its own connection has stayed.
                    await asyncio.sleep(_FIRST_PAUSE_S)
                    self._news.set()
        finally:
            await self._stop(list(self._readers))

    async def clean(self) -> None:
        """Forget what came in long ago."""
        await self._store.forget(self._clock.now() - timedelta(days=self._settings.letters_keep_days))

    async def _arrange(self, boxes: dict[UUID, int]) -> None:
        """A reader for each mailbox as it is configured now."""
        await self._stop([id_ for id_, (version, _) in self._readers.items() if boxes.get(id_) != version])
        for id_, version in boxes.items():
            if id_ not in self._readers:
                self._readers[id_] = version, asyncio.create_task(self._read(id_), name=f"mailbox {id_}")

    async def _stop(self, box_ids: list[UUID]) -> None:
        tasks = [self._readers.pop(id_)[1] for id_ in box_ids]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, box_id: UUID) -> None:
        """For ever; a fault is told in the mailbox's row, and tried again after a while."""
        pause = _FIRST_PAUSE_S
        while True:
            started = self._clock.monotonic()
            try:
                async with self._store.alone(box_id, self._settings.mailbox_claim_s) as lost:
                    reading = asyncio.create_task(self._follow(box_id))
                    gone = asyncio.create_task(lost.wait())
                    try:
                        await asyncio.wait({reading, gone}, return_when=asyncio.FIRST_COMPLETED)
                        if reading.done():
                            reading.result()
                    finally:
                        reading.cancel()
                        gone.cancel()
                        await asyncio.gather(reading, gone, return_exceptions=True)
            except (BoxFailed, ConfigError) as exc:
                await self._tell(box_id, exc.detail if isinstance(exc, ConfigError) else str(exc))
            except Exception as exc:
                if db.fault_of(exc) is None and not isinstance(exc, PayLaterError):
                    _log.exception("mailbox_reader_failed", mailbox=str(box_id))
            if self._clock.monotonic() - started > 2 * pause:
                pause = _FIRST_PAUSE_S
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._settings.mailbox_retry_max_s)

    async def _tell(self, box_id: UUID, error: str) -> None:
        _log.warning("mailbox_failed", mailbox=str(box_id), error=error)
        with contextlib.suppress(OSError, TimeoutError, PayLaterError):
            await self._store.failed(box_id, error)

    async def _follow(self, box_id: UUID) -> None:
        access = await self._store.box(box_id)
        if access is None:
            return
        password = self._seal.open(access.secret or "")
        async with Box(access, password, self._settings.mailbox_timeout_s) as box:
            while True:
                # What comes after this is told by IDLE, for no command stands between.
                selected = await box.select()
                taken = await self._catch_up(box, access, selected)
                await self._store.seen(box_id, self._clock.now())
                if not taken:
                    await box.wait(self._settings.mailbox_idle_s, self._settings.mailbox_poll_s)

    async def _catch_up(self, box: Box, access: Access, selected: Selected) -> int:
        """Take what is new; how many letters."""
        present = await self._store.box(access.id)
        if present is None:
            return 0
        if present.uid_validity is None:
            await self._store.start(access.id, selected.uid_validity, selected.uid_next, self._clock.now())
            return 0
        first, since = present.uid_next or 1, None
        if present.uid_validity != selected.uid_validity:
            first, since = 1, await self._since(access.id)
        count = 0
        if first < selected.uid_next:
            while sizes := await box.sizes(first, since):
                for uid, size in sizes.items():
                    await self._take(box, present, Place(access.id, selected.uid_validity, uid), size)
                first, count = max(sizes) + 1, count + len(sizes)
        if present.uid_validity != selected.uid_validity or (count == 0 and first < selected.uid_next):
            await self._store.start(access.id, selected.uid_validity, selected.uid_next, self._clock.now())
        return count

    async def _since(self, box_id: UUID) -> date:
        """Where the server has numbered its letters anew: those of the last days are looked at, and known ones told by
        their ids."""
        seen = await self._store.seen_at(box_id) or self._clock.now()
        return (seen - timedelta(days=1)).date()

    async def _take(self, box: Box, access: Access, place: Place, size: int) -> None:
        most = self._settings.letter_max_bytes
        data = await box.letter(place.uid, _HEAD if size > most else most)
        if data is None:
            await self._store.skip(place)
            return
        outcome = await self._taking.take(access, place, size, data)
        _log.info("letter_taken", mailbox=str(access.id), uid=place.uid, verdict=outcome.verdict, size=size)
