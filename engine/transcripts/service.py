"""Live transcripts of the node: which conversations become text, and for how long.

Policies. A conversation of a queue becomes text when the queue says so (``queues.transcribe``); others follow the
setting ``speech_live``. Nothing is opened where no engine on this machine serves the call's language. One ear listens
to each person who takes part; what they say aside (on hold, in a consultation, muted, while the recording is paused)
is not kept, while who was put on hold is still listened to, as the recording does. What an ear can't hear (no room, a
lost worker) is told as such, and the call goes on. A call has one transcript, whatever becomes of the call; after a
crash it goes on under the same id, its times counted from the same beginning.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from engine.calls.line import CallLine
from engine.calls.model import Call, Direction
from engine.calls.talk.rules import is_inside
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import PayLaterError
from engine.core.tasks import Tasks, every
from engine.history.journal import Journal
from engine.transcripts.partials import Partials
from engine.transcripts.store import Left, Rules, TranscriptStore
from engine.transcripts.transcript import OnFinal, Ports, Transcript

_log = log.get("transcripts")
TICK_S = 0.5
RULE_TABLES = {"everything", "speech_rules", "masking_rules"}
SENTIMENT_TEXTS = 50
"""Texts that are judged at once."""


class Workers(Protocol):
    """See `engine.speech.workers.pool.Workers`."""

    def hears(self, languages: Sequence[str]) -> bool: ...

    async def run(self, task: str, **arguments: Any) -> Any: ...


class LiveTranscripts:
    """Takes what calls tell (``on_talk``, ``on_ended``); writes to the journal.

    ``of_queue``: whether a queue's calls become text, None for a queue that is not known. ``languages``: of a call,
    the likely one first. ``on_final``: told every utterance that may be seen, with personal data hidden.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        settings: Settings,
        tasks: Tasks,
        store: TranscriptStore,
        workers: Workers,
        *,
        of_queue: Callable[[UUID], bool | None],
        languages: Callable[[Call], tuple[str, ...]],
    ) -> None:
        self.rules = Rules()
        self.live: dict[UUID, Transcript] = {}
        self.on_final: list[OnFinal] = []
        self.partials = Partials(settings, store.tell_partials)
        self._settings = settings
        self._tasks = tasks
        self._store = store
        self._workers = workers
        self._of_queue = of_queue
        self._left: dict[UUID, Left] = {}
        self._ports = Ports(
            journal,
            clock,
            settings,
            self.partials,
            lambda: self.rules,
            languages,
            tasks.spawn,
            self._score,
            self.on_final,
        )

    async def restore(self) -> None:
        """Take up what an earlier process left open. Of calls that are over the transcripts are closed."""
        for left in await self._store.left_open():
            assert left.row.call_id is not None
            if left.lives:
                self._left[left.row.call_id] = left
            else:
                self._tasks.spawn(self._close_left(left), name="close transcript")

    async def run(self) -> None:
        """Work until cancelled."""
        self._tasks.spawn(self.partials.run(), name="partials")
        await every(TICK_S, self._tick)

    async def follow(self, tables: set[str]) -> None:
        """Tables of the configuration have changed."""
        if tables & RULE_TABLES:
            self.rules = await self._store.rules()
            for transcript in self.live.values():
                transcript.use(self.rules)

    def on_talk(self, line: CallLine) -> None:
        """A conversation has begun, changed or ended."""
        call = line.call
        transcript = self.live.get(call.id)
        if transcript is None:
            transcript = self._take_up(call) or self._open(call)
        if transcript is not None:
            transcript.follow(call.talk, line.ears)

    def on_ended(self, call: Call) -> None:
        """A call is over."""
        transcript = self.live.pop(call.id, None) or self._take_up(call)
        self.live.pop(call.id, None)
        if transcript is not None:
            self._tasks.spawn(transcript.end(call.ended_at), name="end transcript")

    def _take_up(self, call: Call) -> Transcript | None:
        left = self._left.pop(call.id, None)
        if left is None:
            return None
        transcript = self.live[call.id] = Transcript.taken_up(call, left, self._ports)
        return transcript

    def _open(self, call: Call) -> Transcript | None:
        if call.talk is None or not self._wanted(call) or not self._workers.hears(self._ports.languages(call)):
            return None
        transcript = self.live[call.id] = Transcript.opened(call, self._ports)
        return transcript

    def _wanted(self, call: Call) -> bool:
        of_queue = self._of_queue(call.queue_id) if call.queue_id is not None else None
        if of_queue is not None:
            return of_queue
        if self._settings.speech_live == "operators":
            return any(leg.user_id is not None and is_inside(leg) for leg in call.legs)
        return self._settings.speech_live == "all"

    async def _tick(self) -> None:
        for transcript in list(self.live.values()):
            transcript.tick()

    async def _close_left(self, left: Left) -> None:
        await Transcript.taken_up(_call_of(left), left, self._ports).end(left.ended_at)

    async def _score(self, texts: Sequence[str]) -> list[float | None]:
        """Sentiment by the task of that name; without an engine for it, nothing is known of any text."""
        scores: list[float | None] = []
        try:
            for first in range(0, len(texts), SENTIMENT_TEXTS):
                part = list(texts[first : first + SENTIMENT_TEXTS])
                scores += await self._workers.run("sentiment", texts=part)
        except PayLaterError as exc:
            _log.info("no_sentiment", reason=exc.code, detail=exc.detail)
        return scores + [None] * (len(texts) - len(scores))


def _call_of(left: Left) -> Call:
    """What is known of a call that is over."""
    row = left.row
    assert row.call_id is not None and row.call_started_at is not None
    return Call(
        id=row.call_id,
        node_id="",
        direction=Direction.INBOUND,
        caller="",
        called="",
        started_at=row.call_started_at,
        legs=[],
        operator_id=row.operator_id,
        queue_id=row.queue_id,
        partner_id=row.partner_id,
    )


def languages_of(call: Call, numbers: Mapping[str, Any]) -> tuple[str, ...]:
    """The call's language first, then those of the number that was called."""
    number = next((one for one in numbers.values() if one.id == call.number_id), None) if call.number_id else None
    return tuple(dict.fromkeys((call.language, *(getattr(number, "languages", ()) or ()))))
