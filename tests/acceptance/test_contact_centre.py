"""The contact centre as its people use it: operators in browsers, customers on phones, a supervisor; sound measured."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from tests.browser.operators import PASSWORD, Operator, dismiss, hire, open_widget
from tools.browserphone import chromium, hears_tone
from tools.soaks.check import Findings, caller, eventually, history, kinds, nothing_left, server, trunk_reached
from tools.softphone import CallEnded, Phone, PhoneCall, audio
from tools.stack.demo_rows import NETWORK_PORT_OFFSET
from tools.stack.stand import Api, Stack

FIRST_TONE, SECOND_TONE = 700, 1100
CUSTOMER, CHIEF = 500, 900


@dataclass
class Place:
    """Two operators at their widgets, a supervisor with a phone, a queue."""

    stack: Stack
    first: Operator
    second: Operator
    chief: Api
    desk: Phone
    network: Phone
    number: str
    kill_first: Callable[[], Awaitable[None]]


@contextlib.asynccontextmanager
async def place(stack: Stack) -> AsyncIterator[Place]:
    """Everything has names that no earlier try of the test has used."""
    base = random.randrange(7500, 8900, 10)
    one, two, supervisor = str(base), str(base + 1), str(base + 2)
    async with contextlib.AsyncExitStack() as exits:
        port = stack.settings.port_base + NETWORK_PORT_OFFSET
        network = await exits.enter_async_context(Phone(server(stack), "network", port=port, keep_sound=True))
        assert await trunk_reached(stack), "Asterisk does not see the network"
        await hire(stack, one, two)
        exits.push_async_callback(dismiss, stack, one, two)
        api = await exits.enter_async_context(stack.api())
        number = await _lay(api, one, two)
        await api.post("/extensions", json={"number": supervisor, "name": "Старшая", "password": PASSWORD})
        chief = {"login": f"chief-{base}", "name": "Старшая", "password": PASSWORD, "role": "supervisor"}
        await api.post("/users", json=chief | {"extension": supervisor})
        browsers = [await exits.enter_async_context(chromium(tone)) for tone in (FIRST_TONE, SECOND_TONE)]
        first = await open_widget(browsers[0], stack, one)
        second = await open_widget(browsers[1], stack, two)
        chief_api = await exits.enter_async_context(stack.api(f"chief-{base}", PASSWORD))
        desk = await exits.enter_async_context(Phone(server(stack), supervisor, PASSWORD, keep_sound=True))
        await desk.register()
        yield Place(stack, first, second, chief_api, desk, network, number, browsers[0].close)


async def _lay(api: Api, *operators: str) -> str:
    """A queue of the operators; gives its number."""
    users = [(await api.get("/users", params={"q": f"op-{number}"}))["items"][0]["id"] for number in operators]
    number = f"7495100{operators[0]}"
    queue = await api.post(
        "/queues",
        json={
            "name": f"Приёмная {operators[0]}",
            "strategy": "linear",
            "ring_s": 25,
            "wrap_s": 0,
            "callback_digit": "2",
            "announce_every_s": 5,
            "members": [{"user_id": user, "place": order} for order, user in enumerate(users)],
        },
    )
    destination = {"kind": "queue", "id": queue["id"]}
    await api.post("/numbers", json={"number": number, "name": "Приёмная", "destination": destination})
    return number


async def _choose(operator: Operator, status: str, told: str) -> None:
    await operator.page.get_by_role("button", name="Статус").click()
    await operator.page.get_by_role("menuitemradio", name=status).click()
    # Who is ready may be asked in the same moment.
    wanted = [told, "reserved"] if told == "ready" else [told]
    await operator.until(f"{wanted}.includes(desk.state.presence.status)")


async def _hears(call: PhoneCall, *tones: float, silent: tuple[float, ...] = ()) -> bool:
    """Whether all ``tones`` come to be heard, and none of ``silent``."""

    async def heard() -> bool:
        sound = call.heard_last(0.6)
        share = {hz: audio.tone_share(sound, hz) for hz in (*tones, *silent)}
        return all(share[hz] > 0.15 for hz in tones) and all(share[hz] < 0.05 for hz in silent)

    return bool(await eventually(heard, 15))


async def _stays(call: PhoneCall, hz: float, seconds: float) -> float:
    """The largest share of a tone in any half second of the next ``seconds``."""
    most = 0.0
    for _ in range(int(seconds / 0.5)):
        await asyncio.sleep(0.5)
        most = max(most, audio.tone_share(call.heard_last(0.5), hz))
    return most


@pytest.mark.feature("F-PBX-10", "F-PBX-11", "F-PBX-14", "F-PBX-22", "F-PBX-23", "F-WID-05", "F-WID-13")
@pytest.mark.timeout(420)
async def test_customers_operators_and_their_supervisor(ready_stack: Stack) -> None:
    async with place(ready_stack) as here:
        await _served_by_two(here)
        await _called_back_in_its_place(here)
        await _browser_is_killed(here)
    findings = Findings("contact centre")
    await nothing_left(ready_stack, findings)
    findings.raise_problems()


async def _served_by_two(here: Place) -> None:
    """Wait, answer, hold, ask a colleague, hand over, conference, whisper, barge, reload."""
    first, second = here.first, here.second
    async with caller(here.stack, keep_sound=True) as phone:
        call = await phone.call(here.number)
        assert await call.wait_heard(15) < 15
        await _choose(first, "Готов", "ready")
        await first.until("desk.state.cards.length === 1 && desk.state.cards[0].stage === 'ringing'")
        card = first.page.locator("pl-call")
        await expect(card).to_contain_text(f"{phone.user[-4:-2]}-{phone.user[-2:]}")
        await expect(card).to_contain_text("Приёмная")
        await first.answer()
        await call.say(audio.tone(CUSTOMER, 240), wait=False)
        assert await first.hears(CUSTOMER)
        assert await _hears(call, FIRST_TONE)

        await first.button("Удержать").click()
        await first.stage("held")
        assert await eventually(lambda: _loud(call), 20), "no music while on hold"
        assert await _stays(call, FIRST_TONE, 1.0) < 0.1
        await first.button("Вернуться").click()
        await first.stage("talking")
        assert await _hears(call, FIRST_TONE)

        await _hand_over(first, second, call)
        await _supervised(here, call)
        await second.page.reload()
        await second.registered()
        await second.stage("talking")
        assert await second.hears(CUSTOMER)
        assert await _hears(call, SECOND_TONE)
        await second.button("Завершить").click()
        await call.wait_ended(15)
        await second.no_calls()
        findings = Findings("first call")
        told = kinds((await history(here.stack, findings, [phone.user]))[phone.user])
        findings.raise_problems()
        assert {"queue_entered", "queue_answered", "hold", "unhold"} <= set(told), told


async def _loud(call: PhoneCall) -> bool:
    return audio.level(call.heard_last(0.5)) > 50


async def _hand_over(first: Operator, second: Operator, call: PhoneCall) -> None:
    """The first operator asks the second and connects the customer; then the second adds the first again."""
    await first.button("Спросить").click()
    await first.page.get_by_label("С кем посоветоваться").fill(second.extension)
    await first.page.keyboard.press("Enter")
    await second.answer()
    assert await second.hears(FIRST_TONE)
    assert await _stays(call, SECOND_TONE, 1.0) < 0.1, "the customer hears the consultation"
    await first.button("Соединить").click()
    await first.no_calls()
    assert await second.hears(CUSTOMER)
    assert await _hears(call, SECOND_TONE, silent=(FIRST_TONE,))

    await second.button("Добавить").click()
    await second.page.get_by_label("Кого добавить").fill(first.extension)
    await second.page.keyboard.press("Enter")
    await first.answer()
    assert await _hears(call, FIRST_TONE, SECOND_TONE)
    await first.button("Завершить").click()
    await first.no_calls()
    assert await _hears(call, SECOND_TONE, silent=(FIRST_TONE,))
    assert not call.ended


async def _supervised(here: Place, call: PhoneCall) -> None:
    """Whisper: the operator alone hears the supervisor; barge: the customer too."""
    (live,) = (await here.chief.get("/live-calls"))["items"]
    call_id = live["id"]
    await here.chief.post(f"/calls/{call_id}/supervise", json={"mode": "whisper"})
    ear = await here.desk.wait_call(20)
    ear.answer()
    await ear.wait_answered(20)
    await ear.say(audio.tone(CHIEF, 60), wait=False)
    assert await _hears(ear, CUSTOMER)
    assert await _second_hears(here, CHIEF)
    assert await _stays(call, CHIEF, 2.0) < 0.05, "the customer hears the whisper"
    await here.chief.post(f"/calls/{call_id}/supervise", json={"mode": "barge"})
    assert await _hears(call, CHIEF)
    ear.hang_up()
    assert await _hears(call, SECOND_TONE, silent=(CHIEF,))


async def _second_hears(here: Place, hz: float) -> bool:
    return await hears_tone(here.second.page, hz, share=0.15)


async def _called_back_in_its_place(here: Place) -> None:
    """Who orders a call back is served before who came later and waits."""
    first, stack = here.first, here.stack
    await _choose(first, "Отошёл", "away")
    # A question that Asterisk sent before the network was there may have ended, unanswered, after the one that was.
    assert await trunk_reached(stack), "Asterisk does not see the network"
    async with caller(stack) as early, caller(stack) as late:
        leaves = await early.call(here.number)
        await leaves.wait_heard(15)
        await _order(leaves)
        stays = await late.call(here.number)
        await stays.wait_heard(15)
        await _choose(first, "Готов", "ready")
        await first.until(f"desk.state.cards.some((one) => one.number === '{early.user}')", 30)
        await first.button("Ответить").click(timeout=30_000)
        client = await here.network.wait_call(30)
        client.answer()
        await client.wait_answered(20)
        assert client.caller == here.number
        await client.say(audio.tone(CUSTOMER, 60), wait=False)
        assert await first.hears(CUSTOMER)
        assert await _hears(client, FIRST_TONE)
        client.hang_up()
        await first.until(f"desk.state.cards.some((one) => one.number === '{late.user}')", 30)
        await first.answer()
        stays.hang_up()
        await first.no_calls()


async def _order(call: PhoneCall) -> None:
    """Order a call back; who is not understood presses again, as people do."""
    for _ in range(5):
        with contextlib.suppress(CallEnded):
            await call.press("2")
        with contextlib.suppress(TimeoutError):
            await call.wait_ended(8)
            return
    raise AssertionError("the queue takes no order")


async def _browser_is_killed(here: Place) -> None:
    """A browser dies in the middle of a call: the customer is not left in silence, the operator is taken off."""
    first = here.first
    await _choose(first, "Готов", "ready")
    async with caller(here.stack, keep_sound=True) as phone:
        call = await phone.call(here.number)
        await first.answer()
        await here.kill_first()
        await call.wait_ended(90)

    async def off() -> bool:
        found = (await here.chief.get("/operators", params={"limit": 200}))["items"]
        return next(one["status"] for one in found if one["login"] == first.login) in ("away", "offline")

    assert await eventually(off, 60, 1.0)
