"""The panel in a real browser: sign-in, history, a call's detail with its recording, calls in progress."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.integration.api.conftest import PASSWORD
from tests.integration.api.test_calls import START, _wav, add_call, add_recording
from tools.soaks.check import eventually

pytestmark = pytest.mark.feature("F-PBX-19", "F-PBX-21")
PHONE = {"width": 320, "height": 640}


@pytest.fixture
async def page(api) -> AsyncIterator[Page]:
    """A page whose console must stay free of errors (a refused script or style is one)."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page(locale="ru-RU")
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda entry: complaints.append(entry.text) if entry.type == "error" else None)
        yield page
        await browser.close()
    assert [text for text in complaints if "503" not in text and "401" not in text] == []


async def sign_in(page: Page, api, role: str = "admin") -> None:
    await api.add_user("panel", role)
    await page.goto(api.url)
    await page.get_by_label("Логин").fill("panel")
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="История звонков")).to_be_visible()


async def test_history_is_filtered_and_a_call_is_opened_with_the_keyboard_alone(api, engine, page):
    call_id = await add_call(api, caller="79161111111", cause=17)
    await add_call(api, START + timedelta(minutes=1), caller="79162222222", outcome="voicemail")
    _wav(api.settings.recordings / "call-1.wav", 2)
    await add_recording(api, call_id, "call-1.wav")
    key = {"call_id": call_id, "call_started_at": START}
    await api.insert("call_events", **key, seq=1, at=START, kind="choice", data={"digit": "2"})
    await sign_in(page, api)
    rows = page.locator("#calls tr")
    await expect(rows).to_have_count(2)
    await page.get_by_label("Номер или имя").fill("1111")
    await expect(rows).to_have_count(1)
    await rows.get_by_role("button").focus()
    await page.keyboard.press("Enter")
    detail = page.get_by_role("dialog")
    await expect(detail).to_contain_text("абонент занят")
    await expect(detail).to_contain_text("Выбор: 2")
    await detail.get_by_role("button", name="Прослушать").click()
    await expect(detail.locator("audio")).to_be_visible()
    assert await eventually(lambda: page.evaluate("document.querySelector('audio').duration > 1.9"), 10)
    await page.keyboard.press("Escape")
    await expect(detail).to_be_hidden()


async def test_calls_in_progress_come_and_go_as_the_feed_tells(api, engine, page):
    await sign_in(page, api)
    live = page.locator("#live-calls")
    await expect(live).to_contain_text("Никого нет на линии")
    await expect(page.get_by_role("status")).to_have_text("На связи")
    call_id = str(await add_call(api, caller="79163333333"))
    call = {"caller": "79163333333", "called": "74950001122", "direction": "inbound", "state": "started"}
    tell = "select add_changes(array['calls'], array[$1], array[$2], array[$3::jsonb])"
    await api.db.execute(tell, "started", call_id, {**call, "started_at": START.isoformat()})
    await expect(live).to_contain_text("79163333333 → 74950001122")
    await api.db.execute(tell, "ended", call_id, {})
    await expect(live).to_contain_text("Никого нет на линии")
    await expect(page.locator("#calls tr")).to_have_count(1)


async def test_the_language_is_switched_and_a_narrow_screen_shows_everything(api, engine, page):
    await add_call(api)
    await page.set_viewport_size(PHONE)
    await sign_in(page, api, "operator")
    await page.get_by_label("Язык / Language").select_option("en")
    await expect(page.get_by_role("heading", name="Call history")).to_be_visible()
    await expect(page.locator("#calls tr")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Login")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_a_wrong_password_is_told(api, page):
    await page.goto(f"{api.url}/panel")
    await page.get_by_label("Логин").fill("nobody")
    await page.get_by_label("Пароль").fill("wrong")
    await page.get_by_role("button", name="Войти").click()
    await expect(page.get_by_role("alert")).to_have_text("Login or password is wrong")


async def test_the_documentation_page_shows_every_operation(api, page):
    await page.goto(f"{api.url}/api/v1/docs")
    await expect(page.locator("details.operation")).not_to_have_count(0)
    document = await api.anonymous.get("/openapi.json")
    await expect(page.locator("details.operation")).to_have_count(sum(len(item) for item in document["paths"].values()))
    await page.get_by_label("Find").fill("post numbers")
    await expect(page.locator("details.operation")).to_have_count(1)
