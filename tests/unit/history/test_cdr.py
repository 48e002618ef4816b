"""Reading Asterisk's call records."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.history.cdr import merge, parse_line, read_from, rotate

pytestmark = pytest.mark.feature("F-PBX-19", "F-PBX-06")

LINE = (
    '"node1-1795296630.4","node1-1795296630.4","PJSIP/demo-00000002","79991112233","""Bob"" <79991112233>",'
    '"74950000001","voicemail-fallback","1795296630.837685","1795296634.342173","1795296643.364269","ANSWERED","16",'
    '"Return","fallback","fallback-node1-1795296630.4.wav","74950000001","from-trunk","voicemail"'
)


def test_a_record_is_read() -> None:
    row = parse_line(LINE)
    assert row is not None
    assert row.unique_id == "node1-1795296630.4"
    assert (row.caller, row.caller_name, row.number) == ("79991112233", "Bob", "74950000001")
    assert row.started_at == datetime.fromtimestamp(1795296630.837685, UTC)
    assert row.talk_s == pytest.approx(9.022096)
    assert (row.hangup_cause, row.served, row.voicemail) == (16, "fallback", "fallback-node1-1795296630.4.wav")
    assert (row.context, row.result) == ("from-trunk", "voicemail")


def test_a_call_never_answered_has_no_answer_time() -> None:
    row = parse_line(LINE.replace("1795296634.342173", "0.000000").replace('"16"', '""'))
    assert row is not None
    assert row.answered_at is None
    assert row.talk_s == 0.0
    assert row.hangup_cause is None


@pytest.mark.parametrize(
    ("caller_id", "name"),
    [
        ('"""Anna """"K"""" "" <1>"', 'Anna ""K"" '),
        ('"Anna <1>"', "Anna"),
        ('"1"', ""),
        ('""', ""),
        ('""""" <1>"', ""),
        ('"""a, b"" <1>"', "a, b"),
    ],
)
def test_the_callers_name_is_taken_out_of_the_caller_id(caller_id: str, name: str) -> None:
    row = parse_line(LINE.replace('"""Bob"" <79991112233>"', caller_id))
    assert row is not None
    assert row.caller_name == name


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd"])
def test_a_voicemail_outside_of_the_folder_is_not_believed(path: str) -> None:
    row = parse_line(LINE.replace("fallback-node1-1795296630.4.wav", path))
    assert row is not None
    assert row.voicemail == ""


@given(st.text())
def test_garbage_never_raises(text: str) -> None:
    parse_line(text)


@given(st.integers(0, len(LINE) - 1), st.characters())
def test_a_damaged_line_never_raises(position: int, char: str) -> None:
    parse_line(LINE[:position] + char + LINE[position + 1 :])


def test_a_leg_that_the_engine_made_came_in_by_no_context() -> None:
    row = parse_line(LINE.replace('"from-trunk"', '""'))
    assert row is not None
    assert row.context == ""


def other(number: int) -> str:
    """The record of another channel."""
    return LINE.replace("1795296630.4", f"1795296630.{number}")


def test_records_of_one_channel_become_one(tmp_path: Path) -> None:
    head = '"n-1795297934.10","n-1795297934.10","PJSIP/demo-5","7999","<7999>","7495","fallback",'
    tail = '"fallback","","7495","from-trunk",'
    dialled = f'{head}"1795297934.1","1795297938.1","1795297939.1","ANSWERED","","Dial",{tail}""'
    ended = f'{head}"1795297939.1","1795297939.1","1795297939.2","ANSWERED","16","Return",{tail}"answered"'
    path = tmp_path / "calls.csv"
    path.write_text(f"{dialled}\n{ended}\n{LINE}\n")
    rows, _ = read_from(path, 0)
    assert [row.unique_id for row in rows] == ["n-1795297934.10", "node1-1795296630.4"]
    assert (rows[0].hangup_cause, rows[0].result, rows[0].disposition) == (16, "answered", "ANSWERED")
    assert rows[0].talk_s == pytest.approx(1.1)


def test_a_record_alone_stays_as_it_is() -> None:
    row = parse_line(LINE)
    assert row is not None
    assert merge([row]) == row


def test_a_missing_file_gives_nothing(tmp_path: Path) -> None:
    assert read_from(tmp_path / "calls.csv", 500) == ([], 0)


def test_a_line_still_being_written_is_left_for_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(LINE + "\n" + LINE[:40])
    rows, offset = read_from(path, 0)
    assert (len(rows), offset) == (1, len(LINE) + 1)
    path.write_text(LINE + "\n" + LINE + "\n")
    rows, offset = read_from(path, offset)
    assert (len(rows), offset) == (1, 2 * (len(LINE) + 1))
    assert read_from(path, offset) == ([], offset)


def test_a_replaced_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(LINE + "\n")
    rows, offset = read_from(path, 100_000)
    assert (len(rows), offset) == (1, len(LINE) + 1)


def test_garbage_between_records_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(LINE.encode() + b"\n\x00\xff\xfe garbage\n\n" + other(5).encode() + b"\n")
    rows, offset = read_from(path, 0)
    assert len(rows) == 2
    assert offset == path.stat().st_size


@given(st.lists(st.sampled_from(["record", "x", ""]), max_size=20), st.integers(1, 600))
def test_read_in_pieces_no_record_is_lost_or_doubled(kinds: list[str], limit: int) -> None:
    lines = [other(number) if kind == "record" else kind for number, kind in enumerate(kinds)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.csv"
        path.write_text("".join(line + "\n" for line in lines))
        offset, count = 0, 0
        while offset < path.stat().st_size:
            rows, offset = read_from(path, offset, limit)
            count += len(rows)
    assert count == kinds.count("record")


def test_a_file_that_is_moved_aside_gives_its_rest_and_makes_room(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(LINE + "\n", encoding="utf-8")
    _, offset = read_from(path, 0)
    late = LINE.replace("795296630.4", "795296999.9")
    with path.open("a", encoding="utf-8") as file:
        file.write(late + "\n")
    assert [row.unique_id for row in rotate(path, offset)] == ["node1-1795296999.9"]
    assert not path.exists() and (tmp_path / "calls.csv.1").is_file()
    assert rotate(path, 0) == []
    path.write_text(LINE + "\n", encoding="utf-8")
    assert read_from(path, 0)[1] == offset
