"""Real worker processes, fed over AudioSocket as Asterisk does it: heard, killed, stopped, broken, overloaded."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.core.config import Settings
from engine.core.tasks import Tasks
from engine.media.audiosocket import Kind, encode
from engine.speech.model import Final, Grammar, Listening, Onset, Partial, Phrase
from engine.speech.workers import protocol
from engine.speech.workers.errors import NoEngine, TaskFailed, WorkerLost
from engine.speech.workers.pool import LiveStream, Refused, Workers
from tests.fakes import loud
from tools.softphone import audio

pytestmark = pytest.mark.feature("F-PBX-20")
FRAME = 320
LISTENING = Listening(languages=("ru",), silence_s=0.3)


class Heard:
    """What a stream tells."""

    def __init__(self) -> None:
        self.words: list[Any] = []
        self.gone: str | None = None
        self._news = asyncio.Event()

    def word(self, word: Any) -> None:
        self.words.append(word.event if isinstance(word, protocol.Says) else word)
        self._news.set()

    def over(self, reason: str) -> None:
        self.gone = reason
        self._news.set()

    def all(self, kind: type) -> list[Any]:
        return [word for word in self.words if isinstance(word, kind)]

    async def until(self, done: Any, timeout: float = 15.0) -> None:
        async with asyncio.timeout(timeout):
            while not done(self):
                await self._news.wait()
                self._news.clear()


@contextlib.asynccontextmanager
async def pool(tmp_path: Path, how: str = "", **settings: Any) -> AsyncIterator[Workers]:
    if how != "missing":
        loud.lay(tmp_path / "models", how)
    given = {"speech_worker_silence_s": 2.0, "speech_streams_max": 8, "speech_workers": 1} | settings
    made = Settings(var=tmp_path, models=tmp_path / "models", speech_engines=loud.NAME, **given)
    async with Tasks() as tasks:
        workers = Workers(made, tasks)
        await workers.start()
        try:
            yield workers
        finally:
            tasks.cancel()
            workers.stop()


async def eventually(done: Any, timeout: float = 15.0) -> None:
    until = time.monotonic() + timeout
    while not done():
        assert time.monotonic() < until, "it never came"
        await asyncio.sleep(0.02)


async def ready(workers: Workers, count: int = 1) -> list[int]:
    def lines() -> list[int]:
        return [line.pid for line in workers.capacity().workers if line.state == "ready" and line.kind == "live"]

    await eventually(lambda: len(lines()) >= count)
    return lines()


class Sound:
    """A stream's audio, as Asterisk brings it."""

    def __init__(self, stream: LiveStream) -> None:
        self.stream = stream

    async def connect(self) -> "Sound":
        self.reader, self.writer = await asyncio.open_connection(self.stream.host, self.stream.port)
        self.writer.write(encode(Kind.ID, self.stream.id.bytes))
        return self

    async def say(self, pcm: bytes, pace_s: float = 0.02) -> None:
        next_at = asyncio.get_running_loop().time()
        for at in range(0, len(pcm), FRAME):
            self.writer.write(encode(Kind.AUDIO, pcm[at : at + FRAME].ljust(FRAME, b"\0")))
            next_at += pace_s
            await asyncio.sleep(max(0.0, next_at - asyncio.get_running_loop().time()))

    async def ended(self, timeout: float = 5.0) -> None:
        """Until the worker has ended the connection."""
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(self.reader.read(), timeout) == b""


async def opened(workers: Workers, listening: Listening = LISTENING) -> tuple[Sound, Heard]:
    heard = Heard()
    return await Sound(workers.open(listening, heard.word, heard.over)).connect(), heard


async def test_a_stream_is_heard_with_true_times_through_a_pause_without_audio(tmp_path: Path) -> None:
    async with pool(tmp_path) as workers:
        await ready(workers)
        grammar = Grammar((Phrase("sales", "500"), Phrase("support", "700")))
        sound, heard = await opened(workers, Listening(silence_s=0.3, grammar=grammar))
        await sound.say(audio.tone(500, 0.6))
        await heard.until(lambda h: h.all(Final))  # the tone ends, nothing comes: silence by the clock
        await asyncio.sleep(0.7)
        await sound.say(audio.tone(700, 0.6))
        await heard.until(lambda h: len(h.all(Final)) == 2)
        first, second = heard.all(Final)
        assert [first.text, second.text] == ["500", "700"] and second.scores[0].key == "support"
        began = heard.all(protocol.Began)[0]
        assert abs(began.at + second.end_s - time.monotonic()) < 1.5
        assert second.start_s > first.end_s + 0.8
        kinds = [type(word) for word in heard.words[:3]]
        assert kinds == [protocol.Began, Onset, Partial]
        sound.writer.close()
        await heard.until(lambda h: h.gone)
        assert heard.gone == "tap_lost" and workers.capacity().streams == 0


async def test_what_is_said_last_is_told_after_the_hang_up(tmp_path: Path) -> None:
    async with pool(tmp_path) as workers:
        await ready(workers)
        sound, heard = await opened(workers)
        await sound.say(audio.tone(900, 0.5))
        sound.writer.close()
        await heard.until(lambda h: h.gone)
        assert heard.all(Final)[-1].text == "900"


async def test_garbage_strangers_and_second_connections_are_refused(tmp_path: Path) -> None:
    async with pool(tmp_path) as workers:
        await ready(workers)
        sound, heard = await opened(workers)
        await sound.say(audio.tone(500, 0.2))
        await heard.until(lambda h: h.all(Onset))
        again = await Sound(sound.stream).connect()
        stranger = Sound(sound.stream)
        stranger.reader, stranger.writer = await asyncio.open_connection("127.0.0.1", sound.stream.port)
        stranger.writer.write(encode(Kind.ID, os.urandom(16)))
        babbler = Sound(sound.stream)
        babbler.reader, babbler.writer = await asyncio.open_connection("127.0.0.1", sound.stream.port)
        babbler.writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        for one in (again, babbler, stranger):
            await one.ended()
        await sound.say(bytes(int(0.5 * 16000)))
        await heard.until(lambda h: h.all(Final))
        assert heard.gone is None


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_worker_that_dies_or_hangs_is_replaced(tmp_path: Path, signal_: int) -> None:
    async with pool(tmp_path, speech_workers=2) as workers:
        pids = await ready(workers, 2)
        (_, one), (_, two) = [await opened(workers) for _ in range(2)]
        victim = next(line for line in workers.capacity().workers if line.pid == pids[0])
        assert victim.streams == 1
        os.kill(victim.pid, signal_)
        await eventually(lambda: one.gone or two.gone)
        assert {one.gone, two.gone} == {"worker_lost", None}
        await ready(workers, 2)
        assert victim.pid not in await ready(workers, 2)
        await eventually(lambda: not _lives(victim.pid))


def _lives(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


async def test_workers_end_when_the_engine_is_killed(tmp_path: Path) -> None:
    loud.lay(tmp_path / "models")
    code = (
        "import asyncio, sys; from pathlib import Path; from tests.integration.speech import test_workers as t\n"
        "async def main():\n"
        "    async with t.pool(Path(sys.argv[1]), speech_workers=2) as workers:\n"
        "        Path(sys.argv[1], 'pids').write_text(' '.join(map(str, await t.ready(workers, 2))))\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(tmp_path))
    await eventually(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text())
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    os.kill(pids[0], signal.SIGSTOP)  # even one that can do nothing by itself
    process.kill()
    await process.wait()
    assert len(pids) == 2
    await eventually(lambda: not any(_lives(pid) for pid in pids), 20)


async def test_a_damaged_model_is_no_engine_until_it_is_mended(tmp_path: Path) -> None:
    async with pool(tmp_path, how="damaged") as workers:
        await ready(workers)
        assert workers.hears(["ru"])
        _, heard = await opened(workers)
        await heard.until(lambda h: h.gone)
        assert heard.gone == "no_engine"
        await eventually(lambda: "damaged" in workers.capacity().broken.get(f"{loud.NAME}:loud", ""))
        assert not workers.hears(["ru"])
        with pytest.raises(Refused, match="no_engine"):
            workers.open(LISTENING, print, print)


async def test_a_model_that_kills_its_process_is_left_alone(tmp_path: Path) -> None:
    async with pool(tmp_path, how="deadly") as workers:
        await ready(workers)
        _, heard = await opened(workers)
        await heard.until(lambda h: h.gone)
        assert heard.gone == "worker_lost"
        # Its successor loads the model that was in use ahead, and dies of it; the next one does not.
        await eventually(lambda: "ends the process" in workers.capacity().broken.get(f"{loud.NAME}:loud", ""))
        await ready(workers)
        with pytest.raises(Refused, match="no_engine"):
            workers.open(LISTENING, print, print)
        await asyncio.sleep(0.5)
        assert await ready(workers)


async def test_without_a_model_nothing_runs(tmp_path: Path) -> None:
    async with pool(tmp_path, how="missing") as workers:
        with pytest.raises(Refused, match="no_engine"):
            workers.open(LISTENING, print, print)
        assert workers.capacity().workers == () and not workers.hears(["ru"])


async def test_more_streams_than_there_is_room_for_are_refused_until_one_ends(tmp_path: Path) -> None:
    async with pool(tmp_path, speech_streams_max=2) as workers:
        await ready(workers)
        first, _ = await opened(workers)
        await opened(workers)
        assert workers.capacity().free == 0
        with pytest.raises(Refused, match="no_capacity"):
            workers.open(LISTENING, print, print)
        waiting = asyncio.create_task(workers.changed(10))
        await asyncio.sleep(0)
        workers.close(first.stream)
        await asyncio.wait_for(waiting, 1)
        sound, heard = await opened(workers)
        await sound.say(audio.tone(500, 0.1))
        await heard.until(lambda h: h.all(Onset))


async def test_a_part_is_kept_for_callers_who_wait_for_an_answer(tmp_path: Path) -> None:
    async with pool(tmp_path, speech_streams_max=4, speech_reserve=0.5) as workers:
        await ready(workers)
        for _ in range(2):
            workers.open(LISTENING, print, print)
        with pytest.raises(Refused, match="no_capacity"):
            workers.open(LISTENING, print, print)
        for _ in range(2):
            workers.open(LISTENING, print, print, urgent=True)
        with pytest.raises(Refused, match="no_capacity"):
            workers.open(LISTENING, print, print, urgent=True)


async def test_a_slow_recogniser_drops_the_oldest_and_keeps_its_times(tmp_path: Path) -> None:
    """Speech takes 2 s a second: the store of 0.6 s is full soon; the end comes when it comes, with a true time."""
    async with pool(tmp_path, how="slow 2", speech_buffer_s=0.6) as workers:
        await ready(workers)
        sound, heard = await opened(workers)
        await sound.say(audio.tone(500, 2.0) + bytes(int(0.4 * 16000)))
        await heard.until(lambda h: h.all(Final), 20)
        final = heard.all(Final)[0]
        assert 1.8 < final.end_s < 2.3, final
        await eventually(lambda: workers._live[0].beat.dropped_s > 0.2)


async def test_a_recogniser_that_never_comes_back_costs_its_process(tmp_path: Path) -> None:
    async with pool(tmp_path, how="stuck", speech_worker_stuck_s=1.0) as workers:
        await ready(workers)
        sound, heard = await opened(workers)
        await sound.say(audio.tone(500, 0.3))
        await heard.until(lambda h: h.gone)
        assert heard.gone == "worker_lost"
        await ready(workers)


async def test_a_task_gives_items_and_a_result_and_says_why_it_fails(tmp_path: Path) -> None:
    wav = tmp_path / "said.wav"
    audio.write_wav(wav, audio.tone(700, 3.0) + bytes(16000))
    async with pool(tmp_path) as workers:
        asked = {"path": str(wav), "channel": 0, "listening": LISTENING}
        items = [item async for item in workers.run_stream("transcribe", **asked)]
        assert [item["text"] for item in items if item.get("type") == "final"] == ["700"]
        assert items[-1]["engine"] == loud.NAME and next(item["done_s"] for item in items if "done_s" in item)
        assert (await workers.run("transcribe", **asked))["duration_s"] == pytest.approx(4.0)
        batch = next(line for line in workers.capacity().workers if line.kind == "batch")
        assert batch.jobs == 0
        with pytest.raises(TaskFailed, match="can't be read") as failed:
            await workers.run("transcribe", path=str(tmp_path / "none.wav"))
        assert failed.value.fields["kind"] == "ValueError"
        with pytest.raises(NoEngine):
            await workers.run("transcribe", path=str(wav), listening=Listening(languages=("ja",)))
        with pytest.raises(TaskFailed, match="There is no task"):
            await workers.run("no such task")
        with pytest.raises(TaskFailed, match="can't be sent"):
            await workers.run("transcribe", path=object())


async def test_a_long_task_makes_way_for_live_streams_and_goes_on_after_them(tmp_path: Path) -> None:
    wav = tmp_path / "said.wav"
    audio.write_wav(wav, audio.tone(700, 3.0) + bytes(16000))
    async with pool(tmp_path, speech_streams_max=4, speech_task_rest_s=120.0) as workers:
        await ready(workers)
        streams = [await opened(workers) for _ in range(2)]
        asked = {"path": str(wav), "channel": 0, "listening": LISTENING}
        task = asyncio.create_task(workers.run("transcribe", **asked))
        await eventually(lambda: any(line.jobs for line in workers.capacity().workers if line.kind == "batch"))
        for sound, _ in streams:
            await sound.say(audio.tone(500, 0.5) + bytes(8000))
        for _, heard in streams:
            await heard.until(lambda h: h.all(Final))
        assert not task.done()
        for sound, _ in streams:
            workers.close(sound.stream)
        async with asyncio.timeout(30.0):
            assert (await task)["duration_s"] == pytest.approx(4.0)


async def test_a_task_whose_worker_dies_is_lost_and_one_that_nobody_waits_for_ends(tmp_path: Path) -> None:
    wav = tmp_path / "said.wav"
    audio.write_wav(wav, audio.tone(700, 12.0))
    async with pool(tmp_path, how="slow 0.5", speech_task_idle_s=1.0) as workers:
        first = asyncio.create_task(workers.run("transcribe", path=str(wav)))
        await eventually(lambda: any(line.jobs for line in workers.capacity().workers))
        pid = next(line.pid for line in workers.capacity().workers if line.kind == "batch")
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerLost):
            await first
        second = asyncio.create_task(workers.run("transcribe", path=str(wav)))
        await eventually(lambda: any(line.jobs for line in workers.capacity().workers))
        assert not any(line.pid == pid for line in workers.capacity().workers)
        second.cancel()
        await eventually(lambda: not any(line.kind == "batch" for line in workers.capacity().workers))  # idle: it ends
