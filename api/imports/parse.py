"""The process that reads a file of leads: ``python -m api.imports.parse``, an order as JSON on its standard input.

``preview`` answers with one JSON document; ``rows`` with frames of leads in COPY's text form. It has memory of its own
(bounded) and gives way to other processes, so that a large or hostile file harms nobody. What is wrong with the file
goes to standard error, as one line, with status 3.
"""

import contextlib
import os
import resource
import struct
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from api.imports import guessing, preparing, reading
from api.imports.preparing import Mapper, Place, Prepared, Problem
from api.imports.reading import Line, NotATable
from api.imports.table import Column, Options, Preview, Target

REFUSED = 3
HEAD = struct.Struct("!6I")
"""Rows read; of these refused; lines with something broken; bytes of leads, of contacts, of errors."""
_SAMPLES = 5
_SHOWN_ROWS = 20
_LOOKED_AT = 200
_SHOWN_CELL = 200


class Order(msgspec.Struct, kw_only=True):
    """What to do. ``skip``: rows that are settled already; ``errors``: broken lines that may still be told."""

    op: Literal["preview", "rows"]
    path: str
    options: Options
    header: bool | None = None
    mapping: dict[str, Target] = {}
    region: str = "RU"
    timezone: str = "Europe/Moscow"
    import_id: str = ""
    skip: int = 0
    chunk: int = 10_000
    errors: int = 10_000
    unpacked_bytes: int = 4_000_000_000
    memory_bytes: int = 2_000_000_000


def preview(order: Order) -> Preview:
    """The beginning of the file, and what its columns seem to be.

    Raises:
        NotATable.
    """
    path, options, sheets = Path(order.path), order.options, list[str]()
    kind = reading.format_of(path)
    options.format = "xlsx" if kind == "xlsx" else "csv"
    if kind == "xlsx":
        options.encoding = options.delimiter = None
        sheets = reading.sheets_of(path, order.unpacked_bytes)
        options.sheet = options.sheet or _first_filled(path, sheets, order.unpacked_bytes)
        total = reading.rows_in_sheet(path, options.sheet, order.unpacked_bytes)
    else:
        options.sheet = None
        options.encoding = options.encoding or reading.encoding_of(path)  # type: ignore[assignment]
        sample = reading.sample_of(path, options.encoding or "utf-8")
        options.delimiter = options.delimiter or reading.delimiter_of(sample)  # type: ignore[assignment]
        total = reading.lines_of(path)
    rows = [line.cells for line in reading.first(reading.lines(path, options, order.unpacked_bytes), _LOOKED_AT)]
    if not rows:
        raise NotATable("The file has no rows")
    header = guessing.has_headings(rows[0], order.region) if order.header is None else order.header
    names = guessing.headings(rows[0] if header else [""] * max(map(len, rows)))
    body = rows[1:] if header else rows
    guesses = guessing.guess(names, body, order.region)
    columns = [
        Column(name=name, samples=_samples(body, place), guess=target)
        for place, (name, target) in enumerate(zip(names, guesses, strict=True))
    ]
    return Preview(
        format=options.format,
        encoding=options.encoding,
        delimiter=options.delimiter,
        header=header,
        sheet=options.sheet,
        sheets=sheets,
        columns=columns,
        rows=[[cell[:_SHOWN_CELL] for cell in row] for row in body[:_SHOWN_ROWS]],
        total=max(0, total - header),
        mapping={column.name: order.mapping.get(column.name, column.guess) for column in columns},
    )


def frames(order: Order) -> Iterator[bytes]:
    """Leads of the file in chunks, each with a head.

    Raises:
        NotATable.
    """
    mapper = Mapper(order.options.mapping, Place(order.region, order.timezone))
    good: list[Prepared] = []
    found: list[tuple[int, Problem]] = []
    read = broken = refused = 0
    left, ids = order.errors, new_ids(datetime.now(UTC), order.skip)
    for number, (line, lead, problems) in enumerate(_leads(order, mapper), start=1):
        if number <= order.skip:
            continue
        read += 1
        broken += bool(problems)
        if lead is None:
            refused += 1
        else:
            good.append(lead)
        told = problems[: max(0, left)]
        left -= len(told)
        found += [(line, problem) for problem in told]
        if read >= order.chunk:
            yield frame(order.import_id, good, found, (read, refused, broken), ids)
            good, found, read, broken, refused = [], [], 0, 0, 0
    if read:
        yield frame(order.import_id, good, found, (read, refused, broken), ids)


def frame(
    import_id: str,
    good: list[Prepared],
    found: list[tuple[int, Problem]],
    counts: tuple[int, int, int],
    ids: Iterator[UUID],
) -> bytes:
    """A chunk with its head."""
    leads, contacts = preparing.chunk(good, ids)
    errors = preparing.errors_copy(import_id, found)
    return HEAD.pack(*counts, len(leads), len(contacts), len(errors)) + leads + contacts + errors


def new_ids(now: datetime, start: int) -> Iterator[UUID]:
    """Ids of version 7 that keep the order of the rows: the time, then the row's number, then chance."""
    base = int(now.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62
    number = start
    while True:
        number += 1
        yield UUID(int=base | (number >> 20 & 0xFFF) << 64 | (number & 0xFFFFF) << 42 | int.from_bytes(os.urandom(5)))


def _leads(order: Order, mapper: Mapper) -> Iterator[tuple[int, Prepared | None, list[Problem]]]:
    """Each row's line, the lead that it gives, and what is wrong with it; rows that are settled are only counted."""
    path, options = Path(order.path), order.options
    if options.format == "jsonl":
        for number, (line, values) in enumerate(reading.json_lines(path), start=1):
            yield (line, None, []) if number <= order.skip else (line, *mapper.row(line, values.items()))
        return
    rows = reading.lines(path, options, order.unpacked_bytes)
    head = next(rows, None)
    if head is None:
        return
    names = guessing.headings(head.cells if options.header else [""] * len(head.cells))
    for number, row in enumerate(rows if options.header else chain((head,), rows), start=1):
        if row.fault:
            yield row.number, None, [Problem("", "", row.fault)]
        elif number <= order.skip:
            yield row.number, None, []
        else:
            yield row.number, *_lead(row, names, mapper)


def _lead(row: Line, names: list[str], mapper: Mapper) -> tuple[Prepared | None, list[Problem]]:
    lead, problems = mapper.row(row.number, zip(names, row.cells, strict=False))
    extra = next((cell for cell in row.cells[len(names) :] if cell.strip()), None)
    if extra is not None:
        problems.append(Problem("", extra, "The row has more cells than there are columns"))
    return lead, problems


def _first_filled(path: Path, sheets: list[str], most_bytes: int) -> str | None:
    """The first sheet that has rows."""
    return next((name for name in sheets if next(reading.xlsx_lines(path, name, most_bytes), None)), None)


def _samples(rows: list[list[str]], place: int) -> list[str]:
    values = (row[place].strip() for row in rows if place < len(row) and row[place].strip())
    return [value[:_SHOWN_CELL] for value in dict.fromkeys(values)][:_SAMPLES]


def main() -> int:
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    os.nice(10)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (order.memory_bytes, order.memory_bytes))
    out = sys.stdout.buffer
    try:
        if order.op == "preview":
            out.write(msgspec.json.encode(preview(order)))
        else:
            for data in frames(order):
                out.write(data)
                out.flush()
        out.flush()
    except NotATable as exc:
        print(str(exc), file=sys.stderr)
        return REFUSED
    except MemoryError:
        print("The file needs too much memory to be read: save it as .csv, or split it", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
