"""The detector of one leg: audio in, findings out, before and after the answer. numpy; for worker processes alone."""

from collections import deque

from engine.speech.detection import tones
from engine.speech.detection.classifier import FIRST_S, STEP_S, Classifier
from engine.speech.detection.features import restless
from engine.speech.detection.model import EARLY, Finding, Kind, Mark
from engine.speech.detection.sound import HOP_S, Frames, Numbers
from engine.speech.detection.speech import Speech

PAUSE_S = 1.2
"""A machine that is quiet for so long has said what it had to say."""
EARLY_SPEECH_S = 3.5
"""Speech of so many seconds in all before the answer is a network message."""

MESSAGE_STEP_S = 0.5
KEPT_S = 5.0
"""Audio that is kept before the answer: word of it may come later than the audio of its moment."""
RESTLESS = 0.36
"""Speech is so restless at least (measured: 0.42 to 0.74 by all voices of the corpus); tunes are under 0.25."""


class Watcher:
    """Times are seconds of the stream."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._frames = Frames()
        self._speech = Speech()
        self._tones = tones.Tones()
        self._kept: deque[Numbers] = deque(maxlen=round(KEPT_S / HOP_S))
        self._again: list[Numbers] = []
        self._count = 0
        self._answered: float | None = None
        self._max_s = 0.0
        self._message_s = EARLY_SPEECH_S
        self._due = FIRST_S
        self._told: set[str] = set()
        self._verdict: Kind | None = None
        self._pausing = False

    @property
    def now_s(self) -> float:
        return self._count * HOP_S

    def answered(self, at_s: float, max_s: float) -> None:
        """It was answered at ``at_s``; a verdict is due ``max_s`` seconds later at the latest.

        What has been heard since ``at_s`` is heard again, as said after the answer.
        """
        if self._answered is None:
            self._answered, self._max_s = at_s, max_s
            self._begin_again()
            late = max(min(self._count - round(at_s / HOP_S), len(self._kept)), 0)
            self._again = list(self._kept)[len(self._kept) - late :]
            self._count -= late
            self._kept.clear()

    def _begin_again(self) -> None:
        self._speech = Speech()
        self._tones = tones.Tones()
        self._told.clear()

    def feed(self, pcm: bytes) -> list[Finding]:
        """The next audio (16 bit, 8 kHz)."""
        found: list[Finding] = []
        frames = self._frames.feed(pcm)
        fresh = [frames[row : row + 1] for row in range(len(frames))]
        if self._answered is None:
            self._kept.extend(fresh)
        heard, self._again = [*self._again, *fresh], []
        for frame in heard:
            self._speech.feed(frame)
            ended = self._tones.take(self.now_s, HOP_S, self._speech.tone)
            self._count += 1
            if self._answered is None:
                self._early(found)
            elif self._verdict is None:
                self._detect(found)
            else:
                self._after(found, ended)
        return found

    def _tell(self, found: list[Finding], finding: Finding | None) -> None:
        if finding is not None and finding.what not in self._told:
            self._told.add(finding.what)
            found.append(finding)

    def _early(self, found: list[Finding]) -> None:
        heard, now = self._tones.all, self.now_s
        if self._told & EARLY:
            return
        self._tell(found, tones.special(heard, now) or tones.fax(heard, now) or tones.busy(heard, now))
        self._tell(found, tones.ringing(heard, now))
        spoken = sum(segment.seconds for segment in self._speech.segments)
        if spoken >= self._message_s and not self._told & EARLY:
            self._message_s = spoken + MESSAGE_STEP_S
            if restless(self._speech) > RESTLESS:
                self._tell(found, Finding(what=Kind.UNAVAILABLE, confidence=0.7, at_s=now, why="message"))

    def _detect(self, found: list[Finding]) -> None:
        assert self._answered is not None
        after = self.now_s - self._answered
        finding = tones.fax(self._tones.all, self.now_s)
        if finding is None and after >= self._due - 1e-6:
            self._due += STEP_S
            told = self._classifier.look(self._speech, self._tones, after, self._max_s)
            if told is not None:
                finding = Finding(what=told[0], confidence=told[1], at_s=self.now_s, why=told[2])
        if finding is not None:
            self._verdict = Kind(finding.what)
            self._pausing = False
            found.append(finding)

    def _after(self, found: list[Finding], ended: tones.Tone | None) -> None:
        """What follows a verdict: the beep, the end of the machine's words, a fax that came late."""
        now = self.now_s
        if ended is not None and (finding := tones.beep(ended, now)) is not None:
            found.append(finding)
        if self._verdict is not Kind.FAX:
            self._tell(found, tones.fax(self._tones.all, now))
        quiet = self._speech.quiet_s
        if quiet >= PAUSE_S and not self._pausing:
            self._pausing = True
            found.append(Finding(what=Mark.PAUSE, confidence=0.8, at_s=now - quiet, why="silence"))
        elif quiet == 0.0 and self._pausing:
            self._pausing = False
            found.append(Finding(what=Mark.SPEECH, confidence=0.8, at_s=now, why="speech"))
