"""Routes of letters' links."""

from api.invitations.model import LinkCheck, LinkInfo, LinkUse, LostPassword
from api.invitations.service import InvitationsService
from api.web.route import Request, Route


def routes(service: InvitationsService) -> list[Route]:
    async def ask(request: Request) -> None:
        await service.ask_reset(request.body.login)

    async def look(request: Request) -> LinkInfo:
        return await service.look(request.body.token)

    async def use(request: Request) -> None:
        await service.use(request.body.token, request.body.password)

    return [
        Route(
            "POST",
            "/auth/lost-password",
            ask,
            "Ask for a letter with a link to set a new password; the answer is the same for everybody",
            tag="auth",
            right=None,
            limit="form",
            body=LostPassword,
            status=202,
        ),
        Route(
            "POST",
            "/auth/link",
            look,
            "Whose link a letter's token belongs to",
            tag="auth",
            right=None,
            limit="sign_in",
            body=LinkCheck,
            response=LinkInfo,
            errors=(404,),
        ),
        Route(
            "POST",
            "/auth/link/use",
            use,
            "Set a password by a letter's link; the link is used up, open sessions end",
            tag="auth",
            right=None,
            limit="sign_in",
            body=LinkUse,
            status=204,
            errors=(404,),
        ),
    ]
