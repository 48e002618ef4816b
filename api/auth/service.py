"""Signing in and out."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from aiohttp import web

from api.auth.attempts import Attempts
from api.auth.model import Account, Me, Tokens
from api.auth.passwords import Passwords
from api.auth.store import AuthStore
from api.auth.tokens import AccessTokens, hash_refresh_token, new_refresh_token
from api.web.route import Identity
from engine.core import ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import InvalidInput, TooMany, Unauthorized

_log = log.get("api.auth")
_ALIVE_SECONDS = 5.0
_ALIVE_MAX = 50_000
# A whole office may share one address.
_USERS_BEHIND_ADDRESS = 10
_WRONG = "Login or password is wrong"


class Peer(NamedTuple):
    """Where a sign-in comes from."""

    address: str
    agent: str


class AuthService:
    """Sign-in, refresh, sign-out, and the check of each request's token."""

    def __init__(
        self, store: AuthStore, passwords: Passwords, tokens: AccessTokens, settings: Settings, clock: Clock
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._tokens = tokens
        self._settings = settings
        self._clock = clock
        window = settings.login_window_seconds
        self._by_login = Attempts(settings.login_attempts, window)
        self._by_address = Attempts(settings.login_attempts * _USERS_BEHIND_ADDRESS, window)
        # Sessions seen alive, and until when that is believed (monotonic seconds).
        self._alive: dict[UUID, float] = {}

    async def login(self, login: str, password: str, peer: Peer) -> Tokens:
        """A new session.

        Raises:
            Unauthorized: wrong login or password, or the user is blocked (the answer does not say which).
            TooMany: too many failed before; ``retry_after`` seconds.
        """
        login = login.strip().lower()
        now = self._clock.monotonic()
        _refuse_for(max(self._by_login.wait(login, now), self._by_address.wait(peer.address, now)))
        account = await self._store.account_by_login(login)
        fits = await self._passwords.verify(account.password_hash if account else None, password)
        if account is None or not fits or account.blocked_at is not None:
            self._by_login.failed(login, now)
            self._by_address.failed(peer.address, now)
            _log.warning("sign_in_refused", login=login, address=peer.address)
            raise Unauthorized(_WRONG)
        self._by_login.succeeded(login)
        return await self._start(account, peer)

    async def refresh(self, token: str) -> Tokens:
        """The next pair of tokens; the given refresh token is used up."""
        now = self._clock.now()
        expires = now + timedelta(seconds=self._settings.refresh_token_seconds)
        fresh, fresh_hash = new_refresh_token()
        rotated = await self._store.rotate(hash_refresh_token(token), fresh_hash, now, expires)
        account = await self._store.account_by_id(rotated[1]) if rotated else None
        if rotated is None or account is None or account.blocked_at is not None:
            self._alive.clear()
            raise Unauthorized("The refresh token is not valid: sign in again")
        return self._pair(account, rotated[0], fresh)

    async def logout(self, identity: Identity) -> None:
        await self._store.revoke_session(identity.session_id, self._clock.now(), "signed out")
        self._alive.pop(identity.session_id, None)

    async def me(self, identity: Identity) -> Me:
        return (await self._account(identity)).me()

    async def change_password(self, identity: Identity, current: str, new: str) -> None:
        """A new password for oneself; all other sessions end."""
        account = await self._account(identity)
        _refuse_for(self._by_login.wait(account.login, self._clock.monotonic()))
        if not await self._passwords.verify(account.password_hash, current):
            self._by_login.failed(account.login, self._clock.monotonic())
            raise InvalidInput("A rule is broken", [{"path": "body.current", "message": "Not the password"}])
        hashed = await self._passwords.hash(new)
        await self._store.set_password(account.id, identity.session_id, hashed, self._clock.now())
        self._alive.clear()

    async def authenticate(self, request: web.Request) -> Identity:
        """Who asks, from ``Authorization: Bearer``."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("Sign in: send Authorization: Bearer <access token>")
        return await self.identify(token.strip())

    async def identify(self, token: str) -> Identity:
        """Who an access token speaks for; its session must be alive (believed for five seconds)."""
        identity = self._tokens.read(token, self._clock.now())
        await self.check(identity)
        return identity

    async def check(self, identity: Identity) -> None:
        """Raises Unauthorized when the identity's session has ended (alive is believed for five seconds)."""
        now = self._clock.monotonic()
        if self._alive.get(identity.session_id, 0.0) <= now:
            if not await self._store.session_alive(identity.session_id, self._clock.now()):
                raise Unauthorized("The session has ended: sign in again")
            if len(self._alive) >= _ALIVE_MAX:
                self._alive.clear()
            self._alive[identity.session_id] = now + _ALIVE_SECONDS

    def forget_cached_sessions(self) -> None:
        """Ask the database about every session again (a user was blocked)."""
        self._alive.clear()

    async def clean(self) -> None:
        """Delete sessions that were over a month ago."""
        await self._store.forget_sessions(self._clock.now() - timedelta(days=30))

    async def _account(self, identity: Identity) -> Account:
        account = await self._store.account_by_id(identity.user_id)
        if account is None:
            raise Unauthorized("The user is gone")
        return account

    async def _start(self, account: Account, peer: Peer) -> Tokens:
        now = self._clock.now()
        session_id = ids.new_id(now)
        token, token_hash = new_refresh_token()
        expires = now + timedelta(seconds=self._settings.refresh_token_seconds)
        await self._store.add_session(
            session_id, account.id, token_hash, now, expires, peer.address[:100], peer.agent[:300]
        )
        return self._pair(account, session_id, token)

    def _pair(self, account: Account, session_id: UUID, refresh_token: str) -> Tokens:
        return Tokens(
            access_token=self._tokens.make(account, session_id, self._clock.now()),
            refresh_token=refresh_token,
            expires_in=self._settings.access_token_seconds,
            user=account.me(),
        )


def _refuse_for(seconds: float) -> None:
    if seconds > 0:
        raise TooMany("Too many failed sign-ins; wait", retry_after=int(seconds) + 1)
