"""Headless Chromium as a phone: flags, a tone in place of the microphone, media on the loopback, a bare SIP page.

async with chromium(tone_hz=700) as browser:            # any page of the product, with ears
    page = await new_page(browser)
    ...
    pcm = await hear(page, 2)                           # what the page's calls sounded like
async with browser_operator(stack, login, password, tone_hz=700) as phone:      # registered, no widget
    await phone.dial("102")
"""

import asyncio
import base64
import contextlib
import tempfile
import time
import wave
from array import array
from collections.abc import AsyncIterator
from math import pi, sin
from pathlib import Path
from typing import Any

import msgspec
from playwright.async_api import Browser, Page, async_playwright

from tools.softphone import audio
from tools.stack.stand import Stack

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
_MIC_RATE = 48_000
_FLAGS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--webrtc-ip-handling-policy=default_public_interface_only",
    "--force-webrtc-ip-handling-policy=default_public_interface_only",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
)


def write_microphone(path: Path, tone_hz: float) -> None:
    """A second of a tone (0: silence) without a seam, for Chromium to loop in place of a microphone."""
    samples = array("h", (int(9000 * sin(2 * pi * tone_hz * i / _MIC_RATE)) for i in range(_MIC_RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_MIC_RATE)
        file.writeframes(samples.tobytes())


@contextlib.asynccontextmanager
async def chromium(tone_hz: float = 440) -> AsyncIterator[Browser]:
    """A browser whose microphone gives a tone of whole ``tone_hz`` (0: silence)."""
    with tempfile.TemporaryDirectory(prefix="plt-mic-") as folder:
        microphone = Path(folder) / "tone.wav"
        write_microphone(microphone, tone_hz)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=[*_FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
            )
            try:
                yield browser
            finally:
                await browser.close()


async def new_page(browser: Browser, **options: Any) -> Page:
    """A page in a context of its own (options are ``Browser.new_context``'s) that can be heard: see ``hear``."""
    context = await browser.new_context(**options)
    await context.grant_permissions(["microphone"])
    await context.add_init_script(path=HERE / "media.js")
    return await context.new_page()


async def hear(page: Page, seconds: float) -> bytes:
    """What all calls of the page sound like during the next ``seconds``: PCM at 8000 Hz, for `audio.tone_share`."""
    await page.evaluate("test.heard()")
    await asyncio.sleep(seconds)
    return base64.b64decode(await page.evaluate("test.heard()"))


async def hears_tone(page: Page, hz: float, *, timeout: float = 15, share: float = 0.6) -> bool:
    """Whether a tone of ``hz`` comes to be most of what the page hears; waits for it."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        pcm = await hear(page, 0.6)
        if pcm and audio.level(pcm) > 100 and audio.tone_share(pcm, hz) > share:
            return True
    return False


class BrowserPhone:
    """A registered phone in a bare page."""

    def __init__(self, page: Page, own: dict[str, Any]) -> None:
        self.page = page
        self.own = own
        self.extension: str = own["extension"]

    async def wait(self, condition: str, timeout: float = 20) -> Any:
        """Wait until the JavaScript ``condition`` is true; told with the phone's state when it does not come."""
        try:
            return await (await self.page.wait_for_function(condition, timeout=timeout * 1000)).json_value()
        except Exception as exc:
            state = await self.page.evaluate("({state: phone.state, closed: phone.closed, last: phone.last()})")
            stats = await self.page.evaluate("test.stats()")
            raise AssertionError(f"not in {timeout} s: {condition}; {state} {stats}") from exc

    async def dial(self, number: str) -> None:
        await self.page.evaluate("number => phone.dial(number)", number)

    async def wait_up(self, timeout: float = 20) -> None:
        await self.wait("phone.last()?.state === 'up'", timeout)

    async def wait_over(self, timeout: float = 20) -> dict[str, Any]:
        """Wait for the last call's end: ``cause``, and the SIP ``status`` of a call that failed."""
        await self.wait("phone.last()?.state === 'over'", timeout)
        return dict(await self.page.evaluate("phone.last()"))

    async def answer(self, timeout: float = 20) -> None:
        """Wait for a call and take it."""
        await self.wait("phone.rings()", timeout)
        await self.page.evaluate("phone.answer()")
        await self.wait_up(timeout)

    async def hang_up(self) -> None:
        await self.page.evaluate("phone.hangUp()")

    async def hears(self, hz: float, timeout: float = 15) -> bool:
        return await hears_tone(self.page, hz, timeout=timeout)

    async def stats(self) -> list[dict[str, Any]]:
        return list(await self.page.evaluate("test.stats()"))


@contextlib.asynccontextmanager
async def browser_operator(
    stack: Stack, login: str, password: str, *, tone_hz: float = 440
) -> AsyncIterator[BrowserPhone]:
    """The phone of a user with an extension of kind ``webrtc``, registered from a page without the widget."""
    async with chromium(tone_hz) as browser, stack.api(login, password) as api:
        own = await api.get("/me/phone")
        page = await new_page(browser, bypass_csp=True)
        page.on("pageerror", lambda error: print("page error:", error))
        # Any small page of the product's own address: one that is made up may not speak to this machine.
        await page.goto(f"{api.base}/widget/vendor/uplot.css")
        await page.add_script_tag(path=HERE / "phone.js", type="module")
        await page.wait_for_function("window.phone")
        phone = BrowserPhone(page, own)
        arguments = msgspec.to_builtins([own, f"{api.base.replace('http', 'ws', 1)}{own['ws_path']}", api.token])
        await page.evaluate("([own, url, token]) => phone.start(own, url, token)", arguments)
        await phone.wait("phone.state === 'registered'")
        yield phone
