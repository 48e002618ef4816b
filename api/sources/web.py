"""Rows of a source that speaks HTTP: pages of JSON, each within a time and a size, redirects not followed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import msgspec

from api.sources.model import HttpRows
from api.sources.store import SourceFailed
from engine.core import pointers
from engine.core.config import Settings
from engine.dialer.portraits.model import fill, refused

_PAGES = 100_000


async def http_rows(
    session: aiohttp.ClientSession, source: HttpRows, secret: str, settings: Settings
) -> AsyncIterator[list[Any]]:
    """Rows, a page at a time; ``session``: one of ``engine.core.outside``.

    Raises:
        SourceFailed.
    """
    if reason := refused(source.url):
        raise SourceFailed(reason)
    mark: str | None = str(source.first) if source.paging == "page" else None
    for number in range(_PAGES):
        parameters = {source.parameter: mark} if mark is not None else {}
        document = await _document(session, source, secret, parameters, settings)
        rows = _rows(document, source)
        if rows:
            yield rows
        before = mark
        if source.paging == "page" and rows:
            mark = str(source.first + number + 1)
        elif source.paging == "cursor":
            mark = _cursor(document, source)
            if mark is not None and mark == before:
                raise SourceFailed("The source gives the same cursor again and again")
        else:
            return
        if mark is None:
            return
    raise SourceFailed(f"More than {_PAGES} pages")


async def _document(
    session: aiohttp.ClientSession, source: HttpRows, secret: str, parameters: Mapping[str, str], settings: Settings
) -> Any:
    headers = {name: fill(value, {"secret": _one_line(secret)}) for name, value in source.headers.items()}
    body = None
    if source.body:
        quoted = msgspec.json.encode(secret)[1:-1].decode()
        body = fill(source.body, {"secret": quoted}).encode()
        headers.setdefault("Content-Type", "application/json")
    try:
        async with asyncio.timeout(settings.lead_source_timeout_s):
            status, data = await _exchange(session, source, headers, parameters, body, settings.lead_source_max_bytes)
    except TimeoutError:
        raise SourceFailed(f"No answer within {settings.lead_source_timeout_s:g} s") from None
    except (aiohttp.ClientError, OSError, ValueError) as exc:
        raise SourceFailed(f"The request failed: {type(exc).__name__}") from None
    if not 200 <= status < 300:
        raise SourceFailed(f"The source answers with status {status}")
    try:
        return await asyncio.to_thread(msgspec.json.decode, data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise SourceFailed("The source's answer is not JSON") from None


async def _exchange(
    session: aiohttp.ClientSession,
    source: HttpRows,
    headers: Mapping[str, str],
    parameters: Mapping[str, str],
    body: bytes | None,
    most: int,
) -> tuple[int, bytes]:
    data = bytearray()
    async with session.request(
        source.method, source.url, params=parameters, headers=headers, data=body, allow_redirects=False
    ) as reply:
        async for piece in reply.content.iter_chunked(65_536):
            data += piece
            if len(data) > most:
                raise SourceFailed(f"The source's answer is larger than {most} bytes: ask for smaller pages")
    return reply.status, bytes(data)


def _rows(document: Any, source: HttpRows) -> list[Any]:
    try:
        rows = pointers.find(document, source.rows)
    except LookupError:
        raise SourceFailed(f"The answer has nothing at {source.rows}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        place = source.rows or "its top"
        raise SourceFailed(f"The answer has no list of objects at {place}")
    return rows


def _cursor(document: Any, source: HttpRows) -> str | None:
    try:
        return pointers.as_text(pointers.find(document, source.next), 2000) or None
    except LookupError:
        return None


def _one_line(value: str) -> str:
    return "".join(character for character in value if character.isprintable())
