"""The widget in pages of others: who may embed it, its commands and events, single sign-on; hostile words; its size."""

import gzip
import os
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page, Route, async_playwright, expect

from api.pages import embedding_origins
from engine.core import ids
from engine.core.config import ROOT
from engine.core.errors import ConfigError
from tests.integration.api.conftest import PASSWORD, Api, serving
from tests.integration.api.test_history import add_call
from tools.soaks.check import eventually

pytestmark = pytest.mark.feature("F-WID-16")
HOST, STRANGER = "https://erp.example", "https://stranger.example"
DESK = "document.querySelector('pl-widget').app.desk"
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
PAGE = """<!doctype html><title>ERP</title><h1>ERP</h1><a href="tel:+7-495-100-00-01">Call</a>
<script src="{crm}/paylater.js"></script><script src="/host.js"></script>
<paylater-widget tel-links open language="en"></paylater-widget>"""
SCRIPT = """window.heard = []; const names = ['ready', 'signedIn', 'signedOut', 'status', 'error',
'transcript:partial', 'transcript:final'];
document.addEventListener('DOMContentLoaded', () => { const widget = document.querySelector('paylater-widget');
for (const name of names) widget.addEventListener(name, (event) => window.heard.push([name, event.detail])); });"""


@pytest.fixture
async def crm(api_settings: Any) -> AsyncIterator[Api]:
    """The api, which lets one other site embed the widget."""
    async with serving(msgspec.structs.replace(api_settings, widget_origins=f"{HOST}, https://b.example")) as api:
        yield api


class Visitor:
    """A browser and what it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda entry: self.complaints.append(entry.text) if entry.type == "error" else None)


@pytest.fixture
async def visitor(crm: Api) -> AsyncIterator[Visitor]:
    """Pages of other sites have the strictest policy that allows the widget."""
    policy = f"default-src 'none'; script-src 'self' {crm.url}; frame-src {crm.url}; require-trusted-types-for 'script'"

    async def serve(route: Route) -> None:
        if route.request.url.endswith("/host.js"):
            await route.fulfill(body=SCRIPT, content_type="text/javascript")
        else:
            headers = {"Content-Security-Policy": policy}
            await route.fulfill(body=PAGE.format(crm=crm.url), headers=headers, content_type="text/html")

    async with async_playwright() as playwright:
        # Sites of the world may not call this machine, which is where the product runs in tests.
        args = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=args)
        page = await browser.new_page(locale="en-GB")
        for site in (HOST, STRANGER):
            await page.route(f"{site}/**", serve)
        yield Visitor(page)
        await browser.close()


async def command(page: Page, name: str, *args: Any) -> Any:
    """A command of the page to the widget: its answer, or the code of its refusal."""
    call = "([name, args]) => document.querySelector('paylater-widget')[name](...args).catch((error) => error.code)"
    return await page.evaluate(call, [name, list(args)])


async def heard(visitor: Visitor, name: str) -> Any:
    async def found() -> Any:
        events = await visitor.page.evaluate("window.heard")
        return next(([detail] for event, detail in events if event == name), None)

    told = await eventually(found, 15)
    assert told, (name, await visitor.page.evaluate("window.heard"), visitor.complaints)
    return told[0]


async def test_a_page_of_another_site_signs_its_user_in_and_commands_the_widget(crm: Api, visitor: Visitor) -> None:
    page = visitor.page
    bridge = await crm.user("admin", "bridge")
    user_id = await crm.add_user("anna", "operator")
    await page.goto(f"{HOST}/")
    assert await heard(visitor, "ready") == {"signedIn": False}
    token = (await bridge.post(f"/users/{user_id}/sign-on", None))["token"]
    await command(page, "signIn", token)
    assert (await heard(visitor, "signedIn"))["name"] == "anna"
    assert (await command(page, "state"))["user"]["name"] == "anna"
    assert await command(page, "signIn", token) == "unauthorized"
    assert await command(page, "answer") == "no_call"
    assert await command(page, "call") == "bad_argument"
    frame = page.frame_locator("iframe")
    await command(page, "openSection", "settings")
    await expect(frame.get_by_role("button", name="Sign out")).to_be_visible()
    # A telephone link: this operator has no extension, and the refusal comes to the page.
    await page.get_by_text("Call", exact=True).click()
    assert (await heard(visitor, "error"))["code"]
    await command(page, "signOut")
    await heard(visitor, "signedOut")
    await expect(frame.get_by_label("Password")).to_be_visible()
    refused = [text for text in visitor.complaints if "Policy" in text or "policy" in text]
    assert refused == []


@pytest.mark.feature("F-PBX-20")
async def test_a_page_that_asks_hears_what_is_said_and_the_widget_marks_it(crm: Api, visitor: Visitor) -> None:
    page = visitor.page
    bridge = await crm.user("admin", "bridge")
    user_id = str(await crm.add_user("anna", "supervisor"))
    await page.goto(f"{HOST}/")
    await heard(visitor, "ready")
    await command(page, "signIn", (await bridge.post(f"/users/{user_id}/sign-on", None))["token"])
    await heard(visitor, "signedIn")
    assert await eventually(lambda: page.frames[1].evaluate(f"{DESK}.state.online"), 15)
    call_id, whose = str(ids.new_id(datetime.now(UTC))), {"users": [user_id]}
    other, own = [
        {"channel_id": name, "number": number, "role": role, "state": "up", "user_id": user}
        for name, number, role, user in (("a", "79161234567", "caller", None), ("b", "101", "callee", user_id))
    ]
    call = {"direction": "inbound", "caller": "79161234567", "called": "7495", "state": "talking", "legs": [other, own]}
    at = datetime.now(UTC).isoformat()
    await tell(crm, "calls", "updated", call_id, call | {"operator_id": user_id, "started_at": at})
    pane = page.frame_locator("iframe").locator("pl-call-text")
    said = {"side": "client", "user_id": None, "start_s": 1.0, "end_s": 3.0}
    await expect(page.frame_locator("iframe").locator("pl-call")).to_have_count(1)
    await tell(crm, "transcripts", "segment", call_id, whose | said | {"seq": 0, "text": "Это страница не слышит"})
    await expect(pane).to_contain_text("Это страница не слышит")
    await command(page, "followTranscripts")
    later = whose | said | {"start_s": 5.0, "end_s": 7.0}
    await crm.db.execute("select pg_notify('speech', $1)", json({"key": call_id, "data": later | {"text": "верните"}}))
    await tell(
        crm, "transcripts", "segment", call_id, later | {"seq": 1, "text": "Верните деньги сегодня", "language": "ru"}
    )
    alert = {"id": str(ids.new_id(datetime.now(UTC))), "rule_name": "Refund", "severity": "alarm", "at_s": 5.1}
    alert |= {"text": "Верните деньги сегодня", "phrase": "верните деньги"}
    await tell(crm, "transcripts", "alert", call_id, whose | alert | {"side": "client"})
    times = {"callId": call_id, "side": "client", "userId": None, "startSeconds": 5, "endSeconds": 7}
    final = {"text": "Верните деньги сегодня", "seq": 1, "language": "ru", "masked": False}
    assert await heard(visitor, "transcript:final") == times | final
    assert await heard(visitor, "transcript:partial") == times | {"text": "верните"}
    await expect(pane.locator("pl-badge")).to_have_text("Refund")
    await expect(pane.locator(".alert.alarm")).to_have_count(2)


async def tell(crm: Api, topic: str, kind: str, key: str, data: dict[str, Any]) -> None:
    """A change of the feed, as the engine writes it."""
    query = "select add_changes(array[$1], array[$2], array[$3], array[$4::jsonb])"
    await crm.db.execute(query, topic, kind, key, data)


def json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def test_pages_that_may_not_embed_it_get_nothing(crm: Api, visitor: Visitor) -> None:
    page = visitor.page
    await page.goto(f"{STRANGER}/")
    assert await eventually(lambda: _complained(visitor, "frame-ancestors"), 20)
    assert await page.evaluate("window.heard") == []
    answer = await crm.anonymous.send("GET", "", headers={"Accept": "text/html"})
    assert answer.headers["X-Frame-Options"] == "DENY"


async def _complained(visitor: Visitor, word: str) -> bool:
    return any(word in text for text in visitor.complaints)


async def test_tokens_of_single_sign_on_work_once_and_for_those_who_may_do_no_more(crm: Api) -> None:
    anonymous = crm.anonymous
    admin, boss = await crm.user("admin", "root"), await crm.add_user("boss", "admin")
    user_id = await crm.add_user("anna", "operator")
    token = (await admin.post(f"/users/{user_id}/sign-on", None))["token"]
    first = await anonymous.send("POST", "/auth/token", {"token": token})
    again = await anonymous.send("POST", "/auth/token", {"token": token})
    assert (first.status, again.status) == (200, 401)
    assert first.json["user"]["login"] == "anna"
    late = (await admin.post(f"/users/{user_id}/sign-on", None))["token"]
    crm.clock.ahead = 120.0
    assert (await anonymous.send("POST", "/auth/token", {"token": late})).status == 401
    crm.clock.ahead = 0.0
    await crm.db.execute("insert into roles (name, title, rights) values ('bridge', 'Bridge', array['accounts.write'])")
    bridge = await crm.user("bridge", "bridge")
    assert (await bridge.send("POST", f"/users/{boss}/sign-on")).status == 403
    await crm.db.execute("update users set blocked_at = now() where id = $1", user_id)
    assert (await admin.send("POST", f"/users/{user_id}/sign-on")).status == 409


async def test_hostile_words_are_shown_as_words(crm: Api, visitor: Visitor) -> None:
    page = visitor.page
    now = datetime.now(UTC)
    await crm.insert("extensions", id=ids.new_id(now), number="201", name=HOSTILE, password="x" * 20)
    await crm.insert("extensions", id=ids.new_id(now), number="202", name="x", password="x" * 20)
    user_id = await crm.add_user("anna", "operator", name=HOSTILE, extension="201")
    admin = await crm.user("admin", "root")
    await admin.post("/contacts", {"name": HOSTILE, "company": HOSTILE, "phones": [{"number": "+79161234567"}]})
    call_id = await add_call(crm, user=user_id, caller_name=HOSTILE)
    await page.goto(f"{crm.url}/embed?language=en")
    await page.get_by_label("Login").fill("anna")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("pl-status")).to_contain_text("<img src=x")
    legs = [{"channel_id": "a", "number": "1", "role": "caller", "state": "up"}]
    legs.append({"channel_id": "b", "number": "201", "role": "callee", "state": "ringing"})
    live = {"caller": HOSTILE, "caller_name": HOSTILE, "called": "201", "direction": "inbound", "state": "ringing"}
    live |= {"started_at": now.isoformat(), "legs": legs}
    widget = "document.querySelector('pl-widget').app.desk"
    await page.evaluate(
        f"(data) => {widget}.take({{type: 'change', topic: 'calls', kind: 'started', key: '{call_id}', data}})", live
    )
    await expect(page.locator("pl-call h2")).to_contain_text("<img src=x")
    for section in ("Contacts", "History"):
        await page.get_by_role("button", name=section, exact=True).click()
        await expect(page.locator("main")).to_contain_text("<img src=x")
    await page.evaluate(f"(text) => {widget}.notify('bad', text)", HOSTILE)
    await expect(page.get_by_role("alert").last).to_contain_text("<img src=x")
    assert await page.evaluate("window.hacked") is None


@pytest.mark.feature("F-WID-04", "F-WID-11", "F-WID-12")
async def test_a_contact_becomes_a_favourite_and_calls_are_forwarded_until_a_time(crm: Api, visitor: Visitor) -> None:
    page, now = visitor.page, datetime.now(UTC)
    await crm.insert("extensions", id=ids.new_id(now), number="201", name="Anna", password="x" * 20)
    await crm.add_user("anna", "operator", extension="201")
    admin = await crm.user("admin", "root")
    await admin.post("/contacts", {"name": "Romashka", "phones": [{"number": "+74951000001"}]})
    await page.goto(f"{crm.url}/embed?language=en")
    await page.get_by_label("Login").fill("anna")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Contacts", exact=True).click()
    await page.get_by_role("searchbox", name="Search").fill("roma")
    await page.get_by_role("button", name="Add to favourites").click()
    await page.get_by_role("searchbox", name="Search").fill("")
    favourites = page.get_by_role("region", name="Favourites")
    await expect(favourites).to_contain_text("+7 495 100-00-01")
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_label("To number").fill("+7 916 123-45-67")
    await page.get_by_role("button", name="Switch on").click()
    await expect(page.get_by_text("Calls go to +7 916 123-45-67 until")).to_be_visible()
    (rule,) = await crm.db.fetchval("select forwards from extensions where number = '201'")
    assert (rule["when"], rule["to"]["number"], bool(rule["until"])) == ("always", "79161234567", True)
    await page.get_by_role("button", name="Switch off").click()
    await expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    assert await crm.db.fetchval("select forwards from extensions where number = '201'") == []


def test_addresses_of_pages_that_may_embed_are_checked() -> None:
    assert embedding_origins(" https://A.example/, http://b:8080 ,") == ("https://a.example", "http://b:8080")
    for wrong in ("*", "erp.example", "https://a.example/path", "https://a.example'; script-src *"):
        with pytest.raises(ConfigError):
            embedding_origins(wrong)


def test_the_release_build_keeps_its_size(tmp_path: Path) -> None:
    command = ["npm", "--prefix", str(ROOT / "widget"), "run", "--silent", "release"]
    env = {**os.environ, "PAYLATER_RELEASE": str(tmp_path / "dist")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sizes = {name: len(gzip.compress((tmp_path / "dist" / name).read_bytes())) for name in ("main.js", "paylater.js")}
    assert sizes["main.js"] <= 120 * 1024, sizes
    assert sizes["paylater.js"] <= 8 * 1024, sizes
