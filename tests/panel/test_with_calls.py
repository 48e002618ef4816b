"""The panel over the whole product: a menu made by hand and walked by the dry run, a queue, people, live calls."""

import uuid
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.integration.api.panel import browser_page, heading, sign_in
from tools.soaks.check import caller, eventually
from tools.stack.stand import Stack

LANDS_ON = "74951000003"


@pytest.fixture
async def page(ready_stack: Stack) -> AsyncIterator[Page]:
    """The panel, signed in as the first administrator."""
    async with browser_page() as page:
        admin = ready_stack.up["admin"]
        await sign_in(page, ready_stack.settings.http_url, admin["login"], admin["password"], "/profile")
        yield page


async def add_step(page: Page, row: str, kind: str) -> None:
    """Put a step of a kind on a way of the tree, named by the beginning of its words."""
    item = page.get_by_role("treeitem", name=row).last
    await item.locator("> .row pl-button").click()
    await item.get_by_role("menuitem", name=kind, exact=True).click()


@pytest.mark.feature("F-PBX-05", "F-PBX-26", "F-ADM-02")
async def test_a_menu_is_made_in_the_editor_and_walked_by_the_dry_run(ready_stack: Stack, page: Page) -> None:
    name = f"Меню из редактора {uuid.uuid4().hex[:6]}"
    await page.goto(f"{ready_stack.settings.http_url}/panel/menus/new")
    await page.get_by_label("Название меню").fill(name)
    await add_step(page, "Начало", "Выбор цифрой или голосом")
    form = page.get_by_role("tabpanel")
    await form.get_by_role("button", name="Добавить цифру").click()
    await page.get_by_role("button", name="Создать").click()
    await expect(page.get_by_role("alert").first).to_contain_text("Проверьте отмеченные поля")
    await add_step(page, "1:", "Завершить звонок")
    await add_step(page, "Если ничего не нажато", "Проиграть сообщение")
    await form.get_by_role("button", name="Добавить", exact=True).click()
    await form.get_by_label("Что проиграть 1").select_option("text")
    await form.get_by_label("Текст", exact=True).fill("До свидания")
    await page.get_by_role("treeitem", name="Начало").locator("> .row").click()
    await form.get_by_role("combobox", name="Если нажато не то", exact=True).select_option("hangup1")
    voice = form.get_by_role("group", name="Ответ голосом")
    await voice.get_by_role("button", name="Добавить").click()
    phrases = voice.get_by_label("1: Русский")
    await phrases.fill("отдел продаж\nкупить")
    await phrases.blur()
    await page.get_by_role("treeitem", name="Если ничего не нажато").locator("> .row").click()
    await form.get_by_role("combobox", name="Дальше", exact=True).select_option("hangup1")
    await page.get_by_role("button", name="Создать").click()
    await expect(heading(page, name)).to_be_visible()
    async with ready_stack.api() as api:
        number = (await api.get("/numbers", params={"q": LANDS_ON}))["items"][0]
        menu = (await api.get("/menus", params={"q": name}))["items"][0]
        step = menu["definition"]["steps"]["menu1"]
        assert step["options"] == {"1": "hangup1"}
        assert step["speech"]["phrases"] == {"1": {"ru": ["отдел продаж", "купить"], "en": []}}
        await api.patch(f"/numbers/{number['id']}", json={"destination": {"kind": "menu", "id": menu["id"]}})
        try:
            await page.get_by_role("tab", name="Пробный звонок").click()
            await expect(page.get_by_label("На какой номер")).to_have_value(LANDS_ON)
            await page.get_by_label("Что нажимает").fill("1")
            await page.get_by_role("button", name="Проверить").click()
            walk = page.locator("ol.walk")
            await expect(walk).to_contain_text("Шаг меню: menu1")
            await expect(walk).to_contain_text("Выбор: menu1, 1")
            await expect(walk).to_contain_text("Конец звонка")
            await expect(page.get_by_role("treeitem", name="Начало").locator("> .row")).to_contain_text("пройден")
            await page.get_by_label("Что говорит").fill("погода\nхочу купить")
            await page.get_by_role("button", name="Проверить").click()
            await expect(walk).to_contain_text("Не понято: menu1, погода")
            await expect(walk).to_contain_text("Сказано: «хочу купить»: 1 (100 %)")
        finally:
            await api.patch(f"/numbers/{number['id']}", json={"destination": number["destination"]})
            await api.delete(f"/menus/{menu['id']}")


@pytest.mark.feature("F-PBX-05")
async def test_a_step_is_dragged_to_another_digit(ready_stack: Stack, page: Page) -> None:
    async with ready_stack.api() as api:
        prompt = [{"kind": "text", "text": "x"}]
        ends = {name: {"kind": "hangup", "prompts": prompt} for name in ("one", "two")}
        entry = {
            "kind": "menu",
            "prompts": [],
            "options": {"1": "one", "2": "two"},
            "on_timeout": "one",
            "on_invalid": "two",
        }
        menu = await api.post(
            "/menus",
            json={
                "name": f"Перетащить {uuid.uuid4().hex[:6]}",
                "definition": {"entry": "m", "steps": {"m": entry, **ends}},
            },
        )
        await page.goto(f"{ready_stack.settings.http_url}/panel/menus/{menu['id']}")
        first, second = (page.get_by_role("treeitem", name=f"{digit}: ").locator("> .row") for digit in (1, 2))
        await first.drag_to(second)
        await page.get_by_role("button", name="Сохранить").click()

        async def swapped() -> bool:
            found = await api.get(f"/menus/{menu['id']}")
            return bool(found["definition"]["steps"]["m"]["options"] == {"1": "two", "2": "one"})

        assert await eventually(swapped, 20)
        await api.delete(f"/menus/{menu['id']}")


@pytest.mark.feature("F-PBX-08", "F-PBX-11", "F-ADM-05", "F-ADM-06")
async def test_a_user_is_invited_and_put_into_a_new_queue(ready_stack: Stack, page: Page) -> None:
    base = f"{ready_stack.settings.http_url}/panel"
    own = uuid.uuid4()
    login, name, queue_name = f"newcomer-{own.hex[:8]}", f"Нина Новая {own.hex[:6]}", f"Очередь {own.hex[:6]}"
    extension = f"79{own.int % 10**4:04}"
    async with ready_stack.api() as api:
        await api.post("/extensions", json={"number": extension, "name": "Новая"})
        await page.goto(f"{base}/users/new")
        await page.get_by_label("Логин").fill(login)
        await page.get_by_label("Имя", exact=True).fill(name)
        await page.get_by_label("Эл. почта").fill(f"{login}@example.org")
        for field, choice in (("Роль", "Оператор"), ("Внутренний номер", extension)):
            await page.get_by_role("combobox", name=field, exact=True).fill(choice)
            await page.get_by_role("option", name=choice).first.click()
        await page.get_by_role("button", name="Создать").click()
        await expect(heading(page, name)).to_be_visible()
        await expect(page.get_by_text("Приглашён, ещё не входил")).to_be_visible()
        await page.goto(f"{base}/queues/new")
        await page.get_by_label("Название").fill(queue_name)
        await page.get_by_role("combobox", name="Добавить сотрудника").fill(name)
        await page.get_by_role("option", name=name).click()
        await page.get_by_role("button", name="Создать").click()
        await expect(heading(page, queue_name)).to_be_visible()
        user = (await api.get("/users", params={"q": login}))["items"][0]
        queue = (await api.get("/queues", params={"q": queue_name}))["items"][0]
        assert [member["user_id"] for member in queue["members"]] == [user["id"]]
        await page.goto(f"{base}/wallboard")
        await expect(page.locator(".queues")).to_contain_text(queue_name)
        await expect(page.locator(".operators")).to_contain_text(name)
        await page.goto(f"{base}/users/{user['id']}")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Заблокировать").click()
        await expect(page.locator("pl-badge", has_text="Заблокирован")).to_be_visible()
        await api.delete(f"/queues/{queue['id']}")


@pytest.mark.feature("F-PBX-19", "F-PBX-22")
async def test_a_live_call_is_on_the_wallboard_and_hung_up_from_there(ready_stack: Stack, page: Page) -> None:
    await page.goto(f"{ready_stack.settings.http_url}/panel/wallboard")
    live = page.locator("#live-calls")
    await expect(page.locator("header.top [role=status]")).to_have_text("На связи")
    async with caller(ready_stack) as phone:
        call = await phone.call(ready_stack.up["demo"]["menu_ru"])
        row = live.locator("li", has_text=phone.user)
        await expect(row).to_contain_text("Голосовое меню: main")
        page.on("dialog", lambda dialog: dialog.accept())
        await row.get_by_role("button", name="Завершить звонок").click()
        await expect(row).to_have_count(0)
        await call.wait_ended(20)


@pytest.mark.feature("F-PBX-04", "F-PBX-20")
async def test_what_hears_and_what_speaks_is_shown_and_a_voice_is_listened_to(ready_stack: Stack, page: Page) -> None:
    async with ready_stack.api() as api:
        told = await api.get("/speech")
    await page.goto(f"{ready_stack.settings.http_url}/panel/speech-engines")
    for engine in told["engines"]:
        await expect(page.locator("main")).to_contain_text(engine["model"])
    russian = [voice for voice in told["voices"] if voice["language"] == "ru"]
    if not russian:
        pytest.skip("no voice speaks Russian on this machine: tools/models tells how to get one")
    await page.get_by_label("Что сказать").fill("Заказ номер 128 доставим завтра до 18:30")
    await page.get_by_role("button", name="Сказать").click()
    sound = page.get_by_role("slider", name="Место в записи")
    await expect(sound).not_to_have_attribute("aria-valuemax", "0")
