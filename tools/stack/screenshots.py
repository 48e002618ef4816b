"""Pictures of panel and portal of a running example (``tools/screenshots FOLDER``): small PNG files for the README."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import Browser, Page, async_playwright

from tools.stack import settings as stack_settings
from tools.stack.console import say

DESK, PHONE = (1280, 800), (360, 740)
MOST_BYTES = 150_000
_QUIET_MS = 900


@dataclass(frozen=True)
class Shot:
    """A picture: the page (``menus/*`` is the first menu), language, colours, size of the window, whose page it is."""

    name: str
    place: str
    language: str = "ru"
    scheme: Any = "light"
    size: tuple[int, int] = DESK
    root: str = "/panel"


README = (
    Shot("wallboard", "wallboard"),
    Shot("menu", "menus/*"),
    Shot("queue", "queues/*"),
    Shot("reports", "reports?period=week"),
    Shot("desk", "desk"),
    Shot("request", "desk/*"),
    Shot("portal", "analysis", root="/support"),
    Shot("history-dark", "calls", scheme="dark"),
    Shot("wallboard-phone", "wallboard", size=PHONE),
    Shot("menu-phone-en", "menus/*", "en", "dark", PHONE),
)
PAGES = (
    *("wallboard", "calls", "missed", "callbacks", "voicemail", "reports", "timesheet", "numbers", "menus", "menus/*"),
    *("schedules", "schedules/*", "queues", "queues/*", "groups", "prompts", "voicemail-boxes", "blacklist"),
    *("extensions", "extensions/*", "trunks", "speed-dials", "outbound-rules", "caller-id-rules", "dialplan"),
    *("feature-codes", "users", "users/*", "employee-groups", "skills", "break-reasons", "shifts", "partners", "roles"),
    *("sign-in-providers", "sessions", "audit", "profile", "home"),
    *("campaigns", "campaigns/*", "lead-lists", "lead-lists/*", "do-not-call", "campaign-report"),
    *("campaign-compliance", "dispositions", "lead-sources", "calling-hours", "webhooks"),
    *("desk", "desk/*", "problems", "clients", "clients/*", "registrations", "support-report", "survey-results"),
    *("desk-links", "mailboxes", "ticket-categories", "support-lines", "ready-answers", "sla-plans", "sla-calendars"),
)


def every() -> tuple[Shot, ...]:
    """Each page in both languages, both colours and both sizes."""
    kinds = [("ru", "light", DESK), ("en", "dark", DESK), ("ru", "dark", PHONE), ("en", "light", PHONE)]
    return tuple(
        Shot(f"{place.replace('/*', '-one')}-{language}-{scheme}-{size[0]}", place, language, scheme, size)
        for place in PAGES
        for language, scheme, size in kinds
    )


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools/screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--every-page", action="store_true", help="all pages, languages, colours and sizes")
    options = parser.parse_args(words)
    options.folder.mkdir(parents=True, exist_ok=True)
    up = msgspec.json.decode((stack_settings.load().run / "up.json").read_bytes())
    return asyncio.run(_take(up, options.folder, every() if options.every_page else README))


async def _take(up: dict[str, Any], folder: Path, shots: Sequence[Shot]) -> int:
    """Take them; gives how many are wider than their window or too large."""
    faults = 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        people = {"/panel": up["admin"], "/support": up["demo"]["clients"][0]}
        stored = {root: await _signed_in(browser, up["http"] + root, people[root]) for root in {s.root for s in shots}}
        pages: dict[tuple[Any, ...], Page] = {}
        for shot in shots:
            key = (shot.language, shot.scheme, shot.size, shot.root)
            if key not in pages:
                pages[key] = await _page(browser, shot, stored[shot.root])
            faults += await _picture(pages[key], up["http"], folder, shot)
        await browser.close()
    return faults


async def _signed_in(browser: Browser, url: str, person: dict[str, str]) -> Any:
    """What the browser keeps of a sign-in."""
    page = await browser.new_page(locale="ru-RU")
    await page.goto(url)
    await page.get_by_label("Логин").fill(person["login"])
    await page.get_by_label("Пароль", exact=True).fill(person["password"])
    await page.keyboard.press("Enter")
    await page.wait_for_selector("header.top nav, header.top .burger", state="attached")
    return await page.context.storage_state()


async def _page(browser: Browser, shot: Shot, stored: Any) -> Page:
    width, height = shot.size
    context = await browser.new_context(
        storage_state=stored, color_scheme=shot.scheme, viewport={"width": width, "height": height}, locale="ru-RU"
    )
    language = f"localStorage.setItem('paylater.language', '{shot.language}')"
    await context.add_init_script(language)
    return await context.new_page()


async def _picture(page: Page, http: str, folder: Path, shot: Shot) -> int:
    place = shot.place
    if place.endswith("/*"):
        await page.goto(f"{http}{shot.root}/{place[:-2]}")
        found = await page.locator("pl-table a.row").first.get_attribute("href", timeout=15_000)
        await page.goto(f"{http}{found}")
    else:
        await page.goto(f"{http}{shot.root}/{place}")
    await page.wait_for_selector("header.page, main h1", timeout=15_000)
    await page.wait_for_timeout(_QUIET_MS)
    path = folder / f"{shot.name}.png"
    await page.screenshot(path=path)
    wide = await page.evaluate("document.documentElement.scrollWidth") > shot.size[0]
    large = path.stat().st_size > MOST_BYTES
    if wide or large:
        say(f"{shot.name}: {'wider than the window' if wide else 'more than 150 KB'}")
    return int(wide or large)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
