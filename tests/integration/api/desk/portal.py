"""Clients in the portal for tests: companies and their people with passwords, their pages in Chromium."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

from api.auth.seal import Seal
from tests.integration.api.conftest import PASSWORD, Api, Client, until

LINK = re.compile(r"#/(?:link|survey)/([A-Za-z0-9._~-]+)")
PAGES = {
    "requests": "Заявки",
    "new": "Новая заявка",
    "requests?status=overdue": "Заявки",
    "analysis": "Аналитика",
    "people": "Сотрудники",
    "profile": "Профиль",
}
"""Places, and the headings of what is there."""


@dataclass
class Person:
    """Somebody who may sign in to the portal."""

    login: str
    email: str
    client: Client
    account_id: str


async def link_to(api: Api, email: str) -> str:
    """The secret of the newest letter to ``email``."""

    async def found() -> str | None:
        bodies = await api.db.fetch(
            "select body from mails where recipient = $1 and body is not null order by created_at desc", email
        )
        links = (LINK.search(Seal(api.settings).open(row["body"])) for row in bodies)
        return next((link[1] for link in links if link), None)

    return str(await until(found))


async def enter_by_letter(api: Api, email: str, account_id: str) -> Person:
    """Set a password by the letter's link, and sign in."""
    token = await link_to(api, email)
    whose = await api.anonymous.post("/auth/link", {"token": token}, 200)
    await api.anonymous.post("/auth/link/use", {"token": token, "password": PASSWORD}, 204)
    return Person(whose["login"], email, await api.anonymous.login(whose["login"]), account_id)


async def make_company(api: Api, admin: Client, *outlets: str, name: str = "") -> Person:
    """A company with these outlets, and its person signed in."""
    email = f"{uuid.uuid4().hex[:12]}@company.example"
    company = {"name": name or f"ООО {email[:12]}", "contact": "Анна", "email": email, "invite": True}
    made = await admin.post("/clients", {**company, "outlets": [{"name": one} for one in outlets]})
    return await enter_by_letter(api, email, made["id"])


async def outlet_ids(person: Person) -> dict[str, str]:
    return {one["name"]: one["id"] for one in (await person.client.get("/portal/me"))["outlets"]}


async def ask_support(person: Person, outlet: str, subject: str, **fields: Any) -> Any:
    """A request of ``person`` about the outlet of that name."""
    body = {"subject": subject, "description": "Помогите", "outlet_id": (await outlet_ids(person))[outlet]}
    return await person.client.post("/portal/tickets", {**body, **fields})


async def open_portal(page: Page, api: Api, person: Person, place: str = "") -> None:
    """Sign in with the keyboard; afterwards the bar is there."""
    await page.goto(f"{api.url}/support{place}")
    await page.get_by_label("Логин").fill(person.login)
    await page.get_by_label("Пароль").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation", name="Разделы")).to_be_visible()


async def turn_to(page: Page, place: str, title: str) -> None:
    """Go to a place without loading everything anew, and wait until nothing is being read any more."""
    go = "place => { history.pushState(null, '', `/support/${place}`); dispatchEvent(new Event('placechange')); }"
    await page.evaluate(go, place)
    await expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await expect(page.get_by_text("Загрузка…")).to_have_count(0)


async def fits(page: Page, place: str) -> None:
    """Nothing stands wider than the window."""
    wide = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], f"{place} is {wide[0]} px wide in a window of {wide[1]} px"
