"""Signatures of what is sent: ``t=<unix seconds>,v1=<hex>[,v1=<hex>]``. Pure.

``v1`` is HMAC-SHA256 with the webhook's secret (all of its text, in UTF-8) over ``<t>.<body as sent>``. While a secret
is being replaced there are two, the new one first. Source of the form: Stripe, "Verify webhook signatures manually".
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

SCHEME = "v1"
TOLERANCE_S = 300.0
"""Receivers refuse signatures that are older (or further ahead), so that a copy can't be sent again later."""


def header(secrets: Sequence[str], at: int, body: bytes) -> str:
    """The header's value; ``at`` in seconds since 1970."""
    return ",".join([f"t={at}", *(f"{SCHEME}={_digest(secret, at, body)}" for secret in secrets)])


def fits(value: str, secret: str, body: bytes, now: float, tolerance_s: float = TOLERANCE_S) -> bool:
    """Whether ``body`` is from who has ``secret``, and was signed about ``now``: what a receiver does."""
    parts = [part.split("=", 1) for part in value.split(",") if "=" in part]
    times = [text for name, text in parts if name == "t"]
    if len(times) != 1 or not re.fullmatch("[0-9]{1,12}", times[0]) or abs(now - int(times[0])) > tolerance_s:
        return False
    expected = _digest(secret, int(times[0]), body)
    told = [text.encode(errors="replace") for name, text in parts if name == SCHEME]
    return any(hmac.compare_digest(expected.encode(), text) for text in told)


def _digest(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
