"""The panel over the api: sign-in, history with its detail, calls in progress, what each role finds, shared editing."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from api.auth import totp
from tests.integration.api.conftest import PASSWORD
from tests.integration.api.panel import browser_page, heading, sign_in
from tests.integration.api.test_calls import START, _wav, add_call, add_recording

PHONE = {"width": 360, "height": 740}


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with browser_page() as page:
        yield page


async def enter(page: Page, api, role: str = "admin", place: str = "") -> None:
    await api.add_user(f"panel-{role}", role)
    await sign_in(page, api.url, f"panel-{role}", PASSWORD, place)


@pytest.mark.feature("F-PBX-19", "F-PBX-21")
async def test_history_is_filtered_and_a_call_is_opened_with_the_keyboard_alone(api, engine, page):
    call_id = await add_call(api, caller="79161111111", cause=17)
    await add_call(api, START + timedelta(minutes=1), caller="79162222222", outcome="voicemail")
    _wav(api.settings.recordings / "call-1.wav", 2)
    await add_recording(api, call_id, "call-1.wav")
    key = {"call_id": call_id, "call_started_at": START}
    await api.insert("call_events", **key, seq=1, at=START, kind="choice", data={"digit": "2"})
    await enter(page, api, place="/calls")
    rows = page.locator("pl-table tbody tr:not(.ghost)")
    await expect(rows).to_have_count(2)
    await page.get_by_label("Номер или имя").fill("1111")
    await expect(rows).to_have_count(1)
    assert "q=1111" in page.url
    await rows.get_by_role("link").focus()
    await page.keyboard.press("Enter")
    detail = page.get_by_role("dialog")
    await expect(page.locator("pl-dialog")).to_contain_text("абонент занят")
    await expect(page.locator("pl-dialog")).to_contain_text("Выбор: 2")
    await expect(page.get_by_role("slider", name="Место в записи")).to_be_visible()
    assert str(call_id) in page.url
    await page.keyboard.press("Escape")
    await expect(detail).to_be_hidden()
    await page.reload()
    await expect(rows).to_have_count(1)


@pytest.mark.feature("F-PBX-19")
async def test_calls_in_progress_come_and_go_as_the_feed_tells(api, engine, page):
    await enter(page, api, place="/wallboard")
    live = page.locator("#live-calls")
    await expect(live).to_contain_text("Никого нет на линии")
    await expect(page.locator("header.top [role=status]")).to_have_text("На связи")
    call_id = await add_call(api, caller="79163333333")
    call = {"caller": "79163333333", "called": "74950001122", "direction": "inbound", "state": "started", "legs": []}
    call |= {"id": str(call_id), "started_at": START.isoformat()}
    tell = "select add_changes(array['calls'], array[$1], array[$2], array[$3::jsonb])"
    # Whenever the board is read anew, the call is there.
    await api.insert("live_calls", call_id=call_id, node_id="n", started_at=START, state=call)
    await api.db.execute(tell, "started", str(call_id), call)
    await expect(live).to_contain_text("79163333333 → 74950001122")
    await api.db.execute("delete from live_calls where call_id = $1", call_id)
    await api.db.execute(tell, "ended", str(call_id), {})
    await expect(live).to_contain_text("Никого нет на линии")


@pytest.mark.feature("F-PBX-02", "F-ADM-03")
async def test_each_role_finds_its_own_start_page_and_no_other_functions(api, engine, page):
    await enter(page, api, "partner")
    await expect(page.get_by_role("heading", name="Здравствуйте, panel-partner")).to_be_visible()
    menu = page.locator("nav.side")
    await expect(menu).to_contain_text("История звонков")
    for hidden in ("Пользователи", "Номера", "Очереди", "Диалплан", "Журнал действий"):
        await expect(menu.get_by_role("link", name=hidden, exact=True)).to_have_count(0)
    await page.goto(f"{api.url}/panel/users")
    await expect(page.get_by_role("alert")).to_contain_text("нет прав")
    await page.evaluate("localStorage.clear()")
    await api.add_user("panel-client", "client")
    await page.goto(f"{api.url}/panel")
    await page.get_by_label("Логин").fill("panel-client")
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/support")
    await expect(page.get_by_role("alert")).to_contain_text("не связан ни с одним клиентом")
    await page.evaluate("localStorage.clear()")
    await enter(page, api, "engineer", place="/numbers")
    await expect(page.get_by_role("link", name="Создать")).to_be_visible()
    await expect(menu.get_by_role("link", name="Пользователи", exact=True)).to_have_count(0)


@pytest.mark.feature("F-PBX-02")
async def test_an_operator_is_taken_to_the_desk(api, engine, page):
    await api.add_user("panel-operator", "operator")
    await page.goto(f"{api.url}/panel")
    await page.get_by_label("Логин").fill("panel-operator")
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/embed**")


@pytest.mark.feature("F-ADM-02", "F-PBX-12")
async def test_a_thing_is_made_and_two_people_see_each_others_changes(api, admin, engine, page):
    await admin.post("/extensions", {"number": "101", "name": "Анна"})
    await enter(page, api, place="/speed-dials/new")
    await page.get_by_role("button", name="Создать").click()
    await expect(page.get_by_role("alert")).to_contain_text("Проверьте отмеченные поля")
    await expect(page.get_by_text("Заполните это поле")).not_to_have_count(0)
    await page.get_by_label("Код").fill("*1")
    await page.get_by_label("Название").fill("Анна")
    await page.get_by_label("Куда направить звонок").select_option("extension")
    await page.get_by_role("combobox", name="Внутренний номер").click()
    await page.get_by_role("option", name="101 · Анна").click()
    await page.get_by_role("button", name="Создать").click()
    await expect(heading(page, "*1 · Анна")).to_be_visible()
    made = (await admin.get("/speed-dials"))["items"][0]
    assert made["destination"] == {"kind": "extension", "number": "101"}
    one = f"/speed-dials/{made['id']}"
    await admin.send("PATCH", one, {"name": "Анна С."})
    await expect(page.get_by_label("Название")).to_have_value("Анна С.")
    await page.get_by_label("Название").fill("Моё имя")
    await admin.send("PATCH", one, {"name": "Чужое имя"})
    await expect(page.get_by_role("alert")).to_contain_text("изменили в другом окне")
    await page.get_by_role("button", name="Сохранить", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("изменил кто-то ещё")
    await page.get_by_role("button", name="Сохранить мою поверх").click()
    await expect(heading(page, "*1 · Моё имя")).to_be_visible()
    assert (await admin.get(one))["name"] == "Моё имя"


@pytest.mark.feature("F-ADM-11", "F-ADM-05")
async def test_a_second_factor_is_enrolled_from_a_drawn_code_and_asked_for(api, engine, page):
    await enter(page, api, place="/profile")
    await page.get_by_role("button", name="Включить").click()
    await page.get_by_label("Ваш пароль ещё раз").fill(PASSWORD)
    await page.get_by_role("button", name="Подтвердить").click()
    await expect(page.locator("svg.qr path")).to_have_attribute("d", re.compile("M4 4h1v1h-1z"))
    secret = (await page.locator("pl-second-factor code").inner_text()).strip()
    await page.get_by_label("Код из приложения").fill(totp.code_at(secret, totp.step_of(datetime.now(UTC))))
    await page.get_by_role("button", name="Подтвердить").click()
    await expect(page.locator(".spare li")).not_to_have_count(0)
    spare = await page.locator(".spare li").first.inner_text()
    await page.evaluate("localStorage.clear()")
    await page.goto(f"{api.url}/panel/profile")
    await page.get_by_label("Логин").fill("panel-admin")
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_label("Код из приложения").fill(spare)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Включён")).to_be_visible()


@pytest.mark.feature("F-PBX-19")
async def test_the_language_is_switched_and_a_narrow_screen_shows_everything(api, engine, page):
    await add_call(api)
    await page.set_viewport_size(PHONE)
    await enter(page, api, "supervisor", place="/calls")
    await page.get_by_role("button", name="Язык / Language").click()
    await page.get_by_role("menuitemradio", name="English").click()
    await expect(heading(page, "Call history")).to_be_visible()
    await expect(page.locator("pl-table tbody tr:not(.ghost)")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_role("button", name="Menu", exact=True).click()
    await page.get_by_role("link", name="Wallboard").click()
    await expect(heading(page, "Wallboard")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_role("button", name="panel-supervisor").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_label("Login")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.feature("F-ADM-11")
async def test_a_wrong_password_is_told(api, page):
    await page.goto(f"{api.url}/panel")
    await page.get_by_label("Логин").fill("nobody")
    await page.get_by_label("Пароль").fill("wrong")
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("alert")).to_have_text("Неверный логин или пароль")


async def test_the_documentation_page_shows_every_operation(api, page):
    await page.goto(f"{api.url}/api/v1/docs")
    await expect(page.locator("details.operation")).not_to_have_count(0)
    document = await api.anonymous.get("/openapi.json")
    await expect(page.locator("details.operation")).to_have_count(sum(len(item) for item in document["paths"].values()))
    await page.get_by_label("Find").fill("post speed-dials")
    await expect(page.locator("details.operation")).to_have_count(1)
