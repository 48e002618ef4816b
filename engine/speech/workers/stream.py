"""One stream of audio in a worker: what comes off the socket waits here for the thread that listens to it."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from engine.core import log
from engine.media.pace import RATE, Backlog, Pace, Timeline
from engine.speech.model import Final, Listening, Onset, Partial
from engine.speech.recognizers.port import Recognizer, Session
from engine.speech.workers.errors import NoEngine
from engine.speech.workers.models import Models
from engine.speech.workers.protocol import Began, Gone, Says

_log = log.get("speech.stream")
PIECE_S = 0.2
"""Longest piece of audio that a recogniser is given at once; longer ones only make it late."""
LEAST_S = 0.04
"""Audio that is worth waking the thread for."""
CONNECT_S = 10.0
"""How long Asterisk may take to bring the audio of a stream that was announced."""


class Stream:
    """``tell`` is called from the stream's own thread."""

    def __init__(
        self, stream_id: UUID, listening: Listening, models: Models, buffer_s: float, tell: Callable[[Any], None]
    ) -> None:
        self.id = stream_id
        self.speech_s = 0.0
        """Seconds of speech heard so far."""
        self.closed = False
        """Nobody wants to hear this any more."""
        self.born = time.monotonic()
        self.connected = False
        self._listening = listening
        self._models = models
        self._tell = tell
        self._pace = Pace()
        self._backlog = Backlog(buffer_s)
        self._timeline = Timeline()
        self._began_at: float | None = None
        self._wake = threading.Condition()
        self._over = False
        self._loaded = False
        self._new: Listening | None = None
        self._busy_since: float | None = None
        self._speaking_since: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"stream {stream_id}", daemon=True)

    def start(self) -> None:
        """Load the model and listen."""
        self._thread.start()

    # From the loop

    def audio(self, pcm: bytes, now: float) -> None:
        """Audio has come."""
        with self._wake:
            fill = self._pace.audio(pcm, now)
            if self._began_at is None:
                self._began_at = now - len(pcm) / 2 / RATE
            if fill:
                self._backlog.put_silence(fill)
            self._backlog.put(pcm)
            if self._backlog.waiting_s >= LEAST_S:
                self._wake.notify()

    def tick(self, now: float) -> None:
        """Time goes on, whether audio comes or not."""
        with self._wake:
            if not self.connected or self._over:
                return
            if self._began_at is None:
                self._began_at = now
            if fill := self._pace.tick(now):
                self._backlog.put_silence(fill)
                self._wake.notify()

    def listen(self, listening: Listening) -> None:
        """Listen so from the next utterance on."""
        with self._wake:
            self._new = listening
            self._wake.notify()

    def end(self) -> None:
        """No more audio comes; what waits is still listened to."""
        with self._wake:
            self._over = True
            self._wake.notify()

    def close(self) -> None:
        """End now; nothing more is told."""
        with self._wake:
            self.closed = self._over = True
            self._wake.notify()

    @property
    def lag_s(self) -> float:
        """How long audio waits for the recogniser; 0 while its model is being loaded."""
        return self._backlog.waiting_s if self._loaded else 0.0

    @property
    def dropped_s(self) -> float:
        """Seconds of audio that were dropped."""
        return self._backlog.dropped / RATE

    @property
    def filled_s(self) -> float:
        """Seconds of silence put in for what never came."""
        return self._pace.filled / RATE

    def busy_s(self, now: float) -> float:
        """How long the recogniser has been at one piece of audio."""
        since = self._busy_since
        return now - since if since is not None else 0.0

    # The thread

    def _run(self) -> None:
        reason = "tap_lost"
        try:
            self._hear()
        except NoEngine as exc:
            _log.info("stream_without_engine", stream=str(self.id), reason=exc.detail)
            reason = "no_engine"
        except Exception:
            _log.exception("stream_failed", stream=str(self.id))
            reason = "worker_lost"
        if not self.closed:
            self._tell(Gone(self.id, reason))
        self.closed = True

    def _hear(self) -> None:
        recognizer: Recognizer | None = self._models.recognizer(self._listening)
        if (began := self._wait_begin()) is None or recognizer is None:
            return
        self._tell(Began(self.id, began, recognizer.engine.name))
        while recognizer is not None:
            session = recognizer.open(self._listening)
            self._loaded = True
            try:
                recognizer = self._session(session, recognizer)
                if not self.closed:
                    self._say(session.finish())
            finally:
                session.close()
            self._timeline = Timeline(self._timeline.now_s)

    def _session(self, session: Session, recognizer: Recognizer) -> Recognizer | None:
        """Listen until all is over, or until another recogniser serves better what is asked (another language)."""
        while self._piece(session):
            with self._wake:
                new, self._new = self._new, None
            if new is None:
                continue
            self._listening = new
            other = self._models.recognizer(new)
            if other is not recognizer:
                return other
            session.listen(new)
        return None

    def _wait_begin(self) -> float | None:
        """When the stream began; None when it was over before."""
        with self._wake:
            while self._began_at is None and not self._over:
                self._wake.wait()
            return self._began_at

    def _piece(self, session: Session) -> bool:
        """Listen to what comes next; false when all is over."""
        with self._wake:
            while not (self.closed or self._over or self._new) and self._backlog.waiting_s < LEAST_S:
                self._wake.wait()
            stretch = None if self.closed or self._new else self._backlog.take(PIECE_S)
            over = self._over and not self._new
        if stretch is None:
            return not over
        if stretch.lost:
            self._timeline.skipped(stretch.lost)
            return True
        self._timeline.heard(len(stretch.pcm) // 2)
        self._busy_since = time.monotonic()
        try:
            events = session.feed(stretch.pcm)
        finally:
            self._busy_since = None
        self._count(events, len(stretch.pcm) / 2 / RATE)
        self._say(events)
        return True

    def _count(self, events: list[Onset | Partial | Final], seconds: float) -> None:
        for event in events:
            if isinstance(event, Onset):
                self._speaking_since = event.at_s
            elif isinstance(event, Final):
                self._speaking_since = None
        if self._speaking_since is not None:
            self.speech_s += seconds

    def _say(self, events: list[Onset | Partial | Final]) -> None:
        for event in events:
            if not self.closed:
                self._tell(Says(self.id, in_time(event, self._timeline)))


def in_time(event: Onset | Partial | Final, timeline: Timeline) -> Onset | Partial | Final:
    """The event in times of the stream."""
    true = timeline.true
    if isinstance(event, Onset):
        return Onset(true(event.at_s))
    if isinstance(event, Partial):
        return Partial(event.text, true(event.start_s), true(event.end_s), event.language)
    words = tuple(type(word)(word.text, true(word.start_s), true(word.end_s), word.confidence) for word in event.words)
    return Final(
        text=event.text,
        start_s=true(event.start_s),
        end_s=true(event.end_s),
        words=words,
        confidence=event.confidence,
        language=event.language,
        scores=event.scores,
        engine=event.engine,
    )
