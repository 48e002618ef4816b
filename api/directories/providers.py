"""Configuring directories."""

import asyncio
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from api.accounts.rights import lacking
from api.auth.seal import Seal
from api.directories.ldap import LdapDirectory
from api.directories.model import Ldap, Oidc, Provider, ProviderData, ProviderWrite, PublicProvider, Trial
from api.directories.oidc import OidcProvider
from api.directories.store import DirectoriesStore
from api.web.route import Identity
from engine.core import ids
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable

CALLBACK = "/api/v1/auth/oidc/callback"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ProvidersService:
    """Rules of directories, and the clients that speak to them. Secrets are sealed, and never told."""

    def __init__(self, store: DirectoriesStore, seal: Seal, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._seal = seal
        self._settings = settings
        self._clock = clock
        self._oidc: dict[tuple[UUID, int], OidcProvider] = {}

    async def all(self) -> list[Provider]:
        return await self._store.providers()

    async def public(self) -> list[PublicProvider]:
        """Those that the sign-in page offers."""
        return [
            PublicProvider(id=item.id, name=item.name, kind="oidc" if isinstance(item.settings, Oidc) else "ldap")
            for item in await self._store.providers()
            if item.enabled
        ]

    async def get(self, provider_id: UUID, connection: Any = None) -> Provider:
        found = await self._store.provider(provider_id, connection)
        if found is None:
            raise NotFound("There is no such sign-in provider")
        return found

    async def create(self, by: Identity, data: ProviderWrite) -> Provider:
        provider_id = ids.new_id(self._clock.now())
        secret = None if data.secret is msgspec.UNSET or data.secret is None else self._seal.close(data.secret)
        async with self._store.change() as connection:
            await self._check(connection, by, data)
            await self._store.add(connection, provider_id, data, secret)
            return await self.get(provider_id, connection)

    async def replace(self, by: Identity, provider_id: UUID, data: ProviderWrite, version: int | None) -> Provider:
        async with self._store.change() as connection:
            now = await self.get(provider_id, connection)
            if version is not None and version != now.version:
                raise Conflict(f"It was changed meanwhile: version {now.version}", version=now.version)
            await self._check(connection, by, data)
            if _place(now.settings) != _place(data.settings) and now.has_secret and data.secret is msgspec.UNSET:
                message = "The address is another: enter the secret again, so that it goes nowhere by mistake"
                raise InvalidInput(message, [{"path": "body.secret", "message": message}])
            another = data.secret is not msgspec.UNSET
            sealed = self._seal.close(data.secret) if another and isinstance(data.secret, str) else None
            await self._store.update(connection, provider_id, data, another, sealed)
            return await self.get(provider_id, connection)

    async def delete(self, provider_id: UUID) -> None:
        """Sessions that came by it end; its users stay, without a way in until they get a password."""
        async with self._store.change() as connection:
            await self.get(provider_id, connection)
            await self._store.delete(connection, provider_id)

    async def trial(self, provider_id: UUID) -> Trial:
        """Speak to the directory as configured."""
        provider = await self.get(provider_id)
        try:
            if isinstance(provider.settings, Oidc):
                return Trial(ok=True, detail=await (await self.oidc(provider)).trial())
            directory = await self.ldap(provider)
            return Trial(ok=True, detail=await asyncio.to_thread(directory.trial))
        except Unavailable as exc:
            return Trial(ok=False, detail=exc.detail)

    async def oidc(self, provider: Provider) -> OidcProvider:
        """The client of an OIDC provider; it keeps what discovery told."""
        assert isinstance(provider.settings, Oidc)
        key = (provider.id, provider.version)
        if key not in self._oidc:
            self._oidc = {known: client for known, client in self._oidc.items() if known[0] != provider.id}
            base = (self._settings.public_url or self._settings.http_url).rstrip("/")
            secret = await self._secret(provider.id)
            timeout = self._settings.directory_timeout
            self._oidc[key] = OidcProvider(provider.settings, secret, base + CALLBACK, timeout)
        return self._oidc[key]

    async def ldap(self, provider: Provider) -> LdapDirectory:
        assert isinstance(provider.settings, Ldap)
        return LdapDirectory(provider.settings, await self._secret(provider.id), self._settings.directory_timeout)

    async def _secret(self, provider_id: UUID) -> str | None:
        sealed = await self._store.secret(provider_id)
        return None if sealed is None else self._seal.open(sealed)

    async def _check(self, connection: Any, by: Identity, data: ProviderData) -> None:
        errors = _broken(data)
        names = {rule.role for rule in data.role_map} | ({data.default_role} if data.default_role else set())
        known = await self._store.role_rights(connection, names)
        errors += [
            {"path": "body.role_map", "message": f"There is no role {name}"} for name in sorted(names - set(known))
        ]
        partners = [rule.partner_id for rule in data.role_map if rule.partner_id]
        unknown = await self._store.unknown_partners(connection, partners)
        errors += [{"path": "body.role_map", "message": f"There is no partner {key}"} for key in unknown]
        if errors:
            raise InvalidInput("The directory can't be used so", errors)
        for name, rights in known.items():
            if missing := lacking(by.rights, rights):
                raise Forbidden(f"The role {name} may do what you may not", right=missing[0])


def _broken(data: ProviderData) -> list[dict[str, str]]:
    """Broken rules that types can't say."""
    settings = data.settings
    if isinstance(settings, Oidc):
        parts = urlsplit(settings.issuer)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            return [{"path": "body.settings.issuer", "message": "A provider outside this machine needs https"}]
        return []
    errors = []
    if settings.security == "none" and settings.host not in _LOOPBACK:
        message = "Passwords would go in the clear: use starttls or tls"
        errors.append({"path": "body.settings.security", "message": message})
    if "{login}" not in settings.user_filter:
        errors.append({"path": "body.settings.user_filter", "message": "It must hold {login}: (uid={login})"})
    return errors


def _place(settings: Oidc | Ldap) -> tuple[Any, ...]:
    """Where the secret goes."""
    if isinstance(settings, Oidc):
        return (settings.issuer,)
    return settings.host, settings.port, settings.security, settings.ca_file
