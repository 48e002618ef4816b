"""Requests from calls and chats in words. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from api.contacts.numbers import shown

SAID_LONGEST = 20_000
"""Characters of what was said that a request takes; all of it stays with the call."""


def subject_of_call(caller: str, caller_name: str, *, outbound: bool = False) -> str:
    who = " ".join(part for part in (shown(caller), caller_name) if part)
    return f"Звонок {'на номер' if outbound else 'с номера'} {who}".strip()[:200]


def about_call(started_at: datetime, caller: str, called: str, where: str, zone: ZoneInfo) -> str:
    """A line for staff: when, who, to which number, in which queue."""
    line = f"Звонок {started_at.astimezone(zone):%d.%m.%Y %H:%M}: {shown(caller)} → {shown(called)}"
    return f"{line}, {where}" if where else line


def transcript(said: Sequence[tuple[str, str]]) -> str:
    """What was said, a line for each stretch: the side (client or operator) and its words."""
    names = {"client": "Клиент", "operator": "Оператор"}
    lines: list[str] = []
    for side, text in said:
        name = names.get(side, side)
        if lines and lines[-1].startswith(f"{name}: "):
            lines[-1] += f" {text.strip()}"
        elif text.strip():
            lines.append(f"{name}: {text.strip()}")
    whole = "\n".join(lines)
    return whole if len(whole) <= SAID_LONGEST else whole[:SAID_LONGEST].rstrip() + " …"


def subject_of_missed(caller: str, caller_name: str) -> str:
    who = " ".join(part for part in (shown(caller), caller_name) if part)
    return f"Пропущенный звонок: {who}".strip()[:200]


def about_missed(at: datetime, called: str, queues: Sequence[str], waited_s: float, zone: ZoneInfo) -> str:
    where = ", ".join(queues) or shown(called)
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}: звонок в «{where}», ждали {round(waited_s)} с. Никто не перезвонил."


def chat(said: Sequence[tuple[str, str]]) -> str:
    """A chat as the request's description: a line for each word, its author first."""
    whole = "\n".join(f"{' '.join(author.split())}: {text.strip()}" for author, text in said if text.strip())
    return whole if len(whole) <= SAID_LONGEST else "… " + whole[-SAID_LONGEST:].lstrip()
