"""The example's service desk: two client companies with outlets and people, promises, ready answers, requests of the
last half year.

``client1`` sees all of the coffee shops, ``client2`` one of them; ``client3`` is of another company.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec

from engine.routing.model import Interval
from tools.stack.demo_people import id_of as people_id

_SPACE = UUID("a3d1b9c4-6f0e-4b57-8b32-90d4f1c7e265")
Row = tuple[str, dict[str, Any]]


class Person(NamedTuple):
    """Somebody of a client: the account's key, its parent's (None: the company itself), the outlets granted."""

    login: str
    name: str
    account: str
    parent: str | None
    outlets: tuple[str, ...] = ()


COMPANIES = {"coffee": "Кофейни «Зерно»", "pharmacy": "Аптеки «Подорожник»"}
OUTLETS = {
    "arbat": ("coffee", "Арбат, 12"),
    "taganka": ("coffee", "Таганская, 3"),
    "sokol": ("coffee", "Сокол, 40"),
    "lenina": ("pharmacy", "Ленина, 7"),
    "mira": ("pharmacy", "Проспект Мира, 101"),
}
PEOPLE = (
    Person("client1", "Анна Лебедева", "coffee", None),
    Person("client2", "Борис Чайкин", "barista", "coffee", ("arbat",)),
    Person("client3", "Вера Орлова", "pharmacy", None),
)
CATEGORIES = {
    "till": ("Кассы и оплата", "Tills and payments", 1, "high"),
    "network": ("Интернет и связь", "Internet and phones", 2, "normal"),
    "papers": ("Документы и счета", "Papers and invoices", 1, "low"),
}
RESOURCES = {"bank": "Терминалы банка", "link": "Канал связи", "cloud": "Облачная касса"}
ANSWERS = {
    "hello": ("Приветствие", "здравствуйте", "Здравствуйте, {{ client }}! Заявка № {{ number }} принята, уже смотрим."),
    "reboot": ("Перезагрузка", "перезагрузка", "Выключите устройство на минуту, включите и напишите, что получилось."),
    "done": ("Готово", "готово", "Всё исправили. Проверьте, пожалуйста, и подтвердите решение."),
}
SUBJECTS = (
    ("till", "Не работает терминал оплаты", "Пишет «нет связи с банком», принимаем только наличные."),
    ("till", "Касса не печатает чек", "Лента новая, крышка закрыта, мигает красный индикатор."),
    ("network", "Пропал интернет", "С девяти утра, у соседей есть."),
    ("network", "Плохо слышно по телефону", "Покупатели жалуются на эхо."),
    ("papers", "Нужен акт сверки", "За прошлый квартал, с печатью."),
    ("papers", "Ошибка в счёте", "В счёте старый юридический адрес."),
    ("till", "Возврат не проходит", "Покупатель ждёт уже третий день."),
)
HISTORY = 48
"""Requests of the last half year that are closed."""


def id_of(name: str) -> UUID:
    """The fixed id of ``name`` in this part of the example."""
    return uuid5(_SPACE, name)


def rows() -> list[Row]:
    """What is configured, companies, outlets, in an order that foreign keys allow."""
    week = msgspec.to_builtins([Interval(day, time(9), time(20)) for day in range(1, 7)])
    holidays = [{"first": date(2027, 1, 1).isoformat(), "last": date(2027, 1, 8).isoformat(), "name": "Новый год"}]
    calendar = {"name": "Рабочее время", "timezone": "Europe/Moscow", "weekly": week, "exceptions": holidays}
    hours = {"calendar_id": id_of("calendar")}
    survey = {
        "name": "После закрытия",
        "trigger": "closed",
        "question": "Как мы справились?",
        "question_en": "How was it?",
    }
    return [
        ("sla_calendars", {"id": id_of("calendar"), **calendar}),
        *(("support_resources", {"id": id_of(f"resource {key}"), "name": name}) for key, name in RESOURCES.items()),
        *(
            ("ticket_categories", {"id": id_of(key), "name": ru, "name_en": en, "line": line, "priority": priority})
            for key, (ru, en, line, priority) in CATEGORIES.items()
        ),
        *(
            ("ready_answers", {"id": id_of(f"answer {key}"), "name": name, "shortcut": shortcut, "text": text})
            for key, (name, shortcut, text) in ANSWERS.items()
        ),
        ("sla_plans", _plan("all", "Обычный", **hours, first_s=4 * 3600, next_s=8 * 3600, solution_s=24 * 3600)),
        ("sla_plans", _plan("high", "Срочный", priority="high", first_s=1800, next_s=3600, solution_s=8 * 3600)),
        ("surveys", {"id": id_of("survey"), **survey}),
        *(("client_accounts", _company(key, name)) for key, name in COMPANIES.items()),
        *(
            ("outlets", {"id": id_of(f"outlet {key}"), "account_id": id_of(f"account {owner}"), "name": name})
            for key, (owner, name) in OUTLETS.items()
        ),
        *(("client_accounts", _child(person)) for person in PEOPLE if person.parent),
    ]


def users(password_hash: str) -> list[Row]:
    """Sign-ins of the clients' people."""
    return [
        (
            "users",
            {
                "id": id_of(f"user {person.login}"),
                "login": person.login,
                "name": person.name,
                "password_hash": password_hash,
                "role": "client",
            },
        )
        for person in PEOPLE
    ]


def grants() -> list[tuple[str, UUID, dict[str, Any]]]:
    """Outlets of those who see some alone: the table, the row that they belong to, and the columns."""
    return [
        (
            "outlet_grants",
            id_of(f"account {person.account}"),
            {
                "account_id": id_of(f"account {person.account}"),
                "outlet_id": id_of(f"outlet {outlet}"),
                "parent_id": id_of(f"account {person.parent}"),
            },
        )
        for person in PEOPLE
        for outlet in person.outlets
    ]


def past_requests(now: datetime) -> list[Row]:
    """Closed requests with what happened to them, the same each time but for the day they are counted from."""
    chance, found = random.Random(14), list[Row]()
    for n in range(HISTORY):
        opened = now - timedelta(days=178 - n * 3.6, minutes=chance.randrange(600))
        found += _request(f"past {n}", n, opened, chance)
    return found


def _request(key: str, n: int, opened: datetime, chance: random.Random) -> list[Row]:
    category, subject, text = SUBJECTS[n % len(SUBJECTS)]
    outlet = list(OUTLETS)[n % len(OUTLETS)]
    company = OUTLETS[outlet][0]
    line = CATEGORIES[category][2] if chance.random() < 0.85 else 2
    worker = people_id(f"user operator{4 + n % 3}")
    answered = opened + timedelta(minutes=chance.randrange(3, 50))
    done = opened + timedelta(hours=chance.randrange(1, 30))
    ticket = {
        "id": id_of(key),
        "account_id": id_of(f"account {company}"),
        "outlet_id": id_of(f"outlet {outlet}"),
        "author_account_id": id_of(f"account {company}"),
        "author_name": next(person.name for person in PEOPLE if person.account == company),
        "channel": "portal",
        "subject": subject,
        "description": text,
        "category_id": id_of(category),
        "priority": CATEGORIES[category][3],
        "state": "closed",
        "line": line,
        "top_line": line,
        "assignee_id": worker,
        "created_at": opened,
        "updated_at": done,
        "client_said_at": opened,
        "staff_said_at": answered,
        "first_response_at": answered,
        "solved_at": done,
        "solved_line": line,
        "solved_by": worker,
        "closed_at": done,
    }
    first = CATEGORIES[category][2]
    found: list[Row] = [
        ("tickets", ticket),
        _event(key, opened, "opened", "client", {"channel": "portal", "line": first}),
    ]
    if line != first:
        reason = {"before": first, "after": line, "reason": "Нужен инженер"}
        found.append(_event(key, answered, "escalated", "staff", reason, worker))
    said = {"id": id_of(f"said {key}"), "ticket_id": id_of(key), "at": answered, "author": "staff", "user_id": worker}
    text = "Здравствуйте! Приняли в работу, проверяем."
    return [
        *found,
        ("ticket_messages", {**said, "public": True, "channel": "desk", "body": text}),
        _event(key, answered, "moved", "staff", {"before": "new", "after": "in_work"}, worker),
        _event(key, done, "moved", "staff", {"before": "in_work", "after": "solved"}, worker),
        _event(key, done, "moved", "client", {"before": "solved", "after": "closed"}),
    ]


def _event(key: str, at: datetime, kind: str, actor: str, data: dict[str, Any], user: UUID | None = None) -> Row:
    facts = {"ticket_id": id_of(key), "at": at.astimezone(UTC), "kind": kind, "actor": actor, "user_id": user}
    return "ticket_events", {**facts, "data": data}


def _plan(key: str, name: str, **columns: Any) -> dict[str, Any]:
    return {"id": id_of(f"plan {key}"), "name": name, **columns}


def _company(key: str, name: str) -> dict[str, Any]:
    person = next(person for person in PEOPLE if person.account == key)
    since = datetime.now(UTC) - timedelta(days=200)
    people = {"user_id": id_of(f"user {person.login}"), "contact": person.name, "registered_at": since}
    return {"id": id_of(f"account {key}"), "name": name, **people}


def _child(person: Person) -> dict[str, Any]:
    parent = id_of(f"account {person.parent}")
    return {
        "id": id_of(f"account {person.account}"),
        "parent_id": parent,
        "user_id": id_of(f"user {person.login}"),
        "name": person.name,
    }
