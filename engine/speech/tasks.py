"""Work that is done in worker processes when it is asked for: a name, and the function that does it.

A function is called with ``TaskTools`` first and the arguments of ``Workers.run`` after it, in a thread of a worker
that yields to live streams (it is a process of its own with a lower priority). Arguments, items and results are plain
values or msgspec structs: they cross a socket as msgpack, so the other side gets dicts, lists, numbers, strings, bytes
and None (``msgspec.convert`` makes structs of them again). A generator function gives its items to
``Workers.run_stream``; what it returns is the result. What it raises comes out as ``TaskFailed``, ``NoEngine`` as
itself.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from engine.core.config import Settings
from engine.speech.model import Listening

if TYPE_CHECKING:
    from engine.speech.recognizers.port import Recognizer

TASKS: dict[str, str] = {
    "mute": "engine.speech.files:mute",
    "peaks": "engine.speech.files:waveform",
    "sentiment": "engine.speech.sentiment:sentiment",
    "transcribe": "engine.speech.recognizers.files:transcribe",
}
"""Name -> ``module:function``; the module is imported in the worker when the task is first asked for."""


class TaskTools(Protocol):
    """What a task may use."""

    settings: Settings
    cancelled: threading.Event
    """Set when nobody waits for the result any more: end soon."""

    def recognizer(self, listening: Listening) -> "Recognizer":
        """The loaded model that serves this best. Raises NoEngine when there is none."""

    def keep(self, key: str, make: Callable[[], Any]) -> Any:
        """Something costly (a model, a voice), made once a worker and kept; ``make`` is called under a lock."""
