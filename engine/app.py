"""The engine's composition root: the one place where its objects are made and joined."""

import asyncio
import signal
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from engine.agents.phones import Phones
from engine.agents.roster import Roster
from engine.agents.service import Presences
from engine.agents.store import AgentStore
from engine.agi.server import start as start_agi
from engine.ari.client import AriClient
from engine.ari.events import Event
from engine.ari.resources import Ari
from engine.callbacks.service import Callbacks
from engine.callbacks.store import CallbackStore
from engine.calls.admission import Admission
from engine.calls.adoption import Adoption
from engine.calls.catchup import Catchup
from engine.calls.conductor import Conductor
from engine.calls.ledger import Ledger
from engine.calls.line import CallLine
from engine.calls.model import Call
from engine.calls.node import Node
from engine.calls.refer import Referrals
from engine.calls.registry import CallRegistry
from engine.calls.services import CallServices, Link
from engine.calls.shedding import Shedding
from engine.configuration import Configuration
from engine.control import Commands, Control, Trace
from engine.core import db, log, migrate
from engine.core.clock import SystemClock
from engine.core.config import Settings
from engine.core.errors import ConfigError, Unavailable
from engine.core.tasks import Tasks, every
from engine.dialer.build import make_dialer
from engine.dispatch import Dispatcher, reach
from engine.history.journal import Journal
from engine.history.store import CallStore
from engine.history.writer import HistoryWriter
from engine.ivr.flows.queue import wait_in_queue
from engine.ivr.port import FlowTools, Line
from engine.ivr.trace import trace
from engine.ivr.voice import SpokenTexts
from engine.ivr.web import AiohttpWeb, open_session
from engine.media.speaking import Speakers
from engine.placing import Placing
from engine.ports import Forwards, Mailboxes, OutsideCalls, PromptRecorder, live_transcripts
from engine.queues.service import Queues
from engine.queues.store import QueueStore
from engine.speech.desk import SpeechDesk
from engine.speech.voices.service import Voices
from engine.speech.workers.pool import Workers
from engine.transcripts.hiding import hidden
from engine.transcripts.jobs.service import TranscriptionJobs
from engine.transcripts.jobs.store import JobStore

_log = log.get("app")
HEARTBEAT_S = 5.0
MEDIA_SHARE = 0.9
"""Share of the media ports that calls may hold; the rest is for calls that are being turned away."""
TRIM_S = 3600.0


class _Sink:
    """Stands for the node until it is made: the client wants its sink first."""

    node: Node

    def on_event(self, event: Event) -> None:
        self.node.on_event(event)

    async def on_connected(self, snapshot: Any) -> None:
        await self.node.on_connected(snapshot)

    def on_disconnected(self) -> None:
        self.node.on_disconnected()


class Engine:
    """Everything that one node's engine consists of."""

    def __init__(self, settings: Settings, pool: Any, web_session: aiohttp.ClientSession, tasks: Tasks) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self.tasks = tasks
        self.started_at = self.clock.now()
        self.journal = Journal(
            settings.spool, max_records=settings.journal_max_records, segment_bytes=settings.journal_segment_bytes
        )
        self.store = CallStore(pool, settings.node_id)
        self.history = HistoryWriter(
            self.journal, self.store, batch=settings.journal_batch, interval=settings.journal_interval
        )
        self.configuration = Configuration(pool, settings, self.clock)
        self.sink = _Sink()
        self.client = AriClient(settings, self.sink, self.clock)
        self.link = Link()
        ledger = Ledger(self.journal, self.clock)
        self.workers = Workers(settings, tasks)
        self.voices = Voices(settings)
        self.speakers = Speakers(settings)
        self.services = self._call_services(ledger)
        self.admission = self._admission()
        self.presences = Presences(self.journal, self.clock, settings)
        self.queues = Queues(self.presences, self.journal, self.clock, settings)
        self.queue_store = QueueStore(pool, settings.node_id)
        self.callback_store = CallbackStore(pool, settings.node_id)
        self.callbacks = Callbacks(
            self.queues,
            self.journal,
            lambda: self.configuration.table,
            self.clock,
            settings,
            lambda attempt: self.placing.call_back(attempt),
        )
        parts = self.services, pool, web_session, self.queues, self.presences, self.journal
        self.dialer = make_dialer(
            *parts, lambda: self.configuration.table, lambda dial, settings: self.placing.dial(dial, settings)
        )
        self.spoken = SpokenTexts(self.voices, lambda: self.configuration.table, settings)
        self.tools = self._flow_tools(pool, web_session)
        self.outside_calls = OutsideCalls(
            pool, lambda: self.configuration.table, self._calls, self.clock, settings.timezone
        )
        self.dispatcher = Dispatcher(self.tools, self._live_calls)
        self.registry = CallRegistry(self.services, self.admission, self.dispatcher.flow_of)
        self.placing = Placing(
            self.services, self.tools, self.presences, self.admission, self.registry, self.dispatcher
        )
        self.adoption = Adoption(self.services, self.registry, self.dispatcher.resume)
        reach_from = partial(reach, self.tools)
        self.conductor = Conductor(self.services, self.registry, reach_from, self.dispatcher.resume)
        self.registry.on_refer = Referrals(self.services, self.registry, self.conductor, reach_from).on_event
        self.catchup = Catchup(settings, self.store, ledger, self.registry.knows)
        self.phones = Phones(
            self.services.ari, self.link, lambda: self.presences.operators.values(), self.presences.on_phone
        )
        self.roster = Roster(AgentStore(pool), self.presences, self.phones, self._calls, settings.timezone)
        self._write_texts(pool)
        self._join()

    def _write_texts(self, pool: Any) -> None:
        """What is said becomes text: live, and from recordings."""
        settings, tasks = self.settings, self.tasks
        self.transcripts = live_transcripts(
            pool, self.journal, self.clock, settings, tasks, self.workers, lambda: self.configuration.table
        )
        self.jobs = TranscriptionJobs(
            JobStore(pool, settings.node_id), self.workers, settings, self.clock, tasks, lambda: self.transcripts.rules
        )

    def _call_services(self, ledger: Ledger) -> CallServices:
        return CallServices(
            Ari(self.client),
            ledger,
            self.clock,
            self.settings,
            self.link,
            self.tasks,
            self._user_of_extension,
            workers=self.workers,
            voices=self.voices,
            speakers=self.speakers,
        )

    def _admission(self) -> Admission:
        settings = self.settings
        return Admission(
            max_calls=settings.max_calls,
            max_legs=int(settings.rtp_count / 2 * MEDIA_SHARE),
            max_rate=settings.max_new_calls_per_second,
            lag_limit=settings.admission_lag_limit,
            journal_full=lambda: self.journal.full,
        )

    def _flow_tools(self, pool: Any, web_session: aiohttp.ClientSession) -> FlowTools:
        settings = self.settings
        return FlowTools(
            table=lambda: self.configuration.table,
            web=AiohttpWeb(web_session, settings),
            synthesizer=self.spoken.media,
            clock=self.clock,
            settings=settings,
            voicemail=Mailboxes(pool, settings),
            forwards=Forwards(pool, lambda number: number in self.configuration.table.extensions),
            recorder=PromptRecorder(pool, settings, self.clock),
            pick_up=self._pick_up,
            permit=lambda to: self.outside_calls.permit(to),
            in_queue=wait_in_queue,
            queues=self.queues,
            callbacks=self.callbacks,
            dialer=self.dialer.dials,
            retrieve=self._retrieve,
            keep_answer=self.journal.append,
            hide=lambda text: hidden(text, self.transcripts.rules.masking),
        )

    def _join(self) -> None:
        """Let the parts hear of each other's events."""
        self.registry.on_leg += [self.presences.on_leg, self.queues.crew.on_leg, self.dialer.legs.on_leg]
        self.registry.on_leg.append(self.dialer.callers.on_leg)
        self.registry.on_ended += [self.dialer.dials.on_ended, self.presences.on_ended, self.queues.on_ended]
        self.registry.on_ended += [self.callbacks.on_ended, self.outside_calls.on_ended]
        self.registry.on_ended.append(self.transcripts.on_ended)
        self.services.on_talk.append(self.transcripts.on_talk)
        self.configuration.followers += [self.roster.follow, self._follow_queues, self.transcripts.follow]
        self.configuration.followers += [self.spoken.follow, self.dialer.follow]
        self.configuration.attach(self.services.ari, self.link)

    async def start(self) -> None:
        """Take up what earlier processes left, then serve."""
        states = await self.history.recover()
        await self.workers.start()
        await self.voices.start()
        await self.roster.start(self.clock.now())
        await self.configuration.refresh({"everything"})
        await self.queues.restore(self.queue_store, ZoneInfo(self.settings.timezone))
        await self.callbacks.restore(self.callback_store)
        await self.dialer.restore()
        await self.transcripts.restore()
        self.sink.node = Node(self.services, self.registry, self.adoption, self.catchup, states)
        self.sink.node.on_up += [self.configuration.on_asterisk_up, self.roster.on_up, self._settle_callbacks]
        self.sink.node.on_phone.append(self.phones.on_event)
        spawn = self.tasks.spawn
        spawn(self.history.run(), name="history")
        spawn(self.configuration.run(), name="configuration")
        spawn(self.spoken.run(), name="texts ahead")
        spawn(self.outside_calls.run(), name="outside calls")
        spawn(self.presences.run(), name="presences")
        spawn(self.queues.run(), name="queues")
        spawn(self.queues.board.run(), name="queue board")
        spawn(self.callbacks.run(), name="callbacks")
        spawn(self.dialer.run(), name="dialer")
        spawn(self.phones.run(), name="phones")
        spawn(self.transcripts.run(), name="transcripts")
        spawn(self.jobs.run(), name="transcription")
        spawn(
            db.listen(self.settings, ["config"], self.configuration.on_notice, self.configuration.on_listening),
            name="listener",
        )
        spawn(self.client.run(), name="ari")
        spawn(Shedding(self.services, self.admission, self.registry).run(), name="admission")
        spawn(every(HEARTBEAT_S, self.store.heartbeat, self.settings.control_url, self.started_at), name="heartbeat")
        spawn(every(TRIM_S, self.store.trim_changes, self.settings.changes_keep_hours), name="trim")
        spawn(self._audit(), name="audit")

    async def _follow_queues(self, tables: set[str]) -> None:
        self.queues.follow(tables, self.configuration.table.queues.values())
        await self.callbacks.follow(self.callback_store, tables)

    async def _settle_callbacks(self) -> None:
        self.callbacks.settle_lost(self._calls())
        await self.dialer.settle_lost(self._calls())
        await self.queues.settle()

    async def _audit(self) -> None:
        await asyncio.sleep(self.settings.orphan_audit_interval)
        await every(self.settings.orphan_audit_interval, self.sink.node.audit)

    def _live_calls(self, number_id: UUID) -> int:
        return sum(line.call.number_id == number_id for line in self.registry.lines.values())

    def _calls(self) -> list[Call]:
        return [line.call for line in self.registry.lines.values()]

    def _pick_up(self, line: Line, extension: str) -> None:
        other = self.registry.ringing_at(extension)
        if other is not None and isinstance(line, CallLine):
            line.hand_over(other, "picked_up_call", other.dialing.pick_up)

    def _retrieve(self, line: Line, slot: str) -> None:
        if isinstance(line, CallLine):
            self.conductor.retrieve_here(line, slot)

    def _user_of_extension(self, extension: str) -> UUID | None:
        found = self.presences.by_extension(extension)
        return found.user_id if found is not None else None

    # Commands

    def commands(self) -> Commands:
        """What the control address offers."""
        return Commands(
            self.placing.originate,
            self.placing.record_prompt,
            self.trace,
            self.asterisk,
            self.not_ready,
            self.presences,
            self.conductor,
            self.queues,
            self.callbacks,
            self.workers.capacity,
            SpeechDesk(self.settings, self.voices, self.workers),
            self.dialer,
        )

    async def trace(self, wanted: Trace) -> Any:
        """What would happen to a call."""
        return await trace(
            self.configuration.table,
            wanted.caller,
            wanted.called,
            wanted.at,
            wanted.digits,
            wanted.internal_from,
            voice=any(map(self.voices.speaks, ("ru", "en"))),
            settings=self.settings,
            say=wanted.say,
        )

    async def asterisk(self) -> dict[str, Any]:
        """Version and start of Asterisk."""
        info = await self.services.ari.asterisk.info()
        return {"version": info.system.version if info.system else "", "link": self.link.up}

    def not_ready(self) -> list[str]:
        """What is missing before calls can be served."""
        missing = [] if self.link.up else ["asterisk"]
        if not self.configuration.loaded:
            missing.append("configuration")
        return missing


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Live calls stay in Asterisk for the next process."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        pool = await _connect(settings, stop)
        stack.push_async_callback(_close_pool, pool)
        async with pool.acquire() as connection:
            missing = await migrate.check(connection, migrate.available())
        if missing:
            raise ConfigError(f"The database lacks migration {missing[0].name}: run tools/up")
        web_session = await stack.enter_async_context(open_session())
        tasks = await stack.enter_async_context(Tasks())
        engine = Engine(settings, pool, web_session, tasks)
        agi = start_agi(settings, lambda: engine.configuration.table)
        stack.callback(agi.close)
        runner = web.AppRunner(Control(engine.registry, engine.commands(), settings.control_token).application())
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, settings.bind_host, settings.control_port).start()
        await engine.start()
        _log.info("engine_started", node=settings.node_id, control=settings.control_url)
        await stop.wait()
        _log.info("engine_stopping", live_calls=len(engine.registry.lines))
        tasks.cancel()
        engine.workers.stop()
        await engine.dialer.close()
        await engine.voices.close()
        await engine.speakers.close()
        await _last_flush(engine)


async def _last_flush(engine: Engine) -> None:
    """Bring the journal into the database if it answers soon; what remains is taken up at the next start."""
    try:
        async with asyncio.timeout(2.0):
            await engine.history.flush()
    except TimeoutError:
        _log.warning("journal_left_for_next_start", records=len(engine.journal.pending))
    engine.journal.close()


async def _connect(settings: Settings, stop: asyncio.Event) -> Any:
    """The pool; waits for a database that is away."""
    while True:
        try:
            return await db.create_pool(settings)
        except Unavailable as exc:
            _log.warning("database_away", error=exc.detail)
            try:
                async with asyncio.timeout(1.0):
                    await stop.wait()
                raise
            except TimeoutError:
                continue


async def _close_pool(pool: Any) -> None:
    try:
        await asyncio.wait_for(pool.close(), timedelta(seconds=3).total_seconds())
    except TimeoutError:
        pool.terminate()
