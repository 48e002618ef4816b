"""Access tokens."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from api.auth.seal import Seal
from api.auth.tokens import AccessTokens
from engine.core.config import Settings
from engine.core.errors import ConfigError, Unauthorized

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SETTINGS = Settings(token_secret="s" * 64)
OTHER = Settings(token_secret="t" * 64)
USER = uuid4()


def test_a_token_tells_whose_session_it_is_until_it_is_over() -> None:
    tokens = AccessTokens(SETTINGS)
    session = uuid4()
    token = tokens.make(USER, session, NOW)
    assert tokens.read(token, NOW) == (USER, session)
    assert tokens.read(token, NOW + timedelta(seconds=899)) == (USER, session)
    with pytest.raises(Unauthorized):
        tokens.read(token, NOW + timedelta(seconds=900))


@pytest.mark.parametrize("claims", [{"aud": "other"}, {"iss": "other"}, {"sub": "x"}, {"exp": "soon"}, {"sid": 5}])
def test_a_token_signed_by_us_for_something_else_is_refused(claims: dict) -> None:
    tokens = AccessTokens(SETTINGS)
    good = jwt.decode(tokens.make(USER, uuid4(), NOW), OctKey.import_key(SETTINGS.token_secret)).claims
    forged = jwt.encode({"alg": "HS256"}, {**good, **claims}, OctKey.import_key(SETTINGS.token_secret))
    with pytest.raises(Unauthorized):
        tokens.read(forged, NOW)


def test_a_token_of_another_secret_is_refused() -> None:
    token = AccessTokens(OTHER).make(USER, uuid4(), NOW)
    with pytest.raises(Unauthorized):
        AccessTokens(SETTINGS).read(token, NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigError):
        AccessTokens(Settings(token_secret="short"))


def test_what_is_sealed_opens_under_the_same_secret_alone() -> None:
    sealed = Seal(SETTINGS).close("пароль")
    assert "пароль" not in sealed and sealed != Seal(SETTINGS).close("пароль")
    assert Seal(SETTINGS).open(sealed) == "пароль"
    for text, settings in ((sealed, OTHER), (sealed[:-2] + "AA", SETTINGS), ("x", SETTINGS)):
        with pytest.raises(ConfigError, match="token_secret"):
            Seal(settings).open(text)
