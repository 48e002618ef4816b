"""Every fault as a problem document (RFC 9457), in one place; nothing of the inside gets out."""

from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from engine.core import db, log
from engine.core.errors import InvalidInput, PayLaterError, TooMany, Unauthorized

_log = log.get("api.problems")
CONTENT_TYPE = "application/problem+json"
_CODES = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_DETAILS = {
    400: "The request can't be read",
    404: "There is nothing at this address",
    405: "This address does not take that method",
    413: "The request is too large",
    415: "Send JSON, with Content-Type: application/json",
}


class Malformed(PayLaterError):
    """The body is no JSON (or no multipart form) at all."""

    code = "malformed"
    status = 400


class UnsupportedMedia(PayLaterError):
    """The body's content type is not the one that the route takes."""

    code = "unsupported_media_type"
    status = 415


class UpgradeRequired(PayLaterError):
    """The address speaks WebSocket only."""

    code = "upgrade_required"
    status = 426


class TooLarge(PayLaterError):
    """The body is over the limit."""

    code = "too_large"
    status = 413


def fault_of(exc: Exception) -> PayLaterError | None:
    """The named fault behind an exception, None when it is a mistake of ours."""
    return exc if isinstance(exc, PayLaterError) else db.fault_of(exc)


def answer(status: int, code: str, detail: str, request_id: str, fields: dict[str, Any] | None = None) -> web.Response:
    """A problem document as a response; ``fields`` become its extension members."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request_id,
        **(fields or {}),
    }
    return web.Response(status=status, body=msgspec.json.encode(document), content_type=CONTENT_TYPE)


def of_fault(fault: PayLaterError, request_id: str) -> web.Response:
    """The answer for a named fault; those that are ours alone (500) tell no details."""
    if fault.status >= 500 and fault.status != 503:
        return internal(fault, request_id)
    response = answer(fault.status, fault.code, fault.detail, request_id, fault.fields)
    if isinstance(fault, TooMany):
        response.headers["Retry-After"] = str(fault.fields.get("retry_after", 1))
    if isinstance(fault, Unauthorized):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of_http(exc: web.HTTPException, request_id: str) -> web.Response:
    """The answer for what aiohttp itself refuses: no such address, wrong method, too large."""
    response = answer(
        exc.status, _CODES.get(exc.status, "refused"), _DETAILS.get(exc.status, exc.reason or ""), request_id
    )
    if "Allow" in exc.headers:
        response.headers["Allow"] = exc.headers["Allow"]
    return response


def internal(exc: BaseException, request_id: str) -> web.Response:
    """The answer for a mistake of ours: the log has it under the request's id."""
    _log.error("request_failed", request_id=request_id, exc_info=exc)
    return answer(500, "internal", "Something broke on our side; the log has it under this request's id", request_id)


def invalid(path: str, exc: Exception | str) -> InvalidInput:
    """What msgspec refuses, as a fault: its `` - at `$.a[0]` `` becomes the path ``body.a.0``."""
    message, _, place = str(exc).partition(" - at `")
    tail = f"`{place}".rpartition("`$")[2].rstrip("`").replace("[...]", ".*").replace("[", ".")
    where = (path + tail.replace("]", "")).strip(".")
    return InvalidInput("The request breaks a rule", [{"path": where, "message": message}])
