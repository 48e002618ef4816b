"""Real readiness of each part: it is asked for what it is there for."""

import asyncio
import base64
import socket
import uuid
from typing import Any

import aiohttp
import asyncpg

from engine.core.config import Settings

_TIMEOUT = aiohttp.ClientTimeout(total=3.0)


class NotReady(Exception):
    """The part does not answer as it should; the text says how."""


async def database(settings: Settings, name: str | None = None) -> None:
    """PostgreSQL answers a query; ``name`` overrides the database."""
    connection = None
    try:
        extra = {"database": name} if name else {}
        connection = await asyncpg.connect(settings.database_dsn, timeout=3.0, **extra)
        await connection.fetchval("select 1", timeout=3.0)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        raise NotReady(f"PostgreSQL: {exc or type(exc).__name__}") from exc
    finally:
        if connection is not None:
            connection.terminate()


async def ari(settings: Settings) -> dict[str, Any]:
    """ARI lets us in; gives Asterisk's own figures (``system``, ``status``)."""
    pair = base64.b64encode(f"{settings.ari_user}:{settings.ari_password}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}"}
    try:
        async with (
            aiohttp.ClientSession(headers=headers, timeout=_TIMEOUT) as session,
            session.get(f"{settings.ari_url}/asterisk/info") as answer,
        ):
            if answer.status != 200:
                raise NotReady(f"ARI answers {answer.status}")
            info: dict[str, Any] = await answer.json()
            return info
    except (OSError, TimeoutError, aiohttp.ClientError) as exc:
        raise NotReady(f"ARI: {exc or type(exc).__name__}") from exc


async def sip(settings: Settings) -> str:
    """Asterisk answers a SIP OPTIONS over UDP; gives the first line of the answer."""
    loop = asyncio.get_running_loop()
    host = "127.0.0.1" if settings.bind_host == "0.0.0.0" else settings.bind_host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind((host, 0))
        port = sock.getsockname()[1]
        call_id = uuid.uuid4().hex
        text = (
            f"OPTIONS sip:ready@{host}:{settings.sip_port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{call_id};rport\r\n"
            f"Max-Forwards: 10\r\nFrom: <sip:ready@{host}>;tag={call_id[:8]}\r\n"
            f"To: <sip:ready@{host}>\r\nCall-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\n"
            f"Contact: <sip:ready@{host}:{port}>\r\nContent-Length: 0\r\n\r\n"
        )
        try:
            await loop.sock_sendto(sock, text.encode(), (host, settings.sip_port))
            data = await asyncio.wait_for(loop.sock_recv(sock, 4096), 2.0)
        except (OSError, TimeoutError) as exc:
            raise NotReady(f"SIP: no answer on {host}:{settings.sip_port}") from exc
    line = data.decode(errors="replace").split("\r\n", 1)[0]
    if not line.startswith("SIP/2.0 "):
        raise NotReady(f"SIP: a strange answer: {line}")
    return line


async def asterisk(settings: Settings) -> None:
    """Asterisk serves ARI and SIP."""
    await ari(settings)
    await sip(settings)


async def http(url: str) -> None:
    """The address answers 200."""
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(url) as answer:
            if answer.status != 200:
                raise NotReady(f"{url} answers {answer.status}: {(await answer.text())[:200]}")
    except (OSError, TimeoutError, aiohttp.ClientError) as exc:
        raise NotReady(f"{url}: {exc or type(exc).__name__}") from exc


async def engine(settings: Settings) -> None:
    await http(f"{settings.control_url}/health/ready")


async def api(settings: Settings) -> None:
    await http(f"{settings.http_url}/health/ready")
