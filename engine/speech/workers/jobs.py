"""Named tasks in a worker: threads, items on their way, results."""

import importlib
import inspect
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine.core import log
from engine.core.config import Settings
from engine.core.errors import PayLaterError
from engine.speech.model import Listening
from engine.speech.recognizers.port import Recognizer
from engine.speech.tasks import TASKS
from engine.speech.workers.models import Models
from engine.speech.workers.protocol import Done, Failed, Item, Run

_log = log.get("speech.jobs")


class Tools:
    """The ``TaskTools`` of one job."""

    def __init__(self, settings: Settings, models: Models, kept: "Kept", cancelled: threading.Event) -> None:
        self.settings = settings
        self.cancelled = cancelled
        self._models = models
        self._kept = kept

    def recognizer(self, listening: Listening) -> Recognizer:
        return self._models.recognizer(listening)

    def keep(self, key: str, make: Callable[[], Any]) -> Any:
        return self._kept.get(key, make)


class Kept:
    """Things that are made once a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._made: dict[str, Any] = {}

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        """The thing; others who want the same wait while it is made."""
        with self._lock:
            own = self._locks.setdefault(key, threading.Lock())
        with own:
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]


class Jobs:
    """``tell`` is called from the threads that work."""

    def __init__(self, settings: Settings, models: Models, tell: Callable[[Any], None]) -> None:
        self._settings = settings
        self._models = models
        self._tell = tell
        self._kept = Kept()
        self._live: dict[int, threading.Event] = {}
        self._awake = threading.Event()
        self._awake.set()
        self._threads = ThreadPoolExecutor(settings.speech_task_threads, thread_name_prefix="task")

    @property
    def count(self) -> int:
        """Tasks in work or in line."""
        return len(self._live)

    def start(self, order: Run) -> None:
        """Do a task as soon as a thread is free."""
        cancelled = self._live[order.job] = threading.Event()
        self._threads.submit(self._do, order, cancelled)

    def cancel(self, job: int) -> None:
        """Nobody waits for it any more."""
        if (cancelled := self._live.get(job)) is not None:
            cancelled.set()

    def rest(self, on: bool) -> None:
        """Let tasks pause before their next item, ``speech_task_rest_s`` at most; or wake them."""
        (self._awake.clear if on else self._awake.set)()

    def _do(self, order: Run, cancelled: threading.Event) -> None:
        try:
            if cancelled.is_set():
                return
            result = self._call(order, Tools(self._settings, self._models, self._kept, cancelled))
            if not cancelled.is_set():
                self._tell(Done(order.job, result))
        except Exception as exc:  # whatever a task raises is its outcome
            if not isinstance(exc, PayLaterError):
                _log.exception("task_failed", task=order.task)
            self._tell(Failed(order.job, type(exc).__name__, str(exc)[:1000]))
        finally:
            self._live.pop(order.job, None)

    def _call(self, order: Run, tools: Tools) -> Any:
        found = function_of(order.task)(tools, **order.arguments)
        if not inspect.isgenerator(found):
            return found
        try:
            while not tools.cancelled.is_set():
                self._make_way(tools.cancelled)
                self._tell(Item(order.job, next(found)))
        except StopIteration as end:
            return end.value
        finally:
            found.close()
        return None

    def _make_way(self, cancelled: threading.Event) -> None:
        until = time.monotonic() + self._settings.speech_task_rest_s
        while not cancelled.is_set() and (left := until - time.monotonic()) > 0:
            if self._awake.wait(min(left, 0.5)):
                return


def function_of(task: str) -> Callable[..., Any]:
    """The function behind a name. Raises LookupError when there is no such task."""
    place = TASKS.get(task)
    if place is None:
        raise LookupError(f"There is no task {task}; engine.speech.tasks names them")
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function
