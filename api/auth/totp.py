"""One-time passwords by time (RFC 6238): SHA-1, 30 seconds, six digits, as every authenticator app takes them. Pure."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

PERIOD = 30
DIGITS = 6
# Clocks of phones are seconds off: the period before and the one after count too.
_SLACK = 1
_RECOVERY_CODES = 10


def new_secret() -> str:
    """160 random bits (RFC 4226, section 4) in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(now: datetime) -> int:
    """The number of the period."""
    return int(now.timestamp()) // PERIOD


def code_at(secret: str, step: int) -> str:
    """The code of a period (RFC 4226, section 5.3)."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The period whose code this is, none when it is no code of about now."""
    typed = code.replace(" ", "").encode()
    steps = range(step_of(now) - _SLACK, step_of(now) + _SLACK + 1)
    return next((step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), typed)), None)


def uri(secret: str, login: str, issuer: str) -> str:
    """What a QR code for authenticator apps holds (otpauth)."""
    label = quote(f"{issuer}:{login}", safe="")
    query = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": PERIOD}
    return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"


def new_recovery_codes() -> list[str]:
    """Codes of 50 random bits, in two groups of five letters."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    words = ["".join(secrets.choice(letters) for _ in range(10)) for _ in range(_RECOVERY_CODES)]
    return [f"{word[:5]}-{word[5:]}" for word in words]


def hash_recovery_code(code: str) -> bytes:
    """As it is stored; spaces, dashes and case do not matter."""
    return hashlib.sha256(code.replace("-", "").replace(" ", "").lower().encode()).digest()
