"""The working example: every row of it, with fixed ids, so that filling it in again changes nothing.

Both menus have three levels, and the same keys do the same in both: ``1 1 1`` leads to the voicemail.

    main        1 work        2 friends      3 opening hours             0 operator  9 again    4 sales  5 support
    work        1 messages    2 the office   3 opening hours   * back    0 operator  9 again
    messages    1 voicemail   2 call me back                   * back    0 operator  9 again
"""

import secrets
from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID, uuid5

import msgspec

from engine.core.config import Settings
from engine.ivr import model as ivr
from engine.routing import model as routing
from tools.stack import demo_dialler, demo_people, demo_voice, demo_words

_SPACE = UUID("5f1b7c52-64d1-4a3a-9d7e-3c0c2b8f7a10")
MENU_RU, MENU_EN, VOICEMAIL, OFFICE, GROUP = (f"7495100000{n}" for n in range(1, 6))
EXTENSIONS = {
    "101": "Анна Смирнова",
    "102": "Борис Орлов",
    "103": "Вера Ильина",
    "104": "Глеб Зайцев",
    "105": "Дарья Ким",
}
BLOCKED_CALLER = "79009990001"
BLOCKED_PREFIX = "7900888"
NETWORK_PORT_OFFSET = 61
"""The demo's phone network listens here, after ``port_base``: calls out by the trunk end there."""

Row = tuple[str, dict[str, Any]]


def id_of(name: str) -> UUID:
    """The fixed id of the demo's ``name``."""
    return uuid5(_SPACE, name)


def rows(settings: Settings) -> list[Row]:
    """``(table, columns)`` of every row, in an order that foreign keys allow."""
    return [
        _trunk(settings),
        *_boxes(),
        *_extensions(),
        *_groups(),
        *_menus(),
        _schedule(),
        *_numbers(),
        *_speed_dials(),
        *_blacklist(),
        *demo_people.rows(id_of("trunk"), id_of("box office")),
        *demo_voice.rows(id_of("trunk"), id_of("group operators")),
        *demo_words.rows(),
        *demo_dialler.rows(id_of("trunk")),
    ]


def _trunk(settings: Settings) -> Row:
    return "trunks", {
        "id": id_of("trunk"),
        "name": "demo",
        "kind": "ip",
        "host": "127.0.0.1",
        "port": settings.port_base + NETWORK_PORT_OFFSET,
        "match": ["127.0.0.1"],
        "codecs": ["alaw", "ulaw"],
        "caller_id": MENU_RU,
    }


def _boxes() -> list[Row]:
    names = {"office": "Общий ящик", "sales": "Sales", "101": "Анна Смирнова"}
    return [("voicemail_boxes", {"id": id_of(f"box {key}"), "name": name}) for key, name in names.items()]


def _extensions() -> list[Row]:
    return [
        (
            "extensions",
            {
                "id": id_of(f"extension {number}"),
                "number": number,
                "name": name,
                "password": secrets.token_urlsafe(12),
                "ring_s": 20,
                "voicemail_box_id": id_of("box 101") if number == "101" else None,
            },
        )
        for number, name in EXTENSIONS.items()
    ]


def _groups() -> list[Row]:
    box = _plain(routing.ToVoicemail(box_id=id_of("box office")))
    groups = {"office": ("Офис", "ring_all", ["104", "105"]), "operators": ("Операторы", "linear", ["101", "102"])}
    return [
        (
            "ring_groups",
            {
                "id": id_of(f"group {key}"),
                "name": name,
                "strategy": strategy,
                "members": members,
                "ring_s": 20,
                "no_answer": box,
            },
        )
        for key, (name, strategy, members) in groups.items()
    ]


def _menus() -> list[Row]:
    hours = ivr.MenuDefinition(
        entry="open",
        steps={
            "open": ivr.Play(prompts=(_sound("hours"), ivr.DigitsPrompt("9"), ivr.DigitsPrompt("18")), next="bye"),
            "bye": ivr.Hangup(prompts=_goodbye()),
        },
    )
    menus = {
        "menu hours": ("Часы работы", hours),
        "menu ru": ("Главное меню", menu_tree("ru", id_of("box office"))),
        "menu en": ("Main menu", menu_tree("en", id_of("box sales"))),
    }
    return [
        ("menus", {"id": id_of(key), "name": name, "definition": _plain(definition)})
        for key, (name, definition) in menus.items()
    ]


def menu_tree(language: str, box_id: UUID) -> ivr.MenuDefinition:
    """Three levels of menus ending in a voicemail box, a ring group, a callback or the opening hours."""
    return ivr.MenuDefinition(
        entry="main",
        language=language,
        steps={
            "main": _menu(
                "main",
                (_sound("hello"),),
                {"1": ("vm-Work", "work"), "2": ("vm-Friends", "friends"), "3": _HOURS},
                quiet=demo_people.QUEUE_KEYS,
            ),
            **{key: ivr.Transfer(to=demo_people.to_queue(key)) for key in demo_people.QUEUE_KEYS.values()},
            "work": _menu(
                "work", (), {"1": ("vm-message", "messages"), "2": ("vm-extension", "office"), "3": _HOURS}, back="main"
            ),
            "messages": _menu(
                "messages", (), {"1": ("vm-message", "voicemail"), "2": ("telephone-number", "number")}, back="work"
            ),
            "friends": _menu("friends", (), {"1": ("vm-message", "voicemail"), "2": _HOURS}, back="main"),
            "hours": ivr.Goto(menu_id=id_of("menu hours")),
            "office": ivr.Transfer(to=routing.ToGroup(id=id_of("group office")), on_failure="voicemail"),
            "operator": ivr.Transfer(to=routing.ToGroup(id=id_of("group operators")), on_failure="voicemail"),
            "voicemail": ivr.LeaveVoicemail(box_id=box_id, next="thanks"),
            "number": ivr.Collect(
                prompts=(_sound("privacy-prompt"),),
                variable="phone",
                min_digits=5,
                max_digits=15,
                next="callback",
                on_failure="goodbye",
            ),
            "callback": ivr.Callback(number="{phone}", next="thanks"),
            "thanks": ivr.Play(prompts=(_sound("queue-thankyou"),), next="goodbye"),
            "goodbye": ivr.Hangup(prompts=_goodbye()),
        },
    )


_HOURS = ("hours", "hours")


def _menu(
    name: str,
    greeting: ivr.Prompts,
    choices: dict[str, tuple[str, str]],
    back: str = "",
    quiet: Mapping[str, str] | None = None,
) -> ivr.Menu:
    """A level: each choice is told by a sound and its digit; 0 is the operator, 9 again, ``*`` back.

    ``quiet`` choices are taken without being told: no core sound has their names.
    """
    prompts = list(greeting)
    for digit, (sound, _step) in choices.items():
        prompts += [_sound(sound), _sound("vm-press"), ivr.DigitsPrompt(digit)]
    prompts += [_sound("vm-reachoper")]
    options = {digit: step for digit, (_sound_name, step) in choices.items()} | {"0": "operator", "9": name}
    options |= quiet or {}
    if back:
        options["*"] = back
        prompts += [_sound("vm-starmain")]
    return ivr.Menu(
        prompts=tuple(prompts), options=options, timeout_s=5.0, tries=3, on_timeout="goodbye", on_invalid="goodbye"
    )


def _schedule() -> Row:
    week = tuple(routing.Interval(day=day, start=time(9), end=time(18)) for day in range(1, 6))
    schedule = routing.Schedule(
        id=id_of("schedule"),
        name="Рабочее время",
        timezone="Europe/Moscow",
        weekly=week,
        exceptions=(
            routing.ScheduleException(first=date(2026, 12, 31), last=date(2027, 1, 8), name="Новогодние праздники"),
            routing.ScheduleException(first=date(2027, 2, 23), last=date(2027, 2, 23), name="День защитника Отечества"),
            routing.ScheduleException(first=date(2027, 3, 8), last=date(2027, 3, 8), name="Международный женский день"),
            routing.ScheduleException(
                first=date(2027, 4, 30), last=date(2027, 4, 30), name="Предпраздничный день",
                hours=(routing.Hours(start=time(9), end=time(16)),),
            ),
            routing.ScheduleException(first=date(2027, 5, 1), last=date(2027, 5, 9), name="Майские праздники"),
        ),
        open=routing.ToGroup(id=id_of("group office")),
        closed=routing.ToVoicemail(box_id=id_of("box office")),
    )  # fmt: skip
    return "schedules", _plain(schedule) | {"id": id_of("schedule")}


def _numbers() -> list[Row]:
    table: list[tuple[str, str, str, routing.Destination, bool]] = [
        (MENU_RU, "Главный номер", "ru", routing.ToMenu(id=id_of("menu ru")), True),
        (MENU_EN, "Main number in English", "en", routing.ToMenu(id=id_of("menu en")), True),
        (VOICEMAIL, "Автоответчик", "ru", routing.ToVoicemail(box_id=id_of("box office")), False),
        (OFFICE, "Офис по расписанию", "ru", routing.ToSchedule(id=id_of("schedule")), True),
        (GROUP, "Офис", "ru", routing.ToGroup(id=id_of("group office")), False),
    ]
    return [
        (
            "numbers",
            {
                "id": id_of(f"number {number}"),
                "number": number,
                "name": name,
                "trunk_id": id_of("trunk"),
                "language": language,
                "destination": _plain(destination),
                "record": record,
                "fallback_extension": "104" if number == GROUP else None,
            },
        )
        for number, name, language, destination, record in table
    ]


def _speed_dials() -> list[Row]:
    dials: dict[str, tuple[str, routing.Destination]] = {
        "*1": ("Офис", routing.ToGroup(id=id_of("group office"))),
        "*2": ("Главное меню", routing.ToMenu(id=id_of("menu ru"))),
        "*3": ("Заказчик", routing.ToExternal(number="79165550101", trunk_id=id_of("trunk"))),
    }
    return [
        ("speed_dials", {"id": id_of(f"speed {code}"), "code": code, "name": name, "destination": _plain(to)})
        for code, (name, to) in dials.items()
    ]


def _blacklist() -> list[Row]:
    message = routing.BlacklistAction(kind="message", sound="ss-noservice")
    entries = {
        BLOCKED_CALLER: ("exact", "Телефонный спам", routing.BlacklistAction()),
        BLOCKED_PREFIX: ("prefix", "Автообзвон", message),
    }
    return [
        (
            "blacklist",
            {"id": id_of(f"blocked {p}"), "pattern": p, "kind": kind, "reason": reason, "action": _plain(action)},
        )
        for p, (kind, reason, action) in entries.items()
    ]


def _sound(name: str) -> ivr.SoundPrompt:
    return ivr.SoundPrompt(name)


def _goodbye() -> ivr.Prompts:
    return (_sound("vm-goodbye"),)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
