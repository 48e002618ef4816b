"""The widget in a real browser against the real product: calls with tones both ways, what is done with them, faults."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect

from tests.browser.operators import Operator, dismiss, hire, open_widget, queue_of
from tools.browserphone import chromium
from tools.soaks.check import caller, eventually, extension
from tools.softphone import Phone, PhoneCall, audio
from tools.stack.stand import Stack, run

pytestmark = pytest.mark.timeout(180)
MINE, THEIRS = 700, 500
NUMBER, OTHER = "7301", "7302"
WAVE = re.compile(r"(M[^M]+){50}")
"""The picture of a sound: a line for each of its moments."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium(MINE) as opened:
        yield opened


@pytest.fixture(scope="module")
def staffed(stack: Stack) -> Iterator[Stack]:
    run(hire(stack, NUMBER, OTHER))
    yield stack
    run(dismiss(stack, NUMBER, OTHER))


@pytest.fixture
def crew(staffed: Stack, ready_stack: Stack) -> Stack:
    return ready_stack


async def hears(call: PhoneCall, hz: float) -> bool:
    return bool(await eventually(lambda: _share(call, hz), 15))


async def _share(call: PhoneCall, hz: float) -> bool:
    return audio.tone_share(call.heard_last(0.5), hz) > 0.6


async def ring(desk: Phone, operator: Operator) -> PhoneCall:
    """A phone calls the operator, who answers; both speak."""
    call = await desk.dial(operator.extension)
    await operator.answer()
    await call.wait_answered(20)
    await call.say(audio.tone(THEIRS, 120), wait=False)
    return call


@pytest.mark.feature("F-WID-05", "F-WID-06", "F-WID-16")
async def test_a_call_is_answered_heard_both_ways_muted_held_and_ended(crew: Stack, browser: Browser) -> None:
    async with extension(crew, "101", keep_sound=True) as desk:
        await desk.register()
        operator = await open_widget(browser, crew, NUMBER)
        call = await ring(desk, operator)
        assert await operator.hears(THEIRS), await operator.page.evaluate("test.stats()")
        assert await hears(call, MINE)
        card = operator.page.locator("pl-call")
        await expect(card).to_contain_text("101")
        await operator.until("Object.values(desk.state.quality).some((one) => one.mos > 3.5 && one.mos <= 4.5)")

        await operator.button("Микрофон").click()
        assert await eventually(lambda: _silent(call), 20)
        await operator.button("Включить").click()
        assert await hears(call, MINE)

        await operator.button("Удержать").click()
        await operator.stage("held")
        assert await eventually(lambda: _music(call), 20)
        await operator.button("Вернуться").click()
        await operator.stage("talking")
        assert await hears(call, MINE)

        await operator.button("Завершить").click()
        await call.wait_ended(20)
        await operator.no_calls()
        assert operator.complaints == []


async def _silent(call: PhoneCall) -> bool:
    return audio.level(call.heard_last(0.4)) < 100


async def _music(call: PhoneCall) -> bool:
    sound = call.heard_last(0.4)
    return audio.level(sound) > 50 and audio.tone_share(sound, MINE) < 0.2


@pytest.mark.feature("F-WID-05", "F-PBX-01")
async def test_a_page_loaded_anew_is_back_in_its_call(crew: Stack, browser: Browser) -> None:
    async with extension(crew, "101", keep_sound=True) as desk:
        await desk.register()
        operator = await open_widget(browser, crew, NUMBER)
        call = await ring(desk, operator)
        assert await operator.hears(THEIRS)
        before = await operator.told("desk.state.cards[0].channelId")
        await operator.page.reload()
        await operator.registered()
        await operator.stage("talking")
        assert await operator.told("desk.state.cards[0].channelId") != before
        assert await operator.hears(THEIRS)
        assert await hears(call, MINE)
        assert not call.ended
        # A call of one's own, too: there the lost phone is the one that called.
        call.hang_up()
        await operator.no_calls()
        await operator.page.get_by_role("textbox", name="Номер", exact=True).fill("101")
        await operator.page.keyboard.press("Enter")
        call = await desk.wait_call(20)
        call.answer()
        await call.wait_answered(20)
        await call.say(audio.tone(THEIRS, 120), wait=False)
        await operator.stage("talking")
        await operator.page.reload()
        await operator.registered()
        await operator.stage("talking")
        assert await operator.hears(THEIRS)
        assert await hears(call, MINE)
        await operator.button("Завершить").click()
        await call.wait_ended(20)
        await operator.no_calls()


@pytest.mark.feature("F-PBX-23", "F-WID-13")
async def test_a_colleague_is_asked_gets_the_call_and_a_conference_is_led(crew: Stack, browser: Browser) -> None:
    async with extension(crew, "101", keep_sound=True) as desk, extension(crew, "102", keep_sound=True) as colleague:
        for phone in (desk, colleague):
            await phone.register()
        operator = await open_widget(browser, crew, NUMBER)
        call = await ring(desk, operator)
        await operator.button("Добавить").click()
        await operator.page.get_by_label("Кого добавить").fill("102")
        await operator.page.keyboard.press("Enter")
        third = await colleague.wait_call(20)
        third.answer()
        await third.wait_answered(20)
        await operator.until("desk.state.cards[0].members.filter((one) => !one.ringing).length === 2")
        assert await eventually(lambda: _some(call, MINE), 15)
        assert await eventually(lambda: _some(third, MINE), 15)
        await operator.page.get_by_role("button", name="Убрать").last.click()
        await third.wait_ended(20)

        await operator.until("desk.state.cards[0].members.length === 1")
        await operator.button("Спросить").click()
        await operator.page.get_by_label("С кем посоветоваться").fill("102")
        await operator.page.keyboard.press("Enter")
        asked = await colleague.wait_call(20)
        asked.answer()
        await asked.wait_answered(20)
        assert await hears(asked, MINE)
        await operator.button("Соединить").click()
        await operator.no_calls()
        await asked.say(audio.tone(900, 60), wait=False)
        assert await hears(call, 900)
        assert await hears(asked, THEIRS)
        asked.hang_up()


async def _some(call: PhoneCall, hz: float) -> bool:
    """A tone among others; a browser takes a steady one for noise and makes it fainter."""
    return audio.tone_share(call.heard_last(0.5), hz) > 0.03


@pytest.mark.feature("F-WID-05", "F-WID-09")
async def test_of_two_tabs_one_is_the_phone_and_a_lost_network_comes_back(crew: Stack, browser: Browser) -> None:
    first = await open_widget(browser, crew, NUMBER)
    tab = await first.page.context.new_page()
    second = Operator(tab, first.login, NUMBER)
    await tab.goto(f"{crew.up['http']}/embed")
    await expect(tab.get_by_text("Телефон открыт в другой вкладке")).to_be_visible()
    await second.button("Говорить здесь").click()
    await second.registered()
    await expect(first.page.get_by_text("Телефон открыт в другой вкладке")).to_be_visible()
    await first.page.close()

    old = await asyncio.to_thread(crew.kill, "api")
    await expect(tab.get_by_text("Нет связи с сервером")).to_be_visible(timeout=20_000)
    await asyncio.to_thread(crew.wait_restarted, "api", old)
    await second.until("desk.state.online && desk.state.phone.connection === 'registered'", 60)
    await expect(tab.get_by_text("Нет связи с сервером")).to_be_hidden()


@pytest.fixture
async def queue(crew: Stack) -> AsyncIterator[str]:
    """A number that leads to a queue of the operator alone; calls are recorded."""
    async with queue_of(crew, NUMBER, "74957300000", name="Виджет", wrap_s=60) as number:
        yield number


class Crm:
    """The customer's own system: tells of whoever it is asked for, or keeps who asks waiting."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.silent = True
        self.over = asyncio.Event()

    async def client(self, request: web.Request) -> web.Response:
        self.asked.append(request.query["phone"])
        if self.silent:
            await self.over.wait()
        return web.json_response({"client": {"title": "ООО «Ромашка» <b>", "tier": "золотой"}})


@pytest.fixture
async def crm(crew: Stack) -> AsyncIterator[Crm]:
    """A system that is asked who calls in; its source goes at the end."""
    system, app = Crm(), web.Application()
    app.router.add_get("/client", system.client)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    name = f"callers {secrets.token_hex(4)}"
    settings = {
        "kind": "portrait",
        "url": f"http://127.0.0.1:{runner.addresses[0][1]}/client?phone={{phone}}",
        "mapping": {"name": "/client/title", "tier": "/client/tier"},
        "inbound": True,
        "deadline_s": 3,
    }
    async with crew.db() as db, crew.api() as api:
        await db.execute("delete from lead_sources where name like 'callers %'")
        source = await api.post("/lead-sources", json={"name": name, "settings": settings})
        yield system
        system.over.set()
        await api.delete(f"/lead-sources/{source['id']}")
        await runner.cleanup()


@pytest.mark.feature("F-PBX-13", "F-WID-08", "F-WID-09", "F-WID-12", "F-DIAL-03")
async def test_a_caller_of_a_queue_is_served_wrapped_up_and_found_again(
    crew: Stack, browser: Browser, crm: Crm, queue: str
) -> None:
    operator = await open_widget(browser, crew, NUMBER)
    page = operator.page
    await page.get_by_role("button", name="Статус").click()
    await page.get_by_role("menuitemradio", name="Готов").click()
    await operator.until("desk.state.presence.status === 'ready'")
    async with caller(crew, keep_sound=True) as client:
        call = await client.dial(queue)
        card = page.locator("pl-call")
        await expect(card).to_contain_text("Виджет", timeout=30_000)
        await expect(card).to_contain_text("Первый звонок с этого номера")
        # The customer's system has been asked and says nothing: the call rings and is answered all the same.
        assert await eventually(lambda: _asked(crm, client.user), 15)
        await operator.answer()
        await call.say(audio.tone(THEIRS, 60), wait=False)
        assert await operator.hears(THEIRS)
        assert await hears(call, MINE)
        call.hang_up()
        await operator.until("desk.state.presence.status === 'wrap_up'")
        until = await operator.told("desk.state.presence.until")
        await page.get_by_role("button", name="Продлить на 30 секунд").click()
        await operator.until(f"desk.state.presence.until > '{until}'")
        await operator.button("Закончить").click()
        await operator.until("desk.state.presence.status === 'ready'")
        crm.silent = False
        call = await client.dial(queue)
        await operator.stage("ringing", 30)
        await expect(card.get_by_role("heading", name="ООО «Ромашка» <b>")).to_be_visible(timeout=20_000)
        await expect(card.locator("pl-client")).to_contain_text("золотой")
        call.hang_up()
        await operator.no_calls()
    who = f"+7 {client.user[1:4]} {client.user[4:7]}-{client.user[7:9]}-{client.user[9:]}"
    await page.locator("nav").get_by_role("button", name="Задачи").click()
    await expect(page.locator("pl-tasks")).to_contain_text(who, timeout=20_000)
    await page.locator("nav").get_by_role("button", name="История").click()
    talked = page.locator("pl-history li").filter(has_not_text="Не дождался").filter(has_text=who)
    await talked.get_by_role("button", name="Прослушать запись").click()
    await expect(page.get_by_role("slider", name="Место в записи")).to_be_visible(timeout=20_000)
    await expect(page.locator("pl-waveform path").first).to_have_attribute("d", WAVE)
    assert operator.complaints == []


async def _asked(crm: Crm, number: str) -> bool:
    return bool(crm.asked) and crm.asked[-1].endswith(number[-10:])


@pytest.mark.feature("F-WID-10", "F-WID-09", "F-WID-08")
async def test_statuses_are_seen_by_colleagues(crew: Stack, browser: Browser) -> None:
    operator, watcher = await asyncio.gather(
        open_widget(browser, crew, NUMBER), open_widget(browser, crew, OTHER, viewport={"width": 800, "height": 700})
    )
    await operator.page.get_by_role("button", name="Статус").click()
    await operator.page.get_by_role("menuitemradio", name="Готов").click()
    await operator.until("desk.state.presence.status === 'ready'")
    await watcher.button("Команда").click()
    row = watcher.page.locator("pl-team li").filter(has_text=f"Оператор {NUMBER}")
    await expect(row).to_contain_text("Готов")
    assert operator.complaints + watcher.complaints == []
