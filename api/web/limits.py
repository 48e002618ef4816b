"""How often an address may use what needs no sign-in: token buckets in this process, one per class and address.

Locks of sign-in are another thing: they count failures and live in the database (api/auth/attempts.py).
"""

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Mapping

from engine.core.config import Settings
from engine.core.errors import ConfigError

_KEYS_MAX = 100_000
# A network of this size is one client: it is what a provider gives to one home or office.
_IPV6_NETWORK = 64


class Buckets:
    """Each key may go ``per_minute[class]`` times a minute, all at once if it waited so long. Pure.

    Times are seconds of a monotonic clock. At most 100,000 keys are kept; the longest unused go first.
    """

    def __init__(self, per_minute: Mapping[str, int]) -> None:
        self._per_minute = dict(per_minute)
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, kind: str, address: str, now: float) -> float:
        """0 when this request may go, else seconds until one may."""
        size = self._per_minute[kind]
        key = (kind, _network(address))
        left, at = self._left.get(key, (float(size), now))
        left = min(float(size), left + max(0.0, now - at) * size / 60)
        wait = 0.0 if left >= 1 else (1 - left) * 60 / size
        self._left[key] = (left - 1 if left >= 1 else left, now)
        self._left.move_to_end(key)
        while len(self._left) > _KEYS_MAX:
            self._left.popitem(last=False)
        return wait


def of_settings(settings: Settings) -> Buckets:
    """The classes that routes name: ``public``, ``sign_in`` (guessing), ``form`` (what strangers fill in)."""
    sizes = {
        "public": settings.limit_public_per_minute,
        "sign_in": settings.limit_sign_in_per_minute,
        "form": settings.limit_form_per_minute,
    }
    for name, size in sizes.items():
        if size < 1:
            raise ConfigError(f"limit_{name}_per_minute must be 1 or more")
    return Buckets(sizes)


def seconds(wait: float) -> int:
    """For ``Retry-After``: whole seconds, never too few."""
    return max(1, math.ceil(wait))


class Proxies:
    """Whose word about the client's address is taken: ``trusted_proxies``, networks parted by commas."""

    def __init__(self, text: str) -> None:
        try:
            self._networks = [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]
        except ValueError as exc:
            raise ConfigError(f"trusted_proxies: {exc}; name networks as 10.0.0.0/8, parted by commas") from None

    def client(self, peer: str, forwarded: str) -> str:
        """The client's address: the last in ``X-Forwarded-For`` that is no proxy of ours; else the peer itself."""
        if not forwarded:
            return peer
        chain = [part.strip() for part in forwarded.split(",") if part.strip()]
        address = peer
        while chain and self._trusted(address):
            address = chain.pop()
        return address if _parsed(address) is not None else peer

    def _trusted(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _network(address: str) -> str:
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
    return address
