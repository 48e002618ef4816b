"""Routes of directories."""

from aiohttp import web

from api.auth.http import peer_of
from api.auth.model import Tokens
from api.auth.service import AuthService
from api.directories.model import CallbackQuery, Finish, Provider, ProviderWrite, PublicProvider, StartQuery, Trial
from api.directories.providers import ProvidersService
from api.directories.service import STATE_SECONDS, DirectoriesService
from api.web.route import PREFIX, Page, Request, Route

READ, WRITE = "accounts.read", "accounts.write"
COOKIE = "paylater_sign_in"
_COOKIE_PATH = PREFIX + "/auth/oidc"
_ALL, _ONE = "/sign-in-providers", "/sign-in-providers/{id}"
_TAG = "sign-in providers"


def routes(service: DirectoriesService, providers: ProvidersService, auth: AuthService, *, secure: bool) -> list[Route]:
    """``secure``: people reach us by https, so the cookie goes by nothing else."""
    return [*_configuration(providers), *_way_out(service, providers, secure), *_way_back(service, auth)]


def _configuration(service: ProvidersService) -> list[Route]:
    async def page(_request: Request) -> Page[Provider]:
        return Page(await service.all())

    async def get(request: Request) -> Provider:
        return await service.get(request.params["id"])

    async def create(request: Request) -> Provider:
        return await service.create(request.user, request.body)

    async def replace(request: Request) -> Provider:
        return await service.replace(request.user, request.params["id"], request.body, request.expected_version)

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"])

    async def trial(request: Request) -> Trial:
        return await service.trial(request.params["id"])

    return [
        Route("GET", _ALL, page, "Directories by name", tag=_TAG, right=READ, response=Page[Provider]),
        Route("GET", _ONE, get, "A directory", tag=_TAG, right=READ, response=Provider),
        Route(
            "POST",
            _ALL,
            create,
            "Add a directory",
            tag=_TAG,
            right=WRITE,
            body=ProviderWrite,
            response=Provider,
            status=201,
            errors=(409,),
        ),
        Route(
            "PUT",
            _ONE,
            replace,
            "Replace a directory's settings; a secret left out stays",
            tag=_TAG,
            right=WRITE,
            body=ProviderWrite,
            response=Provider,
            errors=(409,),
            versioned=True,
        ),
        Route("DELETE", _ONE, delete, "Remove a directory", tag=_TAG, right=WRITE, status=204, errors=(409,)),
        Route(
            "POST",
            _ONE + "/test",
            trial,
            "Does it answer as configured",
            tag=_TAG,
            right=WRITE,
            response=Trial,
            asks=True,
        ),
    ]


def _way_out(service: DirectoriesService, providers: ProvidersService, secure: bool) -> list[Route]:
    async def public(_request: Request) -> Page[PublicProvider]:
        return Page(await providers.public())

    async def start(request: Request) -> web.Response:
        begun = await service.start(request.params["id"], request.query.page)
        response = _redirect(begun.url)
        # Lax: sent when the provider sends the browser back to us, and with no request that another site makes.
        response.set_cookie(
            COOKIE,
            begun.browser,
            max_age=STATE_SECONDS,
            path=_COOKIE_PATH,
            httponly=True,
            secure=secure,
            samesite="Lax",
        )
        return response

    return [
        Route(
            "GET",
            "/auth/providers",
            public,
            "Directories that the sign-in page offers",
            tag="auth",
            right=None,
            response=Page[PublicProvider],
        ),
        Route(
            "GET",
            "/auth/oidc/{id}/start",
            start,
            "Go to a provider to sign in",
            tag="auth",
            right=None,
            limit="sign_in",
            query=StartQuery,
            status=302,
        ),
    ]


def _way_back(service: DirectoriesService, auth: AuthService) -> list[Route]:
    async def come_back(request: Request) -> web.Response:
        return _redirect(await service.come_back(request.query, request.raw.cookies.get(COOKIE, "")))

    async def finish(request: Request) -> Tokens:
        browser = request.raw.cookies.get(COOKIE, "")
        return await service.finish(auth, request.body.code, browser, peer_of(request))

    return [
        Route(
            "GET",
            "/auth/oidc/callback",
            come_back,
            "Where a provider sends the browser back to",
            tag="auth",
            right=None,
            limit="sign_in",
            query=CallbackQuery,
            status=302,
        ),
        Route(
            "POST",
            "/auth/oidc/finish",
            finish,
            "Exchange the code in the page's address for tokens",
            tag="auth",
            right=None,
            limit="sign_in",
            body=Finish,
            response=Tokens,
            errors=(401,),
        ),
    ]


def _redirect(url: str) -> web.Response:
    return web.Response(status=302, headers={"Location": url})
