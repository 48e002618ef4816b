"""What Asterisk's configuration is made from. Pure data."""

import msgspec


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
    """A phone as PJSIP needs it; it signs in by its number."""

    number: str
    name: str
    password: str
    codecs: tuple[str, ...] = ("opus", "alaw", "ulaw")
    caller_id: str | None = None
    max_contacts: int = 5
