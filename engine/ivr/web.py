"""Asks a web service for a menu's `http` step, within a deadline and a size.

Where a request may go is the right of who may edit menus: addresses inside the company are allowed on purpose (the
CRM lives there). What a caller types can't choose it: values are percent-quoted, places in the host part are refused
(by the check of the menu and here), redirects are not followed, and link-local addresses (169.254.169.254 and its
like, where clouds keep credentials) are never asked, by number or by name.
"""

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

import aiohttp

from engine.core.config import Settings
from engine.core.outside import open_session
from engine.ivr.model import Http
from engine.ivr.port import WebAnswer, WebFailed
from engine.ivr.rules.render import render
from engine.ivr.rules.requests import AnswerUnfit, pick, refused

__all__ = ["AiohttpWeb", "open_session"]


class AiohttpWeb:
    """`engine.ivr.port.WebPort` on an aiohttp session that the composition root owns."""

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings

    async def ask(self, step: Http, variables: Mapping[str, str]) -> WebAnswer:
        """Send the request once; 2xx with a JSON body that holds every mapped value is an answer."""
        if reason := refused(step.url):
            raise WebFailed(reason)
        url = render(step.url, variables, quote=lambda value: quote(value, safe=""))
        headers = {name: _one_line(render(value, variables)) for name, value in step.headers.items()}
        body = None if step.body is None else {k: render(v, variables) for k, v in step.body.items()}
        deadline = min(step.deadline_s, self._settings.http_step_max_seconds)
        try:
            async with asyncio.timeout(deadline):
                status, data = await self._exchange(step.method, url, headers, body)
        except TimeoutError:
            raise WebFailed(f"no answer within {deadline:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise WebFailed(f"request failed: {type(exc).__name__}") from exc
        if not 200 <= status < 300:
            raise WebFailed(f"status {status}")
        try:
            return WebAnswer(status, pick(data, step.mapping) if step.mapping else {})
        except AnswerUnfit as exc:
            raise WebFailed(str(exc)) from exc

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: Mapping[str, str] | None
    ) -> tuple[int, bytes]:
        limit = self._settings.http_step_max_bytes
        data = bytearray()
        async with self._session.request(method, url, headers=headers, json=body, allow_redirects=False) as reply:
            async for chunk in reply.content.iter_chunked(16_384):
                data += chunk
                if len(data) > limit:
                    raise WebFailed(f"answer larger than {limit} bytes")
        return reply.status, bytes(data)


def _one_line(value: str) -> str:
    return "".join(character for character in value if character.isprintable())
