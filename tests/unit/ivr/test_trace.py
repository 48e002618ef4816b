"""The dry run: the path of a call that nobody placed."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import msgspec
import pytest

from engine.ivr.trace import Trace, trace
from engine.routing.blacklist import Blacklist
from engine.routing.model import (
    BlacklistEntry,
    Destination,
    Interval,
    Number,
    Schedule,
    ToMenu,
    ToSchedule,
    ToVoicemail,
)
from engine.routing.table import RoutingTable
from tests.unit.ivr.support import BOX, MENU, OTHER_MENU, PROMPT, menu_of, table_of

pytestmark = pytest.mark.feature("F-PBX-26")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
HOURS = UUID(int=60)
SAY = [{"kind": "text", "text": "Hello"}, {"kind": "file", "id": str(PROMPT)}]


def table(*menus: Any, destination: Destination | None = None, **more: Any) -> RoutingTable:
    hours = Schedule(
        id=HOURS,
        name="Office",
        timezone="UTC",
        weekly=(Interval(1, time(9), time(18)),),
        open=ToMenu(id=MENU),
        closed=ToVoicemail(box_id=BOX.id),
    )
    number = Number(
        id=UUID(int=61),
        number="74951234567",
        name="Main",
        language="ru",
        destination=destination or ToSchedule(id=HOURS),
    )
    return table_of(*menus, numbers={number.number: number}, schedules={HOURS: hours}, **more)


def choice(options: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"kind": "menu", "prompts": SAY, "options": options, "on_timeout": "end", "on_invalid": "end", **more}


LEVELS = (
    menu_of(
        {
            "main": choice({"1": "ask"}),
            "ask": {
                "kind": "http",
                "url": "http://crm/x",
                "mapping": {"name": "/name"},
                "next": "deeper",
                "on_failure": "end",
            },
            "deeper": {"kind": "goto", "menu_id": str(OTHER_MENU)},
            "end": {"kind": "hangup"},
        }
    ),
    menu_of(
        {
            "main": choice({"2": "ring"}),
            "ring": {"kind": "transfer", "to": {"kind": "extension", "number": "101"}},
            "end": {"kind": "hangup"},
        },
        language="en",
    ),
)


async def run(configuration: RoutingTable, digits: str = "", at: datetime = NOON, **options: Any) -> Trace:
    return await trace(configuration, "+79160000000", "84951234567", at, digits, **options)


def texts(found: Trace) -> list[str]:
    return [step.text for step in found.steps]


async def test_the_path_through_schedule_menus_and_phones_is_told() -> None:
    assert texts(await run(table(*LEVELS), "12", answered=False)) == [
        'Number 74951234567 "Main"',
        'Schedule "Office" is open: Mon 09:00-18:00',
        'Goes to menu "menu0"',
        "Answers",
        'Menu "menu0", step main',
        "A prompt is left out: no voice to speak the text",
        'Plays prompt "hello"',
        "Caller presses 1",
        "Choice 1 taken",
        'Menu "menu0", step ask',
        "Would ask GET http://crm/x (not sent)",
        "Web request answered (200)",
        'Menu "menu0", step deeper',
        "Language is en from here on",
        'Menu "menu1", step main',
        "A prompt is left out: no voice to speak the text",
        'Plays prompt "hello"',
        "Caller presses 2",
        "Choice 2 taken",
        'Menu "menu1", step ring',
        "Rings 101 for 30 s",
        "Nobody answers",
        "Plays sound vm-intro",
        'Caller leaves a message in box "sales" (180 s at most)',
        "Plays sound vm-msgsaved",
        "Hangs up (normal)",
    ]


async def test_a_web_request_may_be_taken_as_failed_and_texts_as_spoken() -> None:
    told = texts(await run(table(*LEVELS), "1", http="fail", voice=True))
    assert "Web request failed: taken as failed" in told
    assert 'Plays "Hello", prompt "hello"' in told
    assert told[-1] == "Hangs up (normal)"


VOICED = {
    "speech": {"phrases": {"1": {"ru": ["отдел продаж"], "en": ["sales"]}, "2": {"ru": ["поддержка"], "en": ["help"]}}}
}


@pytest.mark.feature("F-PBX-05", "F-PBX-07")
async def test_words_are_matched_as_those_of_a_real_call() -> None:
    menu = menu_of({"main": choice({"1": "end", "2": "main"}, **VOICED, on_no_match="end"), "end": {"kind": "hangup"}})
    told = texts(await run(table(menu), say=("погода", "соедините с поддержкой", "один"), voice=True))
    assert 'Caller says "погода": fits nothing' in told
    assert "What was said fits nothing here" in told
    assert 'Caller says "соедините с поддержкой": may mean 2 (100%)' in told
    assert "Choice 2 taken (100% sure)" in told
    assert told[-3:] == ["Choice 1 taken (100% sure)", 'Menu "menu0", step end', "Hangs up (normal)"]
    told = texts(await run(table(LEVELS[0]), "1", say=("погода",)))
    assert 'Caller says "погода"; nobody listens here' not in told
    told = texts(await run(table(LEVELS[0]), "", say=("погода",)))
    assert 'Caller says "погода"; nobody listens here' in told


async def test_unsure_words_are_confirmed_in_a_dry_run() -> None:
    main = choice({"1": "end", "2": "main"}, **VOICED)
    unsure = {**main, "speech": {**main["speech"], "accept": 1, "confirm": 0.2}}
    menu = menu_of({"main": unsure, "end": {"kind": "hangup"}})
    told = texts(await run(table(menu), say=("продажа всего хорошего", "да"), voice=True))
    assert any(step.startswith("Not sure of 1") for step in told)
    assert 'Plays "Вы сказали: отдел продаж. Верно?"' in told
    assert told[-1] == "Hangs up (normal)"


async def test_at_night_the_box() -> None:
    told = texts(await run(table(*LEVELS), at=NIGHT))
    assert 'Schedule "Office" is closed: outside hours' in told
    assert 'Goes to voicemail box "sales"' in told


async def test_a_blocked_caller() -> None:
    listed = Blacklist([BlacklistEntry(id=UUID(int=5), pattern="7916", kind="prefix", reason="spam")])
    told = texts(await run(table(*LEVELS, blacklist=listed)))
    assert told[1:] == [
        "Caller is on the blacklist: prefix 7916 (spam); action: reject",
        "Goes to hangup reject",
        "Hangs up (rejected)",
    ]


async def test_a_menu_that_asks_for_ever_is_shown_as_such() -> None:
    endless = menu_of({"main": choice({"1": "main"}, on_timeout="main", on_invalid="main")})
    told = texts(await run(table(endless), "1,,"))
    assert told[-1] == "The caller would be asked for ever; the dry run ends here"


async def test_what_a_phone_dials_and_features_change_nothing() -> None:
    found = await trace(table(*LEVELS), "", "*72102", NOON, internal_from="101")
    assert "Would forward 101 to 102 (always)" in texts(found)
    last = {"*97": "hangup", "*73": "hangup", "*8102": "would_pick_up", "102": "hangup", "junk": "hangup"}
    for code, kind in last.items():
        assert (await trace(table(*LEVELS), "", code, NOON, internal_from="101")).steps[-1].kind == kind


async def test_it_is_json_and_lines() -> None:
    found = await run(table(*LEVELS), "12")
    assert msgspec.json.decode(msgspec.json.encode(found), type=Trace) == found
    assert found.lines()[0] == "Call from 79160000000 to 74951234567 at 2026-03-02T12:00:00+00:00"
    assert found.lines()[1] == '  1. Number 74951234567 "Main"'
