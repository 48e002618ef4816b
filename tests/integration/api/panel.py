"""The panel in a headless Chromium, for tests: a page whose console must stay clean, sign-in, places."""

import contextlib
from collections.abc import AsyncIterator, Iterable

from playwright.async_api import Browser, Page, async_playwright, expect

# What a browser writes when a server refuses or is away: the panel tells it to the reader.
EXPECTED = ("401", "403", "404", "409", "422", "503")


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless Chromium, for pages of its own contexts."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def page_of(browser: Browser, expected: Iterable[str] = EXPECTED, width: int = 1280) -> AsyncIterator[Page]:
    """A page of a Russian browser in Moscow; a script error, or a refused script or style, fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(
        locale="ru-RU", timezone_id="Europe/Moscow", viewport={"width": width, "height": 900}
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda entry: complaints.append(entry.text) if entry.type == "error" else None)
    yield page
    await context.close()
    assert [text for text in complaints if not any(word in text for word in expected)] == []


@contextlib.asynccontextmanager
async def browser_page(expected: Iterable[str] = EXPECTED, width: int = 1280) -> AsyncIterator[Page]:
    """``page_of`` a Chromium of its own."""
    async with chromium() as browser, page_of(browser, expected, width) as page:
        yield page


async def sign_in(page: Page, url: str, login: str, password: str, place: str = "") -> None:
    """Open ``/panel`` (at ``place``) and sign in; afterwards the top bar names the user."""
    await page.goto(f"{url}/panel{place}")
    await page.get_by_label("Логин").fill(login)
    await page.get_by_label("Пароль").fill(password)
    await page.keyboard.press("Enter")
    await expect(page.locator("header.top .burger")).to_be_attached()


async def walk(page: Page, place: str) -> None:
    """Go to a place of the panel as its links do, without loading it anew; another page shown before is gone."""
    await page.evaluate(
        """place => {
            const other = location.pathname.split("/")[2] !== new URL(place, location.href).pathname.split("/")[2];
            document.querySelector("header.page")?.toggleAttribute("data-left", other);
            history.pushState(null, "", place);
            dispatchEvent(new Event("placechange"));
        }""",
        f"/panel/{place}",
    )
    await expect(page.locator("header.page[data-left]")).to_have_count(0)


def heading(page: Page, text: str):
    """The heading of the page shown."""
    return page.get_by_role("heading", level=1, name=text, exact=True)
