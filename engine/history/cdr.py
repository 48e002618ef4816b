"""Asterisk's call records: one CSV line for each channel that ended, as asterisk-conf/cdr_custom.conf writes them.

The engine reads them after it was away: they tell of calls that came and went meanwhile.
"""

import csv
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

_NAMES = """
unique_id linked_id channel source caller_id destination context start answer end disposition hangup_cause
last_application served voicemail number entry result
"""
COLUMNS = _NAMES.split()
_CALLER_ID = re.compile(r'^\s*(?:"(?P<quoted>.*)"|(?P<plain>[^<"]*?))\s*(?:<(?P<number>[^>]*)>)?\s*$')


@dataclass(frozen=True)
class CdrRow:
    """One channel's record. ``answered_at`` None: never answered; ``hangup_cause`` Q.850, None: not told.

    ``context``: the one that the call came in by (``from-trunk``, ``from-internal``); empty: a leg of the engine's own.
    ``served``: ``stasis`` (the engine had it), ``fallback``, ``shed``, or empty (a leg that was dialled).
    ``result``: what the fallback did: ``answered`` (by an extension), ``voicemail``, ``blocked``, ``failed``, or empty.
    ``voicemail``: file of the fallback's message in the recordings folder, or empty. ``number``: the digits dialled.
    """

    unique_id: str
    linked_id: str
    channel: str
    caller: str
    caller_name: str
    destination: str
    context: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    disposition: str
    hangup_cause: int | None
    last_application: str
    served: str
    voicemail: str
    number: str
    result: str = ""

    @property
    def talk_s(self) -> float:
        """Seconds from answer to end."""
        return 0.0 if self.answered_at is None else (self.ended_at - self.answered_at).total_seconds()


def parse_line(text: str) -> CdrRow | None:
    """The record of one line; None: it is no record (damaged, or of another make)."""
    try:
        fields = next(csv.reader([text.rstrip("\r\n")], strict=True), [])
    except csv.Error:
        return None
    if len(fields) != len(COLUMNS):
        return None
    value = dict(zip(COLUMNS, fields, strict=True))
    started, ended = _time(value["start"]), _time(value["end"])
    if not value["unique_id"] or started is None or ended is None:
        return None
    name = _CALLER_ID.match(value["caller_id"])
    voicemail = value["voicemail"]
    return CdrRow(
        unique_id=value["unique_id"],
        linked_id=value["linked_id"] or value["unique_id"],
        channel=value["channel"],
        caller=value["source"],
        caller_name=(name["quoted"] or name["plain"] or "") if name and name["number"] is not None else "",
        destination=value["destination"],
        context=value["entry"],
        started_at=started,
        answered_at=_time(value["answer"]),
        ended_at=max(ended, started),
        disposition=value["disposition"],
        hangup_cause=int(value["hangup_cause"]) if re.fullmatch(r"[0-9]{1,3}", value["hangup_cause"]) else None,
        last_application=value["last_application"],
        served=value["served"],
        voicemail=voicemail if voicemail == os.path.basename(voicemail) else "",  # noqa: PTH119
        number=value["number"],
        result=value["result"],
    )


def merge(rows: list[CdrRow]) -> CdrRow:
    """One record of all those of a channel: Asterisk begins a new one after each conversation and failed dialling."""
    first, last = rows[0], rows[-1]
    answers = [row.answered_at for row in rows if row.answered_at is not None]
    causes = [row.hangup_cause for row in rows if row.hangup_cause is not None]
    return replace(
        last,
        started_at=first.started_at,
        answered_at=min(answers) if answers else None,
        ended_at=max(row.ended_at for row in rows),
        disposition="ANSWERED" if answers else last.disposition,
        hangup_cause=causes[-1] if causes else None,
        served=_newest(row.served for row in rows),
        voicemail=_newest(row.voicemail for row in rows),
        number=_newest(row.number for row in rows),
        result=_newest(row.result for row in rows),
    )


def read_from(path: Path, offset: int, limit: int = 10_000_000) -> tuple[list[CdrRow], int]:
    """Records from a byte ``offset`` on, one a channel, and the offset to go on from; reads about ``limit`` bytes.

    A last line without its end is left for the next time. A file shorter than ``offset`` was replaced: it is read
    from its beginning. A missing file gives nothing and offset 0.
    """
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) < offset:
                offset = 0
            file.seek(offset)
            data = file.read(limit)
            if len(data) == limit:
                data += file.readline()
    except FileNotFoundError:
        return [], 0
    whole = data[: data.rfind(b"\n") + 1]
    lines = whole.decode("utf-8", errors="replace").split("\n")
    rows = [row for line in lines if line.strip() and (row := parse_line(line)) is not None]
    channels: dict[str, list[CdrRow]] = {}
    for row in rows:
        channels.setdefault(row.unique_id, []).append(row)
    return [merge(of_one) for of_one in channels.values()], offset + len(whole)


def rotate(path: Path, offset: int) -> list[CdrRow]:
    """Move a file that was read up to ``offset`` aside, over the one moved before, and give what it had beyond that.

    Asterisk opens the file anew for each record, so the next one begins a new file.
    """
    aside = path.with_name(f"{path.name}.1")
    try:
        path.replace(aside)
    except FileNotFoundError:
        return []
    return read_from(aside, offset)[0]


def _newest(values: Iterable[str]) -> str:
    """The last value that says something."""
    return next((value for value in reversed(list(values)) if value), "")


def _time(text: str) -> datetime | None:
    """Seconds of the epoch as a time; None for 0 (never) and for what is no time."""
    if not re.fullmatch(r"[0-9]{1,11}(\.[0-9]{1,9})?", text):
        return None
    seconds = float(text)
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
