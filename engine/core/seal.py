"""Secrets that must be read again (of authenticators, directories, sources), encrypted with the token secret."""

import hashlib

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from engine.core.config import Settings
from engine.core.errors import ConfigError

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Seal:
    """AES-256-GCM under a key that is derived from ``token_secret``: who has the database alone can read nothing."""

    def __init__(self, settings: Settings) -> None:
        self._key = OctKey.import_key(hashlib.sha256(b"seal:" + settings.token_secret.encode()).digest())

    def close(self, text: str) -> str:
        """``text`` as a sealed string."""
        return jwe.encrypt_compact(_HEADER, text.encode(), self._key)

    def open(self, sealed: str) -> str:
        """The text of a sealed string.

        Raises:
            ConfigError: it was sealed under another token_secret.
        """
        try:
            plain = jwe.decrypt_compact(sealed, self._key).plaintext
        except (JoseError, ValueError) as exc:
            raise ConfigError(
                "A stored secret was sealed under another token_secret; set the old one, or enter the secret again"
            ) from exc
        return (plain or b"").decode()
