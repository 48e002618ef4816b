"""Which addresses browsers are offered for their media (ICE host candidates)."""

import fcntl
import socket
import struct
from ipaddress import ip_address

from engine.core.config import Settings
from engine.core.errors import ConfigError

_SIOCGIFADDR = 0x8915


def candidates(settings: Settings) -> dict[str, str]:
    """Own address -> the one that is told instead, for rtp.conf. Empty: browsers are told the machine's own addresses.

    Raises:
        ConfigError: ``ice_host_candidates`` can't be read.
    """
    if settings.ice_host_candidates:
        return given(settings.ice_host_candidates)
    own = own_addresses()
    if settings.public_host in own or not _is_address(settings.public_host):
        return {}
    return dict.fromkeys(own, settings.public_host)


def given(text: str) -> dict[str, str]:
    """Pairs of ``own=told`` with commas between them, as a dictionary. Pure."""
    pairs: dict[str, str] = {}
    for item in text.split(","):
        own, _, told = item.strip().partition("=")
        if not (_is_address(own) and _is_address(told)):
            raise ConfigError(f"PAYLATER_ICE_HOST_CANDIDATES: {item!r} is no pair like 10.0.0.5=203.0.113.7")
        pairs[own] = told
    return pairs


def _is_address(text: str) -> bool:
    try:
        return not ip_address(text).is_unspecified
    except ValueError:
        return False


def own_addresses() -> list[str]:
    """IPv4 addresses of the machine's interfaces, without the loopback's."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                address = socket.inet_ntoa(fcntl.ioctl(sock.fileno(), _SIOCGIFADDR, request)[20:24])
            except OSError:
                continue  # it has no IPv4 address
            if not address.startswith("127."):
                found.append(address)
    return found
