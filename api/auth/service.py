"""Signing in and out."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from api.auth import totp
from api.auth.attempts import Limits
from api.auth.gate import Gate
from api.auth.model import Account, Credentials, Me, Tokens
from api.auth.passwords import Passwords
from api.auth.seal import Seal
from api.auth.store import AuthStore, NewSession, Peer
from api.auth.tokens import AccessTokens, hash_token, new_token
from api.web.route import Identity
from engine.core import ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import InvalidInput, TooMany, Unauthorized

_log = log.get("api.auth")
# A whole office may share one address.
_USERS_BEHIND_ADDRESS = 10
_WRONG = "Login or password is wrong"
_KEEP = timedelta(days=30)
_OIDC = "oidc"


class SecondFactorRequired(Unauthorized):
    """The password is right; send the same again with ``code``."""

    code = "second_factor_required"


class Vouched(NamedTuple):
    """A directory says that the password is that of this user of ours."""

    user_id: UUID
    provider_id: UUID


AskDirectories = Callable[[str, str, UUID | None], Awaitable[Vouched | None]]


class AuthParts(NamedTuple):
    """What sign-in is made of."""

    store: AuthStore
    passwords: Passwords
    tokens: AccessTokens
    gate: Gate
    seal: Seal
    ask_directories: AskDirectories


class AuthService:
    """Sign-in, refresh, sign-out, one's own password."""

    def __init__(self, parts: AuthParts, settings: Settings, clock: Clock) -> None:
        self._store, self._passwords, self._tokens, self._gate, self._seal, self._ask_directories = parts
        self._settings = settings
        self._clock = clock
        self.on_logout: list[Callable[[Identity], Awaitable[None]]] = []
        """Awaited after someone has signed out of a session."""

    async def login(self, given: Credentials, peer: Peer) -> Tokens:
        """A new session.

        Raises:
            Unauthorized: wrong login, password or code, or the user is blocked (the answer does not say which);
                SecondFactorRequired: the password is right and a code is needed.
            TooMany: too many failed before; ``retry_after`` seconds.
            Unavailable: the directory that would know does not answer.
        """
        login = given.login.strip().lower()
        await self._begin_try(login, peer.address)
        account, provider_id = await self._by_password(login, given)
        why = "password" if account is None else "blocked" if account.blocked else ""
        if account is not None and not why and account.second_factor:
            if given.code is None:
                raise SecondFactorRequired("Send the code of your authenticator, or a recovery code, as code")
            if not await self.check_code(account, given.code):
                why = "code"
        if account is None or why:
            _log.warning("sign_in_refused", login=login, address=peer.address, why=why)
            await self._store.note_refusal(login, peer.address, why)
            raise Unauthorized(_WRONG)
        await self._store.end_try(_login_key(login), _address_key(peer.address))
        return await self.begin_session(account, peer, provider_id)

    async def begin_session(
        self, account: Account, peer: Peer, provider_id: UUID | None = None, *, by_oidc: bool = False
    ) -> Tokens:
        """A session of a user whose identity is proven."""
        now = self._clock.now()
        token, token_hash = new_token()
        expires = now + timedelta(seconds=self._settings.refresh_token_seconds)
        session_id = ids.new_id(now)
        await self._store.add_session(
            NewSession(session_id, account.id, account.login, now, expires, peer, provider_id), token_hash
        )
        return self._pair(account, session_id, token, by_oidc)

    async def refresh(self, token: str, peer: Peer) -> Tokens:
        """The next pair of tokens; the given refresh token is used up."""
        now = self._clock.now()
        expires = now + timedelta(seconds=self._settings.refresh_token_seconds)
        fresh, fresh_hash = new_token()
        rotated = await self._store.rotate(hash_token(token), fresh_hash, now, expires, peer)
        account = await self._store.account_by_id(rotated[1]) if rotated else None
        if rotated is None or account is None or account.blocked:
            self._gate.forget()
            raise Unauthorized("The refresh token is not valid: sign in again")
        by_oidc = await self._store.session_provider(rotated[0]) == _OIDC
        return self._pair(account, rotated[0], fresh, by_oidc)

    async def logout(self, identity: Identity) -> None:
        await self._store.revoke_session(identity.session_id, self._clock.now(), "signed out")
        self._gate.forget()
        for tell in self.on_logout:
            await tell(identity)

    async def me(self, identity: Identity) -> Me:
        account = await self.account(identity)
        return account.me(by_provider=await self._store.session_provider(identity.session_id) == _OIDC)

    async def set_language(self, identity: Identity, language: str) -> Me:
        await self._store.set_language(identity.user_id, language)
        return await self.me(identity)

    async def change_password(self, identity: Identity, current: str, new: str, peer: Peer) -> None:
        """A new password for oneself; all other sessions end."""
        account = await self.account(identity)
        await self.confirm_password(account, current, peer)
        hashed = await self._passwords.hash(new)
        await self._store.set_password(account.id, identity.session_id, hashed, self._clock.now())
        self._gate.forget()

    async def confirm_password(self, account: Account, password: str, peer: Peer, field: str = "current") -> None:
        """The signed-in user proves who it is once more; failures count as those of sign-in.

        Raises:
            InvalidInput, TooMany.
        """
        if account.password_hash is None:
            message = "Your sign-in is by a directory: there is no password here"
            raise InvalidInput(message, [{"path": f"body.{field}", "message": message}])
        await self._begin_try(account.login, peer.address)
        if not await self._passwords.verify(account.password_hash, password):
            raise InvalidInput("A rule is broken", [{"path": f"body.{field}", "message": "Not the password"}])
        await self._store.end_try(_login_key(account.login), _address_key(peer.address))

    async def check_code(self, account: Account, code: str) -> bool:
        """A code of the authenticator that was not used yet, or a recovery code; it is used up."""
        if account.totp_secret is None:
            return False
        now = self._clock.now()
        step = totp.matching_step(self._seal.open(account.totp_secret), code, now)
        if step is not None:
            return await self._store.use_totp_step(account.id, step)
        return await self._store.use_recovery_code(account.id, totp.hash_recovery_code(code), now)

    async def account(self, identity: Identity) -> Account:
        found = await self._store.account_by_id(identity.user_id)
        if found is None:
            raise Unauthorized("The user is gone")
        return found

    async def account_by_id(self, user_id: UUID) -> Account | None:
        return await self._store.account_by_id(user_id)

    async def clean(self) -> None:
        """Delete sessions and failures that were over a month ago."""
        await self._store.forget(self._clock.now() - _KEEP)

    async def _by_password(self, login: str, given: Credentials) -> tuple[Account | None, UUID | None]:
        """Whose login and password these are, and which directory said so (none: our own list)."""
        account = await self._store.account_by_login(login) if given.provider_id is None else None
        if account is not None and account.password_hash is not None:
            fits = await self._passwords.verify(account.password_hash, given.password)
            return (account if fits else None), None
        vouched = await self._ask_directories(login, given.password, given.provider_id)
        # An unknown login takes as long as a wrong password.
        await self._passwords.verify(None, given.password)
        if vouched is None:
            return None, None
        return await self._store.account_by_id(vouched.user_id), vouched.provider_id

    async def _begin_try(self, login: str, address: str) -> None:
        settings = self._settings
        window, longest = settings.login_window_seconds, settings.login_lock_max_seconds
        limits = {
            _login_key(login): Limits(settings.login_attempts, window, longest),
            _address_key(address): Limits(settings.login_attempts * _USERS_BEHIND_ADDRESS, window, longest),
        }
        seconds = await self._store.begin_try(limits, self._clock.now())
        if seconds > 0:
            raise TooMany("Too many failed sign-ins; wait", retry_after=int(seconds) + 1)

    def _pair(self, account: Account, session_id: UUID, refresh_token: str, by_oidc: bool) -> Tokens:
        return Tokens(
            access_token=self._tokens.make(account.id, session_id, self._clock.now()),
            refresh_token=refresh_token,
            expires_in=self._settings.access_token_seconds,
            user=account.me(by_provider=by_oidc),
        )


def _login_key(login: str) -> str:
    return f"login:{login}"


def _address_key(address: str) -> str:
    return f"address:{address}"
