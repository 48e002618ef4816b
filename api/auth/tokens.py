"""Access tokens: signed JWTs (HS256) of fifteen minutes, which name a session. What its user may is asked of the
database, so that a change holds at once."""

import hashlib
import secrets
from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from engine.core.config import Settings
from engine.core.errors import ConfigError, Unauthorized

_ISSUER = "paylater-crm"
_AUDIENCE = "paylater-api"
_CACHE = 10_000


class Bearer(NamedTuple):
    """Whom a token names."""

    user_id: UUID
    session_id: UUID


class AccessTokens:
    """Makes and reads access tokens. Tokens read once are kept until they end, for reading costs more than the rest."""

    def __init__(self, settings: Settings) -> None:
        if len(settings.token_secret) < 32:
            raise ConfigError(
                "token_secret must have 32 characters or more: run tools/up, or set PAYLATER_TOKEN_SECRET"
            )
        self._key = OctKey.import_key(settings.token_secret)
        self._seconds = settings.access_token_seconds
        self._known: OrderedDict[str, tuple[float, Bearer]] = OrderedDict()

    def make(self, user_id: UUID, session_id: UUID, now: datetime) -> str:
        issued = int(now.timestamp())
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(user_id),
            "sid": str(session_id),
            "iat": issued,
            "exp": issued + self._seconds,
        }
        return jwt.encode({"alg": "HS256"}, claims, self._key)

    def read(self, token: str, now: datetime) -> Bearer:
        """Whom a token names.

        Raises:
            Unauthorized: it is not ours, was changed, or is over.
        """
        known = self._known.get(token)
        if known is None:
            known = self._verify(token)
            self._known[token] = known
            if len(self._known) > _CACHE:
                self._known.popitem(last=False)
        expires, bearer = known
        if now.timestamp() >= expires:
            self._known.pop(token, None)
            raise Unauthorized("The access token is over: refresh it")
        return bearer

    def _verify(self, token: str) -> tuple[float, Bearer]:
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"]).claims
            if claims["iss"] != _ISSUER or claims["aud"] != _AUDIENCE:
                raise Unauthorized("The access token is for somebody else")
            return float(claims["exp"]), Bearer(UUID(claims["sub"]), UUID(claims["sid"]))
        except (JoseError, KeyError, ValueError, TypeError, AttributeError):
            raise Unauthorized("The access token is not valid") from None


def new_token() -> tuple[str, bytes]:
    """A random token that can be used once (refresh, link in a letter) and the hash under which it is stored."""
    token = secrets.token_urlsafe(32)
    return token, hash_token(token)


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
