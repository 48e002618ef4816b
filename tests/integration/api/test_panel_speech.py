"""The panel shows what was said: calls with their text, live text, alerts, rules, voicemail messages."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from playwright.async_api import Page, expect

from engine.core import ids
from tests.integration.api.conftest import PASSWORD
from tests.integration.api.panel import browser_page, heading, sign_in
from tests.integration.api.talks import SAID, add_talk, add_transcript, segments, write_stereo
from tests.integration.api.test_calls import START, add_call

RETURN = segments()[3]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with browser_page() as page:
        yield page


async def enter(page: Page, api: Any, place: str) -> None:
    await api.add_user("panel-admin", "admin")
    await sign_in(page, api.url, "panel-admin", PASSWORD, place)


async def tell(api: Any, topic: str, kind: str, key: UUID, data: dict[str, Any]) -> None:
    """A line of the live feed, as the engine writes it."""
    await api.db.execute(
        "select add_changes(array[$1], array[$2], array[$3], array[$4::jsonb])", topic, kind, str(key), data
    )


async def add_alert(api: Any, call_id: UUID, transcript_id: UUID, severity: str = "alarm") -> dict[str, Any]:
    alert = {
        "id": ids.new_id(START),
        "rule_id": ids.new_id(START),
        "rule_name": "Возврат денег",
        "severity": severity,
        "transcript_id": transcript_id,
        "call_id": call_id,
        "side": "client",
        "at_s": RETURN["start_s"],
        "text": RETURN["text"],
        "created_at": START,
    }
    await api.insert("speech_alerts", **alert)
    return alert


@pytest.mark.feature("F-PBX-20", "F-PBX-21", "F-PBX-07")
async def test_a_recording_is_played_with_its_words_searched_and_jumped_in(api, engine, page):
    call_id, _, transcript_id = await add_talk(api)
    await add_alert(api, call_id, transcript_id)
    answer = {"step": "ask", "variable": "order", "text": "сто двадцать восемь", "confidence": 0.82, "language": "ru"}
    key = {"call_id": call_id, "call_started_at": START}
    await api.insert("spoken_answers", id=ids.new_id(START), created_at=START, **key, **answer)
    await enter(page, api, f"/calls/{call_id}")
    dialog = page.locator("pl-dialog")
    lines = dialog.locator("pl-transcript-lines li")
    await expect(lines).to_have_count(len(SAID))
    await expect(lines.nth(1)).to_have_class(re.compile("operator"))
    await expect(lines.nth(2).locator(".hidden")).to_have_text("***")
    await expect(lines.nth(3)).to_contain_text("Возврат денег")
    await expect(lines.nth(3)).to_have_class(re.compile("bad"))
    await expect(dialog).to_contain_text("клиент 62 %")
    await expect(dialog).to_contain_text("«сто двадцать восемь»")
    place = dialog.get_by_role("slider", name="Место в записи")
    await lines.nth(3).get_by_text("деньги,", exact=True).click()
    # The recording began half a second before the text.
    second = RETURN["words"][1][1] + 0.5
    await expect(place).to_have_attribute("aria-valuenow", re.compile(f"^({second:.0f}|{second + 1:.0f})$"))
    await expect(lines.nth(3).locator("[data-now]")).to_be_visible()
    await dialog.get_by_role("button", name="Пауза").click()
    await dialog.get_by_label("Найти в разговоре").fill("холодильники")
    await expect(lines.nth(0).locator(".hit")).to_have_text("холодильник,")
    await expect(dialog.get_by_text("1 из 1")).to_be_visible()
    await place.press("Home")
    await expect(place).to_have_attribute("aria-valuenow", "0")


@pytest.mark.feature("F-PBX-20")
async def test_a_supervisor_reads_a_call_as_it_goes_and_is_told_of_words(api, engine, page):
    await enter(page, api, "/wallboard")
    await expect(page.locator("header.top [role=status]")).to_have_text("На связи")
    live = await add_call(api, caller="79163333333")
    call = {"caller": "79163333333", "called": "74950001122", "direction": "inbound", "state": "talking", "legs": []}
    call |= {"started_at": START.isoformat()}
    # Whenever the board is read anew, the call is there.
    await api.insert("live_calls", call_id=live, node_id="n", started_at=START, state={"id": str(live), **call})
    await tell(api, "calls", "started", live, call)
    await page.locator("#live-calls").get_by_role("button", name="Текст разговора").click()
    text = page.locator("pl-live-text")
    await expect(text).to_contain_text("Текста этого разговора пока нет")
    whose = {"transcript_id": str(ids.new_id(START)), "partner_id": None, "operator_id": None, "queue_id": None}
    await tell(api, "transcripts", "opened", live, {**whose, "started_at": START.isoformat(), "language": "ru"})
    await expect(text).to_contain_text("Слушаем разговор")
    speaker = {"side": "client", "user_id": None}
    now = {**whose, **speaker, "text": "верните день", "start_s": 13.0, "end_s": 13.8}
    notify = "select pg_notify('speech', $1)"
    await api.db.execute(notify, msgspec.json.encode({"key": str(live), "data": now}).decode())
    await expect(text.locator(".partial.client")).to_contain_text("верните день…")
    told = {name: RETURN[name] for name in ("seq", "start_s", "end_s", "text", "confidence", "language", "masked")}
    await tell(api, "transcripts", "segment", live, {**whose, **speaker, **told})
    await expect(text.locator("li.client:not(.partial)")).to_contain_text(RETURN["text"])
    await expect(text.locator(".partial")).to_have_count(0)
    alert = {"id": str(ids.new_id(START)), "rule_name": "Возврат денег", "severity": "alarm", "at_s": RETURN["start_s"]}
    alert |= {"call_id": str(live), "text": RETURN["text"], "phrase": "вернуть деньги"}
    await tell(api, "transcripts", "alert", live, {**whose, **speaker, **alert})
    await expect(text.locator(".alert.alarm")).to_have_text(["Верните", "деньги,"])
    await tell(api, "transcripts", "deaf", live, {**whose, **speaker, "reason": "no_capacity", "at_s": 15})
    await expect(text).to_contain_text("Сейчас без текста: распознавание занято")
    await tell(api, "transcripts", "hearing", live, {**whose, **speaker, "engine": "vosk", "at_s": 17})
    await expect(text).not_to_contain_text("Сейчас без текста")
    await page.keyboard.press("Escape")
    await expect(page.locator("#live-calls")).to_contain_text("Возврат денег")
    await page.get_by_role("log").get_by_role("link", name="Возврат денег").click()
    await expect(text.locator(".alert.alarm").first).to_be_hidden()
    await tell(api, "transcripts", "closed", live, {**whose, "measures": {}, "sentiment": None})
    await expect(text).to_contain_text("Разговор окончен")


@pytest.mark.feature("F-PBX-20", "F-ADM-02")
async def test_a_rule_is_written_a_phrase_a_line_and_its_alerts_are_seen(api, admin, engine, page):
    call_id, _, transcript_id = await add_talk(api)
    await add_alert(api, call_id, transcript_id)
    await enter(page, api, "/speech-rules/new")
    await page.get_by_label("Название").fill("Возврат денег")
    await page.get_by_label("Вид").select_option("keyword")
    await page.get_by_label("Важность").select_option("alarm")
    await page.get_by_label("Слова и фразы").fill("вернуть деньги\n\n жалоб* \n")
    await page.get_by_role("button", name="Создать").click()
    await expect(heading(page, "Возврат денег")).to_be_visible()
    assert (await admin.get("/speech-rules"))["items"][0]["phrases"] == ["вернуть деньги", "жалоб*"]
    await page.get_by_label("Слова и фразы").fill("вернуть деньги\n*")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("«*»:")).to_be_visible()
    await page.get_by_role("button", name="Отмена").click()
    await page.get_by_role("link", name="Сигналы").click()
    row = page.locator("pl-table tbody tr:not(.ghost)")
    await expect(row).to_contain_text("новое")
    await row.get_by_role("button", name="Просмотрено").click()
    await expect(row).not_to_contain_text("новое")
    await row.get_by_role("link").click()
    hidden = page.locator("pl-transcript-lines li").nth(3)
    await expect(hidden).to_contain_text("Возврат денег")
    await expect(page.get_by_role("slider", name="Место в записи")).to_have_attribute("aria-valuenow", "14")


@pytest.mark.feature("F-PBX-20")
async def test_conversations_are_found_by_words_and_opened_at_that_second(api, engine, page):
    call_id, _, _ = await add_talk(api, caller="79161112233")
    other = (("client", "Хочу вернуть билет", -0.5), ("operator", "Деньги вернём завтра", 0.1))
    await add_talk(api, START + timedelta(hours=1), other, caller="79164445566")
    await enter(page, api, "/speech")
    found = page.locator("ol.found > li")
    await expect(found).to_have_count(2)
    query = page.get_by_label("Слова или")
    await query.fill("деньги")
    await expect(page.locator("mark")).to_have_text(["Деньги", "деньги"])
    await page.get_by_label("Кто сказал").select_option("client")
    await expect(found).to_have_count(1)
    await query.fill('"верните деньги"')
    await page.wait_for_url(re.compile("q=%22.*side=client"))
    await page.reload()
    hit = found.get_by_role("link", name="Верните деньги")
    await hit.click()
    dialog = page.locator("pl-call-dialog")
    await expect(dialog.locator(".hit.here")).to_have_text(["Верните", "деньги,"])
    await expect(dialog.get_by_role("slider", name="Место в записи")).to_have_attribute("aria-valuenow", "14")
    assert str(call_id) in page.url
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(found).to_have_count(1)
    await query.fill("слон")
    await expect(page.get_by_text("Так никто не говорил")).to_be_visible()


@pytest.mark.feature("F-PBX-20")
async def test_recordings_of_some_days_are_ordered_as_text_watched_and_stopped(api, admin, engine, page):
    call_id = await add_call(api, caller="79161112233")
    recording_id = ids.new_id(START)
    made = {"call_id": call_id, "call_started_at": START, "started_at": START, "duration_s": 1, "channels": 1}
    await api.insert("recordings", id=recording_id, file="a.wav", state="done", **made)
    await enter(page, api, "/transcription-jobs")
    await page.get_by_role("button", name="Распознать записи").click()
    await page.get_by_label("Записи с").fill("2026-11-01")
    await page.get_by_label("По", exact=True).fill("2026-11-01")
    await page.get_by_role("button", name="Начать").click()
    await expect(page.get_by_role("log")).to_contain_text("Записей в очереди: 1")
    row = page.locator("pl-table tbody tr:not(.ghost)")
    await expect(row).to_contain_text("В очереди")
    job = (await admin.get("/transcription-jobs"))["items"][0]
    running = {**job, "state": "running", "progress": 0.4}
    await tell(api, "transcripts", "job", call_id, running)
    await expect(row).to_contain_text("40 %")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Остановить", exact=True).first.click()
    await expect(page.locator(".batches")).to_contain_text("1 из 1")
    await expect(row).to_contain_text("Отменён")
    await row.get_by_role("link", name="Запись").click()
    await page.get_by_role("button", name="Распознать речь").click()
    await expect(page.get_by_text("Распознаём… 0 %")).to_be_visible()
    job = (await admin.get("/transcription-jobs"))["items"][0]
    assert job["state"] == "queued" and job["subject_id"] == str(recording_id)


@pytest.mark.feature("F-PBX-06")
async def test_a_voicemail_message_is_read(api, admin, engine, page):
    box = await admin.post("/voicemail-boxes", {"name": "Общий"})
    call_id = await add_call(api)
    message = {"id": ids.new_id(START), "box_id": UUID(box["id"]), "call_id": call_id, "created_at": START}
    write_stereo(api.settings.recordings / "message.wav", 3)
    facts = {"caller": "79161234567", "file": "message.wav", "duration_s": 3, "size_bytes": 1}
    await api.insert("voicemail_messages", **message, **facts)
    said = (("client", "Перезвоните мне завтра", 0.0),)
    await add_transcript(api, None, START, said, message_id=message["id"], source="message")
    await enter(page, api, "/voicemail")
    await page.get_by_role("button", name="0:03").click()
    await expect(page.locator("pl-transcript-lines")).to_contain_text("Перезвоните мне завтра")
    await expect(page.get_by_role("slider", name="Место в записи")).to_be_visible()
    await expect(page.locator("pl-badge", has_text="новое")).to_have_count(0)


@pytest.mark.feature("F-PBX-07", "F-PBX-20")
async def test_a_queue_says_whether_its_calls_become_text_and_a_number_which_languages_are_spoken(api, engine, page):
    await enter(page, api, "/queues/new")
    await expect(page.get_by_label("Превращать разговоры в текст")).to_be_checked()
    await page.goto(f"{api.url}/panel/numbers/new")
    spoken = page.get_by_role("group", name="На каких языках говорят звонящие")
    await spoken.get_by_role("button", name="Английский").click()
    await expect(spoken.get_by_role("button", name="1. Английский")).to_be_visible()
