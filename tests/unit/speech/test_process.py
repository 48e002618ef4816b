"""When a worker is killed, and when it is replaced."""

import time

import pytest

from engine.core.config import Settings
from engine.speech.workers import protocol
from engine.speech.workers.process import WorkerProcess, for_worker
from engine.speech.workers.states import STEPS, WorkerState, advance

pytestmark = pytest.mark.feature("F-PBX-20")
SETTINGS = Settings(speech_worker_silence_s=5, speech_worker_growth_mb=100, speech_worker_memory_mb=1000)


def worker() -> WorkerProcess:
    made = WorkerProcess(SETTINGS, "live", lambda _worker, _word: None, lambda _worker: None)
    made._take(protocol.Hello(1, 2000))
    return made


def beat(rss_mb: int = 50, loaded: int = 0, stuck_s: float = 0.0) -> protocol.Beat:
    return protocol.Beat(streams=0, rss_mb=rss_mb, cpu_s=0, speech_s=0, loaded=loaded, stuck_s=stuck_s)


def test_silence_a_stuck_recogniser_and_too_much_memory_kill() -> None:
    one = worker()
    one._take(beat())
    assert one.check(time.monotonic()) is None
    assert "no sign of life" in (one.check(time.monotonic() + 6) or "")
    one._take(beat(stuck_s=61))
    assert "stuck" in (one.check(time.monotonic()) or "")
    one._take(beat(rss_mb=1001))
    assert "1001 MB" in (one.check(time.monotonic()) or "")


def test_growth_counts_from_what_the_models_took() -> None:
    one = worker()
    one._take(beat(50))
    one._take(beat(500, loaded=1))
    one._take(beat(560, loaded=1))
    assert not one.grown
    one._settled_at = time.monotonic() - 1
    one._take(beat(640, loaded=1))
    assert not one.grown
    one._take(beat(661, loaded=1))
    assert one.grown


def test_a_worker_never_comes_back_from_the_dead() -> None:
    assert advance(WorkerState.STARTING, WorkerState.READY) is WorkerState.READY
    for state in WorkerState:
        assert WorkerState.LOST in STEPS[state] or state is WorkerState.LOST
        with pytest.raises(ValueError, match="does not go"):
            advance(state, WorkerState.STARTING)


def test_no_secret_reaches_a_worker() -> None:
    settings = Settings(token_secret="t", ari_password="a", control_token="c", database_dsn="d", smtp_password="s")
    assert not {"t", "a", "c", "d", "s"} & set(map(str, for_worker(settings).values()))
