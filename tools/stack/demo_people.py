"""The example's contact centre: operators, their groups and skills, two queues with numbers of their own.

Operators 201..206 and the supervisor 207 answer in a browser (the widget); 110 and 111 have phones of their own, at
which simulated people answer. The keys 4 and 5 of the Russian and the English menu lead to the queues.
"""

import secrets
from typing import Any
from uuid import UUID, uuid5

import msgspec

from engine.routing import model as routing

_SPACE = UUID("8d0c1f3e-2f57-4f0a-8f5e-6a2d8f6b9c11")
SALES, SUPPORT = "74951000006", "74951000007"
QUEUE_KEYS = {"4": "sales", "5": "support"}

Row = tuple[str, dict[str, Any]]


class Person(msgspec.Struct, frozen=True):
    """An employee of the example; ``kind`` is that of the extension's phone."""

    login: str
    name: str
    extension: str
    group: str
    skills: dict[str, int]
    kind: str = "webrtc"
    role: str = "operator"


PEOPLE = (
    Person("operator1", "Екатерина Волкова", "201", "sales", {"ru": 10, "sales": 9}),
    Person("operator2", "Жанна Белова", "202", "sales", {"ru": 10, "en": 6, "sales": 6}),
    Person("operator3", "Захар Никитин", "203", "sales", {"ru": 10, "sales": 3}),
    Person("operator4", "Ирина Соколова", "204", "support", {"ru": 10, "support": 9}),
    Person("operator5", "Кирилл Морозов", "205", "support", {"ru": 10, "en": 9, "support": 6}),
    Person("operator6", "Лидия Фомина", "206", "support", {"ru": 10, "support": 3}),
    Person("supervisor1", "Максим Гордеев", "207", "support", {"ru": 10, "sales": 5, "support": 5}, role="supervisor"),
    Person("agent110", "Нина Павлова", "110", "sales", {"ru": 10, "sales": 5}, kind="sip"),
    Person("agent111", "Олег Титов", "111", "support", {"ru": 10, "support": 5}, kind="sip"),
)
GROUPS = {"sales": "Отдел продаж", "support": "Отдел поддержки"}
SKILLS = {"ru": "Русский язык", "en": "Английский язык", "sales": "Продажи", "support": "Техническая поддержка"}


def id_of(name: str) -> UUID:
    """The fixed id of ``name`` in this part of the example."""
    return uuid5(_SPACE, name)


def rows(trunk_id: UUID, office_box_id: UUID) -> list[Row]:
    """Extensions, groups, skills, queues and their numbers, in an order that foreign keys allow."""
    return [
        *(_extension(person) for person in PEOPLE),
        *(("employee_groups", {"id": id_of(f"group {key}"), "name": name}) for key, name in GROUPS.items()),
        *(("skills", {"id": id_of(f"skill {key}"), "name": name}) for key, name in SKILLS.items()),
        *_queues(office_box_id),
        _number(SALES, "Продажи", "sales", trunk_id),
        _number(SUPPORT, "Поддержка", "support", trunk_id),
    ]


def users(password_hash: str) -> list[Row]:
    """The users whom the extensions belong to."""
    return [
        (
            "users",
            {
                "id": id_of(f"user {person.login}"),
                "login": person.login,
                "name": person.name,
                "password_hash": password_hash,
                "role": person.role,
                "extension": person.extension,
            },
        )
        for person in PEOPLE
    ]


def links() -> list[tuple[str, UUID, dict[str, Any]]]:
    """Rows that join others: the table, the row that they belong to, and the columns."""
    found: list[tuple[str, UUID, dict[str, Any]]] = []
    for person in PEOPLE:
        user_id = id_of(f"user {person.login}")
        member = {"group_id": id_of(f"group {person.group}"), "user_id": user_id}
        found.append(("employee_group_members", user_id, member))
        found += [
            ("user_skills", user_id, {"user_id": user_id, "skill_id": id_of(f"skill {skill}"), "level": level})
            for skill, level in person.skills.items()
        ]
    for key, other in (("sales", "support"), ("support", "sales")):
        queue_id = id_of(f"queue {key}")
        found += [
            ("queue_members", queue_id, {"queue_id": queue_id, "group_id": id_of(f"group {group}"), "tier": tier})
            for group, tier in ((key, 1), (other, 2))
        ]
        skill = {"queue_id": queue_id, "skill_id": id_of(f"skill {key}"), "level": 5}
        found += [("queue_skills", queue_id, skill)] if key == "support" else []
    return found


def to_queue(key: str) -> routing.ToQueue:
    return routing.ToQueue(id=id_of(f"queue {key}"))


def _extension(person: Person) -> Row:
    return "extensions", {
        "id": id_of(f"extension {person.extension}"),
        "number": person.extension,
        "name": person.name,
        "kind": person.kind,
        "password": secrets.token_urlsafe(18),
        "ring_s": 20,
    }


def _queues(box_id: UUID) -> list[Row]:
    box = msgspec.to_builtins(routing.ToVoicemail(box_id=box_id))
    shared = {"ring_s": 15, "wrap_s": 20, "max_wait_s": 300, "timeout_to": box, "callback_digit": "1"}
    return [
        (
            "queues",
            {
                "id": id_of("queue sales"),
                "name": "Продажи",
                "strategy": "longest_idle",
                "tier_after_s": 30,
                "exit_digit": "0",
                "exit_to": box,
                **shared,
            },
        ),
        (
            "queues",
            {"id": id_of("queue support"), "name": "Поддержка", "strategy": "skills", "tier_after_s": 45, **shared},
        ),
    ]


def _number(number: str, name: str, queue: str, trunk_id: UUID) -> Row:
    return "numbers", {
        "id": id_of(f"number {number}"),
        "number": number,
        "name": name,
        "trunk_id": trunk_id,
        "language": "ru",
        "destination": msgspec.to_builtins(to_queue(queue)),
        "record": True,
    }
