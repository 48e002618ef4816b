"""Rows of a file, one after another: CSV in any common writing, XLSX, JSON lines. Nothing is held but the row."""

import csv
import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from api.imports.table import Options
from engine.core.pointers import as_text

DELIMITERS = ",;\t|"
MAX_CELL = 100_000
_SAMPLE = 262_144
_PIECE = 1 << 20
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OLD_BOOK = b"\xd0\xcf\x11\xe0"
_BOOK = b"PK\x03\x04"
_SNIFFED_ROWS = 200
_DEEPEST = 5


class NotATable(Exception):
    """The file can't be read as a table; the text says what to do."""


class Line(NamedTuple):
    """A row with the line of the file that it ends at (a sheet's row, counted from 1); ``fault``: it can't be read."""

    number: int
    cells: list[str]
    fault: str = ""


def format_of(path: Path) -> str:
    """``xlsx`` or ``csv``, by what the file begins with.

    Raises:
        NotATable: an old workbook, or an empty file.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise NotATable("The file is empty")
    if head.startswith(_OLD_BOOK):
        raise NotATable("It is a workbook of the old kind (.xls): save it as .xlsx or .csv")
    return "xlsx" if head.startswith(_BOOK) else "csv"


def encoding_of(path: Path) -> str:
    """By its mark; UTF-8 where all of the file is that; else the encoding of Russian Windows."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    try:
        with path.open(encoding="utf-8", newline="") as text:
            while text.read(_PIECE):
                pass
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def delimiter_of(sample: str) -> str:
    """The one by which most rows of the sample have the same number of cells, the more the better."""
    best, found = (0.0, 0), DELIMITERS[0]
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in itertools.islice(reader, _SNIFFED_ROWS) if row]
        except csv.Error:
            continue
        # The last row of a sample may be cut.
        widths = widths[:-1] if len(widths) > 1 else widths
        width, count = Counter(widths).most_common(1)[0] if widths else (1, 0)
        score = (round(count / len(widths), 1), width) if width > 1 else (0.0, width)
        if score > best and width > 1:
            best, found = score, delimiter
    return found


def sample_of(path: Path, encoding: str) -> str:
    with path.open(encoding=_codec(encoding), errors="replace", newline="") as text:
        return text.read(_SAMPLE)


def lines_of(path: Path) -> int:
    """About how many lines a text has."""
    count = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            count += piece.count(b"\n")
    return count + 1


def csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    """Rows of a CSV file that are not empty; headings too.

    Lines end as they like (also within quotes). A quote that is never closed costs the rows that it swallows.
    """
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=_codec(encoding), errors="replace", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as exc:
                yield Line(reader.line_num, [], f"The row can't be read ({exc}): is a quotation mark not closed?")
                continue
            if any(cells):
                yield Line(reader.line_num, cells)


def sheets_of(path: Path, most_bytes: int) -> list[str]:
    """Names of a workbook's sheets.

    Raises:
        NotATable: damaged, protected by a password, or larger than ``most_bytes`` when unpacked.
    """
    with _book(path, most_bytes) as book:
        return list(book.sheetnames)


def rows_in_sheet(path: Path, sheet: str | None, most_bytes: int) -> int:
    """As many as the workbook says itself."""
    with _book(path, most_bytes) as book:
        return int(_sheet(book, sheet).max_row or 0)


def xlsx_lines(path: Path, sheet: str | None, most_bytes: int) -> Iterator[Line]:
    """Rows of a sheet (None: the first) that are not empty; cells as text."""
    with _book(path, most_bytes) as book:
        try:
            for number, row in enumerate(_sheet(book, sheet).iter_rows(values_only=True), start=1):
                cells = [_cell(value) for value in row]
                if any(cells):
                    yield Line(number, cells)
        except (zipfile.BadZipFile, SyntaxError, ValueError, KeyError, EOFError) as exc:
            raise NotATable(f"The workbook is damaged: {type(exc).__name__}") from exc


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Objects of a file of JSON lines, each with its line's number, as flat text: ``{"a": {"b": 1}}`` has ``a.b``."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            yield number, flat(msgspec.json.decode(line))


def flat(value: Any) -> dict[str, str]:
    """An object's values as text; those of objects within it under names with a dot."""
    found: dict[str, str] = {}
    _flatten(value, "", found, 0)
    return found


def lines(path: Path, options: Options, most_bytes: int) -> Iterator[Line]:
    """Rows of a CSV or XLSX file read as ``options`` say."""
    if options.format == "xlsx":
        return xlsx_lines(path, options.sheet, most_bytes)
    encoding = options.encoding or encoding_of(path)
    return csv_lines(path, encoding, options.delimiter or delimiter_of(sample_of(path, encoding)))


def _flatten(value: Any, name: str, found: dict[str, str], depth: int) -> None:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, item in value.items():
            _flatten(item, f"{name}.{key}" if name else str(key), found, depth + 1)
    else:
        found[name or "value"] = as_text(value, MAX_CELL)


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _cell(value: Any) -> str:
    """What a person sees in the cell: whole numbers without a point, days without midnight."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


@contextmanager
def _book(path: Path, most_bytes: int) -> Iterator[Any]:
    import openpyxl  # a heavy import, of the reading process alone

    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as packed:
                size = sum(item.file_size for item in packed.infolist())
            if size > most_bytes:
                raise NotATable(f"The workbook unpacks to {size} bytes, over {most_bytes}: save it as .csv")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except (NotATable, MemoryError):
            raise
        except Exception as exc:  # whatever a damaged file makes the reader say
            raise NotATable(f"The workbook can't be opened ({type(exc).__name__}): save it anew, or as .csv") from exc
        try:
            yield book
        finally:
            book.close()


def _sheet(book: Any, name: str | None) -> Any:
    if name is None:
        return book.worksheets[0]
    if name not in book.sheetnames:
        raise NotATable(f"There is no sheet {name}: {', '.join(book.sheetnames)}")
    return book[name]


def first(rows: Iterable[Line], count: int) -> list[Line]:
    return list(itertools.islice((row for row in rows if not row.fault), count))
