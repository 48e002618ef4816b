"""``import``: a file of leads through the whole path into a list, against raw COPY of the same rows.

The file has a client a row: an external id, a name, a mobile phone written as people write it, for every third one a
city phone, an e-mail address, a city and a sum. One row in a hundred repeats an earlier one, one in a hundred has no
number that can be called. The worker of the api reads it in a process of its own and merges it in chunks, as in an
installation; memory is the highest of either process (resident). The file is imported once more: then every row is
there already. COPY writes the same leads and contacts into empty tables of the same shape, with the same indexes.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from api.imports import process
from api.imports.model import PreviewQuery
from api.imports.refresh import Refresher
from api.imports.store import ImportStore
from api.imports.table import Options, Preview
from api.imports.worker import ImportWorker
from api.sources.store import SourceStore
from engine.core import db, ids
from engine.core.clock import SystemClock
from engine.core.config import Settings
from engine.core.outside import open_session
from engine.core.seal import Seal
from tools.benchmarks.report import Report

_LIST = UUID("5a1b6c2e-0c64-4a0b-9f2c-2f2d9f6b1a01")
_HEAD = "ID клиента;ФИО;Мобильный телефон;Городской телефон;E-mail;Город;Сумма долга\n"
_NAMES = ("Иванов Иван", "Петрова Анна", "Сидоров Пётр", "Кузнецова Мария", "Смирнов Олег")
_CITIES = ("Москва", "Омск", "Казань", "Пермь", "Самара")
_LOOK_S = 0.2
_LEADS = ("id", "list_id", "external_id", "name", "language", "timezone", "data", "enabled")
_CONTACTS = ("lead_id", "position", "list_id", "channel", "address", "role", "timezone", "enabled")


class Written(NamedTuple):
    """What is in a file: clients, rows that repeat one, rows without a number."""

    clients: int
    repeated: int
    broken: int


def write(path: Path, rows: int, seed: int = 7) -> Written:
    """A file of ``rows`` clients."""
    chance, seen, broken = random.Random(seed), bytearray(rows), 0
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number in range(rows):
            kind = chance.randrange(100)
            client = chance.randrange(number) if kind == 0 and number else number
            if kind == 1:
                broken += 1
                file.write(f";{_NAMES[client % 5]};нет;;;{_CITIES[client % 5]};1\n")
                continue
            seen[client] = 1
            mobile = f"8 (916) {client // 10_000:03}-{client // 100 % 100:02}-{client % 100:02}"
            city = f"+7 343 2{client:06}" if client % 3 == 0 else ""
            name, mail = f"{_NAMES[client % 5]} {client}", f"client{client}@example.com"
            file.write(f"{client};{name};{mobile};{city};{mail};{_CITIES[client % 5]};{client % 90_000}\n")
    return Written(sum(seen), rows - broken - sum(seen), broken)


async def run(quick: bool) -> Report:
    from tools.stack.stand import Stand

    rows = 3000 if quick else 1_000_000
    stand = Stand("postgres", env={"PAYLATER_DATABASE_FSYNC": "true"})
    await asyncio.to_thread(stand.open)
    try:
        return await _measured(stand.settings, rows)
    finally:
        await asyncio.to_thread(stand.close)


async def _measured(settings: Settings, rows: int) -> Report:
    folder = Path(tempfile.mkdtemp(dir=settings.var))
    path = folder / "leads.csv"
    written = await asyncio.to_thread(write, path, rows)
    pool = await db.create_pool(settings)
    try:
        await pool.execute("insert into lead_lists (id, name) values ($1, 'bench')", _LIST)
        preview = await process.preview(path, PreviewQuery(), {}, "RU", settings)
        first = await _imported(pool, settings, path, preview)
        again = await _imported(pool, settings, path, preview)
        copied = await _copied(pool, settings, path, preview, folder)
        leads = await pool.fetchval("select count(*) from leads")
        phones = await pool.fetchval("select count(*) from lead_contacts where channel = 'phone'")
    finally:
        await pool.close()
    cities = await asyncio.to_thread(_cities, path)
    missed = abs(first.added - written.clients) + abs(first.duplicates - written.repeated)
    missed += abs(first.errors - written.broken) + abs(again.duplicates - written.clients - written.repeated)
    missed += abs(leads - written.clients) + abs(phones - written.clients - cities)
    return Report(
        name="import",
        figures={
            "seconds": round(first.seconds, 1),
            "rows_s": round(rows / first.seconds),
            "again_rows_s": round(rows / again.seconds),
            "memory_mb": first.own_mb + first.child_mb,
            "ratio_copy": round(copied / first.seconds, 3),
            "missed": missed,
        },
        arms={
            "import": first._asdict(),
            "the same file again": again._asdict(),
            "COPY into tables alike": {"seconds": round(copied, 1), "rows": written.clients},
            "file": {**written._asdict(), "bytes": path.stat().st_size},
        },
        rounds=1,
        reach={"memory_mb": "< 400, whatever the file's size", "missed": "0"},
    )


class Run(NamedTuple):
    """What an import took and found; memory in MB: what this process grew by, and all of the reading process."""

    seconds: float
    added: int
    duplicates: int
    errors: int
    own_mb: int
    child_mb: int


async def _imported(pool: Any, settings: Settings, path: Path, preview: Preview) -> Run:
    """The file brought into the list by the api's own worker."""
    store, clock = ImportStore(pool), SystemClock()
    import_id = ids.new_id(clock.now())
    settings.imports.mkdir(parents=True, exist_ok=True)
    (settings.imports / f"{import_id}.csv").hardlink_to(path)
    options = Options(format="csv", encoding=preview.encoding, delimiter=preview.delimiter, mapping=preview.mapping)
    await store.create(import_id, _LIST, "csv", f"{import_id}.csv", options, "queued", preview.total, None)
    async with open_session() as session, _memory() as memory:
        refresher = Refresher(store, SourceStore(pool), session, Seal(settings), settings, clock)
        began = time.perf_counter()
        await ImportWorker(store, refresher, settings, clock).do_next()
        took = time.perf_counter() - began
    done = await store.get(import_id)
    if done is None or done.state != "done":
        raise RuntimeError(f"the import ended as {done}")
    return Run(took, done.added, done.duplicates, done.errors, *memory)


async def _copied(pool: Any, settings: Settings, path: Path, preview: Preview, folder: Path) -> float:
    """Seconds that COPY takes for the same leads and contacts, made ready before."""
    options = Options(format="csv", encoding=preview.encoding, delimiter=preview.delimiter, mapping=preview.mapping)
    with (folder / "leads").open("wb") as leads, (folder / "contacts").open("wb") as contacts:
        order = process.rows_order(path, options, settings)
        seen: set[bytes] = set()
        async for frame in process.frames(order):
            lines = frame.chunk.leads.split(b"\n")[:-1], frame.chunk.contacts.split(b"\n")[:-1]
            _lay(*lines, leads.write, contacts.write, seen)
    await pool.execute("create table bench_leads (like leads including all)")
    await pool.execute("create table bench_contacts (like lead_contacts including all)")
    began = time.perf_counter()
    async with pool.acquire() as connection:
        for table, columns in (("leads", _LEADS), ("contacts", _CONTACTS)):
            with (folder / table).open("rb") as source:
                await connection.copy_to_table(f"bench_{table}", source=source, columns=columns, timeout=900)
    return time.perf_counter() - began


def _lay(leads: list[bytes], contacts: list[bytes], put_lead: Any, put_contact: Any, seen: set[bytes]) -> None:
    """Staged rows as rows of the tables themselves, each client once."""
    owner: dict[bytes, bytes] = {}
    place = str(_LIST).encode()
    for line in leads:
        n, _, id_, external, name, language, timezone, data, enabled, _ = line.split(b"\t")
        if external not in seen:
            seen.add(external)
            owner[n] = id_
            put_lead(b"\t".join((id_, place, external, name, language, timezone, data, enabled)) + b"\n")
    for line in contacts:
        n, position, rest = line.split(b"\t", 2)
        if n in owner:
            put_contact(b"\t".join((owner[n], position, place, rest)) + b"\n")


def _cities(path: Path) -> int:
    """Clients that have a second phone."""
    found = set()
    with path.open(encoding="utf-8") as file:
        for line in file:
            cells = line.split(";", 4)
            if cells[3].startswith("+"):
                found.add(cells[0])
    return len(found)


@asynccontextmanager
async def _memory() -> AsyncIterator[list[int]]:
    """Filled at the end: megabytes that this process grew by, and those of the largest reading process."""
    start, most, found = _resident("self"), [0, 0], list[int]()

    async def look() -> None:
        while True:
            most[0] = max(most[0], _resident("self") - start)
            most[1] = max([most[1], *(_resident(child) for child in _children())])
            await asyncio.sleep(_LOOK_S)

    task = asyncio.create_task(look())
    try:
        yield found
    finally:
        task.cancel()
        found += [value // 1024 for value in most]


def _resident(pid: str) -> int:
    """Kilobytes in memory; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def _children() -> list[str]:
    """Processes that read files for this one."""
    own, found = os.getpid(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
                if parent == own and b"api.imports.parse" in (entry / "cmdline").read_bytes():
                    found.append(entry.name)
            except (OSError, IndexError, ValueError):
                continue
    return found
