"""Routes of single sign-on."""

from api.auth.http import peer_of
from api.auth.model import Tokens
from api.sign_on.model import SignOn, SignOnToken
from api.sign_on.service import SignOnService
from api.web.route import Request, Route


def routes(service: SignOnService) -> list[Route]:
    async def grant(request: Request) -> SignOnToken:
        return await service.grant(request.user, request.params["id"])

    async def use(request: Request) -> Tokens:
        return await service.use(request.body.token, peer_of(request))

    return [
        Route(
            "POST",
            "/users/{id}/sign-on",
            grant,
            "A token with which the user's browser signs in, once: for pages that embed the widget",
            tag="users",
            right="accounts.write",
            response=SignOnToken,
            status=201,
            errors=(409,),
        ),
        Route(
            "POST",
            "/auth/token",
            use,
            "Sign in with a token of single sign-on",
            tag="auth",
            right=None,
            limit="sign_in",
            body=SignOn,
            response=Tokens,
            errors=(401,),
        ),
    ]
