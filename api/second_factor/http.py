"""Routes of one's second factor."""

from api.auth.http import peer_of
from api.second_factor.model import Code, Enrolment, Proof, RecoveryCodes, SecondFactor
from api.second_factor.service import SecondFactorService
from api.web.route import Request, Route

_PATH = "/me/second-factor"
_TAG = "me"


def routes(service: SecondFactorService) -> list[Route]:
    return [*_enrolment(service), *_renewal(service)]


def _enrolment(service: SecondFactorService) -> list[Route]:
    async def state(request: Request) -> SecondFactor:
        return await service.state(request.user)

    async def begin(request: Request) -> Enrolment:
        return await service.begin(request.user, request.body.password, peer_of(request))

    async def confirm(request: Request) -> RecoveryCodes:
        return await service.confirm(request.user, request.body.code)

    return [
        Route("GET", _PATH, state, "Is an authenticator enrolled", tag=_TAG, right="", response=SecondFactor),
        Route(
            "POST",
            _PATH,
            begin,
            "Begin to enrol an authenticator: a secret and its QR address",
            tag=_TAG,
            right="",
            body=Proof,
            response=Enrolment,
            errors=(409, 429),
        ),
        Route(
            "POST",
            _PATH + "/confirm",
            confirm,
            "Finish enrolling by a code; gives recovery codes",
            tag=_TAG,
            right="",
            body=Code,
            response=RecoveryCodes,
            errors=(409,),
        ),
    ]


def _renewal(service: SecondFactorService) -> list[Route]:
    async def renew(request: Request) -> RecoveryCodes:
        return await service.renew_codes(request.user, request.body.password, peer_of(request))

    async def drop(request: Request) -> None:
        await service.drop(request.user, request.body.password, peer_of(request))

    return [
        Route(
            "POST",
            _PATH + "/recovery-codes",
            renew,
            "New recovery codes in place of the old",
            tag=_TAG,
            right="",
            body=Proof,
            response=RecoveryCodes,
            errors=(409, 429),
        ),
        Route(
            "POST",
            _PATH + "/drop",
            drop,
            "Drop the authenticator",
            tag=_TAG,
            right="",
            body=Proof,
            status=204,
            errors=(409, 429),
        ),
    ]
