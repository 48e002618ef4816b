"""REST over HTTP, for calls that take long: the events socket serves requests in order and must not wait for them."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from engine.ari.errors import AriDisconnected, AriTimeout, of_status
from engine.ari.link import error_text

# Connections beside the events socket, and how long an idle one is kept (Asterisk closes it after 15 s).
POOL = 32
KEEP_IDLE = 5.0
_PIECE = 65536


def open_session(user: str, password: str) -> aiohttp.ClientSession:
    """A session for one node: the events socket and the pool."""
    return aiohttp.ClientSession(
        headers={"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"},
        connector=aiohttp.TCPConnector(limit=POOL + 1, keepalive_timeout=KEEP_IDLE),
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=False,
    )


async def ask(
    session: aiohttp.ClientSession, operation: str, method: str, url: str, *, body: Any, timeout: float
) -> Any:
    """The JSON that Asterisk answers (None: nothing), within ``timeout`` seconds.

    Raises:
        AriTimeout, AriDisconnected: no answer.
        AriError: Asterisk refused.
    """
    content = msgspec.json.encode(body) if body is not None else None
    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        async with (
            asyncio.timeout(timeout),
            session.request(method, URL(url, encoded=True), data=content, headers=headers) as response,
        ):
            data = await response.read()
    except TimeoutError as exc:
        raise AriTimeout(f"{operation}: no answer in {timeout:g} s", operation=operation) from exc
    except (aiohttp.ClientError, OSError) as exc:
        raise AriDisconnected(f"{operation}: {exc}", operation=operation) from exc
    if response.status >= 400:
        raise of_status(response.status, operation, error_text(data) or str(response.reason))
    return msgspec.json.decode(data) if data else None


async def download(session: aiohttp.ClientSession, operation: str, url: str, *, timeout: float) -> AsyncIterator[bytes]:
    """The body in pieces; ``timeout`` seconds for the head and for each piece."""
    limits = aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout)
    try:
        async with session.get(URL(url, encoded=True), timeout=limits) as response:
            if response.status >= 400:
                raise of_status(response.status, operation, error_text(await response.read()) or str(response.reason))
            async for piece in response.content.iter_chunked(_PIECE):
                yield piece
    except TimeoutError as exc:
        raise AriTimeout(f"{operation}: no answer in {timeout:g} s", operation=operation) from exc
    except (aiohttp.ClientError, OSError) as exc:
        raise AriDisconnected(f"{operation}: {exc}", operation=operation) from exc
