"""The client's portal in a browser: from the registration to a closed request, what others see, hostile words."""

import uuid
import zipfile
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from api.auth import totp
from tests.integration.api.conftest import PASSWORD, Api, Client, until
from tests.integration.api.desk.portal import (
    PAGES,
    ask_support,
    enter_by_letter,
    fits,
    link_to,
    make_company,
    open_portal,
    outlet_ids,
    turn_to,
)
from tests.integration.api.panel import EXPECTED, chromium, heading, page_of

pytestmark = pytest.mark.feature("F-TKT-01", "F-TKT-02", "F-TKT-03", "F-TKT-04", "F-ADM-10", "F-PBX-02")

HOSTILE = '"><img src=x onerror="window.ran=1"><script>window.ran=2</script>{{x}}${x}'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 200


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="package")
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with page_of(browser, (*EXPECTED, "ERR_INTERNET_DISCONNECTED", "WebSocket")) as page:
        yield page


async def _registered(page: Page, api: Api, admin: Client) -> str:
    """Fill in the form; support confirms; the password is set by the letter's link. Gives the address."""
    email = f"{uuid.uuid4().hex[:12]}@shop.example"
    await page.goto(f"{api.url}/support")
    await page.get_by_role("link", name="Получить доступ").click()
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("Заполните это поле")).to_have_count(3)
    await page.get_by_label("Компания").fill("Кофейни столицы")
    await page.get_by_label("Ваше имя").fill("Анна")
    await page.get_by_label("Электронная почта").fill(email)
    await page.get_by_label("Торговые точки").fill("Тверская, 12\nПарк Культуры")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("status")).to_contain_text(f"На {email} придёт письмо")
    (asked,) = (await admin.get("/registrations", q=email))["items"]
    outlets = [{"name": "Тверская"}, {"name": "Парк"}]
    await admin.post(f"/registrations/{asked['id']}/confirm", {"outlets": outlets}, 200)
    await page.goto(f"{api.url}/support#/link/{await link_to(api, email)}")
    await page.get_by_label("Новый пароль", exact=True).fill(PASSWORD)
    await page.get_by_label("Новый пароль ещё раз").fill(PASSWORD)
    assert "link" not in page.url
    await page.keyboard.press("Enter")
    await expect(heading(page, "Заявки")).to_be_visible()
    return email


async def _asked(page: Page, api: Api) -> str:
    """A request with a file, its button pressed twice; gives its number."""
    await page.get_by_role("main").get_by_role("link", name="Новая заявка").first.click()
    await expect(heading(page, "Новая заявка")).to_be_visible()
    await page.get_by_label("Точка").select_option(label="Парк")
    await page.get_by_label("Тема").fill("Не печатает касса")
    await page.get_by_label("Описание").fill("Ошибка 37, чек не выходит")
    await page.locator("pl-files input").set_input_files(
        [
            {"name": "экран.png", "mimeType": "image/png", "buffer": PNG},
            {"name": "a.exe", "mimeType": "", "buffer": b"MZ"},
        ]
    )
    await expect(page.locator("pl-files li.kept")).to_contain_text("экран.png")
    await expect(page.locator("pl-files li.failed")).to_contain_text("не принимаются")
    await page.get_by_role("button", name="Убрать файл a.exe").click()
    await page.get_by_role("button", name="Отправить").dblclick()
    made = page.get_by_role("heading", level=1)
    await expect(made).to_contain_text("принята")
    number = "".join(filter(str.isdigit, await made.inner_text()))
    await page.get_by_role("link", name="Открыть заявку").click()
    await expect(heading(page, "Не печатает касса")).to_be_visible()
    return number


async def test_from_the_registration_to_a_closed_request(api: Api, admin: Client, page: Page) -> None:
    await _registered(page, api, admin)
    number = await _asked(page, api)
    ticket = await admin.get(f"/tickets/by-number/{number}")
    assert (
        await api.db.fetchval("select count(*) from tickets where account_id = $1", uuid.UUID(ticket["account_id"]))
        == 1
    )
    thread = page.get_by_role("list", name="Переписка")
    await expect(thread).to_contain_text("экран.png")
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Скачать экран.png").click()
    assert (await (await saved.value).path()).read_bytes() == PNG
    one = f"/tickets/{ticket['id']}"
    await admin.post(f"{one}/messages", {"id": str(uuid.uuid4()), "body": "Перезагрузите кассу", "public": True})
    await expect(thread).to_contain_text("Перезагрузите кассу")
    await admin.post(f"{one}/messages", {"id": str(uuid.uuid4()), "body": "Клиент нервный", "public": False})
    await page.get_by_label("Ваш ответ").fill("Не помогло")
    await page.keyboard.press("Control+Enter")
    await expect(thread).to_contain_text("Не помогло")
    await expect(page.get_by_label("Ваш ответ")).to_have_value("")
    await expect(thread).not_to_contain_text("нервный")
    await admin.post(f"{one}/state", {"state": "solved"}, 200)
    await page.get_by_role("button", name="Нет, вернуть в работу").click()
    await expect(page.get_by_role("list", name="Ход работы")).to_contain_text("Снова в работе")
    await admin.post(f"{one}/state", {"state": "solved"}, 200)
    await page.get_by_role("button", name="Да, закрыть").click()
    await expect(page.get_by_text("Если проблема вернулась")).to_be_visible()
    await page.get_by_role("navigation", name="Разделы").get_by_role("link", name="Заявки").click()
    await expect(page.get_by_text("Открытых заявок нет")).to_be_visible()
    await page.get_by_role("link", name="Закрытые 1").click()
    await page.get_by_label("Номер или слова заявки").fill(number)
    await expect(page.get_by_role("list", name="Закрытые").get_by_role("link")).to_contain_text("Не печатает касса")


async def test_others_see_nothing_and_a_person_sees_one_outlet(api: Api, admin: Client, page: Page) -> None:
    mine, other = await make_company(api, admin, "Север", "Юг"), await make_company(api, admin, "Запад")
    north, south = await ask_support(mine, "Север", "Нет света"), await ask_support(mine, "Юг", "Нет воды")
    await open_portal(page, api, other)
    await expect(page.get_by_text("Открытых заявок нет")).to_be_visible()
    await page.goto(f"{api.url}/support/requests/{north['id']}")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_text("Нет света")).to_have_count(0)
    await page.evaluate("localStorage.clear()")
    await open_portal(page, api, mine, "/people")
    email = f"{uuid.uuid4().hex[:12]}@person.example"
    await page.get_by_role("button", name="Пригласить").first.click()
    await page.get_by_label("Имя").fill("Борис")
    await page.get_by_label("Электронная почта").fill(email)
    await page.get_by_label("Юг").check()
    await page.get_by_role("button", name="Отправить приглашение").click()
    await expect(page.get_by_role("log")).to_contain_text(f"Приглашение отправлено на {email}")
    await expect(page.locator("ul.people li")).to_contain_text("Точки: Юг")
    child = await enter_by_letter(api, email, "")
    await page.evaluate("localStorage.clear()")
    await open_portal(page, api, child)
    await expect(page.get_by_role("list", name="Принятые").get_by_role("link")).to_have_count(1)
    await expect(page.get_by_role("list", name="Принятые")).to_contain_text("Нет воды")
    await expect(page.get_by_role("navigation", name="Разделы").get_by_text("Сотрудники")).to_have_count(0)
    await admin.post(f"/tickets/{south['id']}/messages", {"id": str(uuid.uuid4()), "body": "Едем", "public": True})
    await expect(page.get_by_role("log")).to_contain_text(f"Ответ по заявке №{south['number']}")
    await expect(page.locator("a.request.fresh")).to_contain_text("новый ответ")
    problem = await admin.post("/problems", {"title": "Авария"})
    await admin.post(f"/problems/{problem['id']}/tickets", {"ticket_ids": [north["id"], south["id"]]}, 200)
    await admin.post(f"/problems/{problem['id']}/notices", {"text": "Авария, см. https://status.example.com"})
    banner = page.get_by_role("region", name="Важное сообщение")
    await expect(banner.get_by_role("link", name="https://status.example.com")).to_be_visible()
    await banner.get_by_role("link", name="ваша заявка об этом").click()
    await expect(heading(page, "Нет воды")).to_be_visible()
    await banner.get_by_role("button", name="Скрыть сообщение").click()
    await expect(banner).to_have_count(0)


async def test_hostile_words_are_words_and_no_page_is_wider_than_a_phone(
    api: Api, admin: Client, browser: Browser
) -> None:
    long = "Оченьдлинноесловобезпробелов" * 5
    outlets = (HOSTILE[:100], long)
    person = await make_company(api, admin, *outlets, name=HOSTILE[:100])
    ticket = await ask_support(person, outlets[0], HOSTILE, description=f"{HOSTILE} javascript:window.ran=3")
    await ask_support(person, outlets[1], long)
    await admin.post(f"/tickets/{ticket['id']}/messages", {"id": str(uuid.uuid4()), "body": HOSTILE, "public": True})
    async with page_of(browser, width=320) as page:
        await open_portal(page, api, person, f"/requests/{ticket['id']}")
        await page.locator("pl-files input").set_input_files(
            {"name": f"{HOSTILE[:60]}{long}.png".replace("/", ""), "mimeType": "image/png", "buffer": PNG}
        )
        await expect(page.locator("pl-files li.kept")).to_have_count(1)
        await page.get_by_label("Ваш ответ").fill(long)
        await page.get_by_role("button", name="Отправить", exact=True).click()
        await expect(page.locator(".attached li")).to_have_count(1)
        await fits(page, "a request")
        for place, title in PAGES.items():
            await turn_to(page, place, title)
            await fits(page, place)
            assert await page.evaluate("window.ran === undefined && !document.querySelector('img[src=x]')"), place
        await expect(page.locator("pl-own-data")).to_be_visible()
        for place in ("", "/register", "#/link/nosuchlinkatall", "#/survey/nosuchlinkatall"):
            await page.evaluate("localStorage.clear()")
            await page.goto("about:blank")
            await page.goto(f"{api.url}/support{place}")
            await expect(page.locator("main h1")).to_be_visible()
            await fits(page, place)


async def test_figures_are_shown_saved_and_ordered_and_the_company_is_given_away(
    api: Api, admin: Client, page: Page
) -> None:
    person = await make_company(api, admin, "Север", "Юг")
    await ask_support(person, "Север", "Нет света")
    await open_portal(page, api, person, "/analysis")
    await expect(page.locator(".tile").first).to_contain_text("Открыто сейчас")
    await expect(page.locator(".tile dd").first).to_have_text("1")
    await expect(page.get_by_role("region", name="По месяцам").locator("th[scope=row]")).to_have_count(6)
    await expect(page.locator("pl-chart canvas")).to_have_count(2)
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="XLSX").click()
    assert (await (await saved.value).path()).read_bytes().startswith(b"PK")
    await page.get_by_label("Точка").select_option(label="Юг")
    await expect(page.locator(".tile dd").first).to_have_text("0")
    await page.get_by_role("button", name="Подписаться").click()
    await page.get_by_label("Как часто").select_option("month")
    await page.get_by_role("button", name="Подписаться").click()
    await expect(page.get_by_role("listitem").filter(has_text="Каждый месяц, PDF")).to_contain_text(person.email)
    await turn_to(page, "profile", "Профиль")
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Скачать").click()
    with zipfile.ZipFile(await (await saved.value).path()) as own:
        assert "Нет света" in own.read("tickets.json").decode()
    email, south = f"{uuid.uuid4().hex[:12]}@heir.example", (await outlet_ids(person))["Юг"]
    await person.client.post("/portal/children", {"name": "Борис", "email": email, "outlets": [south]})
    heir = await enter_by_letter(api, email, "")
    await page.get_by_role("button", name="Передать", exact=True).click()
    dialog = page.locator("pl-dialog[open]")
    await expect(dialog.get_by_label("Новый главный")).to_contain_text("Борис")
    await dialog.get_by_role("button", name="Передать", exact=True).click()
    await expect(page.get_by_role("log")).to_contain_text("компания передана")
    await expect(heading(page, "Заявки")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Разделы").get_by_text("Сотрудники")).to_have_count(0)
    given = await heir.client.get("/portal/me")
    assert given["account"]["is_parent"] and len(given["outlets"]) == 2


async def test_a_lost_password_is_set_anew_and_a_second_factor_is_asked_for(
    api: Api, admin: Client, page: Page
) -> None:
    person = await make_company(api, admin, "Одна")
    await api.db.execute("delete from mails where recipient = $1", person.email)
    await page.goto(f"{api.url}/support")
    await page.get_by_role("button", name="Не помню пароль").click()
    await page.get_by_label("Логин").fill(person.login)
    await page.get_by_role("button", name="Прислать ссылку").click()
    await expect(page.get_by_role("status")).to_contain_text("письмо уже в пути")
    await page.goto(f"{api.url}/support#/link/{await link_to(api, person.email)}")
    again, password = page.get_by_label("Новый пароль ещё раз"), f"{PASSWORD} anew"
    for typed in ("short", password):
        await page.get_by_label("Новый пароль", exact=True).fill(typed)
        await again.fill(typed)
        await page.keyboard.press("Enter")
        if typed == "short":
            await expect(page.get_by_role("alert")).to_have_text("Не короче 10 знаков")
            await expect(page.get_by_text("письмо уже в пути")).to_have_count(0)
    await expect(heading(page, "Заявки")).to_be_visible()
    await turn_to(page, "profile", "Профиль")
    await page.get_by_role("button", name="Включить").click()
    await page.get_by_label("Ваш пароль ещё раз").fill(password)
    await page.keyboard.press("Enter")
    factor = page.locator("pl-portal-factor")
    await expect(factor.get_by_label("Код из приложения")).to_be_visible()
    secret = await factor.locator("code").inner_text()
    step = totp.step_of(api.clock.now())
    await factor.get_by_label("Код из приложения").fill(totp.code_at(secret, step))
    await page.keyboard.press("Enter")
    await expect(factor.locator("ul.spare code")).to_have_count(10)
    spare = await factor.locator("ul.spare code").first.inner_text()
    await page.get_by_role("button", name="Коды сохранены").click()
    await expect(factor).to_contain_text("осталось: 10")
    await page.evaluate("localStorage.clear()")
    await page.goto(f"{api.url}/support")
    await page.get_by_label("Логин").fill(person.login)
    await page.get_by_label("Пароль").fill(password)
    await page.keyboard.press("Enter")
    await page.get_by_label("Код из приложения").fill("000 000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Код не подошёл")
    await page.get_by_role("button", name="У меня запасной код").click()
    await page.get_by_label("Запасной код").fill(spare)
    await page.keyboard.press("Enter")
    await expect(heading(page, "Заявки")).to_be_visible()


async def test_a_survey_is_answered_in_the_portal_and_by_the_link_of_a_letter(
    api: Api, admin: Client, page: Page
) -> None:
    await api.db.execute("update surveys set enabled = false")
    question = f"Как мы справились? {uuid.uuid4().hex[:6]}"
    await admin.post("/surveys", {"name": question, "trigger": "closed", "question": question, "rest_days": 0})
    for by_letter in (True, False):
        person = await make_company(api, admin, "Одна")
        ticket = await ask_support(person, "Одна", "Нет света")
        await admin.post(f"/tickets/{ticket['id']}/state", {"state": "closed"}, 200)

        async def asked(who: Client = person.client) -> bool:
            return bool((await who.get("/portal/surveys"))["items"])

        await until(asked)
        if by_letter:
            await page.goto(f"{api.url}/support#/survey/{await link_to(api, person.email)}")
        else:
            await open_portal(page, api, person)
        await expect(page.get_by_role("group", name=question)).to_be_visible()
        await page.get_by_role("radio", name="4 из 5").check()
        await page.get_by_label("Что нам стоит знать").fill("Быстро")
        await page.get_by_role("button", name="Отправить оценку").click()
        await expect(page.get_by_text("Спасибо за оценку")).to_be_visible()
        (answer,) = (await admin.get("/survey-answers", account_id=person.account_id))["items"]
        assert (answer["score"], answer["comment"]) == (4, "Быстро")
        await page.goto("about:blank")


async def test_what_is_written_outlives_a_reload_and_a_lost_network(api: Api, admin: Client, page: Page) -> None:
    person = await make_company(api, admin, "Одна")
    await open_portal(page, api, person, "/new")
    await page.get_by_label("Тема").fill("Черновик")
    await page.get_by_label("Описание").fill("Пишу долго")
    await page.reload()
    await expect(page.get_by_label("Тема")).to_have_value("Черновик")
    await page.context.set_offline(True)
    await expect(page.get_by_role("region", name="Не в сети")).to_be_visible()
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("alert")).to_contain_text("Всё сохранено здесь")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("принята")
    assert (await person.client.get("/portal/tickets"))["items"][0]["subject"] == "Черновик"
    await page.goto(f"{api.url}/support/new")
    await expect(page.get_by_label("Тема")).to_have_value("")


async def test_a_keyboard_is_enough_and_words_and_colours_change(api: Api, admin: Client, page: Page) -> None:
    person = await make_company(api, admin, "Одна")
    await open_portal(page, api, person)
    await expect(page.get_by_role("main").get_by_role("link", name="Новая заявка").first).to_be_visible()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await page.get_by_role("link", name="К содержанию").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("main").get_by_role("link", name="Новая заявка").first).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_label("Тема").focus()
    await page.keyboard.type("С клавиатуры")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Только клавиши")
    await page.get_by_label("Тема").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await turn_to(page, "people", "Сотрудники")
    await page.get_by_role("button", name="Пригласить").first.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await turn_to(page, "profile", "Профиль")
    await page.get_by_role("combobox", name="Оформление").select_option("dark")
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    await page.get_by_role("combobox", name="Язык").select_option("en")
    await expect(heading(page, "Profile")).to_be_visible()

    async def spoken() -> bool:
        return bool((await person.client.get("/portal/me"))["account"]["language"] == "en")

    await until(spoken)


async def test_staff_is_sent_to_the_panel_and_clients_to_the_portal(api: Api, admin: Client, page: Page) -> None:
    login = f"super-{uuid.uuid4().hex[:8]}"
    await api.add_user(login, "supervisor")
    await page.goto(f"{api.url}/support")
    await page.get_by_label("Логин").fill(login)
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/panel**")
    await expect(page.locator("header.top .burger")).to_be_attached()
    await page.evaluate("localStorage.clear()")
    person = await make_company(api, admin, "Одна")
    await page.goto(f"{api.url}/panel/calls")
    await page.get_by_label("Логин").fill(person.login)
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/support/requests")
    await expect(heading(page, "Заявки")).to_be_visible()
