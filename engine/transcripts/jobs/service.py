"""Works off the queue of transcription: claims jobs, does them, tries again. Wakes on NOTIFY and when a job is due.

A job is claimed by one statement; what it comes to is written in one transaction that also ends the claim. So a killed
process leaves either a job whose text is stored, or one that its successor finds running and takes again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

from prometheus_client import Counter

from engine.core import db, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound, PayLaterError
from engine.core.tasks import Tasks
from engine.speech.workers.errors import NoEngine
from engine.transcripts.jobs.model import NO_ENGINE_RETRY, Job, Lost, Mute, muted_parts, retry_at
from engine.transcripts.jobs.store import JobStore
from engine.transcripts.jobs.work import Sparing, Transcriber, Workers
from engine.transcripts.store import Rules

_log = log.get("transcripts.jobs")
_JOBS = Counter("paylater_transcription_jobs", "Transcription jobs by what they came to", ["outcome"])
CHANNEL = "transcription"
SETTLE_S = 0.3
"""News that come together are taken together."""
PROGRESS_S = 2.0
FAULT_S = 3.0
"""Pause after the database did not answer."""
DEAF_S = 60.0
"""Without any recogniser one is looked for so often, and whenever workers change."""
IDLE_S = 3600.0


class Able(Workers, Protocol):
    """Workers that tell what they can do."""

    def hears(self, languages: Sequence[str]) -> bool: ...

    async def changed(self, timeout_s: float) -> None: ...


class TranscriptionJobs:
    """The queue's worker on one node."""

    def __init__(
        self,
        store: JobStore,
        workers: Able,
        settings: Settings,
        clock: Clock,
        tasks: Tasks,
        rules: Callable[[], Rules],
    ) -> None:
        self._store = store
        self._workers = workers
        self._settings = settings
        self._clock = clock
        self._tasks = tasks
        self._transcriber = Transcriber(workers, settings, clock, rules)
        self._due = asyncio.Event()
        self._news = asyncio.Event()
        self._released = False
        self._free = asyncio.Semaphore(max(settings.speech_batch_jobs, 1))

    def on_notice(self, _channel: str, table: str) -> None:
        """Something of the queue has changed: a job, a batch, or one of the tables that jobs come from."""
        (self._due if table.startswith("transcription_") else self._news).set()

    async def on_listening(self) -> None:
        """The listener is (again) connected: anything may have changed meanwhile."""
        self._due.set()
        self._news.set()

    async def run(self) -> None:
        """Work until cancelled."""
        listener = db.listen(self._settings, [CHANNEL], self.on_notice, self.on_listening)
        self._tasks.spawn(listener, name="transcription listener")
        self._tasks.spawn(self._follow(), name="transcription news")
        while True:
            self._due.clear()
            pause = await self._until_due() if await self._outlive(self._work_off()) else FAULT_S
            await _first(self._due, pause)

    async def _follow(self) -> None:
        """Queue what is new."""
        while True:
            await self._news.wait()
            await asyncio.sleep(SETTLE_S)
            self._news.clear()
            if not await self._outlive(self._look()):
                await asyncio.sleep(FAULT_S)
                self._news.set()

    async def _outlive(self, work: Awaitable[None]) -> bool:
        """Whether it went well; a fault is logged."""
        try:
            await work
        except Exception as exc:
            if db.fault_of(exc) is None and not isinstance(exc, PayLaterError):
                _log.exception("transcription_failed")
            return False
        return True

    async def _until_due(self) -> float:
        try:
            due = await self._store.next_due(self._settings.speech_batch_claim_s)
        except Exception as exc:
            if db.fault_of(exc) is None:
                raise
            return FAULT_S
        return IDLE_S if due is None else min(max((due - self._clock.now()).total_seconds(), 0.05), IDLE_S)

    async def _look(self) -> None:
        """What is to be transcribed by itself is queued; what live texts hide is silenced in recordings."""
        since = self._clock.now() - timedelta(days=self._settings.speech_batch_days)
        if self._settings.speech_batch != "off":
            every = self._settings.speech_batch == "all"
            await self._store.enqueue(since, self._settings.speech_batch_least_s, all_calls=every)
        for mute in await self._store.to_mute(since):
            await self._mute(mute)

    async def _mute(self, mute: Mute) -> None:
        """Silence a recording once; one whose file is gone needs it no more."""
        margin = self._settings.speech_mute_margin_s
        parts = muted_parts(((side, (start, end)) for side, start, end in mute.stretches), mute.channels, margin)
        try:
            if parts:
                await self._transcriber.silence(self._transcriber.path_of(mute.file), parts)
        except NotFound:
            pass
        except PayLaterError as exc:
            _log.warning("recording_not_muted", file=mute.file, error=exc.detail)
            return
        await self._store.muted(mute.recording_id, self._clock.now())

    async def _work_off(self) -> None:
        """Claim and begin jobs while there is room, until none is due; those begun go on beside the loop."""
        if not self._released:
            await self._store.release_left(self._clock.now())
            self._released = True
        while True:
            await self._able()
            await self._free.acquire()
            job = None
            try:
                now = self._clock.now()
                job = await self._store.claim(now, now - timedelta(seconds=self._settings.speech_batch_claim_s))
            finally:
                if job is None:
                    self._free.release()
            if job is None:
                return
            self._tasks.spawn(self._do(job), name=f"transcribe {job.subject_id}")

    async def _able(self) -> None:
        """Jobs wait, unclaimed, while nothing here can recognise speech."""
        while not any(self._workers.hears((language,)) for language in ("ru", "en", self._settings.default_language)):
            await self._workers.changed(DEAF_S)

    async def _do(self, job: Job) -> None:
        try:
            await self._attempt(_Held(job, self._store, self._clock))
        finally:
            self._free.release()
            self._due.set()

    async def _attempt(self, held: "_Held") -> None:
        try:
            outcome = await self._transcriber.transcribe(held.job, Sparing(held.tell, PROGRESS_S))
            await self._store.complete(held.job, outcome, self._clock.now())
            _JOBS.labels("done").inc()
        except Lost:
            _JOBS.labels("lost").inc()
        except NotFound as exc:
            await self._store.fail(held.job, self._clock.now(), exc.detail)
            _JOBS.labels("failed").inc()
        except NoEngine as exc:
            await self._store.put_back(held.job, self._clock.now() + NO_ENGINE_RETRY, exc.detail, counts=False)
        except Exception as exc:
            await self._again(held.job, exc)

    async def _again(self, job: Job, exc: Exception) -> None:
        """Another try later, or none."""
        now, error = self._clock.now(), getattr(exc, "detail", None) or f"{type(exc).__name__}: {exc}"
        known = isinstance(exc, PayLaterError) or db.fault_of(exc) is not None
        (_log.warning if known else _log.exception)("transcription_attempt_failed", job=str(job.id), error=error)
        if job.attempts >= self._settings.speech_batch_attempts:
            await self._store.fail(job, now, error)
            _JOBS.labels("failed").inc()
        else:
            at = retry_at(now, job.attempts, self._settings.speech_batch_retry_s)
            await self._store.put_back(job, at, error, counts=True)
            _JOBS.labels("again").inc()


class _Held:
    """A claimed job; telling its progress keeps the claim fresh."""

    def __init__(self, job: Job, store: JobStore, clock: Clock) -> None:
        self.job = job
        self._store = store
        self._clock = clock

    async def tell(self, share: float) -> None:
        self.job = await self._store.tell_progress(self.job, self._clock.now(), share)


async def _first(event: asyncio.Event, seconds: float) -> None:
    """Until the event, or so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
