"""Tables as files: CSV (RFC 4180, UTF-8 with its mark, for spreadsheets) and XLSX; text can never become a formula."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from zoneinfo import ZoneInfo

import xlsxwriter
from aiohttp import web

from engine.core import log

_log = log.get("api.sheets")
FormatName = Literal["csv", "xlsx"]
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = (CSV, XLSX)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-][0-9]+(\.[0-9]+)?")
_PIECE = 262_144
_MARK = b"\xef\xbb\xbf"


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe before it; a signed
    number is none.

    Source: OWASP, "CSV Injection".
    """
    if not isinstance(value, str) or not value.startswith(_DANGEROUS) or _NUMBER.fullmatch(value):
        return value
    return "'" + value


def plain(value: Any, zone: ZoneInfo) -> Any:
    """A value as a cell holds it: times on the wall clock of ``zone``, no time zone mark, to the second."""
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def csv_lines(rows: Iterable[Sequence[Any]], zone: ZoneInfo) -> bytes:
    """Rows as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([harmless(plain(value, zone)) for value in row] for row in rows)
    return buffer.getvalue().encode()


class Book:
    """An XLSX file of one sheet, written row by row to disk (its rows are not kept in memory)."""

    def __init__(self, path: Path, titles: Sequence[str], zone: ZoneInfo, shares: frozenset[int] = frozenset()) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet()
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._share = self._book.add_format({"num_format": "0.0%"})
        self._zone = zone
        self._shares = shares
        self._row = 1
        bold = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        for column, title in enumerate(titles):
            self._sheet.set_column(column, column, max(12, len(title) + 2))
        for column, title in enumerate(titles):
            self._sheet.write_string(0, column, title, bold)

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            for column, given in enumerate(row):
                value = plain(given, self._zone)
                if isinstance(value, datetime):
                    self._sheet.write_datetime(self._row, column, value, self._time)
                elif isinstance(value, str):
                    self._sheet.write_string(self._row, column, value)
                elif value is not None:
                    self._sheet.write_number(self._row, column, value, self._share if column in self._shares else None)
            self._row += 1

    def close(self) -> None:
        self._book.close()


def xlsx_bytes(titles: Sequence[str], rows: Iterable[Sequence[Any]], zone: ZoneInfo, shares: frozenset[int]) -> bytes:
    """A small table as one XLSX file."""
    with TemporaryDirectory(prefix="plx-") as folder:
        path = Path(folder, "sheet.xlsx")
        book = Book(path, titles, zone, shares)
        book.add(rows)
        book.close()
        return path.read_bytes()


def csv_bytes(titles: Sequence[str], rows: Iterable[Sequence[Any]], zone: ZoneInfo) -> bytes:
    """A small table as one CSV file."""
    return _MARK + csv_lines([titles, *rows], zone)


def attachment(kind: str, name: str) -> dict[str, str]:
    """Headers of a file to keep; ``name`` is ASCII, without its ending."""
    ending = "csv" if kind == CSV else "xlsx"
    charset = "; charset=utf-8" if kind == CSV else ""
    return {"Content-Type": kind + charset, "Content-Disposition": f'attachment; filename="{name}.{ending}"'}


async def stream_csv(
    request: web.Request, name: str, titles: Sequence[str], batches: AsyncIterator[list[Sequence[Any]]], zone: ZoneInfo
) -> web.StreamResponse:
    """Send rows as they come. A fault on the way cuts the connection, so that half a file is not taken for a whole."""
    first: list[Sequence[Any]] = await anext(batches, [])
    response = web.StreamResponse(headers=attachment(CSV, name))
    await response.prepare(request)
    try:
        await response.write(csv_bytes(titles, first, zone))
        async for rows in batches:
            await response.write(csv_lines(rows, zone))
        await response.write_eof()
    except ConnectionResetError:
        raise
    except Exception as exc:
        _log.exception("export_cut", name=name)
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError("the export was cut") from exc
    return response


async def stream_file(request: web.Request, name: str, path: Path) -> web.StreamResponse:
    """Send a finished XLSX file, whole before this returns."""
    response = web.StreamResponse(headers=attachment(XLSX, name))
    await response.prepare(request)
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            await response.write(piece)
    await response.write_eof()
    return response
