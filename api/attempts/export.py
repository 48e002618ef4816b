"""Attempts as a file: columns, headings and words in Russian and English."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from api.attempts.model import Attempt
from api.campaign_reports.columns import outcome_word
from api.web import sheets
from api.web.route import Request

Batches = AsyncGenerator[list[Attempt], None]
Column = tuple[str, str, Callable[[Attempt, str], Any]]
COLUMNS: tuple[Column, ...] = (
    ("Взят", "Claimed", lambda one, _: one.claimed_at),
    ("Клиент", "Client", lambda one, _: one.lead_name),
    ("Код клиента", "Client's id", lambda one, _: one.external_id or ""),
    ("Номер", "Number", lambda one, _: one.address),
    ("Наш номер", "Number shown", lambda one, _: one.shown),
    ("Попытка", "Attempt", lambda one, _: one.number),
    ("Набор", "Dialled", lambda one, _: one.dialed_at),
    ("Ответ", "Answered", lambda one, _: one.answered_at),
    ("Соединён", "Connected", lambda one, _: one.connected_at),
    ("Конец", "Ended", lambda one, _: one.ended_at),
    ("Итог", "Outcome", lambda one, language: outcome_word(one.outcome.value if one.outcome else "", language)),
    ("Потерян", "Abandoned", lambda one, _: int(one.abandoned)),
    ("Кто ответил", "Who answered", lambda one, _: one.corrected or one.verdict or ""),
    ("Оператор", "Operator", lambda one, _: one.operator_name or ""),
    ("Результат", "Disposition", lambda one, _: one.disposition_title or ""),
    ("Заметка", "Note", lambda one, _: one.note),
    ("Разговор, с", "Talk, s", lambda one, _: round(one.talk_s, 1)),
    ("Постобработка, с", "Wrap-up, s", lambda one, _: round(one.wrap_s, 1)),
    ("Ответы", "Answers", lambda one, _: "; ".join(f"{name}: {value}" for name, value in one.answers.items())),
    ("Номер звонка", "Call id", lambda one, _: str(one.id)),
)


async def send(request: Request, kind: str, found: Batches, zone: ZoneInfo) -> web.StreamResponse:
    """The attempts as CSV or XLSX, a batch at a time."""
    titles = [english if request.language == "en" else russian for russian, english, _ in COLUMNS]
    async with aclosing(_rows(found, request.language)) as batches:
        if kind == "csv":
            return await sheets.stream_csv(request.raw, "attempts", titles, batches, zone)
        with TemporaryDirectory(prefix="plx-") as folder:
            path = Path(folder, "attempts.xlsx")
            await _write(path, titles, batches, zone)
            return await sheets.stream_file(request.raw, "attempts", path)


async def _write(
    path: Path, titles: Sequence[str], batches: AsyncIterator[list[Sequence[Any]]], zone: ZoneInfo
) -> None:
    """In threads, so that nobody else waits."""
    book = sheets.Book(path, titles, zone)
    async for rows in batches:
        await asyncio.to_thread(book.add, rows)
    await asyncio.to_thread(book.close)


async def _rows(found: Batches, language: str) -> AsyncGenerator[list[Sequence[Any]], None]:
    async with aclosing(found) as batches:
        async for batch in batches:
            yield [[value(one, language) for _, _, value in COLUMNS] for one in batch]
