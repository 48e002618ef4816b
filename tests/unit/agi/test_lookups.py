"""Answers to the dialplan's questions."""

from datetime import UTC, datetime, time
from uuid import UUID

import pytest

from engine.agi.lookups import LOOKUPS
from engine.routing.blacklist import Blacklist
from engine.routing.model import (
    BlacklistEntry,
    Extension,
    Interval,
    Number,
    Schedule,
    SpeedDial,
    ToExtension,
    ToHangup,
    ToSchedule,
    ToVoicemail,
    VoicemailBox,
)
from engine.routing.table import RoutingTable

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
BOX = VoicemailBox(id=UUID(int=1), name="box")
HOURS = Schedule(
    id=UUID(int=2),
    name="office",
    timezone="UTC",
    weekly=(Interval(1, time(9), time(18)),),
    open=ToExtension(number="101"),
    closed=ToVoicemail(box_id=BOX.id),
)


def number(digits: str, **more: object) -> Number:
    values: dict[str, object] = {"name": digits, "language": "en", "destination": ToSchedule(id=HOURS.id)}
    return Number(id=UUID(int=int(digits)), number=digits, **(values | more))


TABLE = RoutingTable(
    numbers={
        "100": number("100"),
        "200": number("200", destination=ToHangup(), fallback_extension="102"),
        "300": number("300", destination=ToHangup()),
    },
    extensions={n: Extension(id=UUID(int=int(n)), number=n, name=n) for n in ("101", "102")},
    schedules={HOURS.id: HOURS},
    boxes={BOX.id: BOX},
    speed_dials={"*1": SpeedDial(id=UUID(int=3), code="*1", name="x", destination=ToExtension(number="102"))},
    blacklist=Blacklist([BlacklistEntry(id=UUID(int=4), pattern="7495", kind="prefix")]),
)


def ask(name: str, called: str, caller: str = "79160000000", at: datetime = MONDAY_NOON) -> dict[str, str]:
    return LOOKUPS[name](TABLE, called, caller, at)


@pytest.mark.feature("F-PBX-18")
def test_blacklist() -> None:
    assert ask("blacklist", "100")["PL_BLACKLISTED"] == "0"
    blocked = ask("blacklist", "100", "84951234567")
    assert blocked == {"PL_BLACKLISTED": "1", "PL_BLACKLIST_ACTION": "reject"}


@pytest.mark.feature("F-PBX-03")
@pytest.mark.parametrize(
    ("called", "at", "is_open"), [("100", MONDAY_NOON, "1"), ("100", MONDAY_NIGHT, "0"), ("300", MONDAY_NIGHT, "1")]
)
def test_schedule(called: str, at: datetime, is_open: str) -> None:
    assert ask("schedule", called, at=at) == {"PL_OPEN": is_open}


@pytest.mark.feature("F-PBX-12")
@pytest.mark.parametrize(
    ("dialled", "kind", "target"),
    [
        ("102", "extension", "102"),
        ("*1", "extension", "102"),
        ("*97", "own_voicemail", ""),
        ("79160000000", "message", ""),
        ("junk", "message", ""),
    ],
)
def test_short(dialled: str, kind: str, target: str) -> None:
    answer = ask("short", dialled, "101")
    assert (answer["PL_SHORT_KIND"], answer["PL_SHORT_TARGET"]) == (kind, target)


@pytest.mark.feature("F-PBX-25")
@pytest.mark.parametrize(
    ("called", "at", "kind", "target", "extension"),
    [
        ("100", MONDAY_NOON, "extension", "101", "101"),
        ("100", MONDAY_NIGHT, "voicemail", str(BOX.id), ""),
        ("200", MONDAY_NOON, "extension", "102", "102"),
        ("300", MONDAY_NOON, "voicemail", "", ""),
        ("999", MONDAY_NOON, "voicemail", "", ""),
    ],
)
def test_fallback(called: str, at: datetime, kind: str, target: str, extension: str) -> None:
    answer = ask("fallback", called, at=at)
    assert (answer["PL_FALLBACK_KIND"], answer["PL_FALLBACK_TARGET"], answer["PL_TARGET"]) == (kind, target, extension)
    assert answer["PL_LANGUAGE"] == ("" if called == "999" else "en")
