"""Access tokens."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from api.auth.model import Account
from api.auth.tokens import AccessTokens
from engine.core.config import Settings
from engine.core.errors import ConfigError, Unauthorized

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SETTINGS = Settings(token_secret="s" * 64)
ACCOUNT = Account(
    id=uuid4(),
    login="anna",
    name="Anna",
    password_hash="",
    role="operator",
    rights=["calls.read"],
    language="ru",
    blocked_at=None,
)


def test_a_token_tells_who_and_what_they_may_until_it_is_over() -> None:
    tokens = AccessTokens(SETTINGS)
    session = uuid4()
    token = tokens.make(ACCOUNT, session, NOW)
    identity = tokens.read(token, NOW)
    assert (identity.user_id, identity.session_id) == (ACCOUNT.id, session)
    assert identity.may("calls.read") and not identity.may("telephony.write")
    assert tokens.read(token, NOW + timedelta(seconds=899)) == identity
    with pytest.raises(Unauthorized):
        tokens.read(token, NOW + timedelta(seconds=900))


@pytest.mark.parametrize("claims", [{"aud": "other"}, {"iss": "other"}, {"sub": "x"}, {"exp": "soon"}, {"rights": 5}])
def test_a_token_signed_by_us_for_something_else_is_refused(claims: dict) -> None:
    tokens = AccessTokens(SETTINGS)
    good = jwt.decode(tokens.make(ACCOUNT, uuid4(), NOW), OctKey.import_key(SETTINGS.token_secret)).claims
    forged = jwt.encode({"alg": "HS256"}, {**good, **claims}, OctKey.import_key(SETTINGS.token_secret))
    with pytest.raises(Unauthorized):
        tokens.read(forged, NOW)


def test_a_token_of_another_secret_is_refused() -> None:
    token = AccessTokens(Settings(token_secret="t" * 64)).make(ACCOUNT, uuid4(), NOW)
    with pytest.raises(Unauthorized):
        AccessTokens(SETTINGS).read(token, NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigError):
        AccessTokens(Settings(token_secret="short"))
