"""The history as a file: columns, headings and words in Russian and English. Pure but for writing the file."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from api.history.model import Call
from api.web.sheets import Book

Column = tuple[str, str, Callable[[Call, str], Any]]
_WORDS: dict[str, tuple[str, str]] = {
    "inbound": ("входящий", "inbound"),
    "outbound": ("исходящий", "outbound"),
    "internal": ("внутренний", "internal"),
    "answered": ("отвечен", "answered"),
    "served": ("обслужен меню", "served by menu"),
    "abandoned": ("брошен", "abandoned"),
    "voicemail": ("голосовое сообщение", "voicemail"),
    "busy": ("занято", "busy"),
    "no_answer": ("нет ответа", "no answer"),
    "rejected": ("отклонён", "rejected"),
    "failed": ("сбой", "failed"),
    "turned_away": ("не принят", "turned away"),
}
COLUMNS: tuple[Column, ...] = (
    ("Начало", "Started", lambda call, _: call.started_at),
    ("Направление", "Direction", lambda call, language: word(call.direction, language)),
    ("Кто звонил", "Caller", lambda call, _: call.caller),
    ("Имя", "Caller's name", lambda call, _: call.caller_name),
    ("Куда", "Called", lambda call, _: call.called),
    ("Очередь", "Queue", lambda call, _: call.queue_name or ""),
    ("Оператор", "Operator", lambda call, _: call.operator_name or ""),
    ("Итог", "Outcome", lambda call, language: word(call.outcome or "", language)),
    ("Ответ", "Answered", lambda call, _: call.answered_at),
    ("Конец", "Ended", lambda call, _: call.ended_at),
    ("Разговор, с", "Talk, s", lambda call, _: round(call.talk_s, 1)),
    ("Удержание, с", "Hold, s", lambda call, _: round(call.hold_s, 1)),
    ("Причина", "Cause", lambda call, _: call.cause_text),
    ("Запись", "Recorded", lambda call, language: word("yes" if call.recorded else "no", language)),
    ("Номер звонка", "Call id", lambda call, _: str(call.id)),
)
_WORDS |= {"yes": ("да", "yes"), "no": ("нет", "no")}


def word(name: str, language: str) -> str:
    russian, english = _WORDS.get(name, (name, name))
    return english if language == "en" else russian


def titles(language: str) -> list[str]:
    return [english if language == "en" else russian for russian, english, _ in COLUMNS]


def row(call: Call, language: str) -> list[Any]:
    return [value(call, language) for _, _, value in COLUMNS]


async def write_book(path: Path, language: str, zone: ZoneInfo, batches: AsyncIterator[list[Sequence[Any]]]) -> None:
    """An XLSX file of the batches; the writing goes on in a thread, so that nobody else waits."""
    book = Book(path, titles(language), zone)
    async for rows in batches:
        await asyncio.to_thread(book.add, rows)
    await asyncio.to_thread(book.close)
