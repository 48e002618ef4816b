"""The dialler's pages over the api: a file becomes leads, a campaign is made, started and watched, results are read."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from playwright.async_api import Locator, Page, expect

from engine.core import ids
from engine.dialer.campaign import CampaignSettings
from tests.integration.api.conftest import PASSWORD
from tests.integration.api.panel import browser_page, heading, sign_in, walk

HOSTILE = "<img src=x onerror=alert(1)>"
FILE = f"ФИО;Телефон;Долг;Код\n{HOSTILE};8 916 000-00-01;100;A1\nОльга;+7 916 000 00 02;200;A2\nПётр;12-34;300;\n"
NARROW = 320
PLACES = (
    *("campaigns", "campaigns/new", "campaigns?template=true", "lead-lists", "do-not-call", "campaign-report"),
    *("campaign-compliance", "dispositions/new", "lead-sources/new", "calling-hours/new", "webhooks/new"),
)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with browser_page() as page:
        page.on("dialog", lambda dialog: dialog.accept())
        yield page


async def enter(page: Page, api: Any, place: str) -> None:
    await api.add_user("panel-admin", "admin")
    await sign_in(page, api.url, "panel-admin", PASSWORD, place)


def rows(page: Page, label: str) -> Locator:
    return page.get_by_role("table", name=label).locator("tbody tr:not(.ghost)")


async def choose(page: Page, field: str, option: str) -> None:
    await page.get_by_role("combobox", name=field, exact=True).click()
    await page.get_by_role("option", name=option).click()


async def add_campaign(api: Any, admin: Any, **columns: Any) -> UUID:
    """A campaign that runs, as the api would have made it."""
    queue = await admin.post("/queues", {"name": "Продажи"})
    settings = msgspec.to_builtins(CampaignSettings(company="Рога и копыта"))
    values = {"id": ids.new_id(datetime.now(UTC)), "name": "Осень", "mode": "predictive", "state": "running"}
    values |= {"queue_id": UUID(queue["id"]), "settings": settings} | columns
    await api.insert("campaigns", **values)
    return values["id"]


async def add_attempt(api: Any, campaign: UUID, list_id: UUID, lead_id: UUID, outcome: str, ago_s: int) -> None:
    at = datetime.now(UTC) - timedelta(seconds=ago_s)
    answered = outcome in ("talked", "abandoned")
    facts = {"claimed_at": at, "dialed_at": at, "ended_at": at, "answered_at": at if answered else None}
    talk = {"connected_at": at, "talk_s": 65.0, "answers": {"оплатит": {"text": "да", "confidence": 0.9}}}
    whose = {"campaign_id": campaign, "lead_id": lead_id, "list_id": list_id, "node_id": "node1"}
    said = {"outcome": outcome, "abandoned": outcome == "abandoned", "mode": "predictive"}
    row = whose | facts | said | {"address": "79160000001", "number": 1} | (talk if outcome == "talked" else {})
    await api.insert("dial_attempts", id=ids.new_id(at), **row)


async def add_lead(api: Any, name: str) -> tuple[UUID, UUID]:
    list_id, lead_id = ids.new_id(datetime.now(UTC)), ids.new_id(datetime.now(UTC))
    await api.insert("lead_lists", id=list_id, name="Октябрь")
    await api.insert("leads", id=lead_id, list_id=list_id, name=name)
    await api.insert("lead_contacts", lead_id=lead_id, position=1, list_id=list_id, address="79160000001")
    return list_id, lead_id


@pytest.mark.feature("F-DIAL-07", "F-DIAL-03")
async def test_a_file_becomes_leads_and_what_is_wrong_is_told_by_line(api, admin, engine, page):
    made = await admin.post("/lead-lists", {"name": "Октябрь"})
    await enter(page, api, f"/lead-imports/new?list={made['id']}")
    file = {"name": "leads.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp1251")}
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="Загрузить", exact=True).click()
    await expect(page.get_by_label("Столбец «Телефон»")).to_have_value("phone")
    await expect(page.get_by_label("Столбец «ФИО»")).to_have_value("name")
    await page.get_by_label("Столбец «Телефон»").select_option("skip")
    await expect(page.get_by_role("alert")).to_contain_text("в каком столбце телефон")
    await page.get_by_label("Столбец «Телефон»").select_option("phone")
    await page.get_by_label("Столбец «Код»").select_option("external_id")
    await page.get_by_label("Столбец «Долг»").select_option("data")
    await page.get_by_label("Имя переменной: Долг").fill("debt")
    await expect(rows(page, "Первые строки файла")).to_have_count(3)
    await page.get_by_role("button", name="Загрузить в список").click()
    await expect(page.locator(".tile.good", has_text="Добавлено")).to_contain_text("2")
    wrong = rows(page, "Ошибки по строкам")
    await expect(wrong).to_have_count(1)
    for told in ("4", "Телефон", "12-34", "Это не номер телефона"):
        await expect(wrong).to_contain_text(told)
    await page.get_by_role("link", name="К списку").click()
    leads = rows(page, "Клиенты списка")
    await expect(leads).to_have_count(2)
    await page.get_by_label("Номер или имя").fill("A1")
    await expect(leads).to_have_count(1)
    await leads.get_by_role("link", name=HOSTILE).click()
    await expect(heading(page, HOSTILE)).to_be_visible()
    await expect(page.locator("dl.facts", has_text="debt")).to_contain_text("100")
    await expect(page.get_by_text("Этому клиенту ещё не звонили")).to_be_visible()
    await page.get_by_role("button", name="Изменить").click()
    await page.locator("pl-dialog[open]").get_by_label("Название").fill("Иван")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(heading(page, "Иван")).to_be_visible()


@pytest.mark.feature("F-DIAL-02", "F-DIAL-04", "F-DIAL-05", "F-DIAL-13")
async def test_a_campaign_is_made_started_and_watched(api, admin, engine, page):
    await add_lead(api, "Ольга")
    await admin.post("/extensions", {"number": "201", "name": "Анна"})
    operator = await api.add_user("anna", "operator", name="Анна", extension="201")
    queue = await admin.post("/queues", {"name": "Продажи"})
    await enter(page, api, "/campaigns/new")
    await page.get_by_label("Название").fill("Осень")
    await page.get_by_role("radio", name=re.compile("^Предиктивный")).check()
    await page.get_by_role("button", name="Создать").click()
    await expect(page.get_by_text("нужна очередь операторов").first).to_be_visible()
    await choose(page, "Очередь", "Продажи")
    await choose(page, "Добавить список", "Октябрь")
    await page.get_by_role("button", name="Будни 9–18").click()
    await page.get_by_role("gridcell", name="сб, 10–11").click()
    await page.get_by_label("Повторять: Занято").uncheck()
    await page.get_by_label("Через: Не отвечает", exact=True).fill("3")
    await page.get_by_label("Предел потерянных, %").fill("2")
    await page.get_by_label("Как представляется компания").fill("Рога и копыта")
    await page.get_by_role("button", name="Создать").click()
    await expect(heading(page, "Осень")).to_be_visible()
    made = (await admin.get("/campaigns"))["items"][0]
    settings = made["settings"]
    assert settings["windows"][5:] == [{"day": 6, "start": "10:00:00", "end": "11:00:00"}]
    assert settings["pacing"]["target_rate"] == 0.02 and settings["caps"]["total"] == 6
    retries = {one["outcome"]: one["interval_s"] for one in settings["retries"]}
    assert "busy" not in retries and retries["no_answer"] == 10_800
    await page.get_by_role("button", name="Запустить").click()
    await expect(page.locator("pl-dialog[open]")).to_contain_text("в очереди нет операторов")
    await page.keyboard.press("Escape")
    await admin.send(
        "PATCH",
        f"/queues/{queue['id']}",
        {"members": [{"user_id": str(operator), "group_id": None, "tier": 1, "place": 0}]},
    )
    await page.get_by_role("link", name="Ход", exact=True).click()
    await page.get_by_role("button", name="Запустить").click()
    await page.locator("pl-dialog[open]").get_by_role("button", name="Запустить").click()
    await expect(page.locator("header.page")).to_contain_text("Звонит")
    explanation = {"mode_reason": "enough_operators", "limit": "lines_per_agent", "coming": 2.5, "agents": 1}
    sample = {"campaign_id": made["id"], "node_id": "node1", "mode": "predictive", "at": datetime.now(UTC).isoformat()}
    sample |= {"agents": 1, "ready": 1, "talking": 0, "wrapping": 0, "lines": 9, "wanted": 7, "occupancy": 0.8}
    sample |= {"abandon_rate": 0.01, "answer_rate": 0.4, "explanation": explanation}
    told = "select add_changes(array['campaigns'], array['sample'], array[$1], array[$2::jsonb])"
    await api.db.execute(told, made["id"], sample)
    await expect(page.get_by_role("heading", name="Почему 7 линий сейчас")).to_be_visible()
    await expect(page.locator(".why")).to_contain_text("Достигнут предел линий на оператора")
    await expect(page.locator(".tile", has_text="Линий")).to_contain_text("9")
    await page.get_by_role("button", name="Приостановить").click()
    await expect(page.locator("header.page")).to_contain_text("Приостановлена")
    await page.goto(f"{api.url}/panel/campaigns")
    await page.get_by_role("button", name="Ещё действия: Осень").click()
    await page.get_by_role("menuitem", name="Сохранить как шаблон").click()
    await page.locator("pl-dialog[open]").get_by_role("button", name="Создать").click()
    await expect(page.get_by_text("Шаблон сам не звонит")).to_be_visible()


@pytest.mark.feature("F-DIAL-06", "F-DIAL-16", "F-DIAL-17", "F-DIAL-20")
async def test_results_are_read_and_numbers_are_kept_from_being_called(api, admin, engine, page):
    list_id, lead_id = await add_lead(api, HOSTILE)
    campaign = await add_campaign(api, admin)
    for ago_s, outcome in enumerate(("talked", "talked", "busy", "abandoned"), 10):
        await add_attempt(api, campaign, list_id, lead_id, outcome, ago_s)
    await enter(page, api, f"/campaigns/{campaign}?tab=attempts")
    attempts = rows(page, "Попытки")
    await expect(attempts).to_have_count(4)
    await expect(attempts.first).to_contain_text("оплатит: да (90 %)")
    await page.get_by_label("Исход").select_option("abandoned")
    await expect(attempts).to_have_count(1)
    await expect(attempts).to_contain_text(HOSTILE)
    await page.get_by_role("link", name="Отчёт", exact=True).click()
    await expect(page.locator(".hbars li").first).to_contain_text("Разговор")
    await expect(rows(page, "По исходам").last).to_contain_text("Итого")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="XLSX").click()
    assert (await (await download.value).path()).read_bytes()[:2] == b"PK"
    await page.get_by_label("Разрез").select_option("answer")
    await expect(page.locator(".hbars li").first).to_contain_text("оплатит: да")
    await expect(rows(page, "По ответам клиентов").first).to_contain_text("90 %")
    await page.get_by_role("link", name="Соблюдение правил").click()
    await expect(rows(page, "Соблюдение правил")).to_contain_text("1 из 3, предел 3 %")
    await page.get_by_role("link", name="Стоп-лист").click()
    await page.get_by_role("button", name="Добавить номер").click()
    await page.get_by_label("Номер или почта").fill("8 (916) 000-00-01")
    await page.locator("pl-dialog[open]").get_by_role("button", name="Добавить", exact=True).click()
    await expect(rows(page, "Стоп-лист")).to_contain_text("+79160000001")
    await page.get_by_label("Проверить номер").fill("+7 916 000-00-01")
    await page.get_by_role("button", name="Проверить").click()
    await expect(page.get_by_role("status").filter(has_text="в стоп-листе")).to_be_visible()
    await page.get_by_role("button", name="Убрать: +79160000001").click()
    await expect(page.get_by_text("Стоп-лист пуст")).to_be_visible()
    await page.get_by_role("link", name="Отправка результатов").click()
    await page.get_by_role("link", name="Создать").click()
    await page.get_by_label("Название").fill("CRM")
    await page.get_by_label("Адрес").fill("https://crm.example.com/hook")
    await page.get_by_role("button", name="Создать").click()
    await expect(page.get_by_text("Секрет подписи показывается один раз")).to_be_visible()
    assert len(await page.locator(".notice code").inner_text()) >= 32
    await page.reload()
    await expect(page.get_by_text("Пока ничего не отправляли")).to_be_visible()
    await expect(page.locator(".notice code")).to_have_count(0)
    await page.set_viewport_size({"width": NARROW, "height": 700})
    one = (f"campaigns/{campaign}?tab={tab}" for tab in ("monitor", "attempts", "leads", "report", "settings"))
    for place in (*PLACES, *one, f"leads/{lead_id}", f"lead-lists/{list_id}"):
        await walk(page, place)
        await expect(page.locator("header.page h1")).not_to_have_text("…")
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW, place
