"""One request for a portrait: sent once, within a deadline and a size, redirects not followed."""

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from engine.core import pointers
from engine.dialer.portraits.model import Portrait, Who, fill, refused

MAX_VALUE = 2000


class PortraitFailed(Exception):
    """No portrait came; the text says why, and holds no secret."""


async def ask(
    session: aiohttp.ClientSession, settings: Portrait, who: Who, secret: str, deadline_s: float, most: int
) -> dict[str, str]:
    """The client's portrait by variable; empty when the system does not know the client (404, or 204).

    ``session``: one of ``engine.core.outside``; ``most``: bytes of an answer.

    Raises:
        PortraitFailed.
    """
    if reason := refused(settings.url):
        raise PortraitFailed(reason)
    values = {name: getattr(who, name) for name in who.__struct_fields__}
    url = fill(settings.url, values, lambda value: quote(value, safe=""))
    headers = {name: _one_line(fill(value, {"secret": secret})) for name, value in settings.headers.items()}
    body = _body(settings, {**values, "secret": secret})
    if body:
        headers.setdefault("Content-Type", "application/json")
    try:
        async with asyncio.timeout(deadline_s):
            status, data = await _exchange(session, settings.method, url, headers, body, most)
    except TimeoutError:
        raise PortraitFailed(f"no answer within {deadline_s:g} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as exc:
        raise PortraitFailed(f"the request failed: {type(exc).__name__}") from exc
    if status in (204, 404):
        return {}
    if not 200 <= status < 300:
        raise PortraitFailed(f"status {status}")
    return picked(data, settings.mapping)


def picked(data: bytes, mapping: Mapping[str, str]) -> dict[str, str]:
    """Values of the answer by variable; what the answer does not hold is left out. Pure.

    Raises:
        PortraitFailed: it is not JSON.
    """
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as exc:
        raise PortraitFailed("the answer is not JSON") from exc
    found = {}
    for variable, pointer in mapping.items():
        try:
            found[variable] = pointers.as_text(pointers.find(document, pointer), MAX_VALUE).replace("\0", "")
        except LookupError:
            continue
    return found


def _body(settings: Portrait, values: Mapping[str, str]) -> bytes | None:
    """Values stand inside of JSON strings: quoted as such."""
    if not settings.body:
        return None
    return fill(settings.body, values, lambda value: msgspec.json.encode(value)[1:-1].decode()).encode()


async def _exchange(
    session: aiohttp.ClientSession, method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int
) -> tuple[int, bytes]:
    data = bytearray()
    # As it is written: what was quoted above stays so.
    async with session.request(
        method, URL(url, encoded=True), headers=headers, data=body, allow_redirects=False
    ) as reply:
        async for chunk in reply.content.iter_chunked(16_384):
            data += chunk
            if len(data) > most:
                raise PortraitFailed(f"the answer is larger than {most} bytes")
    return reply.status, bytes(data)


def _one_line(value: str) -> str:
    return "".join(character for character in value if character.isprintable())
