"""Routes of commands to calls in progress. Who takes no part in a call needs the rights of a supervisor."""

from typing import Any
from uuid import UUID

from api.calls.model import LiveCall
from api.calls.orders import (
    CallOrder,
    ChannelId,
    DigitsOrder,
    Done,
    MuteOrder,
    ParkOrder,
    PhoneOrder,
    RecordOrder,
    RetrieveOrder,
    Started,
    SuperviseOrder,
    TransferOrder,
)
from api.calls.service import CallsService
from api.web.route import Page, Request, Route

OWN, CONTROL, SUPERVISE = "calls.own", "calls.control", "calls.supervise"
ANY = f"{OWN}|{CONTROL}|{SUPERVISE}"
_PLAIN = (
    ("hold", "hold", "Put the call on hold: whoever is left alone hears music"),
    ("unhold", "unhold", "Take the call back"),
    ("consult/complete", "complete", "Connect the other side with who is consulted, and leave"),
    ("consult/cancel", "cancel", "End the consultation and come back"),
    ("consult/swap", "swap", "Talk with the other one of the two"),
    ("rejoin", "rejoin", "Ring one's own phone again: it takes the place of the one that was lost"),
    ("hang-up", "hang_up", "Leave the call, refuse it while it rings"),
)
_WITH_BODY: tuple[tuple[str, str, str, Any], ...] = (
    ("transfer", "transfer", "Send the other side on and leave", TransferOrder),
    ("consult", "consult", "Ask somebody while the other side waits", PhoneOrder),
    ("members", "add", "Call somebody into the conversation; who is being consulted joins at once", PhoneOrder),
    ("park", "park", "Leave the call in a parking slot", ParkOrder),
    ("retrieve", "retrieve", "Take a parked call", RetrieveOrder),
    ("recording", "record", "Record on demand, keep silence in the recording for a while", RecordOrder),
    ("digits", "digits", "Send tones", DigitsOrder),
)


def routes(service: CallsService) -> list[Route]:
    plain = [_command(service, path, do, text) for path, do, text in _PLAIN]
    with_body = [_command(service, path, do, text, body=body) for path, do, text, body in _WITH_BODY]
    return [_mine(service), _originate(service), *plain, *with_body, *_members(service), *_supervision(service)]


def _command(
    service: CallsService,
    path: str,
    do: str,
    text: str,
    *,
    method: str = "POST",
    right: str = ANY,
    body: Any = None,
    channel: bool = False,
) -> Route:
    """One command; ``channel``: it names a member in its path."""

    async def serve(request: Request) -> Done:
        return await service.command(request.params, do, request.body, request.user)

    params = {"id": UUID, "channel_id": ChannelId} if channel else {"id": UUID}
    return Route(
        method,
        f"/calls/{{id}}/{path}",
        serve,
        text,
        tag="live calls",
        right=right,
        params=params,
        body=body,
        response=Done,
        errors=(404, 409, 422),
    )


def _members(service: CallsService) -> list[Route]:
    path = "members/{channel_id}"
    mute = _command(
        service, f"{path}/mute", "mute", "Mute a member, or let them be heard", body=MuteOrder, channel=True
    )
    remove = _command(service, path, "remove", "Take a member out", method="DELETE", channel=True)
    return [mute, remove]


def _supervision(service: CallsService) -> list[Route]:
    text = "Ring one's own phone to listen, whisper or barge in; or change between them"
    return [
        _command(service, "supervise", "supervise", text, right=SUPERVISE, body=SuperviseOrder),
        _command(service, "supervise", "unsupervise", "Leave the call", method="DELETE", right=SUPERVISE),
        _command(service, "take-over", "take_over", "Take the operator's place", right=SUPERVISE),
    ]


def _mine(service: CallsService) -> Route:
    async def mine(request: Request) -> Page[LiveCall]:
        return await service.mine(request.user)

    return Route(
        "GET",
        "/me/calls",
        mine,
        "Calls in progress that one's own phone takes part in, oldest first",
        tag="live calls",
        right=OWN,
        response=Page[LiveCall],
    )


def _originate(service: CallsService) -> Route:
    async def originate(request: Request) -> Started:
        return Started(await service.originate(request.body, request.user))

    return Route(
        "POST",
        "/calls",
        originate,
        "Click-to-call: ring one's own extension (or, with more rights, any), then the number",
        tag="live calls",
        right=f"{OWN}|{CONTROL}",
        body=CallOrder,
        response=Started,
        status=202,
        errors=(404, 409),
    )
