"""Hostile text in every text field of everything that is configured: the panel shows it as text, and runs nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.integration.api.conftest import PASSWORD, Client
from tests.integration.api.panel import browser_page, sign_in
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
}
PAGES = (
    *("wallboard", "calls", "missed", "callbacks", "voicemail", "reports", "timesheet", "prompts", "shifts"),
    *("sign-in-providers", "sessions", "audit", "dialplan", "feature-codes", "profile", "home", "users"),
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
    return call_id


async def nothing_ran(page: Page, place: str) -> None:
    assert await page.evaluate("window.ran === undefined"), f"a script ran at {place}"
    assert await page.locator("img[src=x]").count() == 0, f"an element was made at {place}"


@pytest.mark.feature("F-ADM-02", "F-ADM-06")
async def test_hostile_text_is_shown_and_runs_nowhere(api, admin, engine):
    document = await api.anonymous.get("/openapi.json")
    made = {path: await hostile_thing(admin, document, path, given) for path, given in RESOURCES.items()}
    call_id = await hostile_facts(api, admin)
    await api.add_user("walker", "admin")
    start = HOSTILE[:20]
    async with browser_page() as page:
        await sign_in(page, api.url, "walker", PASSWORD, "/profile")
        for path, thing in made.items():
            await page.goto(f"{api.url}/panel/{path}")
            await expect(page.locator("pl-table tbody tr.link").first).to_be_visible()
            if path not in ("trunks", "blacklist"):
                await expect(page.locator("pl-table")).to_contain_text(start)
            await nothing_ran(page, path)
            await page.goto(f"{api.url}/panel/{path}/{thing}")
            await expect(page.locator("main pl-field").first).to_be_visible()
            await nothing_ran(page, f"{path}/{thing}")
        for place in PAGES:
            await page.goto(f"{api.url}/panel/{place}")
            await expect(page.locator("header.page h1")).to_be_visible()
            await expect(page.locator("[aria-busy=true]")).to_have_count(0)
            await nothing_ran(page, place)
        await page.goto(f"{api.url}/panel/calls/{call_id}")
        await expect(page.locator("pl-dialog")).to_contain_text(LINK)
        await nothing_ran(page, "a call")
        async with page.expect_response("**/api/v1/wallboard"):
            await page.goto(f"{api.url}/panel/wallboard")
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        await expect(page.locator("header.top [role=status]")).to_have_text("На связи")
        live = {"caller": HOSTILE, "called": HOSTILE, "direction": "inbound", "state": "started", "legs": []}
        tell = "select add_changes(array['calls'], array['started'], array[$1], array[$2::jsonb])"
        await api.db.execute(tell, call_id, {**live, "started_at": START.isoformat()})
        await expect(page.locator("#live-calls")).to_contain_text(start)
        await nothing_ran(page, "a live call")
