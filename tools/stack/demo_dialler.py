"""The example's campaigns: lists of simulated clients, what runs and what has run, who must not be called.

Numbers of clients tell what they do when they are called (tools/soaks/campaigns/behaviours.py). Everything but the
history of the finished campaign, which is in ``demo_dialled``.
"""

import random
from collections.abc import Iterator
from datetime import time
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec

from engine.dialer.campaign import Abandonment, CampaignSettings, Caps, Detection, Pacing, Retry, Step
from engine.dialer.outcomes import Meaning, Mode, Outcome
from engine.ivr import model as ivr
from engine.routing.model import Interval
from tools.soaks.campaigns.behaviours import crowd
from tools.stack.demo_people import id_of as people_id
from tools.stack.demo_people import to_queue

_SPACE = UUID("7be0f3a1-52c4-4d6b-9a07-1d5f7c2e8b40")
CALLER_ID = "74951000001"
FIRST_NAMES = ("Алексей", "Мария", "Сергей", "Ольга", "Дмитрий", "Елена", "Андрей", "Наталья", "Павел", "Светлана")
LAST_NAMES = ("Ким", "Ткаченко", "Черных", "Бондарь", "Шевчук", "Гайдай", "Седых", "Коваль", "Долгих", "Руденко")
TOWNS = ("Москва", "Казань", "Тверь", "Самара", "Пермь")
TARIFFS = ("Базовый", "Семейный", "Деловой")

Row = tuple[str, dict[str, Any]]
Link = tuple[str, UUID, dict[str, Any]]


class Listed(NamedTuple):
    """A list of the example; ``first``: the serial of its first number, so that lists share none."""

    key: str
    name: str
    size: int
    first: int


SURVEY = Listed("survey", "Опрос после покупки", 20, 90_300)
LISTS = (
    Listed("spring", "Клиенты весенней акции", 120, 90_000),
    Listed("debts", "Просроченная оплата", 24, 90_200),
    SURVEY,
)


class Lead(NamedTuple):
    """A client of the example."""

    id: UUID
    list_id: UUID
    name: str
    number: str
    data: dict[str, str]


def id_of(name: str) -> UUID:
    """The fixed id of ``name`` in this part of the example."""
    return uuid5(_SPACE, name)


def leads(listed: Listed) -> Iterator[Lead]:
    """The clients of a list, the same each time."""
    chance = random.Random(listed.key)
    for n, number in enumerate(crowd(listed.size, seed=listed.first, first=listed.first)):
        first, last = FIRST_NAMES[n % 10], LAST_NAMES[n // 10 % 10]
        data = {
            "Город": chance.choice(TOWNS),
            "Тариф": chance.choice(TARIFFS),
            "Договор": f"{chance.randrange(10**6):06}",
        }
        if listed.key == "debts":
            data["Долг"] = f"{chance.randrange(5, 90) * 100} ₽"
        yield Lead(id_of(f"lead {listed.key} {n}"), id_of(f"list {listed.key}"), f"{first} {last}", number, data)


def rows(trunk_id: UUID) -> list[Row]:
    """Rows with ids of their own, in an order that foreign keys allow."""
    queue_id = people_id("queue sales")
    return [
        *(("lead_lists", {"id": id_of(f"list {one.key}"), "name": one.name}) for one in LISTS),
        *(_lead(lead) for listed in LISTS for lead in leads(listed)),
        _menu(),
        *_campaigns(trunk_id, queue_id),
        *_dispositions(),
        *_unwanted(),
        _source(),
    ]


def links() -> list[Link]:
    """Rows that join others: the table, the row that they belong to, and the columns."""
    joined = (("spring", "spring"), ("debts", "debts"), ("preview", "debts"), ("survey", "survey"))
    found: list[Link] = [
        (
            "campaign_lists",
            id_of(f"campaign {campaign}"),
            {"campaign_id": id_of(f"campaign {campaign}"), "list_id": id_of(f"list {key}")},
        )
        for campaign, key in joined
    ]
    for listed in LISTS:
        for lead in leads(listed):
            contact = {"lead_id": lead.id, "position": 1, "list_id": lead.list_id, "address": lead.number}
            found.append(("lead_contacts", lead.id, contact))
    return found


def _lead(lead: Lead) -> Row:
    row = {"id": lead.id, "list_id": lead.list_id, "external_id": lead.data["Договор"], "name": lead.name}
    return "leads", {**row, "data": lead.data, "timezone": "Europe/Moscow"}


def _menu() -> Row:
    words = {
        "main": "Здравствуйте, {name}! Как прошла покупка? Всё хорошо, нажмите один. Есть вопрос к оператору, два.",
        "yes": "Спасибо, мы рады!",
        "bye": "До свидания.",
    }
    definition = ivr.MenuDefinition(
        entry="main",
        language="ru",
        steps={
            "main": ivr.Menu(
                prompts=(ivr.TextPrompt(words["main"]),),
                options={"1": "yes", "2": "operator"},
                timeout_s=5.0,
                on_timeout="bye",
                on_invalid="bye",
            ),
            "yes": ivr.Play(prompts=(ivr.TextPrompt(words["yes"]),), next="bye"),
            "operator": ivr.Transfer(to=to_queue("sales"), on_failure="bye"),
            "bye": ivr.Hangup(prompts=(ivr.SoundPrompt("vm-goodbye"),)),
        },
    )
    row = {"id": id_of("menu survey"), "name": "Опрос после покупки", "definition": msgspec.to_builtins(definition)}
    return "menus", row


def _campaigns(trunk_id: UUID, queue_id: UUID) -> list[Row]:
    """A finished one, three that can be started, a template."""
    windows = tuple(Interval(day=day, start=time(9), end=time(20)) for day in range(1, 8))
    shared: dict[str, Any] = {"company": "Пример", "trunk_id": trunk_id, "caller_ids": (CALLER_ID,), "windows": windows}
    detection = Detection(provider="asterisk")
    ahead = CampaignSettings(
        **shared,
        detection=detection,
        abandonment=Abandonment(text="Это компания Пример. Мы перезвоним вам. Чтобы мы не звонили, нажмите девять."),
        pacing=Pacing(small_team=2, max_lines=20),
        script="Здравствуйте, {{ name }}! У вас тариф {{ Тариф }}. До конца месяца годовая оплата дешевле на треть.",
    )
    soon = (
        Retry(outcome=Outcome.BUSY, interval_s=60, attempts=2),
        Retry(outcome=Outcome.NO_ANSWER, interval_s=120, attempts=2),
        Retry(outcome=Outcome.ABANDONED, interval_s=60, attempts=2),
        Retry(outcome=Outcome.FAILED, interval_s=30, attempts=10),
    )
    calls = CampaignSettings(
        **shared,
        retries=soon,
        caps=Caps(interval_s=30),
        chain=(
            Step(attempts=3),
            Step(channel="sms", after=(Outcome.NO_ANSWER,), text="{{ name }}, ваш долг {{ Долг }}"),
        ),
        detection=Detection(provider="off"),
        disposition_required=True,
        preview_s=45,
        script="{{ name }}, по договору {{ Договор }} есть долг: {{ Долг }}. Когда вам удобно оплатить?",
    )
    survey = CampaignSettings(
        **shared, retries=soon, detection=detection, menu_id=id_of("menu survey"), pacing=Pacing(max_channels=4)
    )
    table: tuple[tuple[str, str, Mode, CampaignSettings, UUID | None, dict[str, Any]], ...] = (
        ("spring", "Весенняя акция", Mode.PREDICTIVE, ahead, queue_id, {"state": "finished"}),
        ("debts", "Напоминание об оплате", Mode.PROGRESSIVE, calls, queue_id, {}),
        ("preview", "Должники: с просмотром", Mode.PREVIEW, calls, queue_id, {}),
        ("survey", "Опрос после покупки", Mode.ROBOCALL, survey, None, {}),
        ("template", "Шаблон: обзвон по новой акции", Mode.AUTOMATIC, ahead, queue_id, {"template": True}),
    )
    return [
        (
            "campaigns",
            {
                "id": id_of(f"campaign {key}"),
                "name": name,
                "mode": mode,
                "queue_id": queue,
                "settings": msgspec.to_builtins(settings),
                **more,
            },
        )
        for key, name, mode, settings, queue, more in table
    ]


def _dispositions() -> list[Row]:
    """What operators say of calls of the debts, beside what is said of all."""
    table = (("promised", "Обещал оплатить", "Promised to pay", Meaning.SUCCESS, 7),
             ("disputes", "Не согласен с долгом", "Disputes the debt", Meaning.OTHER, 8))  # fmt: skip
    return [
        (
            "dispositions",
            {
                "id": id_of(f"disposition {campaign} {code}"),
                "campaign_id": id_of(f"campaign {campaign}"),
                "code": code,
                "title": title,
                "title_en": english,
                "meaning": meaning,
                "place": place,
            },
        )
        for campaign in ("debts", "preview")
        for code, title, english, meaning, place in table
    ]


def _unwanted() -> list[Row]:
    """Who must not be called: one of them is on a list."""
    listed = next(leads(LISTS[1])).number
    table = (
        (listed, "Попросил не звонить", "operator"),
        ("79031234567", "Отписался по цифре 9", "opt_out"),
        ("74957654321", "Письмо юриста", "hand"),
    )
    return [
        ("do_not_call", {"id": id_of(f"unwanted {address}"), "address": address, "reason": reason, "source": source})
        for address, reason, source in table
    ]


def _source() -> Row:
    settings = {
        "kind": "http",
        "url": "https://crm.example.com/clients",
        "headers": {"Authorization": "Bearer {secret}"},
    }
    row = {"id": id_of("source crm"), "name": "CRM заказчика (пример)", "kind": "http", "settings": settings}
    return "lead_sources", {**row, "enabled": False}
