"""One recording becomes text: its channels are recognised, what is personal is hidden in text and sound."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound, PayLaterError
from engine.history.records import AlertRow, SegmentRow, TranscriptRow
from engine.speech.model import Final, Listening
from engine.transcripts.jobs.model import Job, Outcome, alert_id_of, muted_parts
from engine.transcripts.masking import mask_all
from engine.transcripts.measures import measure, opinion
from engine.transcripts.model import SIDES, Side, Utterance, Word
from engine.transcripts.rows import segment_row
from engine.transcripts.store import Rules
from engine.transcripts.watching import Watcher

_log = log.get("transcripts.jobs")
TEXTS = 50
"""Texts that are judged at once."""

Progress = Callable[[float], Awaitable[None]]
"""Told the share (0..1) that is done."""


class Workers(Protocol):
    """See `engine.speech.workers.pool.Workers`."""

    async def run(self, task: str, **arguments: Any) -> Any: ...

    def run_stream(self, task: str, **arguments: Any) -> AsyncIterator[Any]: ...


class Transcriber:
    """Does jobs by tasks of workers. ``rules``: those in force."""

    def __init__(self, workers: Workers, settings: Settings, clock: Clock, rules: Callable[[], Rules]) -> None:
        self._workers = workers
        self._settings = settings
        self._clock = clock
        self._rules = rules

    async def transcribe(self, job: Job, progress: Progress) -> Outcome:
        """The text of a job's file; what is to be silenced in it is.

        Raises:
            NotFound: the file is gone. NoEngine, WorkerLost, TaskFailed: as `Workers.run`.
        """
        path = self.path_of(job.file)
        said: list[Utterance] = []
        for channel in range(job.channels):
            said += await self._hear(job, path, channel, progress)
        told = mask_all(said, self._rules().masking)
        scores = await self._judge([one.text for one in told])
        outcome = self._outcome(job, told, scores)
        hidden = [(one.side, stretch) for one in told for stretch in one.hidden]
        if hidden:
            await self.silence(path, muted_parts(hidden, job.channels, self._settings.speech_mute_margin_s))
        await self._draw(path)
        return outcome

    def path_of(self, file: str | None) -> Path:
        """A file of the recordings folder. Raises NotFound."""
        path = self._settings.recordings / Path(file or "").name
        if not file or not path.is_file():
            raise NotFound("The recording's file is gone")
        return path

    async def silence(self, path: Path, parts: Sequence[tuple[int, float, float]]) -> None:
        """Silence parts (channel, from, to) of a file, for good."""
        await self._workers.run("mute", path=str(path), parts=list(parts))

    async def _hear(self, job: Job, path: Path, channel: int, progress: Progress) -> list[Utterance]:
        side: Side = SIDES[channel] if job.channels > 1 else "client"
        listening = Listening(languages=job.spoken(self._settings.default_language))
        said = []
        async for item in self._workers.run_stream("transcribe", path=str(path), channel=channel, listening=listening):
            match item:
                case {"type": "final"}:
                    said += _utterance(msgspec.convert(item, Final), side, job)
                case {"type": "progress", "done_s": done_s, "of_s": of_s}:
                    await progress((channel + min(done_s / max(of_s, 0.001), 1.0)) / job.channels)
        return said

    async def _draw(self, path: Path) -> None:
        """What a player draws, made ahead."""
        try:
            await self._workers.run("peaks", path=str(path))
        except PayLaterError as exc:
            _log.info("no_peaks", file=path.name, reason=exc.detail)

    async def _judge(self, texts: Sequence[str]) -> list[float | None]:
        """Sentiment of texts; None where nothing can tell it, as of those without a word."""
        worded = [number for number, text in enumerate(texts) if any(map(str.isalpha, text))]
        scores: list[float | None] = [None] * len(texts)
        try:
            for first in range(0, len(worded), TEXTS):
                part = worded[first : first + TEXTS]
                found = await self._workers.run("sentiment", texts=[texts[number] for number in part])
                for number, score in zip(part, found, strict=True):
                    scores[number] = score
        except PayLaterError as exc:
            _log.info("no_sentiment", reason=exc.code, detail=exc.detail)
        return scores

    def _outcome(self, job: Job, told: Sequence[Utterance], scores: Sequence[float | None]) -> Outcome:
        languages = [one.language for one in told if one.language]
        words = [(one.side, len(one.text.split()), score) for one, score in zip(told, scores, strict=True)]
        row = TranscriptRow(
            id=job.transcript_id,
            source=job.kind,
            state="done",
            started_at=job.started_at or self._clock.now(),
            call_id=job.call_id,
            call_started_at=job.call_started_at,
            message_id=job.subject_id if job.kind == "message" else None,
            recording_id=job.subject_id if job.kind == "recording" else None,
            engine=next((one.engine for one in told if one.engine), ""),
            language=max(set(languages), key=languages.count) if languages else job.spoken("")[0] or None,
            duration_s=job.duration_s,
            operator_id=job.operator_id,
            queue_id=job.queue_id,
            partner_id=job.partner_id,
            measures=measure(told, job.duration_s or 0.0) if job.channels > 1 else {},
            sentiment=opinion(words),
            masked=any(one.masked for one in told),
        )
        segments = tuple(
            segment_row(row.id, seq, one, score) for seq, (one, score) in enumerate(zip(told, scores, strict=True))
        )
        return Outcome(transcript=row, segments=segments, alerts=() if job.live else tuple(self._alerts(row, segments)))

    def _alerts(self, row: TranscriptRow, segments: Sequence[SegmentRow]) -> list[AlertRow]:
        watcher, rules, alerts = Watcher(), self._rules().speech, []
        for one in segments:
            for found in watcher.look(rules, one.side, one.text, one.start_s, one.end_s, row.queue_id):
                alerts.append(
                    AlertRow(
                        id=alert_id_of(row.id, found.rule.id, one.side, one.seq),
                        rule_id=found.rule.id,
                        rule_name=found.rule.name,
                        severity=found.rule.severity,
                        transcript_id=row.id,
                        side=one.side,
                        at_s=one.start_s,
                        text=one.text[:1000],
                        created_at=self._clock.now(),
                        call_id=row.call_id,
                        operator_id=row.operator_id,
                        queue_id=row.queue_id,
                        partner_id=row.partner_id,
                    )
                )
        return alerts


class Sparing:
    """Tells progress at most once in ``every_s`` seconds."""

    def __init__(self, tell: Progress, every_s: float) -> None:
        self._tell = tell
        self._every_s = every_s
        self._next = asyncio.get_running_loop().time() + every_s

    async def __call__(self, share: float) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._next:
            self._next = now + self._every_s
            await self._tell(share)


def _utterance(final: Final, side: Side, job: Job) -> list[Utterance]:
    if not final.text.strip():
        return []
    return [
        Utterance(
            side=side,
            user_id=job.operator_id if side == "operator" else None,
            start_s=round(final.start_s, 3),
            end_s=round(final.end_s, 3),
            text=final.text.strip(),
            words=tuple(
                Word(w.text, round(w.start_s, 3), round(w.end_s, 3), round(w.confidence, 3)) for w in final.words
            ),
            confidence=round(final.confidence, 3),
            language=final.language or None,
            engine=final.engine,
        )
    ]
