"""Tokens that stand for a sign-in, once: asked for by a server that knows its users, used by their browsers."""

from datetime import timedelta
from uuid import UUID

from api.accounts import rights
from api.auth.model import Tokens
from api.auth.service import AuthService, Peer
from api.auth.tokens import hash_token, new_token
from api.sign_on.model import SignOnToken
from api.sign_on.store import SignOnStore
from api.web.route import Identity
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, Forbidden, NotFound, Unauthorized

_log = log.get("api.sign_on")


class SignOnService:
    def __init__(self, store: SignOnStore, auth: AuthService, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._auth = auth
        self._settings = settings
        self._clock = clock

    async def grant(self, by: Identity, user_id: UUID) -> SignOnToken:
        """A token in the user's name.

        Raises:
            NotFound: no such user. Conflict: blocked. Forbidden: the user may do what ``by`` may not.
        """
        account = await self._auth.account_by_id(user_id)
        if account is None or (by.partner_id is not None and account.partner_id != by.partner_id):
            raise NotFound("There is no such user")
        if account.blocked:
            raise Conflict("The user is blocked")
        if lacking := rights.lacking(by.rights, account.rights):
            raise Forbidden(f"The user has rights that you have not: {', '.join(lacking)}", right=lacking[0])
        now, seconds = self._clock.now(), self._settings.sign_on_seconds
        token, token_hash = new_token()
        await self._store.add(token_hash, user_id, now, now + timedelta(seconds=seconds))
        _log.info("sign_on_granted", user=str(user_id), by=by.login)
        return SignOnToken(token, seconds)

    async def use(self, token: str, peer: Peer) -> Tokens:
        """A session for who brings a token.

        Raises:
            Unauthorized: the token is unknown, used or too old, or its user is blocked by now.
        """
        user_id = await self._store.use(hash_token(token), self._clock.now())
        account = await self._auth.account_by_id(user_id) if user_id is not None else None
        if account is None or account.blocked:
            raise Unauthorized("This token is not valid (any more): ask for a new one")
        return await self._auth.begin_session(account, peer)

    async def clean(self) -> None:
        """Forget tokens that nobody can use."""
        await self._store.forget(self._clock.now() - timedelta(days=1))
