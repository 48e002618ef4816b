"""Sign-in by an LDAP directory: search, then bind as who was found (RFC 4513). The library blocks: run in a thread."""

import math
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from api.directories.model import Ldap, Person
from engine.core.errors import Unavailable


class LdapDirectory:
    """One directory. Every call opens connections of its own and closes them."""

    def __init__(self, settings: Ldap, secret: str | None, timeout: float) -> None:
        self._settings = settings
        self._secret = secret
        self._timeout = timeout

    def person(self, login: str, password: str) -> Person | None:
        """Who has this login and password; none: nobody, or several.

        Raises:
            Unavailable: the directory does not answer, or refuses ``bind_dn``.
        """
        # An empty password makes a bind that proves nothing and succeeds (RFC 4513, 5.1.2).
        if not password or not login:
            return None
        with self._reported(), self._bound(self._settings.bind_dn, self._secret) as service:
            if service is None:
                raise Unavailable("The directory refuses bind_dn or its secret")
            found = self._find(service, login)
            if found is None:
                return None
            with self._bound(found["dn"], password) as own:
                if own is None:
                    return None
            return self._person(found, self._groups(service, found, login))

    def trial(self) -> str:
        """What the directory answers, in words.

        Raises:
            Unavailable.
        """
        with self._reported(), self._bound(self._settings.bind_dn, self._secret) as service:
            if service is None:
                raise Unavailable("The directory refuses bind_dn or its secret")
            if not service.search(self._settings.base_dn, "(objectClass=*)", ldap3.BASE):
                raise Unavailable(f"There is no base_dn {self._settings.base_dn}")
        return f"{self._settings.host} answers and knows {self._settings.base_dn}"

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except (LDAPException, OSError) as exc:
            raise Unavailable(f"The directory at {self._settings.host} does not answer: {exc}"[:300]) from exc

    @contextmanager
    def _bound(self, dn: str, password: str | None) -> Iterator[Any]:
        """A connection bound as ``dn``, encrypted first; None when the directory refuses the bind."""
        settings = self._settings
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=settings.ca_file or None)
        server = ldap3.Server(
            settings.host,
            port=settings.port,
            use_ssl=settings.security == "tls",
            tls=tls,
            get_info=ldap3.NONE,
            connect_timeout=self._timeout,
        )
        kind = ldap3.SIMPLE if dn else ldap3.ANONYMOUS
        connection = ldap3.Connection(
            server,
            user=dn or None,
            password=password if dn else None,
            authentication=kind,
            receive_timeout=max(1, math.ceil(self._timeout)),
            read_only=True,
            raise_exceptions=False,
            auto_referrals=False,
        )
        try:
            connection.open()
            if settings.security == "starttls" and not connection.start_tls():
                raise Unavailable("The directory does not offer StartTLS")
            yield connection if connection.bind() else None
        finally:
            # What went wrong before is the story, not that the goodbye fails after it.
            with suppress(LDAPException, OSError):
                connection.unbind()

    def _find(self, service: Any, login: str) -> Any | None:
        settings = self._settings
        wanted = [settings.id_attribute, settings.login_attribute, settings.name_attribute, settings.email_attribute]
        service.search(
            settings.base_dn,
            settings.user_filter.replace("{login}", escape_filter_chars(login)),
            ldap3.SUBTREE,
            attributes=[*wanted, "memberOf"],
            size_limit=2,
        )
        entries = [entry for entry in service.response or [] if entry.get("type") == "searchResEntry"]
        return entries[0] if len(entries) == 1 else None

    def _groups(self, service: Any, found: Any, login: str) -> list[str]:
        """Names and DNs of the groups."""
        settings = self._settings
        words = {"{dn}": escape_filter_chars(found["dn"]), "{login}": escape_filter_chars(login)}
        query = settings.group_filter
        for place, word in words.items():
            query = query.replace(place, word)
        base = settings.group_base_dn or settings.base_dn
        service.search(base, query, ldap3.SUBTREE, attributes=[settings.group_name_attribute])
        groups = _texts(found, "memberOf")
        for entry in service.response or []:
            if entry.get("type") == "searchResEntry":
                groups += [entry["dn"], *_texts(entry, settings.group_name_attribute)]
        return groups

    def _person(self, found: Any, groups: list[str]) -> Person:
        settings = self._settings
        login = _first(found, settings.login_attribute) or found["dn"]
        return Person(
            subject=_first(found, settings.id_attribute) or found["dn"],
            login=login,
            name=_first(found, settings.name_attribute) or login,
            email=_first(found, settings.email_attribute),
            groups=groups,
        )


def _texts(entry: Any, attribute: str) -> list[str]:
    """Values of an attribute; binary ones in hex (Active Directory's objectGUID)."""
    values: list[bytes] = next(
        (v for name, v in entry["raw_attributes"].items() if name.lower() == attribute.lower()), []
    )
    return [_text(value) for value in values]


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _first(entry: Any, attribute: str) -> str | None:
    return next(iter(_texts(entry, attribute)), None)
