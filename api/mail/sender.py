"""Our own address, as letters show it. Pure."""

from email.utils import parseaddr

from engine.core.config import Settings


def own_address(settings: Settings) -> str:
    """Of the setting ``smtp_from``, in small letters."""
    return parseaddr(settings.smtp_from)[1].lower()


def own_domain(settings: Settings) -> str:
    """What our Message-IDs end with."""
    return own_address(settings).rpartition("@")[2] or "localhost"
