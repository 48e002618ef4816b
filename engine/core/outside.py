"""Asking web services outside: addresses inside the company are allowed (the CRM lives there), link-local ones
(169.254.169.254 and its like, where clouds keep credentials) are never asked, by number or by name."""

import asyncio
import ipaddress
import socket

import aiohttp
import aiohttp.abc


def is_link_local(host: str) -> bool:
    """Is ``host`` an address of the link itself, also one of IPv4 written as IPv6?"""
    try:
        address = ipaddress.ip_address(host.split("%", 1)[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return address.is_link_local or (mapped is not None and mapped.is_link_local)


def open_session(limit: int = 100) -> aiohttp.ClientSession:
    """A session to ask with: no cookies, ``limit`` connections, names of link-local addresses not resolved."""
    connector = aiohttp.TCPConnector(limit=limit, resolver=_Resolver())
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


class _Resolver(aiohttp.abc.AbstractResolver):
    """The usual resolver, less what must not be asked."""

    def __init__(self) -> None:
        self._usual = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        found = await self._usual.resolve(host, port, family)
        fit = [item for item in found if not is_link_local(item["host"])]
        if not fit:
            raise OSError(f"{host}: link-local addresses are not asked")
        return fit

    async def close(self) -> None:
        await self._usual.close()


async def resolve_allowed(host: str, port: int) -> None:
    """Look ``host`` up before another library connects to it.

    Raises:
        OSError: there is no such host, or it lies where nothing is asked.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if any(is_link_local(str(item[4][0])) for item in found):
        raise OSError(f"{host}: link-local addresses are not asked")
