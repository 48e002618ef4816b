"""How many streams a node can hear: measured, not guessed. Pure."""

import msgspec

PRIOR_S = 20.0
"""Seconds of speech that the assumed cost weighs as much as."""
MEMORY_S = 300.0
"""Seconds of speech after which an old measure has lost half its weight."""
AFTER_S = 3.0
"""Work that is done so long after speech belongs to it: the last decoding of an utterance."""
LAG_LIMIT_S = 2.0
"""Audio that waits longer for its recogniser tells that there are too many streams, whatever was measured."""


class WorkerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One worker process as others see it."""

    pid: int
    kind: str
    state: str
    streams: int
    jobs: int
    rss_mb: int
    port: int


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """What can be heard on this node.

    ``streams`` are heard now, ``free`` more can be, of ``total``. ``cost``: cores that one speaking stream takes, as
    measured. ``engines``: names of models (``whisper:base``); ``broken``: those that can't be loaded, and why.
    """

    streams: int = 0
    free: int = 0
    total: int = 0
    cost: float = 0.0
    lag_s: float = 0.0
    workers: tuple[WorkerLine, ...] = ()
    engines: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    broken: dict[str, str] = {}


class Meter:
    """Learns what a second of speech costs, in seconds of processor time.

    A mean over recent speech, weighed against the assumed ``cost``: processor time of workers, taken while somebody
    speaks and shortly after, through the seconds of speech. Silence teaches nothing.
    """

    def __init__(self, cost: float) -> None:
        self._cpu = cost * PRIOR_S
        self._speech = PRIOR_S
        self._since_speech = AFTER_S + 1

    @property
    def cost(self) -> float:
        """Cores that a stream takes while it speaks."""
        return self._cpu / self._speech

    def learn(self, cpu_s: float, speech_s: float, seconds: float) -> None:
        """In the last ``seconds``, workers took ``cpu_s`` and heard ``speech_s`` of speech."""
        self._since_speech = 0.0 if speech_s > 0 else self._since_speech + seconds
        if self._since_speech > AFTER_S:
            return
        fade: float = 0.5 ** (speech_s / MEMORY_S)
        self._cpu = self._cpu * fade + cpu_s
        self._speech = self._speech * fade + speech_s


def total_streams(cost: float, cores: int, target: float, activity: float, fixed: int = 0) -> int:
    """Streams that may be heard at once, at least one.

    ``target``: share of all ``cores`` that hearing may take. ``activity``: share of the time that a stream is taken to
    speak. ``fixed`` (not 0) is a number that somebody has set.
    """
    if fixed:
        return fixed
    return max(1, int(target * cores / max(cost * activity, 1e-3)))


def free_streams(total: int, streams: int, lag_s: float) -> int:
    """How many more may come now."""
    return 0 if lag_s > LAG_LIMIT_S else max(0, total - streams)
