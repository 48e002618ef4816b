"""Running the process that reads files (``api.imports.parse``): its answers, its chunks, its end."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from api.imports.model import PreviewQuery
from api.imports.parse import HEAD, REFUSED, Order
from api.imports.preparing import Chunk
from api.imports.reading import NotATable
from api.imports.table import Options, Preview, Target
from engine.core.config import ROOT, Settings

_TOLD = 4000


class Frame(NamedTuple):
    """A chunk of rows as read: how many, how many of them are refused or have something broken."""

    read: int
    refused: int
    broken: int
    chunk: Chunk
    errors: bytes


async def preview(
    path: Path, query: PreviewQuery, mapping: dict[str, Target], region: str, settings: Settings
) -> Preview:
    """The beginning of a file.

    Raises:
        NotATable: it can't be read; the text says why.
    """
    options = Options(encoding=query.encoding, delimiter=query.delimiter, sheet=query.sheet)
    order = _order("preview", path, options, settings)
    order.header, order.mapping, order.region = query.header, mapping, region
    async with _running(order) as process:
        try:
            async with asyncio.timeout(settings.lead_import_preview_s):
                data, told = await process.communicate(_line(order))
        except TimeoutError:
            raise NotATable("Reading the file takes too long: save it as .csv, or split it") from None
    _check(process.returncode, told)
    return msgspec.json.decode(data, type=Preview)


async def frames(order: Order) -> AsyncGenerator[Frame, None]:
    """The file's rows in chunks; the next one is read while this one is worked on, and no more than that.

    Raises:
        NotATable.
    """
    async with _running(order) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(_line(order))
        await process.stdin.drain()
        process.stdin.close()
        telling = asyncio.create_task(process.stderr.read())
        try:
            while True:
                try:
                    head = await process.stdout.readexactly(HEAD.size)
                except asyncio.IncompleteReadError:
                    break
                read, refused, broken, *sizes = HEAD.unpack(head)
                leads, contacts, errors = [await process.stdout.readexactly(size) for size in sizes]
                yield Frame(read, refused, broken, Chunk(leads, contacts), errors)
            await process.wait()
            _check(process.returncode, await telling)
        finally:
            telling.cancel()


def rows_order(path: Path, options: Options, settings: Settings) -> Order:
    """An order for rows; whoever gives it fills in the list's side."""
    return _order("rows", path, options, settings)


def _order(op: str, path: Path, options: Options, settings: Settings) -> Order:
    return Order(
        op="preview" if op == "preview" else "rows",
        path=str(path),
        options=options,
        chunk=settings.lead_import_chunk,
        unpacked_bytes=settings.lead_import_unpacked_max_bytes,
        memory_bytes=settings.lead_import_memory_bytes,
    )


def _line(order: Order) -> bytes:
    return msgspec.json.encode(order) + b"\n"


@asynccontextmanager
async def _running(order: Order) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, which is killed when the block ends before it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.imports.parse", stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _check(status: int | None, told: bytes) -> None:
    if status == 0:
        return
    text = told.decode(errors="replace").strip()
    if status == REFUSED:
        raise NotATable(text)
    raise RuntimeError(f"the reading process ended with status {status}: {text[-_TOLD:]}")
