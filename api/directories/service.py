"""Signing in by a directory."""

import asyncio
import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from api.auth.model import Tokens
from api.auth.service import AuthService, Vouched
from api.auth.store import Peer
from api.auth.tokens import hash_token, new_token
from api.directories.ldap import LdapDirectory
from api.directories.model import CallbackQuery, Ldap, Oidc, Person, Provider
from api.directories.oidc import NotProven
from api.directories.people import Newcomers, NotAdmitted
from api.directories.providers import ProvidersService
from api.directories.store import DirectoriesStore, Proven, State
from engine.core import log
from engine.core.clock import Clock
from engine.core.errors import NotFound, PayLaterError, Unauthorized, Unavailable

_log = log.get("api.directories")
STATE_SECONDS = 600
_PROVEN = timedelta(seconds=60)
_THREADS = 4
_PAGES = {"panel": "/panel", "widget": "/embed"}


class Started(NamedTuple):
    """Where the browser goes, and the secret that stays with it in a cookie."""

    url: str
    browser: str


class DirectoriesService:
    """LDAP checks a password; OIDC sends the browser there and back."""

    def __init__(
        self, store: DirectoriesStore, providers: ProvidersService, newcomers: Newcomers, clock: Clock
    ) -> None:
        self._store = store
        self._providers = providers
        self._newcomers = newcomers
        self._clock = clock
        self._threads = asyncio.Semaphore(_THREADS)

    async def check_password(self, login: str, password: str, provider_id: UUID | None) -> Vouched | None:
        """The user whose password in a directory this is: in the one that is named, else in each, by name.

        Raises:
            Unavailable: nobody said yes, and a directory did not answer.
        """
        away: Unavailable | None = None
        for provider in await self._providers.all():
            named = provider_id is None or provider.id == provider_id
            if not provider.enabled or not named or not isinstance(provider.settings, Ldap):
                continue
            try:
                async with self._threads:
                    person = await _ask(await self._providers.ldap(provider), login, password)
            except Unavailable as exc:
                _log.warning("directory_away", provider=provider.name, error=exc.detail)
                away = exc
                continue
            if person is not None:
                return await self._vouch(provider, person)
        if away is not None:
            raise Unavailable("The directory does not answer now; try again in a moment")
        return None

    async def start(self, provider_id: UUID, page: str) -> Started:
        """Begin a sign-in: state, nonce and PKCE verifier are ours, for ten minutes.

        Raises:
            NotFound, Unavailable.
        """
        provider = await self._providers.get(provider_id)
        if not provider.enabled or not isinstance(provider.settings, Oidc):
            raise NotFound("There is no such sign-in provider")
        (state, state_hash), (browser, browser_hash) = new_token(), new_token()
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        url = await (await self._providers.oidc(provider)).address(state, nonce, verifier)
        now = self._clock.now()
        begun = State(provider_id, nonce, verifier, page)
        await self._store.add_state(state_hash, browser_hash, begun, now, now + timedelta(seconds=STATE_SECONDS))
        return Started(url, browser)

    async def come_back(self, query: CallbackQuery, browser: str) -> str:
        """The browser is back from the provider: where it goes now. The page's part of the address after ``#`` holds
        a code for ``finish``, or says why not."""
        state = await self._store.take_state(hash_token(query.state), hash_token(browser), self._clock.now())
        if state is None:
            return _page("panel", "sign-in-failed/expired")
        if query.error or not query.code:
            return _page(state.page, "sign-in-failed/refused")
        try:
            provider = await self._providers.get(state.provider_id)
            client = await self._providers.oidc(provider)
            person = await client.person(query.code, state.nonce, state.verifier)
            user_id = await self._newcomers.user_of(provider, person)
        except PayLaterError as exc:
            _log.warning("sign_in_refused", provider=str(state.provider_id), code=exc.code, error=exc.detail)
            return _page(state.page, f"sign-in-failed/{_word(exc)}")
        now = self._clock.now()
        code, code_hash = new_token()
        await self._store.add_proven(code_hash, hash_token(browser), Proven(provider.id, user_id), now, now + _PROVEN)
        return _page(state.page, f"sign-in/{code}")

    async def finish(self, auth: AuthService, code: str, browser: str, peer: Peer) -> Tokens:
        """The page asks for its tokens, once, in the browser that began.

        Raises:
            Unauthorized.
        """
        proven = await self._store.take_proven(hash_token(code), hash_token(browser), self._clock.now())
        account = await auth.account_by_id(proven.user_id) if proven else None
        if proven is None or account is None or account.blocked:
            raise Unauthorized("The sign-in was not finished here, or too late: begin again")
        return await auth.begin_session(account, peer, proven.provider_id, by_oidc=True)

    async def clean(self) -> None:
        """Forget sign-ins that nobody finished."""
        await self._store.forget(self._clock.now())

    async def _vouch(self, provider: Provider, person: Person) -> Vouched | None:
        try:
            return Vouched(await self._newcomers.user_of(provider, person), provider.id)
        except NotAdmitted as exc:
            _log.warning("sign_in_refused", provider=provider.name, subject=person.subject, error=exc.detail)
            return None


async def _ask(directory: LdapDirectory, login: str, password: str) -> Person | None:
    return await asyncio.to_thread(directory.person, login, password)


def _word(exc: PayLaterError) -> str:
    """Why not, for the page to put into the user's language."""
    if isinstance(exc, NotAdmitted):
        return exc.why
    return "not_proven" if isinstance(exc, NotProven) else "unavailable"


def _page(page: str, words: str) -> str:
    return f"{_PAGES.get(page, '/panel')}#/{words}"
