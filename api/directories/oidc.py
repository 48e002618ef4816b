"""Sign-in by an OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636)."""

import time
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.directories.model import Oidc, Person
from engine.core.errors import PayLaterError, Unavailable

# Asymmetric ones alone: with HS256 the client secret would sign, and "none" is no signature.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
_LEEWAY = 60
_KEEP_SECONDS = 600.0


class NotProven(PayLaterError):
    """The provider's answer does not prove who somebody is."""

    code = "sign_in_not_proven"
    status = 401


class OidcProvider:
    """One provider. Its addresses and keys are read by discovery and kept for ten minutes."""

    def __init__(self, settings: Oidc, secret: str | None, redirect_uri: str, timeout: float) -> None:
        self._settings = settings
        self._secret = secret
        self._redirect_uri = redirect_uri
        self._timeout = timeout
        self._known: tuple[float, dict[str, Any], KeySet] | None = None

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser signs in.

        Raises:
            Unavailable: the provider does not answer.
        """
        metadata, _ = await self._metadata()
        async with self._client(metadata) as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    async def person(self, code: str, nonce: str, verifier: str) -> Person:
        """Who signed in, by the code that the browser brought.

        Raises:
            NotProven, Unavailable.
        """
        metadata, keys = await self._metadata()
        try:
            async with self._client(metadata) as client:
                token = await client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
                claims = self._verified(str(token.get("id_token", "")), keys, metadata, nonce, token["access_token"])
                if self._lacks(claims) and "userinfo_endpoint" in metadata:
                    claims = await self._with_user_info(client, metadata["userinfo_endpoint"], claims)
        except OAuthError as exc:
            raise NotProven(f"The provider refuses the code: {exc.error}") from exc
        except (httpx2.HTTPError, KeyError, ValueError) as exc:
            raise Unavailable(f"The provider does not answer as it should: {type(exc).__name__}") from exc
        return self._person(claims)

    async def trial(self) -> str:
        """What discovery tells, in words.

        Raises:
            Unavailable.
        """
        metadata, keys = await self._metadata()
        return f"{metadata['issuer']} answers and has {len(keys.keys)} keys"

    def _client(self, metadata: dict[str, Any]) -> Any:
        methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return AsyncOAuth2Client(
            self._settings.client_id,
            self._secret,
            scope=" ".join(dict.fromkeys(["openid", *self._settings.scopes])),
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=basic if self._secret else "none",
            timeout=self._timeout,
        )

    async def _metadata(self) -> tuple[dict[str, Any], KeySet]:
        if self._known is not None and self._known[0] > time.monotonic():
            return self._known[1], self._known[2]
        issuer = self._settings.issuer.rstrip("/")
        try:
            async with httpx2.AsyncClient(timeout=self._timeout) as client:
                answer = (await client.get(f"{issuer}/.well-known/openid-configuration")).raise_for_status()
                metadata = answer.json()
                if str(metadata["issuer"]).rstrip("/") != issuer:
                    raise Unavailable(f"The provider calls itself {metadata['issuer']}: enter that as issuer")
                keys = KeySet.import_key_set((await client.get(metadata["jwks_uri"])).raise_for_status().json())
        except (httpx2.HTTPError, httpx2.InvalidURL, JoseError, KeyError, ValueError, TypeError) as exc:
            raise Unavailable(f"The provider at {issuer} does not answer as it should: {exc}"[:300]) from exc
        self._known = (time.monotonic() + _KEEP_SECONDS, metadata, keys)
        return metadata, keys

    def _verified(
        self, id_token: str, keys: KeySet, metadata: dict[str, Any], nonce: str, access_token: str
    ) -> dict[str, Any]:
        """The claims of an ID token that is signed by the provider, for us, for this sign-in, and not over."""
        try:
            token = jwt.decode(id_token, keys, algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {"iss": {"essential": True, "value": metadata["issuer"]}},
                {"client_id": self._settings.client_id, "nonce": nonce, "access_token": access_token},
            )
            claims.validate(leeway=_LEEWAY)
            audience = token.claims["aud"]
            if self._settings.client_id not in ([audience] if isinstance(audience, str) else audience):
                raise NotProven("The ID token is for somebody else")
        except (JoseError, KeyError, ValueError, TypeError) as exc:
            # Keys may have been changed since; the next sign-in reads them anew.
            self._known = None
            raise NotProven(f"The ID token is not good: {exc}"[:200]) from exc
        return dict(token.claims)

    def _lacks(self, claims: dict[str, Any]) -> bool:
        settings = self._settings
        wanted = (settings.login_claim, settings.name_claim, settings.email_claim, settings.groups_claim)
        return any(name not in claims for name in wanted)

    async def _with_user_info(self, client: Any, endpoint: str, claims: dict[str, Any]) -> dict[str, Any]:
        answer = (await client.get(endpoint)).raise_for_status()
        # A signed user info is rare; the ID token's own claims will do then.
        told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        if not isinstance(told, dict) or (told and told.get("sub") != claims["sub"]):
            raise NotProven("The user info is somebody else's")
        return {**told, **claims}

    def _person(self, claims: dict[str, Any]) -> Person:
        settings = self._settings
        groups = claims.get(settings.groups_claim) or []
        email = claims.get(settings.email_claim)
        login = str(claims.get(settings.login_claim) or email or claims["sub"])
        return Person(
            subject=str(claims["sub"]),
            login=login,
            name=str(claims.get(settings.name_claim) or login),
            email=str(email) if email and claims.get("email_verified", True) is not False else None,
            groups=[str(group) for group in ([groups] if isinstance(groups, str) else groups)],
        )
