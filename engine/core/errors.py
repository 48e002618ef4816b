"""Faults that the product names: one class a fault, a stable code, data as fields.

The API maps them to HTTP once, at its edge (RFC 9457 problem details); the engine logs them by code.
"""

from typing import Any, ClassVar


class PayLaterError(Exception):
    """Base of every fault raised on purpose.

    ``code`` never changes once published. ``status`` is the HTTP status at the API's edge. ``fields`` is data for
    the reader of the error (JSON-able), and holds no secret.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, detail: str, **fields: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields


class ConfigError(PayLaterError):
    """A setting is missing or has a value that can't be used."""

    code = "config_invalid"


class InvalidInput(PayLaterError):
    """What was sent breaks a rule; ``errors`` lists ``{"path", "message"}``, one a broken rule."""

    code = "invalid_input"
    status = 422

    def __init__(self, detail: str, errors: list[dict[str, str]] | None = None, **fields: Any) -> None:
        super().__init__(detail, errors=errors or [], **fields)


class NotFound(PayLaterError):
    """The thing named does not exist (or is not visible to who asks)."""

    code = "not_found"
    status = 404


class Conflict(PayLaterError):
    """The change clashes with what is there: a duplicate, a thing in use, an older version."""

    code = "conflict"
    status = 409


class Unauthorized(PayLaterError):
    """No valid sign-in came with the request."""

    code = "unauthorized"
    status = 401


class Forbidden(PayLaterError):
    """The signed-in user lacks the right named in ``right``."""

    code = "forbidden"
    status = 403


class OutboundRefused(PayLaterError):
    """A number outside may not be called: ``reason`` and ``rule`` (its name) say why."""

    code = "outbound_refused"
    status = 403


class TooMany(PayLaterError):
    """A rate or size limit is reached; ``retry_after`` is in seconds."""

    code = "too_many"
    status = 429


class Unavailable(PayLaterError):
    """A part that is needed (engine, Asterisk, database) does not answer now."""

    code = "unavailable"
    status = 503
