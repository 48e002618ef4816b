"""A call, its ears and a journal without Asterisk and database."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from engine.calls.model import Call, Direction, Leg, LegRole
from engine.calls.states import LegState
from engine.calls.talk.state import Talk
from engine.core.config import Settings
from engine.core.tasks import Tasks
from engine.history.records import AlertRow, FeedRow, SegmentRow, TranscriptRow
from engine.speech.model import Deaf, Final, Hearing, Onset, Partial, Word
from engine.speech.workers.errors import NoEngine
from engine.transcripts.masking import MaskingRule
from engine.transcripts.service import LiveTranscripts
from engine.transcripts.store import Left, Rules
from engine.transcripts.watching import SpeechRule

BEGAN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
OPERATOR, COLLEAGUE, QUEUE, PARTNER = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)


class FakeClock:
    """Goes forward when told."""

    def __init__(self) -> None:
        self.at = BEGAN

    def now(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class FakeEar:
    """Tells what the test says."""

    def __init__(self, channel_id: str, tell: Any, at: datetime, listening: Any) -> None:
        self.channel_id, self.tell, self.started_at, self.listening = channel_id, tell, at, listening
        self.over = asyncio.Event()
        self.ending = self.closed = False

    def on_channel_down(self) -> None:
        self.ending = True

    async def close(self) -> None:
        self.closed = True
        self.over.set()

    def hears(self, offset_s: float = 0.0) -> None:
        self.tell(Hearing(offset_s, "fake"))

    def deaf(self, reason: str = "no_capacity") -> None:
        self.tell(Deaf(reason))

    def begins(self, text: str, at: float) -> None:
        self.tell(Onset(at))
        self.tell(Partial(text, at, at + 0.5))

    def says(self, text: str, at: float, length: float = 2.0, language: str = "ru") -> None:
        texts = text.split()
        step = length / max(len(texts), 1)
        words = tuple(Word(word, at + n * step, at + (n + 1) * step, 0.9) for n, word in enumerate(texts))
        self.tell(Final(text=text, start_s=at, end_s=at + length, words=words, language=language, engine="fake"))


class FakeEars:
    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.all: list[FakeEar] = []

    async def open(self, channel_id: str, listening: Any, tell: Any, spy: str = "in") -> FakeEar:
        ear = FakeEar(channel_id, tell, self._clock.now(), listening)
        self.all.append(ear)
        return ear

    def of(self, channel_id: str) -> FakeEar:
        """The latest of a channel."""
        return next(ear for ear in reversed(self.all) if ear.channel_id == channel_id)


class FakeJournal:
    def __init__(self) -> None:
        self.rows: list[Any] = []

    def append(self, *rows: Any) -> None:
        self.rows += rows

    def of(self, kind: type) -> list[Any]:
        return [row for row in self.rows if isinstance(row, kind)]

    @property
    def segments(self) -> list[SegmentRow]:
        """Each in its last form."""
        return list({row.id: row for row in self.of(SegmentRow)}.values())

    @property
    def transcript(self) -> TranscriptRow:
        return self.of(TranscriptRow)[-1]

    @property
    def alerts(self) -> list[AlertRow]:
        return self.of(AlertRow)

    def feed(self, *kinds: str) -> list[FeedRow]:
        return [row for row in self.of(FeedRow) if not kinds or row.kind in kinds]


class FakeStore:
    def __init__(self) -> None:
        self.left: list[Left] = []
        self.in_force = Rules()
        self.partials: list[str] = []
        self.fails = False

    async def rules(self) -> Rules:
        return self.in_force

    async def left_open(self) -> list[Left]:
        return self.left

    async def tell_partials(self, texts: Any) -> None:
        if self.fails:
            raise OSError("the database is away")
        self.partials += texts


class FakeWorkers:
    def __init__(self) -> None:
        self.languages = {"ru", "en"}
        self.scores: dict[str, float] | None = None

    def hears(self, languages: Any) -> bool:
        return languages[0] in self.languages

    async def run(self, task: str, *, texts: list[str]) -> list[float]:
        assert task == "sentiment"
        if self.scores is None:
            raise NoEngine("no vectors here")
        return [self.scores.get(text, 0.0) for text in texts]


class FakeLine:
    """A line with a call from outside that an operator of a queue has answered."""

    def __init__(self, clock: FakeClock, direction: Direction = Direction.INBOUND) -> None:
        self.ears = FakeEars(clock)
        self.clock = clock
        client = leg("client", LegRole.CALLER, "79161234567", "PJSIP/79161234567@demo")
        operator = leg("operator", LegRole.CALLEE, "104", "PJSIP/104", OPERATOR)
        legs = [client, operator] if direction is not Direction.OUTBOUND else [operator, client]
        self.call = Call(
            id=uuid4(),
            node_id="node1",
            direction=direction,
            caller="79161234567",
            called="100",
            started_at=clock.now(),
            legs=legs,
            operator_id=OPERATOR,
            queue_id=QUEUE,
            partner_id=PARTNER,
            talk=Talk(members=[one.channel_id for one in legs], answered_by=legs[1].channel_id),
            bridge_id="b",
        )

    @property
    def talk(self) -> Talk:
        assert self.call.talk is not None
        return self.call.talk

    def leg(self, channel_id: str) -> Leg:
        found = self.call.leg(channel_id)
        assert found is not None
        return found


def leg(channel_id: str, role: LegRole, number: str, endpoint: str, user_id: UUID | None = None) -> Leg:
    return Leg(
        channel_id=channel_id,
        role=role,
        number=number,
        endpoint=endpoint,
        started_at=BEGAN,
        state=LegState.UP,
        user_id=user_id,
    )


def card_rule() -> MaskingRule:
    return MaskingRule(id=uuid4(), name="card", kind="card")


def word_rule(*phrases: str, **fields: Any) -> SpeechRule:
    return SpeechRule(id=uuid4(), name="rule", kind="keyword", phrases=phrases, **fields)


class World:
    """Live transcripts among fakes."""

    def __init__(self, tasks: Tasks, **settings: Any) -> None:
        self.clock, self.journal, self.store, self.workers = FakeClock(), FakeJournal(), FakeStore(), FakeWorkers()
        values = {"speech_partial_interval_s": 0.05, "speech_last_words_s": 0.3} | settings
        self.of_queue: dict[UUID, bool] = {QUEUE: True}
        self.live = LiveTranscripts(
            self.journal,  # type: ignore[arg-type]
            self.clock,  # type: ignore[arg-type]
            Settings(**values),
            tasks,
            self.store,  # type: ignore[arg-type]
            self.workers,
            of_queue=self.of_queue.get,
            languages=lambda call: (call.language,),
        )

    async def use(self, *, masking: tuple = (), speech: tuple = ()) -> None:
        self.store.in_force = Rules(masking, speech)
        await self.live.follow({"masking_rules"})

    async def talk(self, line: FakeLine) -> None:
        """The conversation has changed; ears that are opened are open when this returns."""
        self.live.on_talk(line)  # type: ignore[arg-type]
        await settle()

    async def begin(self, line: FakeLine) -> None:
        await self.talk(line)
        for ear in line.ears.all:
            ear.hears()

    async def end(self, line: FakeLine, seconds: float = 0.0) -> None:
        """The call is over and its transcript closed."""
        self.clock.forward(seconds)
        line.call.talk, line.call.ended_at = None, self.clock.now()
        self.live.on_ended(line.call)
        for _ in range(200):
            await asyncio.sleep(0.01)
            if self.journal.feed("closed"):
                return
        raise AssertionError("the transcript was not closed")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
