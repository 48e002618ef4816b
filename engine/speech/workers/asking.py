"""Named tasks, as the engine asks for them: one process of low priority, there only while there is something to do."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from prometheus_client import Counter

from engine.core.config import Settings
from engine.core.tasks import Tasks
from engine.speech.workers import protocol
from engine.speech.workers.errors import NoEngine, TaskFailed, WorkerLost
from engine.speech.workers.process import HELLO_S, WorkerProcess
from engine.speech.workers.states import WorkerState

_TASKS = Counter("paylater_speech_tasks", "Tasks of speech workers, by name and outcome", ["task", "outcome"])
Answer = protocol.Item | protocol.Done | protocol.Failed | None
"""None: the worker is lost."""


class Asking:
    """Gives tasks to the process that does them."""

    def __init__(self, spawn: Callable[[str], Awaitable[WorkerProcess]], settings: Settings, tasks: Tasks) -> None:
        self.workers: list[WorkerProcess] = []
        self._spawn = spawn
        self._settings = settings
        self._tasks = tasks
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Queue[Answer]] = {}
        self._starting = asyncio.Lock()
        self._hello = asyncio.Event()
        self._used_at = 0.0
        self._rest = False

    def rest(self, on: bool) -> None:
        """Tasks make way for live streams, or go on."""
        if on != self._rest:
            self._rest = on
            for worker in self.workers:
                worker.send(protocol.Rest(on))

    async def ask(self, task: str, arguments: Mapping[str, Any], *, items: bool) -> AsyncIterator[Any]:
        """What the task gives: its items if wanted, its result at the end. Raises as ``Workers.run``."""
        worker = await self._worker()
        job = next(self._numbers)
        answers = self._answers[job] = asyncio.Queue()
        worker.jobs.add(job)
        try:
            self._order(worker, protocol.Run(job, task, dict(arguments)))
            while isinstance(answer := await answers.get(), protocol.Item):
                if items:
                    yield answer.value
            _TASKS.labels(task, "done" if isinstance(answer, protocol.Done) else "failed").inc()
            if not isinstance(answer, protocol.Done):
                raise _error(task, answer)
            if not items or answer.value is not None:
                yield answer.value
        finally:
            self._used_at = time.monotonic()
            del self._answers[job]
            if job in worker.jobs:
                worker.jobs.discard(job)
                worker.send(protocol.Cancel(job))

    def on_word(self, worker: WorkerProcess, word: Any) -> None:
        """A word of the process."""
        if isinstance(word, protocol.Hello):
            self._hello.set()
            return
        if not isinstance(word, protocol.Item):
            worker.jobs.discard(word.job)
        if (answers := self._answers.get(word.job)) is not None:
            answers.put_nowait(word)

    def on_lost(self, worker: WorkerProcess) -> None:
        """The process is gone, and with it what it was doing."""
        if worker in self.workers:
            self.workers.remove(worker)
        jobs, worker.jobs = list(worker.jobs), set()
        for job in jobs:
            if (answers := self._answers.get(job)) is not None:
                answers.put_nowait(None)
        self._hello.set()

    def _order(self, worker: WorkerProcess, order: protocol.Run) -> None:
        try:
            worker.send(order)
        except (TypeError, ValueError) as exc:
            worker.jobs.discard(order.job)
            raise TaskFailed(f"The arguments of {order.task} can't be sent: {exc}", kind=type(exc).__name__) from exc

    async def _worker(self) -> WorkerProcess:
        """The process that does tasks; started when there is none."""
        async with self._starting:
            self._used_at = time.monotonic()
            ready = next((one for one in self.workers if one.state is WorkerState.READY), None)
            if ready is not None:
                return ready
            self._hello.clear()
            try:
                worker = await self._spawn("batch")
            except OSError as exc:
                raise WorkerLost(f"No worker can be started: {exc}") from exc
            self.workers.append(worker)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HELLO_S):
                    while worker.state is WorkerState.STARTING:
                        await self._hello.wait()
                        self._hello.clear()
            if worker.state is not WorkerState.READY:
                worker.stop()
                raise WorkerLost("The worker for tasks ended before it began; see the engine's log")
            if self._rest:
                worker.send(protocol.Rest(True))
            self._tasks.spawn(self._end_when_idle(worker), name="speech tasks")
            return worker

    async def _end_when_idle(self, worker: WorkerProcess) -> None:
        idle = self._settings.speech_task_idle_s
        while worker.state is WorkerState.READY:
            await asyncio.sleep(min(idle, 5.0))
            if not worker.jobs and time.monotonic() - self._used_at > idle:
                worker.stop()
                return


def _error(task: str, answer: protocol.Failed | None) -> Exception:
    if answer is None:
        return WorkerLost(f"The worker ended in the middle of {task}")
    if answer.kind == NoEngine.__name__:
        return NoEngine(answer.text)
    return TaskFailed(f"{task}: {answer.text}", kind=answer.kind)
