"""Routes of sign-in."""

from api.auth.model import Credentials, Me, PasswordChange, RefreshToken, Tokens
from api.auth.service import AuthService, Peer
from api.web.route import Request, Route


def routes(service: AuthService) -> list[Route]:
    async def login(request: Request) -> Tokens:
        peer = Peer(request.address, request.raw.headers.get("User-Agent", ""))
        return await service.login(request.body.login, request.body.password, peer)

    async def refresh(request: Request) -> Tokens:
        return await service.refresh(request.body.refresh_token)

    async def logout(request: Request) -> None:
        await service.logout(request.user)

    async def me(request: Request) -> Me:
        return await service.me(request.user)

    async def change_password(request: Request) -> None:
        await service.change_password(request.user, request.body.current, request.body.new)

    return [
        Route(
            "POST",
            "/auth/login",
            login,
            "Sign in",
            tag="auth",
            right=None,
            body=Credentials,
            response=Tokens,
            errors=(401, 429),
        ),
        Route(
            "POST",
            "/auth/refresh",
            refresh,
            "Exchange the refresh token for a new pair; a token used twice ends the session",
            tag="auth",
            right=None,
            body=RefreshToken,
            response=Tokens,
            errors=(401,),
        ),
        Route("POST", "/auth/logout", logout, "Sign out", tag="auth", right="", status=204),
        Route("GET", "/auth/me", me, "Who is signed in", tag="auth", right="", response=Me),
        Route(
            "POST",
            "/auth/password",
            change_password,
            "Change one's own password; other sessions end",
            tag="auth",
            right="",
            body=PasswordChange,
            status=204,
            errors=(429,),
        ),
    ]
