"""The transcript of one call while it goes on: who is listened to, what was said, what rules found in it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import msgspec

from engine.calls.model import Call, LegRole
from engine.calls.talk.state import Talk
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.ids import new_id
from engine.history.journal import Journal
from engine.history.records import AlertRow, FeedRow, SegmentRow, TranscriptRow
from engine.speech.model import Listening
from engine.transcripts.listener import Ears, Listener
from engine.transcripts.masking import Masker
from engine.transcripts.measures import measure, opinion
from engine.transcripts.model import SIDES, Speaker, Stretch, Utterance, Word, present, side_of, speakers
from engine.transcripts.partials import Partials
from engine.transcripts.rows import segment_row
from engine.transcripts.store import Left, Rules
from engine.transcripts.watching import Found, Watcher

TOPIC = "transcripts"
OnFinal = Callable[[Call, Utterance], None]


class Scores(Protocol):
    """Gives the sentiment of texts (-1..1), None for each where nothing can tell it."""

    async def __call__(self, texts: Sequence[str]) -> list[float | None]: ...


@dataclass(frozen=True)
class Ports:
    """What transcripts work with. ``languages``: of a call, the likely one first."""

    journal: Journal
    clock: Clock
    settings: Settings
    partials: Partials
    rules: Callable[[], Rules]
    languages: Callable[[Call], tuple[str, ...]]
    spawn: Callable[..., None]
    score: Scores
    on_final: list[OnFinal] = field(default_factory=list)


class Transcript:
    """Follows one call's conversations, from the first to the call's end."""

    def __init__(self, call: Call, row: TranscriptRow, ports: Ports) -> None:
        self.call = call
        self.row = row
        self._ports = ports
        self._masker = Masker(ports.rules().masking, ports.settings.speech_mask_hold_s)
        self._watcher = Watcher()
        self._segments: list[SegmentRow] = []
        self._listeners: list[Listener] = []
        self._unheard: list[Stretch] = []
        self._unheard_since: float | None = 0.0
        self._ended = False

    @classmethod
    def opened(cls, call: Call, ports: Ports) -> "Transcript":
        """A new one, of a conversation that begins now."""
        now = ports.clock.now()
        row = TranscriptRow(
            id=new_id(now),
            source="live",
            started_at=now,
            call_id=call.id,
            call_started_at=call.started_at,
            language=call.language,
            operator_id=call.operator_id,
            queue_id=call.queue_id,
            partner_id=call.partner_id,
        )
        made = cls(call, row, ports)
        ports.journal.append(row, made._feed("opened", started_at=row.started_at, language=row.language))
        return made

    @classmethod
    def taken_up(cls, call: Call, left: Left, ports: Ports) -> "Transcript":
        """One that an earlier process left open; nobody was heard since its last words."""
        made = cls(call, left.row, ports)
        made._segments = left.segments
        made._unheard = [tuple(stretch) for stretch in left.row.measures.get("unheard", [])]
        made._unheard_since = max((segment.end_s for segment in left.segments), default=0.0)
        for raised in left.raised:
            made._watcher.remember(raised.rule_id, raised.side, raised.at_s)
        return made

    # What happens to the conversation

    def follow(self, talk: Talk | None, ears: Ears) -> None:
        """The conversation has begun, changed or ended: listen to who takes part, mind who is not heard just now."""
        if self._ended:
            return
        now_s, call = self._now_s(), self.call
        members = present(call, talk) if talk is not None else []
        heard = {speaker.channel_id for speaker in speakers(call, talk)} if talk is not None else set()
        for listener in self._listeners:
            listener.step(now_s, aside=listener.speaker.channel_id not in heard)
            if listener.speaker.channel_id not in members:
                listener.end()
        known = {listener.speaker.channel_id for listener in self._listeners if not listener.ending}
        for channel_id in members:
            if channel_id not in known and len(known) < self._ports.settings.speech_ears_per_call:
                known.add(channel_id)
                self._listen(channel_id, ears, aside=channel_id not in heard)
        if (call.operator_id, call.queue_id) != (self.row.operator_id, self.row.queue_id):
            self._change(operator_id=call.operator_id, queue_id=call.queue_id)
        self._mind()

    def tick(self) -> None:
        """Time goes on: what was held back for the rest of a number is told."""
        for utterance in self._masker.settle(self._now_s()):
            self._tell(utterance)

    def use(self, rules: Rules) -> None:
        """Rules have changed."""
        self._masker.rules = rules.masking

    async def end(self, ended_at: datetime | None) -> None:
        """The call is over: its last words, measures, sentiment."""
        self._ended = True
        for listener in self._listeners:
            listener.end()
        await self._last_words()
        for utterance in self._masker.finish():
            self._tell(utterance)
        for listener in self._listeners:
            self._ports.partials.drop(listener)
        duration = round(max(((ended_at or self._ports.clock.now()) - self.row.started_at).total_seconds(), 0.0), 3)
        if self._unheard_since is not None and self._unheard_since < duration:
            self._unheard.append((self._unheard_since, duration))
        measures = measure([_utterance(row) for row in self._segments], duration, self._unheard)
        measures["unheard"] = [[round(start, 2), round(end, 2)] for start, end in self._unheard]
        self._change(state="done", duration_s=duration, measures=measures, language=self._language())
        await self._judge()
        self._ports.journal.append(
            self._feed(
                "closed",
                duration_s=duration,
                measures=measures,
                sentiment=self.row.sentiment,
                language=self.row.language,
                engine=self.row.engine,
            )
        )

    # What listeners hear

    def on_partial(self, listener: Listener, text: str, start_s: float, end_s: float) -> None:
        """Words that may still change."""
        text = self._masker.partial(listener.speaker.side, text)
        data = self._whose() | {
            "side": listener.speaker.side,
            "user_id": listener.speaker.user_id,
            "text": text,
            "start_s": start_s,
            "end_s": end_s,
        }
        self._ports.partials.put(listener, str(self.call.id), data)

    def on_final(self, listener: Listener, utterance: Utterance | None) -> None:
        """An utterance is over."""
        self._ports.partials.forget(listener)
        if utterance is None:
            self.on_partial(listener, "", self._now_s(), self._now_s())
            return
        if utterance.engine and not self.row.engine:
            self._change(engine=utterance.engine)
        for ready in self._masker.hear(utterance):
            self._tell(ready)
        if self._masker.holds(utterance.side):
            self.on_partial(listener, utterance.text, utterance.start_s, utterance.end_s)

    def on_hearing(self, listener: Listener, deaf: str | None) -> None:
        """Whether there is text of somebody just now."""
        self._ports.partials.forget(listener)
        if not self._ended:
            whose = {"side": listener.speaker.side, "user_id": listener.speaker.user_id, "at_s": self._now_s()}
            kind, more = ("hearing", {"engine": listener.engine}) if deaf is None else ("deaf", {"reason": deaf})
            self._ports.journal.append(self._feed(kind, **whose, **more))
            self._mind()

    # Within

    def _listen(self, channel_id: str, ears: Ears, *, aside: bool) -> None:
        leg = self.call.leg(channel_id)
        assert leg is not None
        speaker = Speaker(channel_id, side_of(self.call, leg), leg.user_id)
        listener = Listener(speaker, self, self.row.started_at)
        if aside:
            listener.step(0.0, aside=True)
        self._listeners.append(listener)
        listening = Listening(languages=self._ports.languages(self.call))
        self._ports.spawn(listener.open(ears, listening), name="transcript ear")

    def _mind(self) -> None:
        """Keep the time in which not both sides can be heard."""
        now_s = self._now_s()
        both = all(any(one.is_heard and one.speaker.side == side for one in self._listeners) for side in SIDES)
        if both and self._unheard_since is not None:
            self._unheard.append((self._unheard_since, now_s))
            self._unheard_since = None
            self._change(measures={"unheard": [[round(start, 2), round(end, 2)] for start, end in self._unheard]})
        elif not both and self._unheard_since is None:
            self._unheard_since = now_s

    def _tell(self, utterance: Utterance) -> None:
        """An utterance that may be seen: kept, told, looked through."""
        seq = self._segments[-1].seq + 1 if self._segments else 0
        row = segment_row(self.row.id, seq, utterance)
        self._segments.append(row)
        if row.masked and not self.row.masked:
            self._change(masked=True)
        told = msgspec.structs.asdict(row)
        del told["id"], told["words"], told["sentiment"]
        self._ports.journal.append(row, self._feed("segment", **told))
        rules = self._ports.rules().speech
        found = self._watcher.look(
            rules, utterance.side, utterance.text, utterance.start_s, utterance.end_s, self.call.queue_id
        )
        for one in found:
            self._raise(one, utterance)
        for hear in self._ports.on_final:
            hear(self.call, utterance)

    def _raise(self, found: Found, utterance: Utterance) -> None:
        now, rule = self._ports.clock.now(), found.rule
        alert = AlertRow(
            id=new_id(now),
            rule_id=rule.id,
            rule_name=rule.name,
            severity=rule.severity,
            transcript_id=self.row.id,
            side=utterance.side,
            at_s=utterance.start_s,
            phrase=found.phrase,
            text=utterance.text[:1000],
            created_at=now,
            call_id=self.call.id,
            operator_id=self.call.operator_id,
            queue_id=self.call.queue_id,
            partner_id=self.call.partner_id,
        )
        self._ports.journal.append(alert, self._feed("alert", **msgspec.structs.asdict(alert)))

    def _change(self, **fields: Any) -> None:
        self.row = msgspec.structs.replace(self.row, **fields)
        self._ports.journal.append(self.row)

    async def _last_words(self) -> None:
        """Wait, not for ever, until every ear has told what was said last."""
        overs = [asyncio.ensure_future(one.ear.over.wait()) for one in self._listeners if one.ear is not None]
        if overs:
            await asyncio.wait(overs, timeout=self._ports.settings.speech_last_words_s)
        for waiting in overs:
            waiting.cancel()
        for listener in self._listeners:
            if listener.ear is not None:
                await listener.ear.close()

    async def _judge(self) -> None:
        """Sentiment of each segment and of the whole; none where no engine can tell it."""
        if not self._segments:
            return
        scores = await self._ports.score([segment.text for segment in self._segments])
        rows = [
            msgspec.structs.replace(segment, sentiment=round(score, 3))
            for segment, score in zip(self._segments, scores, strict=True)
            if score is not None
        ]
        if rows:
            whole = opinion((_utterance(row).side, len(row.text.split()), row.sentiment) for row in rows)
            self._ports.journal.append(*rows)
            self._change(sentiment=whole)

    def _language(self) -> str | None:
        """The language of most of what was said; where recognisers told none, the call's."""
        told = Counter(segment.language for segment in self._segments if segment.language)
        return told.most_common(1)[0][0] if told else self.row.language

    def _now_s(self) -> float:
        return round((self._ports.clock.now() - self.row.started_at).total_seconds(), 3)

    def _whose(self) -> dict[str, Any]:
        """What tells who may see it."""
        legs = (leg for leg in self.call.legs if leg.role is not LegRole.SUPERVISOR)
        return {
            "transcript_id": self.row.id,
            "call_id": self.call.id,
            "partner_id": self.call.partner_id,
            "operator_id": self.call.operator_id,
            "queue_id": self.call.queue_id,
            "users": sorted({str(leg.user_id) for leg in legs if leg.user_id is not None}),
        }

    def _feed(self, kind: str, **data: Any) -> FeedRow:
        return FeedRow(topic=TOPIC, kind=kind, key=str(self.call.id), data=self._whose() | data)


def _utterance(row: SegmentRow) -> Utterance:
    return Utterance(
        side="client" if row.side == "client" else "operator",
        start_s=row.start_s,
        end_s=row.end_s,
        text=row.text,
        words=tuple(Word(*word) for word in row.words),
    )
