"""The desk's pages over the api: three lines with escalation, promises told live, two operators, clients let in."""

import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.integration.api.conftest import PASSWORD
from tests.integration.api.desk.clients import Company, company
from tests.integration.api.panel import browser_page, heading, sign_in
from tests.integration.api.test_calls import add_call
from tests.providers.mailbox import PASSWORD as BOX_PASSWORD
from tests.providers.mailbox import mail_server

HOSTILE = "<img src=x onerror=alert(1)>"
NARROW = 320
PLACES = (
    *("desk", "desk/new", "clients", "registrations", "problems", "support-report", "survey-results"),
    *("mailboxes/new", "desk-links/new", "sla-plans/new"),
)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page on which no text may become a dialog."""
    async with browser_page() as page:
        asked: list[str] = []

        async def answer(dialog: Any) -> None:
            asked.append(dialog.message)
            await dialog.accept()

        page.on("dialog", answer)
        yield page
        assert not [text for text in asked if text == "1"]


async def enter(page: Page, api: Any, place: str) -> str:
    """A supervisor signs in; gives the id."""
    user_id = await api.add_user("olga", "supervisor", name="Ольга")
    await sign_in(page, api.url, "olga", PASSWORD, place)
    return str(user_id)


def rows(page: Page, label: str) -> Locator:
    return page.get_by_role("table", name=label).locator("tbody tr:not(.ghost)")


async def choose(page: Page, field: str, option: str) -> None:
    await page.get_by_role("combobox", name=field, exact=True).click()
    await page.get_by_role("option", name=option).first.click()


async def go(page: Page, place: str) -> None:
    """To another place of the panel, without loading it anew; until that has its heading."""
    script = """(place) => {
        document.querySelector('header.page').dataset.old = '';
        history.pushState(null, '', place);
        window.dispatchEvent(new Event('placechange'));
    }"""
    await page.evaluate(script, f"/panel/{place}")
    await expect(page.locator("header.page:not([data-old]) h1")).not_to_have_text("…")


async def ask(api: Any, admin: Any, subject: str, **fields: Any) -> tuple[Company, Any]:
    """A company that has asked for something at its outlet."""
    client = await company(api, admin, "Арбат")
    return client, await client.ask(client.parent, "Арбат", subject, **fields)


async def pass_up(page: Page, line: str, reason: str) -> None:
    await page.get_by_role("button", name="Передать на линию").click()
    dialog = page.locator("pl-dialog[open]")
    await dialog.get_by_role("button", name=line).click()
    await dialog.get_by_role("button", name="Передать", exact=True).click()
    await expect(dialog.get_by_text("Напишите причину")).to_be_visible()
    await dialog.get_by_label("Почему передаётся").fill(reason)
    await dialog.get_by_role("button", name="Передать", exact=True).click()
    await expect(page.locator(".head-facts")).to_contain_text(line)


@pytest.mark.feature("F-TKT-01", "F-TKT-02", "F-TKT-07")
async def test_a_request_goes_through_three_lines_to_solved_and_confirmed(api, admin, engine, page):
    plan = {"name": "Быстро", "first_s": 60, "solution_s": 86_400}
    await admin.post("/sla-plans", plan)
    await admin.post("/ready-answers", {"name": "Привет", "shortcut": "привет", "text": "Вот и {{ number }}"})
    client = await company(api, admin, "Арбат")
    await enter(page, api, "/desk")
    await expect(heading(page, "Заявки")).to_be_visible()
    await page.keyboard.press("c")
    await choose(page, "Компания", client.name)
    await choose(page, "Точка", "Арбат")
    await choose(page, "Автор", client.name)
    await page.get_by_role("button", name="Создать заявку").click()
    await expect(page.get_by_text("Напишите тему")).to_be_visible()
    await page.get_by_label("Тема").fill(HOSTILE)
    await page.get_by_label("Описание").fill("Не печатает https://example.com/a?b=<b>")
    await page.get_by_role("button", name="Создать заявку").click()
    await expect(page.locator("h1")).to_contain_text(HOSTILE)
    ticket = (await admin.get("/tickets"))["items"][0]
    link = page.locator(".conversation a")
    assert await link.get_attribute("href") == "https://example.com/a?b="
    await page.get_by_role("link", name="Назад").click()
    row = rows(page, "Заявки").filter(has_text=str(ticket["number"]))
    await expect(row).to_contain_text("мин")
    # Two minutes later on the server's clock; the page is told of it.
    api.clock.ahead = 120
    await api.db.execute("select pg_notify('promises', '')")
    await expect(row.locator(".due.bad")).to_contain_text("−")
    await expect(page.get_by_role("link", name=re.compile("^Просроченные"))).to_contain_text("1")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator(".between.breached")).to_contain_text("Первый ответ".lower())
    await page.keyboard.press("t")
    await expect(page.locator(".head-facts")).to_contain_text("В работе")
    await page.keyboard.press("r")
    await page.keyboard.type("/прив")
    await expect(page.get_by_role("option", name="Привет")).to_be_visible()
    await page.keyboard.press("Enter")
    text = page.get_by_label("Текст ответа")
    await expect(text).to_have_value(f"Вот и {ticket['number']}")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".message.staff")).to_contain_text(f"Вот и {ticket['number']}")
    await pass_up(page, "Вторая линия", "Нужен инженер")
    await pass_up(page, "Третья линия", HOSTILE)
    await expect(page.locator(".conversation")).to_contain_text(f"Третья линия: {HOSTILE}")
    await page.get_by_role("button", name="Внутренняя заметка").click()
    await page.get_by_label("Текст заметки").fill(HOSTILE)
    await page.get_by_role("button", name="Добавить заметку").click()
    await expect(page.locator(".message.note")).to_contain_text(HOSTILE)
    await page.get_by_role("button", name="Ответ клиенту").click()
    await text.fill("Починили")
    await page.get_by_role("button", name="Отправить и сменить состояние").click()
    await page.get_by_role("menuitem", name="Отправить и решить").click()
    await expect(page.locator(".head-facts")).to_contain_text("Решена")
    said = await client.parent.client.get(f"/portal/tickets/{ticket['id']}/messages")
    assert [one["body"] for one in said["items"]] == [f"Вот и {ticket['number']}", "Починили"]
    await client.parent.client.post(f"/portal/tickets/{ticket['id']}/confirm", {}, 200)
    await expect(page.locator(".head-facts")).to_contain_text("Закрыта")
    api.clock.ahead = 0.0


@pytest.mark.feature("F-TKT-07", "F-TKT-08")
async def test_two_operators_see_each_other_and_requests_are_put_together(api, admin, engine, page):
    client, first = await ask(api, admin, "Не печатает принтер")
    second = await client.ask(client.parent, "Арбат", "Принтеры не печатают")
    await enter(page, api, f"/desk/{first['id']}")
    await expect(page.locator("h1")).to_contain_text("Не печатает принтер")
    boris = await api.user("operator", "boris", name="Борис")
    await boris.post(f"/tickets/{first['id']}/viewing", {"writing": True}, 200)
    await expect(page.locator(".collision")).to_contain_text("Открыто у: Борис; пишет: Борис")
    await boris.post(f"/tickets/{first['id']}/messages", {"body": "Смотрю", "public": False})
    await expect(page.locator(".message.note")).to_contain_text("Смотрю")
    await page.get_by_label("Новый пункт").fill("Проверить кабель")
    await page.keyboard.press("Enter")
    await page.get_by_role("checkbox", name="Проверить кабель").check()
    await expect(page.get_by_text("1 из 1")).to_be_visible()
    await page.get_by_label("Сколько времени").fill("1:30")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("всего 1\u00a0ч 30\u00a0мин")).to_be_visible()
    await page.get_by_role("button", name="Следить").click()
    await expect(page.get_by_role("button", name="Слежу")).to_be_visible()
    await page.get_by_role("button", name="Ещё действия").click()
    await page.get_by_role("menuitem", name="Объединить с другой").click()
    await page.get_by_role("radio", name=re.compile("Принтеры не печатают")).check()
    await page.get_by_role("button", name="Объединить с другой").click()
    await expect(page.locator("h1")).to_contain_text("Принтеры не печатают")
    await expect(page.locator(".message.note")).to_contain_text("Смотрю")
    await page.goto(f"{api.url}/panel/problems")
    await page.get_by_role("button", name="Новая проблема").click()
    await page.get_by_label("Суть проблемы").fill("Партия принтеров")
    await page.get_by_role("button", name="Создать").click()
    await expect(page.locator("h1")).to_contain_text("Партия принтеров")
    await choose(page, "Привязать заявку…", "Принтеры не печатают")
    await expect(rows(page, "Заявки")).to_have_count(1)
    await page.get_by_role("button", name="Решить все").click()
    await page.get_by_label("Ответ авторам").fill("Заменили всю партию")
    async with api.db.transaction():
        # Somebody works on the request just now: what is told in it waits, the page shows how far it is.
        await api.db.execute("select from tickets where id = $1 for no key update", uuid.UUID(second["id"]))
        await page.locator("pl-dialog[open]").get_by_role("button", name="Решить все").click()
        await expect(page.get_by_role("progressbar", name="Отправлено: 0 из 1")).to_be_visible()
    await expect(rows(page, "Заявки")).to_contain_text("Решена")
    await expect(page.get_by_role("region", name="Оповещения")).to_contain_text("заявок: 1")
    await expect(page.get_by_role("progressbar")).to_have_count(0)
    told = await client.parent.client.get(f"/portal/tickets/{second['id']}/messages")
    assert told["items"][-1]["body"] == "Заменили всю партию"
    call_id = await add_call(api, caller="79161234567")
    await page.goto(f"{api.url}/embed")
    await page.get_by_role("button", name="История").click()
    await page.get_by_role("button", name="Все", exact=True).click()
    async with page.expect_popup() as opened:
        await page.get_by_role("button", name="Заявка по звонку").click()
    popup = await opened.value
    await expect(popup.locator("h1")).to_contain_text("№")
    await popup.close()
    made = await admin.get("/tickets", channel="phone")
    of_call = await admin.get(f"/tickets/{made['items'][0]['id']}")
    await expect(page.get_by_role("link", name=f"Открыть заявку № {of_call['number']}")).to_be_visible()
    assert of_call["call_id"] == str(call_id)
    await page.goto(f"{api.url}/panel/desk?tab=all")
    await page.get_by_label("Найти заявку").fill("принтера")
    await expect(rows(page, "Заявки")).to_have_count(2)
    await expect(page.locator("mark").first).to_contain_text(re.compile("принтер", re.IGNORECASE))
    await client.parent.client.post(f"/portal/tickets/{second['id']}/messages", {"body": "А ещё нет воды"})
    await go(page, f"desk/{second['id']}")
    await split_off(page, "А ещё нет воды", "Нет воды")


async def split_off(page: Page, words: str, subject: str) -> None:
    await expect(page.locator(".message.client")).to_contain_text([words])
    await page.get_by_role("button", name="Ещё действия").click()
    await page.get_by_role("menuitem", name="Выделить в отдельную").click()
    dialog = page.locator("pl-dialog[open]")
    await dialog.get_by_label("Тема").fill(subject)
    await dialog.get_by_role("button", name="Выделить", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Выберите хотя бы одно сообщение")
    await dialog.get_by_role("checkbox", name=words).check()
    await dialog.get_by_role("button", name="Выделить", exact=True).click()
    await expect(page.locator("h1")).to_contain_text(subject)
    await expect(page.locator(".message")).to_have_count(1)
    await expect(page.locator(".message")).to_contain_text(words)


@pytest.mark.feature("F-TKT-04", "F-TKT-07")
async def test_a_registration_is_confirmed_and_every_page_fits_a_phone(api, admin, engine, page):
    word = uuid.uuid4().hex[:8]
    asked = {"company": f"ООО {HOSTILE}", "name": "Анна", "email": f"{word}@asks.example"}
    await api.anonymous.post("/registrations", {**asked, "outlets": "Арбат - Москва, Арбат, 1\nСклад"}, 202)
    await enter(page, api, "/registrations")
    await expect(rows(page, "Регистрации")).to_contain_text(HOSTILE)
    await rows(page, "Регистрации").get_by_role("button", name="Подтвердить").click()
    dialog = page.locator("pl-dialog[open]")
    await expect(dialog.get_by_label("Точка 1")).to_have_value("Арбат")
    await expect(dialog.get_by_label("Адрес 1")).to_have_value("Москва, Арбат, 1")
    await dialog.get_by_role("button", name="Добавить точку").click()
    await dialog.get_by_label("Точка 3").fill("Киоск")
    await dialog.get_by_role("button", name="Подтвердить").click()
    await expect(heading(page, f"ООО {HOSTILE}")).to_be_visible()
    await expect(rows(page, "Точки")).to_have_count(3)
    await page.get_by_role("button", name="Пригласить человека").click()
    await dialog.get_by_label("Название").fill("Мария")
    await dialog.get_by_label("Эл. почта").fill(f"{word}@maria.example")
    await dialog.get_by_role("checkbox", name="Склад").check()
    await dialog.get_by_role("button", name="Создать").click()
    await expect(rows(page, "Люди")).to_contain_text("Склад")
    await page.get_by_role("button", name="Ещё действия").click()
    await page.get_by_role("menuitem", name="Передать другому владельцу").click()
    await dialog.get_by_role("radio", name="Мария").check()
    await dialog.get_by_role("button", name="Передать", exact=True).click()
    await expect(page.locator("dl.facts")).to_contain_text("Мария")
    await expect(rows(page, "Люди")).to_contain_text("Анна")
    await page.get_by_role("button", name="Ещё действия").click()
    await page.get_by_role("menuitem", name="Заблокировать").click()
    await expect(page.locator("header.page")).to_contain_text("Заблокирован")
    place = page.url.split("/panel/")[1]
    _client, ticket = await ask(api, admin, HOSTILE * 6, description=HOSTILE * 20)
    problem = await admin.post("/problems", {"title": HOSTILE})
    letter = await doubtful_letter(api)
    await page.set_viewport_size({"width": NARROW, "height": 700})
    for one in (*PLACES, place, f"desk/{ticket['id']}", f"problems/{problem['id']}", f"desk/{letter}"):
        await go(page, one)
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW, one
    await expect(page.locator(".head-facts .unverified")).to_have_text("Отправитель не подтверждён")
    await expect(page.locator(".message.note .unverified")).to_have_attribute("title", re.compile("dmarc=fail"))
    await expect(page.locator(".between.bounced")).to_contain_text(f"Письмо на ivan@x.example не доставлено: {HOSTILE}")
    await resend(page, api, admin, ticket["id"])
    await try_mailboxes(page, admin)
    await go(page, place)
    await page.get_by_role("button", name="Ещё действия").click()
    await page.get_by_role("menuitem", name="Стереть данные").click()
    await expect(dialog.get_by_role("button", name="Стереть данные")).to_be_disabled()
    await dialog.get_by_role("textbox").fill(f"ООО {HOSTILE}")
    await dialog.get_by_role("button", name="Стереть данные").click()
    await expect(heading(page, "Клиенты")).to_be_visible()
    await go(page, place)
    await expect(heading(page, "Стёртый клиент")).to_be_visible()
    await expect(page.get_by_role("button", name="Изменить")).to_have_count(0)


async def resend(page: Page, api: Any, admin: Any, ticket_id: str) -> None:
    """What never arrived at an outside desk goes into the queue again from the page of the link."""
    link = await admin.post("/desk-links", {"name": "Банк", "url": "https://bank.example", "automatic": False})
    both = {"link_id": uuid.UUID(link["id"]), "ticket_id": uuid.UUID(ticket_id)}
    await api.insert("desk_link_tickets", owned=True, **both)
    now = api.clock.now()
    lost = {"event_id": "x", "kind": "create", "body": {}, "state": "dead", "next_at": now, "created_at": now}
    await api.insert("desk_link_outbox", error="500", **lost, **both)
    await go(page, f"desk-links/{link['id']}")
    await expect(rows(page, "Доставки")).to_contain_text("Не доставлено")
    await page.get_by_role("button", name="Отправить снова: ").click()
    await expect(page.get_by_role("log")).to_contain_text("Отправка поставлена в очередь")
    await expect(rows(page, "Доставки")).not_to_contain_text("Не доставлено")
    assert await api.db.fetchval(
        "select resent_at is not null from desk_link_outbox where link_id = $1", both["link_id"]
    )


async def try_mailboxes(page: Page, admin: Any) -> None:
    """One that can be read, and one whose server is away."""
    with mail_server() as server:
        for port, told in ((server.port, "Ящик читается, писем в папке: 0"), (9, "127.0.0.1 не отвечает")):
            box = {"name": str(port), "address": f"box{port}@desk.example", "host": "127.0.0.1", "port": port}
            access = {"security": "none", "login": "box", "secret": BOX_PASSWORD, "enabled": False}
            made = await admin.post("/mailboxes", box | access)
            await go(page, "mailboxes")
            await go(page, f"mailboxes/{made['id']}")
            await page.get_by_role("button", name="Проверить").click()
            await expect(page.get_by_role("log")).to_contain_text(told)


async def doubtful_letter(api: Any) -> uuid.UUID:
    """A request and a note of letters that may be forged; an answer to it came back."""
    id_, note, now = uuid.uuid4(), uuid.uuid4(), api.clock.now()
    await api.insert("tickets", id=id_, channel="email", subject=HOSTILE, author_email="ivan@x.example")
    said = {"author": "system", "public": False, "channel": "email", "body": HOSTILE}
    await api.insert("ticket_messages", id=note, ticket_id=id_, at=now, author_name=HOSTILE, **said)
    doubt = {"sender": "ivan@x.example", "said": "dmarc=fail"}
    bounce = {"recipient": "ivan@x.example", "reason": HOSTILE + "x" * 200}
    for kind, data, message in (("unverified", doubt, None), ("unverified", doubt, note), ("bounced", bounce, None)):
        about = {"ticket_id": id_, "at": now, "actor": "system", "message_id": message}
        await api.insert("ticket_events", kind=kind, data=data, **about)
    return id_
