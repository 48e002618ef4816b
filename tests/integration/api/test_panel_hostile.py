"""Hostile text in every text field of everything that is configured: the panel shows it as text, and runs nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from playwright.async_api import Page, expect

from engine.core import ids
from tests.integration.api.conftest import PASSWORD, Client
from tests.integration.api.panel import browser_page, sign_in, walk
from tests.integration.api.talks import add_transcript
from tests.integration.api.test_calls import START, add_call

HOSTILE = '"\'><img src=x onerror="window.ran=1"><script>window.ran=2</script>{{x}}${x}'
LINK = "javascript:window.ran=3"
RESOURCES = {
    "trunks": {"name": "hostile", "kind": "ip", "host": "127.0.0.9", "match": ["127.0.0.9"]},
    "voicemail-boxes": {},
    "extensions": {"number": "901"},
    "groups": {"members": ["901"]},
    "menus": {},
    "schedules": {},
    "numbers": {"number": "74990000901"},
    "speed-dials": {"code": "*9"},
    "blacklist": {"pattern": "79990000901"},
    "skills": {},
    "employee-groups": {},
    "partners": {},
    "break-reasons": {},
    "roles": {"name": "hostile", "rights": []},
    "queues": {},
    "outbound-rules": {},
    "caller-id-rules": {"caller_id": "74990000901"},
    "speech-rules": {"kind": "keyword", "phrases": [HOSTILE[:40]]},
    "masking-rules": {"kind": "card", "pattern": ""},
}
PAGES = (
    *("wallboard", "calls", "missed", "callbacks", "voicemail", "reports", "timesheet", "prompts", "shifts"),
    *("sign-in-providers", "sessions", "audit", "dialplan", "feature-codes", "profile", "home", "users"),
    *("speech", "speech?q=onerror", "speech-alerts", "transcription-jobs", "speech-engines"),
)


def texts(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Free text fields of a body, with the longest that they take."""
    found = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    for name, field in found["properties"].items():
        options = [field, *field.get("anyOf", ())]
        for option in options:
            pattern = option.get("pattern", r"^\S")
            if option.get("type") == "string" and "format" not in option and re.search(pattern, HOSTILE):
                yield name, option.get("maxLength", 500)
                break


async def hostile_thing(admin: Client, document: dict[str, Any], path: str, given: dict[str, Any]) -> str:
    """Create one with hostile text wherever text may be; gives its id."""
    content = document["paths"][f"/api/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]
    body = {name: HOSTILE[:longest] for name, longest in texts(document, content["schema"])} | given
    if path == "menus":
        prompts = [{"kind": "text", "text": HOSTILE}]
        body["definition"] = {"entry": "a", "steps": {"a": {"kind": "hangup", "prompts": prompts}}}
    if path == "schedules":
        end = {"kind": "hangup", "how": "busy"}
        holiday = {"first": "2026-01-01", "last": "2026-01-02", "name": HOSTILE}
        body |= {"timezone": "Europe/Moscow", "weekly": [], "open": end, "closed": end, "exceptions": [holiday]}
    if path in ("numbers", "speed-dials"):
        body["destination"] = {"kind": "extension", "number": "901"}
    made = await admin.post(f"/{path}", body)
    return str(made["id"] if "id" in made else made["name"])


async def hostile_facts(api, admin: Client) -> str:
    """A user, a call in the history and a call in progress with hostile words; gives the call's id."""
    user = {"login": "hostile", "name": HOSTILE[:100], "role": "hostile", "password": PASSWORD, "extension": "901"}
    await admin.post("/users", user)
    call_id = str(await add_call(api, START - timedelta(minutes=1), called=HOSTILE[:60]))
    await api.db.execute("update calls set caller_name = $2 where id = $1::uuid", call_id, HOSTILE)
    await api.insert(
        "call_events",
        call_id=call_id,
        call_started_at=START - timedelta(minutes=1),
        seq=1,
        at=START,
        kind="collected",
        data={"variable": HOSTILE, "value": LINK},
    )
    await hostile_speech(api, UUID(call_id))
    return call_id


async def hostile_speech(api, call_id: UUID) -> None:
    """What was said in the call, what was answered and what a rule found, in hostile words."""
    at = START - timedelta(minutes=1)
    transcript_id = await add_transcript(api, call_id, at, (("client", HOSTILE, 0.0), ("operator", LINK, 0.0)))
    answer = {"step": HOSTILE, "variable": HOSTILE, "text": HOSTILE, "created_at": at}
    await api.insert("spoken_answers", id=ids.new_id(at), call_id=call_id, call_started_at=at, **answer)
    alert = {"rule_id": ids.new_id(at), "rule_name": HOSTILE, "severity": "alarm", "text": HOSTILE, "created_at": at}
    where = {"transcript_id": transcript_id, "call_id": call_id, "side": "client", "at_s": 1.0}
    await api.insert("speech_alerts", id=ids.new_id(at), **alert, **where)


async def said_live(api, page: Page, call_id: str) -> None:
    """Hostile words of a call that goes on, as they come: what is not sure yet, what is, what a rule found in it."""
    speaker = {"transcript_id": str(ids.new_id(START)), "side": "client", "user_id": None, "partner_id": None}
    text = page.locator("pl-live-text")
    seeming = {**speaker, "text": HOSTILE, "start_s": 90.0, "end_s": 91.0}
    notice = msgspec.json.encode({"key": call_id, "data": seeming}).decode()
    await api.db.execute("select pg_notify('speech', $1)", notice)
    await expect(text.locator(".partial")).to_contain_text(HOSTILE[:20])
    tell = "select add_changes(array['transcripts'], array[$1], array[$2], array[$3::jsonb])"
    await api.db.execute(tell, "segment", call_id, {**seeming, "seq": 99, "masked": False})
    alert = {"id": str(ids.new_id(START)), "call_id": call_id, "rule_name": HOSTILE, "severity": "alarm", "at_s": 90.0}
    await api.db.execute(tell, "alert", call_id, {**speaker, **alert, "text": HOSTILE, "phrase": HOSTILE})
    await expect(page.get_by_role("log").filter(has_text=HOSTILE[:20])).not_to_have_count(0)


async def nothing_ran(page: Page, place: str) -> None:
    assert await page.evaluate("window.ran === undefined"), f"a script ran at {place}"
    assert await page.locator("img[src=x]").count() == 0, f"an element was made at {place}"


@pytest.mark.feature("F-ADM-02", "F-ADM-06")
async def test_hostile_text_is_shown_and_runs_nowhere(api, admin, engine):
    document = await api.anonymous.get("/openapi.json")
    made = {path: await hostile_thing(admin, document, path, given) for path, given in RESOURCES.items()}
    call_id = await hostile_facts(api, admin)
    voice = {"name": HOSTILE, "label": HOSTILE, "engine": HOSTILE, "language": "ru", "licence": LINK, "rates": [8000]}
    engine.speech["voices"] = [{**voice, "gender": "", "streaming": False, "best": True}]
    engine.speech["failures"] = {HOSTILE: HOSTILE}
    await api.add_user("walker", "admin")
    start = HOSTILE[:20]
    async with browser_page() as page:
        await sign_in(page, api.url, "walker", PASSWORD, "/profile")
        for path, thing in made.items():
            await walk(page, path)
            await expect(page.locator("pl-table tbody tr.link").first).to_be_visible()
            if path not in ("trunks", "blacklist"):
                await expect(page.locator("pl-table")).to_contain_text(start)
            await nothing_ran(page, path)
            await walk(page, f"{path}/{thing}")
            await expect(page.locator("main pl-field").first).to_be_visible()
            await nothing_ran(page, f"{path}/{thing}")
        for place in PAGES:
            await walk(page, place)
            await expect(page.locator("header.page h1")).to_be_visible()
            await expect(page.locator("[aria-busy=true]")).to_have_count(0)
            await nothing_ran(page, place)
        await page.goto(f"{api.url}/panel/calls/{call_id}")
        await expect(page.locator("pl-dialog")).to_contain_text(LINK)
        await expect(page.locator("pl-transcript-lines")).to_contain_text(start)
        await nothing_ran(page, "a call")
        async with page.expect_response("**/api/v1/wallboard"):
            await page.goto(f"{api.url}/panel/wallboard")
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        await expect(page.locator("header.top [role=status]")).to_have_text("На связи")
        live = {"caller": HOSTILE, "called": HOSTILE, "direction": "inbound", "state": "started", "legs": []}
        tell = "select add_changes(array['calls'], array['started'], array[$1], array[$2::jsonb])"
        await api.db.execute(tell, call_id, {**live, "started_at": START.isoformat()})
        await expect(page.locator("#live-calls")).to_contain_text(start)
        await page.locator("#live-calls").get_by_role("button", name="Текст разговора").click()
        await said_live(api, page, call_id)
        await nothing_ran(page, "a live call")
