"""Routes of sign-in."""

from api.auth.model import Credentials, Me, MePatch, PasswordChange, RefreshToken, Tokens
from api.auth.service import AuthService
from api.auth.store import Peer
from api.web.route import Request, Route


def peer_of(request: Request) -> Peer:
    return Peer(request.address, request.raw.headers.get("User-Agent", ""))


def routes(service: AuthService) -> list[Route]:
    return [*_sign_in(service), *_myself(service)]


def _sign_in(service: AuthService) -> list[Route]:
    async def login(request: Request) -> Tokens:
        return await service.login(request.body, peer_of(request))

    async def refresh(request: Request) -> Tokens:
        return await service.refresh(request.body.refresh_token, peer_of(request))

    async def logout(request: Request) -> None:
        await service.logout(request.user)

    return [
        Route(
            "POST",
            "/auth/login",
            login,
            "Sign in; 401 with code second_factor_required: the same again with code",
            tag="auth",
            right=None,
            limit="sign_in",
            body=Credentials,
            response=Tokens,
            errors=(401,),
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
    ]


def _myself(service: AuthService) -> list[Route]:
    async def me(request: Request) -> Me:
        return await service.me(request.user)

    async def change_me(request: Request) -> Me:
        return await service.set_language(request.user, request.body.language)

    async def change_password(request: Request) -> None:
        await service.change_password(request.user, request.body.current, request.body.new, peer_of(request))

    return [
        Route("GET", "/me", me, "Who is signed in, with rights and start page", tag="me", right="", response=Me),
        Route("PATCH", "/me", change_me, "Change one's language", tag="me", right="", body=MePatch, response=Me),
        Route("GET", "/auth/me", me, "The same as /me", tag="auth", right="", response=Me),
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
