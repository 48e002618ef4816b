"""The parts of accounts and sign-in, joined: who somebody is, what they may, and what they changed."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from api.accounts import http as accounts_http
from api.accounts.model import User
from api.accounts.roles import RolesService
from api.accounts.service import AccountsService, Links
from api.accounts.store import AccountsStore
from api.audit import http as audit_http
from api.audit.service import AuditService
from api.audit.store import AuditStore
from api.auth import http as auth_http
from api.auth.gate import Gate
from api.auth.passwords import Passwords
from api.auth.seal import Seal
from api.auth.service import AuthParts, AuthService
from api.auth.store import AuthStore
from api.auth.tokens import AccessTokens
from api.directories import http as directories_http
from api.directories.people import Newcomers
from api.directories.providers import ProvidersService
from api.directories.service import DirectoriesService
from api.directories.store import DirectoriesStore
from api.invitations import http as invitations_http
from api.invitations.model import Addressee, Purpose
from api.invitations.service import InvitationsService
from api.invitations.store import InvitationsStore
from api.mail import http as mail_http
from api.mail.service import MailService
from api.mail.smtp import Smtp
from api.mail.store import MailStore
from api.second_factor import http as second_factor_http
from api.second_factor.service import SecondFactorService
from api.second_factor.store import SecondFactorStore
from api.sessions import http as sessions_http
from api.sessions.service import SessionsService
from api.sessions.store import SessionsStore
from api.sign_on import http as sign_on_http
from api.sign_on.service import SignOnService
from api.sign_on.store import SignOnStore
from api.web import limits
from api.web.route import Identity, Route
from api.web.router import Edge
from api.web.scope import ScopedPool
from api.workers import Work
from engine.core.clock import Clock
from engine.core.config import Settings


class Signing(NamedTuple):
    """``work`` runs while the api does, ``clean`` now and then, ``on_logout`` after a sign-out. ``invitations`` writes
    letters with a link to sign in by."""

    gate: Gate
    edge: Edge
    invitations: InvitationsService
    routes: list[Route]
    work: list[Work]
    clean: list[Callable[[], Awaitable[None]]]
    on_logout: list[Callable[[Identity], Awaitable[None]]]
    mail: MailService


def join(settings: Settings, pool: ScopedPool, passwords: Passwords, clock: Clock) -> Signing:
    """All of it. Sign-in works on plain connections: its rows are nobody's data, and it comes before any identity."""
    seal, plain = Seal(settings), pool.plain
    store = AuthStore(plain)
    tokens = AccessTokens(settings)
    gate = Gate(store, tokens, settings, clock)
    mails = MailStore(plain, seal)
    mail = MailService(mails, Smtp(settings, clock), seal, settings, clock)
    invitations = InvitationsService(InvitationsStore(plain), mails, passwords, gate.forget, settings, clock)
    accounts_store, directories_store = AccountsStore(pool), DirectoriesStore(plain)
    providers = ProvidersService(directories_store, seal, settings, clock)
    newcomers = Newcomers(directories_store, AccountsStore(plain), clock)
    directories = DirectoriesService(directories_store, providers, newcomers, clock)
    auth = AuthService(AuthParts(store, passwords, tokens, gate, seal, directories.check_password), settings, clock)
    accounts = AccountsService(accounts_store, passwords, _links(invitations), gate.forget, clock)
    second_factor = SecondFactorService(SecondFactorStore(plain), auth, seal, gate.forget, settings, clock)
    sign_on = SignOnService(SignOnStore(plain), auth, settings, clock)
    audit = AuditService(AuditStore(plain), settings)
    routes = [
        *auth_http.routes(auth),
        *directories_http.routes(directories, providers, auth, secure=settings.public_url.startswith("https:")),
        *invitations_http.routes(invitations),
        *second_factor_http.routes(second_factor),
        *sessions_http.routes(SessionsService(SessionsStore(plain), gate.forget, clock)),
        *accounts_http.routes(accounts, RolesService(accounts_store, gate.forget)),
        *sign_on_http.routes(sign_on),
        *audit_http.routes(audit),
        *mail_http.routes(mail),
    ]
    edge = Edge(gate.authenticate, limits.of_settings(settings), limits.Proxies(settings.trusted_proxies), audit.note)
    return Signing(
        gate,
        edge,
        invitations,
        routes,
        [gate.listen, mail.listen, mail.work],
        [auth.clean, directories.clean, invitations.clean, mail.clean, audit.clean, sign_on.clean],
        auth.on_logout,
        mail,
    )


def _links(invitations: InvitationsService) -> Links:
    """Letters to users, as accounts order them."""

    def writer(purpose: Purpose) -> Callable[[Any, User], Awaitable[None]]:
        async def write(connection: Any, user: User) -> None:
            email = user.email or ""
            to = Addressee(id=user.id, login=user.login, name=user.name, language=user.language, email=email)
            await invitations.write(connection, to, purpose)

        return write

    return Links(writer("invitation"), writer("reset"))
