"""The check of each request's token: whose session it names, and what its user may now."""

import asyncio
import contextlib
from uuid import UUID

from aiohttp import web

from api.auth.store import AuthStore
from api.auth.tokens import AccessTokens
from api.web.route import Identity
from engine.core import db
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Unauthorized

_ALIVE_SECONDS = 5.0
_ALIVE_MAX = 50_000


class Gate:
    """Identities of live sessions are believed for five seconds, and never longer than until the database says that a
    session, a user or a role was changed (it tells every process of the api by NOTIFY)."""

    def __init__(self, store: AuthStore, tokens: AccessTokens, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._tokens = tokens
        self._settings = settings
        self._clock = clock
        # Identity and until when it is believed (monotonic seconds).
        self._alive: dict[UUID, tuple[float, Identity]] = {}
        self._changed = asyncio.Event()

    async def authenticate(self, request: web.Request) -> Identity:
        """Who asks, from ``Authorization: Bearer``."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorized("Sign in: send Authorization: Bearer <access token>")
        return await self.identify(token.strip())

    async def identify(self, token: str) -> Identity:
        """Who an access token speaks for.

        Raises:
            Unauthorized: the token is not good, or its session is over.
        """
        return await self._of_session(self._tokens.read(token, self._clock.now()).session_id)

    async def check(self, identity: Identity) -> None:
        """Raises Unauthorized when the identity's session has ended, or may do other things than when it was asked."""
        if await self._of_session(identity.session_id) != identity:
            raise Unauthorized("Your rights have changed: come again")

    async def _of_session(self, session_id: UUID) -> Identity:
        now = self._clock.monotonic()
        until, identity = self._alive.get(session_id, (0.0, None))
        if identity is None or until <= now:
            changed = self._changed
            identity = await self._store.identity(session_id, self._clock.now())
            if identity is None:
                raise Unauthorized("The session has ended: sign in again")
            if len(self._alive) >= _ALIVE_MAX:
                self._alive.clear()
            # Not what was read while it changed.
            if changed is self._changed:
                self._alive[session_id] = (now + _ALIVE_SECONDS, identity)
        return identity

    def forget(self) -> None:
        """Ask the database about every session again; those that wait for a change are woken."""
        self._alive.clear()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def changed(self, seconds: float) -> None:
        """Wait until sessions or rights may have changed, for ``seconds`` at most: then look at a token again."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    async def listen(self) -> None:
        """Hear of changes until cancelled."""

        async def connected() -> None:
            self.forget()

        await db.listen(self._settings, ["sessions"], lambda _channel, _payload: self.forget(), connected)
