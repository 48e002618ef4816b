"""Time of audio: gaps are filled, a full store drops the oldest, times stay true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.media.pace import RATE, TOLERANCE_S, Backlog, Pace, Timeline

pytestmark = pytest.mark.feature("F-PBX-20")
FRAME = 160
QUIET, LOUD = bytes(2 * FRAME), b"\0\x20" * FRAME
gaps = st.lists(st.tuples(st.integers(1, 60), st.floats(0, 8)), min_size=1, max_size=12)


@given(gaps, st.floats(0, 0.04))
def test_the_stream_keeps_the_clock_whatever_is_missing(stretches: list[tuple[int, float]], jitter: float) -> None:
    """Frames, then a gap, again and again: at each frame the position is the clock's, give or take the tolerance."""
    pace, now = Pace(), 1000.0
    began = now
    for frames, gap in stretches:
        for at in range(frames):
            now += 0.02
            pace.audio(QUIET, now + (jitter if at % 2 else 0))
            assert abs(pace.position_s - (now - began)) < 2 * TOLERANCE_S + jitter + 0.1
        until = now + gap
        while now < until:
            now = min(now + 0.1, until)
            pace.tick(now)
            assert now - began - pace.position_s < 2 * TOLERANCE_S + 0.1
    assert pace.filled >= 0


def test_a_stall_of_the_reader_is_no_gap() -> None:
    """What waited in the socket while nobody read is not silence."""
    pace = Pace()
    pace.audio(LOUD, 10.0)
    assert pace.audio(bytes(10 * RATE), 15.0) == 0
    assert pace.tick(15.05) == 0 and pace.filled == 0


def test_silence_is_told_while_it_lasts() -> None:
    pace = Pace()
    pace.audio(LOUD, 5.0)
    assert pace.tick(5.2) == 0
    assert pace.tick(6.0) == pytest.approx(RATE * (1.0 - TOLERANCE_S / 2), abs=FRAME)


@given(st.lists(st.integers(1, 900), max_size=40), st.data())
def test_a_backlog_is_bounded_and_loses_nothing_uncounted(sizes: list[int], data: st.DataObject) -> None:
    backlog, out, given_ = Backlog(0.25), 0, 0
    for size in sizes:
        backlog.put(b"\1\0" * size)
        given_ += size
        assert backlog.waiting_s <= 0.25
        if data.draw(st.booleans()) and (got := backlog.take(0.02)) is not None:
            out += got.lost + len(got.pcm) // 2
    while (got := backlog.take(0.5)) is not None:
        out += got.lost + len(got.pcm) // 2
    assert out == given_


def test_the_oldest_is_dropped() -> None:
    backlog = Backlog(0.1)
    backlog.put(b"\1\0" * 800)
    backlog.put(b"\2\0" * 400)
    first = backlog.take(1)
    assert first is not None and first.lost == 400
    rest = backlog.take(1)
    assert rest is not None and rest.pcm == b"\1\0" * 400 + b"\2\0" * 400
    backlog.put_silence(80_000)
    lost = backlog.take(1)
    assert lost is not None and lost.lost == 80_000 - 800


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 50_000)), max_size=50))
def test_times_after_losses_are_times_of_the_stream(steps: list[tuple[bool, int]]) -> None:
    timeline, heard, whole = Timeline(), 0, 0
    for is_heard, samples in steps:
        whole += samples
        if is_heard:
            timeline.heard(samples)
            heard += samples
        else:
            timeline.skipped(samples)
        assert timeline.true(heard / RATE) == pytest.approx(whole / RATE)


def test_single_packets_that_are_lost_are_made_up_for_in_a_pause() -> None:
    """One frame of ten is lost while somebody speaks for 10 s: no hole in a word, and the time is right after it."""
    pace, fills = Pace(), []
    for frame in range(500):
        if frame % 10:
            fills.append(pace.audio(LOUD, frame * 0.02))
    assert sum(fills) == 0
    fill = pace.audio(QUIET, 10.0)
    assert fill == pytest.approx(50 * FRAME, abs=2 * FRAME)
    assert pace.position_s == pytest.approx(10.0, abs=0.05)
