"""What is said in a call, as the operator's widget shows it during the call and after it; the words come as the engine
writes them: rows, changes of the feed, and notices of what may still change."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.operators import Operator, dismiss, hire, open_widget, queue_of
from tools.browserphone import chromium
from tools.soaks.check import caller, eventually
from tools.softphone import audio
from tools.stack.stand import Stack, run

pytestmark = [pytest.mark.timeout(180), pytest.mark.feature("F-PBX-20", "F-WID-16")]
NUMBER, CALLED = "7303", "74957300003"
GREETING = "Добрый день, я по поводу заказа"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium(700) as opened:
        yield opened


@pytest.fixture
def staffed(ready_stack: Stack) -> Iterator[Stack]:
    """An operator who has done nothing yet."""
    run(hire(ready_stack, NUMBER))
    yield ready_stack
    run(dismiss(ready_stack, NUMBER))


@pytest.fixture
async def crew(staffed: Stack) -> AsyncIterator[Stack]:
    """A queue of the operator, recorded, of which the engine itself writes no text."""
    async with queue_of(staffed, NUMBER, CALLED, wrap_s=0, transcribe=False):
        yield staffed


@dataclass
class Writer:
    """Writes a call's text as the engine does."""

    stack: Stack
    call_id: str
    whose: dict[str, Any]
    id: str
    seq: int = 0

    @classmethod
    async def open(cls, stack: Stack, call_id: str, user_id: str) -> "Writer":
        made = cls(stack, call_id, {"call_id": call_id, "operator_id": user_id, "users": [user_id]}, str(uuid4()))
        await made._do(
            "insert into transcripts (id, call_id, call_started_at, source, started_at, language, operator_id)"
            " select $1, c.id, c.started_at, 'live', now(), 'ru', $3 from calls c where c.id = $2",
            *(made.id, call_id, user_id),
        )
        await made.feed("opened", language="ru")
        return made

    async def _do(self, query: str, *values: Any) -> None:
        async with self.stack.db() as db:
            await db.execute(query, *values)

    async def feed(self, kind: str, **data: Any) -> None:
        data = {**self.whose, "transcript_id": self.id, **data}
        query = "select add_changes(array['transcripts'], array[$1], array[$2], array[$3::jsonb])"
        await self._do(query, kind, self.call_id, data)

    async def partial(self, side: str, text: str, start_s: float) -> None:
        data = {**self.whose, "side": side, "user_id": None, "text": text, "start_s": start_s, "end_s": start_s + 1}
        await self._do("select pg_notify('speech', $1)", json.dumps({"key": self.call_id, "data": data}))

    async def says(self, side: str, text: str, start_s: float, **more: Any) -> None:
        """Somebody has said something, a word each half second."""
        self.seq += 1
        words = [[word, start_s + n / 2, start_s + n / 2 + 0.4, 0.9] for n, word in enumerate(text.split())]
        end_s = start_s + len(words) / 2
        masked = bool(more.get("masked"))
        await self._do(
            "insert into transcript_segments (transcript_id, seq, side, start_s, end_s, text, words, language, masked)"
            " values ($1, $2, $3, $4, $5, $6, $7, 'ru', $8)",
            *(self.id, self.seq, side, start_s, end_s, text, words, masked),
        )
        told = {"seq": self.seq, "side": side, "user_id": None, "text": text, "start_s": start_s, "end_s": end_s}
        await self.feed("segment", **told, words=words, language="ru", masked=masked, confidence=0.9, sentiment=None)


async def _scroll(page: Page) -> tuple[float, float]:
    """How far the text is scrolled, and how far it can be."""
    found = await page.locator("pl-transcript-lines").evaluate(
        "one => [one.scrollTop, one.scrollHeight - one.clientHeight]"
    )
    return found[0], found[1]


async def test_what_is_said_is_read_during_the_call_and_after_it(crew: Stack, browser: Browser) -> None:
    operator = await open_widget(browser, crew, NUMBER, viewport={"width": 320, "height": 640})
    page = operator.page
    await page.get_by_role("button", name="Статус").click()
    await page.get_by_role("menuitemradio", name="Готов").click()
    async with caller(crew) as client:
        call = await client.dial(CALLED)
        await operator.answer()
        await operator.until("desk.state.cards[0].callId !== null")
        await call.say(audio.tone(500, 60), wait=False)
        pane = page.locator("pl-call-text")
        await expect(pane.locator("section")).to_have_count(0)
        call_id, user_id = await operator.told("[desk.state.cards[0].callId, desk.user.id]")
        assert await eventually(lambda: _stored(crew, call_id), 30)
        text = await Writer.open(crew, call_id, user_id)
        await expect(pane).to_contain_text("Слушаем разговор")
        await _is_being_said(page, text)
        await _is_hidden_and_not_heard(page, text)
        await _stays_where_it_is_read(page, text)
        await _is_there_after_a_reload(operator, text)
        call.hang_up()
        await operator.no_calls()
    await _is_in_the_history(page)
    assert operator.complaints == []


async def _stored(stack: Stack, call_id: str) -> bool:
    async with stack.db() as db:
        return bool(await db.fetchval("select true from calls where id = $1", call_id))


async def _is_being_said(page: Page, text: Writer) -> None:
    """Words that may still change are replaced in place, and then by what was said."""
    pane = page.locator("pl-call-text")
    for part in ("добрый", "добрый день", "добрый день я по"):
        await text.partial("client", part, 0.4)
        await expect(pane.locator("li.partial")).to_have_count(1)
        await expect(pane.locator("li.partial p")).to_have_text(f"{part}…")
    await text.partial("operator", "слу", 3)
    await expect(pane.locator("li.partial")).to_have_count(2)
    await text.says("client", GREETING, 0.4)
    await expect(pane.locator("li.client:not(.partial)")).to_contain_text(GREETING)
    await expect(pane.locator("li.partial.client")).to_have_count(0)
    await text.says("operator", "Слушаю вас", 3)
    await expect(pane.locator("li.operator:not(.partial)")).to_contain_text("Слушаю вас")
    await expect(pane.locator("li.operator .who")).to_have_text("Вы")
    await expect(pane.locator("li.partial")).to_have_count(0)


async def _is_hidden_and_not_heard(page: Page, text: Writer) -> None:
    pane = page.locator("pl-call-text")
    await text.says("client", "Карта *** вот", 6, masked=True)
    await expect(pane.locator(".hidden")).to_have_text("***")
    await text.feed("deaf", side="client", user_id=None, reason="no_capacity")
    await expect(pane.get_by_role("status")).to_have_text("Сейчас без текста: распознавание занято")
    await text.feed("hearing", side="client", user_id=None, offset_s=12)
    await expect(pane.get_by_role("status")).to_have_count(0)


async def _stays_where_it_is_read(page: Page, text: Writer) -> None:
    """The newest words are in sight until the reader scrolls up."""
    for number in range(8):
        await text.says(
            "operator" if number % 2 else "client", f"Фраза номер {number} этого разговора", 15 + 4 * number
        )
    await expect(page.locator("pl-call-text li")).to_have_count(11)
    assert await eventually(lambda: _at_end(page), 20)
    await page.locator("pl-transcript-lines").evaluate("one => (one.scrollTop = 20)")
    newest = page.get_by_role("button", name="К последним словам")
    await expect(newest).to_be_visible()
    await text.says("client", "И ещё одна", 50)
    await expect(page.locator("pl-call-text li")).to_have_count(12)
    assert (await _scroll(page))[0] == 20
    await newest.click()
    assert await eventually(lambda: _at_end(page), 20)
    await expect(newest).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.evaluate("navigator.clipboard.writeText = async (text) => void (window.copied = text)")
    await page.get_by_role("button", name="Копировать текст").click()
    await expect(page.get_by_text("Текст скопирован")).to_be_visible()
    copied = await page.evaluate("window.copied")
    assert "0:03 Вы: Слушаю вас\n" in copied
    assert copied.count("\n") == 11


async def _at_end(page: Page) -> bool:
    top, most = await _scroll(page)
    return most > 50 and most - top < 2


async def _is_there_after_a_reload(operator: Operator, text: Writer) -> None:
    page = operator.page
    await text.partial("client", "недосказанное", 53)
    await expect(page.locator("pl-call-text li.partial")).to_have_count(1)
    await page.reload()
    await operator.registered()
    await operator.stage("talking")
    await expect(page.locator("pl-call-text li")).to_have_count(12)
    await expect(page.locator("pl-call-text")).to_contain_text(GREETING)
    await expect(page.locator("pl-call-text .hidden")).to_have_text("***")
    await text.says("client", "Спасибо до свидания", 55)
    await expect(page.locator("pl-call-text li")).to_have_count(13)


async def _is_in_the_history(page: Page) -> None:
    """The recording with its words: a click on one goes there."""
    await page.locator("nav").get_by_role("button", name="История").click()
    row = page.locator("pl-history li").filter(has=page.get_by_role("button", name="Прослушать запись")).first
    await row.get_by_role("button", name="Прослушать запись").click()
    player = page.locator("pl-transcript-player")
    await expect(player).to_contain_text(GREETING)
    await player.get_by_role("button", name="Пауза").click()
    await player.get_by_role("slider", name="Место в записи").press("Home")
    await player.locator("[data-word]", has_text="поводу").click()

    async def there() -> bool:
        # The text began a moment after the recording.
        return float(await player.evaluate("one => one.sound.at")) > 1.5

    assert await eventually(there, 20)
