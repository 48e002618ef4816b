"""The ports that flows use beside the caller's line, on the database and the disk: mailboxes, forwarding, prompts."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from engine.calls.ledger import file_size
from engine.calls.line import CallLine
from engine.calls.model import Call
from engine.calls.states import LegState
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.db import Queries
from engine.core.ids import new_id
from engine.core.tasks import Tasks
from engine.history.journal import Journal
from engine.ivr.port import Line, Message, Take
from engine.routing.model import Forward, ToExtension, ToExternal
from engine.routing.outbound import OutsideCall, Permission, Refusal, decide, wish_of
from engine.routing.table import RoutingTable
from engine.speech.workers.pool import Workers
from engine.transcripts.service import LiveTranscripts, languages_of
from engine.transcripts.store import TranscriptStore

_log = log.get("ports")
REFRESH_S = 15.0
SETTLE_S = 1.0
_Q = Queries(Path(__file__).with_name("ports.sql"))


class Mailboxes:
    """Voicemail messages (``VoicemailBoxPort``)."""

    def __init__(self, pool: Any, settings: Settings) -> None:
        self._pool = pool
        self._settings = settings

    async def count(self, box_id: UUID) -> int:
        return int(await self._pool.fetchval(_Q.count_messages, box_id))

    async def messages(self, box_id: UUID) -> list[Message]:
        rows = await self._pool.fetch(_Q.list_messages, box_id)
        folder = self._settings.recordings
        return [
            Message(row["id"], f"sound:{folder / Path(row['file']).stem}", row["caller"], row["heard"]) for row in rows
        ]

    async def mark_heard(self, message_id: UUID) -> None:
        await self._pool.execute(_Q.mark_heard, message_id)

    async def delete(self, message_id: UUID) -> None:
        file = await self._pool.fetchval(_Q.delete_message, message_id)
        if file is not None:
            (self._settings.recordings / file).unlink(missing_ok=True)


class Forwards:
    """Forwarding that a phone sets for its extension (``ForwardPort``); it holds from the next call on."""

    def __init__(self, pool: Any, is_extension: Callable[[str], bool]) -> None:
        self._pool = pool
        self._is_extension = is_extension

    async def forward_on(self, extension: str, when: str, number: str) -> None:
        to = ToExtension(number=number) if self._is_extension(number) else ToExternal(number=number)
        await self._pool.execute(_Q.forward_on, extension, when, msgspec.to_builtins(Forward(when=when, to=to)))

    async def forward_off(self, extension: str, when: str) -> None:
        await self._pool.execute(_Q.forward_off, extension, when)


class OutsideCalls:
    """Leave to call numbers outside (``Permit``), from facts: calls in progress, and today's that have ended.

    Those that have ended are read from the history when one ends, and every ``REFRESH_S`` seconds, as long as some rule
    limits minutes; a day begins at midnight of ``timezone``.
    """

    def __init__(
        self,
        pool: Any,
        table: Callable[[], RoutingTable],
        live: Callable[[], Iterable[Call]],
        clock: Clock,
        timezone: str,
    ) -> None:
        self._pool = pool
        self._table = table
        self._live = live
        self._clock = clock
        self._zone = ZoneInfo(timezone)
        self._ended: list[OutsideCall] = []
        self._read = datetime.min.replace(tzinfo=UTC)
        self._wake = asyncio.Event()

    def permit(self, to: ToExternal) -> Permission | Refusal:
        """The decision on a call now."""
        table, now = self._table(), self._clock.now()
        return decide(table, wish_of(table, to, self._calls_of), now, self._calls(now))

    def _calls_of(self, trunk: str) -> int:
        """Legs that go through a trunk now, both ways."""
        legs = (leg for call in self._live() for leg in call.legs if leg.state is not LegState.DOWN)
        return sum(leg.endpoint == f"PJSIP/{trunk}" or leg.endpoint.endswith(f"@{trunk}") for leg in legs)

    def _calls(self, now: datetime) -> list[OutsideCall]:
        today = self._today(now)
        found = self._ended if self._read >= today else []
        for call in self._live():
            for leg in call.legs:
                if leg.charged_to is not None and leg.state is not LegState.DOWN:
                    since = leg.answered_at and max(leg.answered_at, today)
                    seconds = (now - since).total_seconds() if since else 0.0
                    found = [*found, OutsideCall(leg.charged_to, leg.number, seconds, live=True)]
        return found

    def _today(self, now: datetime) -> datetime:
        return now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def on_ended(self, call: Call) -> None:
        """Read again soon, once the history has this call."""
        if any(leg.charged_to is not None for leg in call.legs):
            self._wake.set()

    async def refresh(self) -> None:
        """Read today's ended calls, if any rule asks for them. Raises what the database raises."""
        if any(rule.max_minutes_day is not None for rule in self._table().outbound_rules):
            now = self._clock.now()
            rows = await self._pool.fetch(_Q.minutes, self._today(now))
            self._ended = [OutsideCall(row["charged_to"], row["number"], row["seconds"], live=False) for row in rows]
            self._read = now

    async def run(self) -> None:
        """Keep what is read fresh until cancelled."""
        while True:
            try:
                await self.refresh()
            except Exception as exc:  # the database is away: what was read last holds
                _log.warning("minutes_not_read", error=f"{type(exc).__name__}: {exc}"[:200])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_S):
                    await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(SETTLE_S)


class PromptRecorder:
    """Prompts recorded by phone (``RecordPromptPort``)."""

    def __init__(self, pool: Any, settings: Settings, clock: Clock) -> None:
        self._pool = pool
        self._settings = settings
        self._clock = clock

    async def record(self, line: Line, prompt_id: UUID) -> Take:
        assert isinstance(line, CallLine)
        name = f"prompt-{new_id(self._clock.now())}"
        seconds = await line.message.record_file(name, self._settings.prompt_max_seconds)
        return Take(name, f"sound:{self._settings.recordings / name}", seconds)

    async def keep(self, prompt_id: UUID, take: Take) -> None:
        source = self._settings.recordings / f"{take.name}.wav"
        size = file_size(source)
        await asyncio.to_thread(shutil.move, source, self._settings.prompts / f"{take.name}.wav")
        await self._pool.execute(_Q.keep_prompt, prompt_id, take.name, take.seconds, size)

    async def drop(self, take: Take) -> None:
        (self._settings.recordings / f"{take.name}.wav").unlink(missing_ok=True)


def live_transcripts(
    pool: Any,
    journal: Journal,
    clock: Clock,
    settings: Settings,
    tasks: Tasks,
    workers: Workers,
    table: Callable[[], RoutingTable],
) -> LiveTranscripts:
    """Transcripts of the node's conversations; queues and numbers of the routing table say how."""
    return LiveTranscripts(
        journal,
        clock,
        settings,
        tasks,
        TranscriptStore(pool, settings.node_id),
        workers,
        of_queue=lambda queue_id: getattr(table().queues.get(queue_id), "transcribe", None),
        languages=lambda call: languages_of(call, table().numbers),
    )
