"""Files for spreadsheets: what a cell holds, and that none is a formula."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web import sheets

pytestmark = pytest.mark.feature("F-PBX-19", "F-ADM-08")
MOSCOW = ZoneInfo("Europe/Moscow")
EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", EVIL)
def test_no_text_becomes_a_formula(text) -> None:
    cell = next(csv.reader(io.StringIO(sheets.csv_lines([[text]], MOSCOW).decode(), newline="")))[0]
    assert cell == "'" + text
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx_bytes(["head"], [[text]], MOSCOW, frozenset())))
    assert book.active["A2"].data_type == "s"


def test_numbers_with_a_sign_stay_numbers() -> None:
    assert sheets.csv_lines([["+79161234567", "-5", -5, 1.5, None]], MOSCOW) == b"+79161234567,-5,-5,1.5,\r\n"


def test_times_are_told_on_the_wall_clock() -> None:
    at = datetime(2026, 11, 21, 21, 30, 5, 999, tzinfo=UTC)
    assert sheets.csv_lines([[at]], MOSCOW) == b"2026-11-22 00:30:05\r\n"
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx_bytes(["t"], [[at]], MOSCOW, frozenset())))
    assert book.active["A2"].value == datetime(2026, 11, 22, 0, 30, 5)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20), min_size=2, max_size=2),
        max_size=8,
    )
)
def test_whatever_is_written_is_read_again(rows) -> None:
    text = sheets.csv_bytes(["a", "b"], rows, MOSCOW).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[1:] == [[sheets.harmless(cell) for cell in row] for row in rows]
