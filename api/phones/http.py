"""Routes of users' own phones."""

from api.phones.model import CallerId, OwnForwards, OwnPhone
from api.phones.proxy import OWN, PhoneSockets
from api.phones.service import PhonesService
from api.web.route import Page, Request, Route


def routes(service: PhonesService, sockets: PhoneSockets) -> list[Route]:
    return [*_numbers(service), *_phones(service, sockets)]


def _numbers(service: PhonesService) -> list[Route]:
    async def caller_ids(request: Request) -> Page[CallerId]:
        return Page(await service.caller_ids(request.user.user_id))

    async def forwards(request: Request) -> OwnForwards:
        return await service.forwards(request.user.user_id)

    async def set_forwards(request: Request) -> OwnForwards:
        return await service.set_forwards(request.user.user_id, request.body)

    return [
        Route(
            "GET",
            "/me/caller-ids",
            caller_ids,
            "Numbers that the user may show to whom they call",
            tag="phones",
            right=OWN,
            response=Page[CallerId],
        ),
        Route(
            "GET",
            "/me/forwards",
            forwards,
            "Where calls to the user's extension are forwarded",
            tag="phones",
            right=OWN,
            response=OwnForwards,
            errors=(404,),
        ),
        Route(
            "PUT",
            "/me/forwards",
            set_forwards,
            "Forward calls to the user's extension: always, when busy, not answered, not reachable, by a schedule",
            tag="phones",
            right=OWN,
            body=OwnForwards,
            response=OwnForwards,
            errors=(404, 409),
        ),
    ]


def _phones(service: PhonesService, sockets: PhoneSockets) -> list[Route]:
    async def phone(request: Request) -> OwnPhone:
        return await service.phone(request.user.user_id)

    async def renew_own(request: Request) -> OwnPhone:
        return await service.renew_own_password(request.user.user_id)

    async def renew(request: Request) -> None:
        await service.renew_password(request.params["id"])

    return [
        Route(
            "GET",
            "/me/phone",
            phone,
            "What the user's browser needs to be the phone of the user's extension",
            tag="phones",
            right=OWN,
            response=OwnPhone,
            errors=(404,),
        ),
        Route(
            "POST",
            "/me/phone/password",
            renew_own,
            "A new password for the user's own phone",
            tag="phones",
            right=OWN,
            response=OwnPhone,
            errors=(404,),
        ),
        Route(
            "POST",
            "/extensions/{id}/phone/password",
            renew,
            "A new password for an extension's phone",
            tag="extensions",
            right="telephony.write",
            status=204,
        ),
        Route(
            "GET",
            "/phone/ws",
            sockets.serve,
            "WebSocket (subprotocol sip) of a browser's phone; sign in by the first message, as on /live",
            tag="phones",
            right=None,
            status=101,
            errors=(426, 429),
        ),
    ]
