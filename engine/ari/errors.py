"""Faults of the Asterisk REST interface; ``http_status`` is what Asterisk answered (0: no answer)."""

from engine.core.errors import PayLaterError


class AriError(PayLaterError):
    """Asterisk refused a request, or gave no answer."""

    code = "asterisk_refused"
    status = 502

    def __init__(self, detail: str, *, operation: str = "", http_status: int = 0) -> None:
        super().__init__(detail, operation=operation, http_status=http_status)
        self.operation = operation
        self.http_status = http_status


class AriNotFound(AriError):
    """The channel, bridge, playback or recording is gone (404): an outcome, not a surprise."""

    code = "asterisk_gone"


class AriConflict(AriError):
    """The thing is in a state that does not allow it (409): a channel outside our application, a name in use."""

    code = "asterisk_conflict"


class AriUnprocessable(AriError):
    """Asterisk understood and can't do it (422): a format or target it does not have."""

    code = "asterisk_unprocessable"


class AriTimeout(AriError):
    """No answer within the deadline; whether the request took effect is not known."""

    code = "asterisk_timeout"
    status = 504


class AriDisconnected(AriError):
    """The connection to Asterisk is down, or fell while the request was under way (its effect is not known)."""

    code = "asterisk_disconnected"
    status = 503


_BY_STATUS: dict[int, type[AriError]] = {404: AriNotFound, 409: AriConflict, 422: AriUnprocessable}


def of_status(http_status: int, operation: str, detail: str) -> AriError:
    """The fault for an answer with ``http_status`` of 400 or more."""
    kind = _BY_STATUS.get(http_status, AriError)
    return kind(f"{operation}: {http_status} {detail}".rstrip(), operation=operation, http_status=http_status)
