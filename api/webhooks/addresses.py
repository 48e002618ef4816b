"""Where webhooks may go: public addresses, and private networks that a setting names.

Looked at in the moment of connecting, so that a name that leads elsewhere by then (DNS rebinding) gains nothing.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import aiohttp
import aiohttp.abc
from yarl import URL

from engine.core.errors import ConfigError

Network = IPv4Network | IPv6Network
_NAT64 = ip_network("64:ff9b::/96")


class NotAllowed(OSError):
    """The address is none that webhooks may go to."""


def networks(text: str) -> tuple[Network, ...]:
    """The setting ``webhook_networks``.

    Raises:
        ConfigError: it names something else.
    """
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as exc:
        raise ConfigError(f"webhook_networks: {exc}; write networks like 10.20.0.0/16, comma between several") from None


def allowed(address: str, private: Sequence[Network]) -> bool:
    """Whether an address (of numbers) is public, or in one of the private networks.

    IPv6 addresses that carry an IPv4 one (mapped, 6to4, Teredo, NAT64) are judged by that.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        found = _inner(found) or found
    if any(found.version == network.version and found in network for network in private):
        return True
    return found.is_global and not found.is_multicast


def refusal(url: str, private: Sequence[Network]) -> str | None:
    """What is wrong with an address as written, None: nothing that can be told without asking the network."""
    try:
        parsed = URL(url)
        host = parsed.host
    except ValueError:
        return "This is no address"
    if parsed.scheme not in ("http", "https") or not host:
        return "Write an address like https://crm.example.com/hooks"
    if parsed.user is not None or parsed.password is not None:
        return "Leave user and password out of the address: deliveries are proven by their signature"
    try:
        ip_address(host)
    except ValueError:
        return None
    if allowed(host, private):
        return None
    return "This is no public address; private networks are opened by the setting webhook_networks"


def connector(private: Sequence[Network], limit: int) -> aiohttp.TCPConnector:
    """Connections to allowed addresses alone; hosts given as numbers are refused before (``refusal``)."""
    return aiohttp.TCPConnector(limit=limit, resolver=_Resolver(private), use_dns_cache=False)


class _Resolver(aiohttp.abc.AbstractResolver):
    """The usual resolver, less what may not be reached."""

    def __init__(self, private: Sequence[Network]) -> None:
        self._usual = aiohttp.ThreadedResolver()
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        found = await self._usual.resolve(host, port, family)
        fit = [item for item in found if allowed(item["host"], self._private)]
        if not fit:
            raise NotAllowed(f"{host} leads to no public address (setting webhook_networks)")
        return fit

    async def close(self) -> None:
        await self._usual.close()


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
