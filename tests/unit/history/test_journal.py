"""The journal: nothing that was appended is lost by a crash, and each record keeps its one position."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from engine.history.journal import Journal, read_segment
from engine.history.records import CdrPosition, EventRow, StateRow

AT = datetime(2026, 11, 21, tzinfo=UTC)


def journal(folder: Path, **options: int) -> Journal:
    return Journal(folder, **{"max_records": 1000, "segment_bytes": 10_000, **options})


def offsets(made: Journal) -> list[tuple[int, int]]:
    return [(e.position, e.record.offset) for e in made.pending if isinstance(e.record, CdrPosition)]


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=5), max_size=30), st.integers(0, 60))
def test_a_new_process_takes_up_what_the_database_lacks(batches: list[list[int]], committed: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        first = journal(Path(name), segment_bytes=300)
        first.recover(0)
        for batch in batches:
            first.append(*(CdrPosition(offset=n) for n in batch))
        everything = offsets(first)
        committed = min(committed, len(everything))
        second = journal(Path(name), segment_bytes=300)
        second.recover(committed)
        assert offsets(second) == everything[committed:]
        second.append(CdrPosition(offset=77))
        assert second.pending[-1].position == max(len(everything), committed) + 1
        second.close()
        first.close()


def test_a_line_torn_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    first = journal(tmp_path)
    first.recover(0)
    first.append(CdrPosition(offset=1), CdrPosition(offset=2))
    first.close()
    (segment,) = tmp_path.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes()[:-7])
    second = journal(tmp_path)
    second.recover(0)
    assert offsets(second) == [(1, 1)]


def test_states_of_live_and_ended_calls_are_read_back(tmp_path: Path) -> None:
    first = journal(tmp_path)
    first.recover(0)
    live = StateRow(call_id=uuid4(), started_at=AT, state=msgspec.Raw(b'{"a":1}'))
    first.append(live, StateRow(call_id=uuid4(), started_at=AT))
    (segment,) = tmp_path.glob("*.jsonl")
    states = [entry.record for entry in read_segment(segment) if isinstance(entry.record, StateRow)]
    assert [state.over for state in states] == [False, True]
    assert bytes(states[0].state) == b'{"a":1}'


def test_segments_that_the_database_holds_are_deleted(tmp_path: Path) -> None:
    made = journal(tmp_path, segment_bytes=200)
    made.recover(0)
    for n in range(50):
        made.append(CdrPosition(offset=n))
    assert len(list(tmp_path.glob("*.jsonl"))) > 3
    made.forget(50)
    assert len(list(tmp_path.glob("*.jsonl"))) == 1


def test_a_disk_that_refuses_keeps_records_in_memory(tmp_path: Path) -> None:
    made = journal(tmp_path)
    made.recover(0)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, made._file)
    made.append(CdrPosition(offset=5))
    assert offsets(made) == [(1, 5)]
    assert made.write_failures == 1
    os.close(full)


def test_a_full_journal_says_so(tmp_path: Path) -> None:
    made = journal(tmp_path, max_records=3)
    made.recover(0)
    made.append(*(CdrPosition(offset=n) for n in range(3)))
    assert made.full


def test_hostile_text_stays_in_its_line(tmp_path: Path) -> None:
    made = journal(tmp_path)
    made.recover(0)
    text = 'a\n{"position": 9}\u2028\x00'
    made.append(EventRow(call_id=uuid4(), call_started_at=AT, seq=0, at=AT, kind="started", data={"caller": text}))
    (segment,) = tmp_path.glob("*.jsonl")
    (entry,) = read_segment(segment)
    assert isinstance(entry.record, EventRow)
    assert entry.record.data["caller"] == text
