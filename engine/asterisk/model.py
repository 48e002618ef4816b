"""What Asterisk's configuration is made from. Pure data."""

from collections.abc import Sequence

import msgspec

BROWSER_CODECS = ("opus", "ulaw", "alaw", "g722")


class TrunkLine(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk as PJSIP needs it: ``registering`` signs in at ``host``; ``ip`` is known by addresses in ``match``."""

    name: str
    kind: str
    host: str
    port: int = 5060
    transport: str = "udp"
    username: str | None = None
    password: str | None = None
    match: tuple[str, ...] = ()
    codecs: tuple[str, ...] = ("alaw", "ulaw")


class ExtensionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A phone as PJSIP needs it; it signs in by its number. ``kind``: ``sip``, or ``webrtc`` for one in a browser."""

    number: str
    name: str
    password: str
    codecs: tuple[str, ...] = ("opus", "alaw", "ulaw")
    caller_id: str | None = None
    max_contacts: int = 5
    kind: str = "sip"

    @property
    def allowed(self) -> tuple[str, ...]:
        """Codecs in the order of preference."""
        return browser_codecs(self.codecs) if self.kind == "webrtc" else self.codecs


def browser_codecs(codecs: Sequence[str]) -> tuple[str, ...]:
    """Those of ``codecs`` that browsers know; all that they know when there are none."""
    return tuple(codec for codec in codecs if codec in BROWSER_CODECS) or BROWSER_CODECS
