"""Enrolling and dropping one's authenticator."""

from collections.abc import Callable

from api.auth import totp
from api.auth.model import Account
from api.auth.seal import Seal
from api.auth.service import AuthService
from api.auth.store import Peer
from api.second_factor.model import Enrolment, RecoveryCodes, SecondFactor
from api.second_factor.store import SecondFactorStore
from api.web.problems import invalid
from api.web.route import Identity
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Conflict


class SecondFactorService:
    """Each step asks for proof, so that a stolen session alone can neither enrol nor drop an authenticator."""

    def __init__(
        self,
        store: SecondFactorStore,
        auth: AuthService,
        seal: Seal,
        forget_sessions: Callable[[], None],
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._store = store
        self._auth = auth
        self._seal = seal
        self._forget_sessions = forget_sessions
        self._settings = settings
        self._clock = clock

    async def state(self, by: Identity) -> SecondFactor:
        account = await self._auth.account(by)
        return SecondFactor(
            enrolled=account.second_factor,
            required=account.totp_required,
            recovery_codes_left=await self._store.codes_left(account.id),
        )

    async def begin(self, by: Identity, password: str | None, peer: Peer) -> Enrolment:
        """A fresh secret; it counts when a code of it was shown (``confirm``)."""
        account = await self._auth.account(by)
        await self._prove(account, password, peer)
        secret = totp.new_secret()
        if not await self._store.begin(account.id, self._seal.close(secret)):
            raise Conflict("An authenticator is enrolled: drop it first")
        return Enrolment(secret=secret, uri=totp.uri(secret, account.login, self._settings.totp_issuer))

    async def confirm(self, by: Identity, code: str) -> RecoveryCodes:
        """The authenticator shows codes of the secret: from now on sign-in asks for them. Other sessions end."""
        account = await self._auth.account(by)
        if account.totp_secret is None or account.second_factor:
            raise Conflict("Begin with POST /me/second-factor")
        now = self._clock.now()
        step = totp.matching_step(self._seal.open(account.totp_secret), code, now)
        if step is None:
            raise invalid("body.code", "Not the code of this secret now; look at the phone's clock")
        codes = totp.new_recovery_codes()
        hashes = [totp.hash_recovery_code(item) for item in codes]
        if not await self._store.confirm(account.id, by.session_id, now, step, hashes):
            raise Conflict("Begin with POST /me/second-factor")
        self._forget_sessions()
        return RecoveryCodes(recovery_codes=codes)

    async def renew_codes(self, by: Identity, password: str | None, peer: Peer) -> RecoveryCodes:
        """Other recovery codes; the old ones work no more."""
        account = await self._auth.account(by)
        await self._prove(account, password, peer)
        if not account.second_factor:
            raise Conflict("No authenticator is enrolled")
        codes = totp.new_recovery_codes()
        await self._store.renew_codes(account.id, [totp.hash_recovery_code(item) for item in codes])
        return RecoveryCodes(recovery_codes=codes)

    async def drop(self, by: Identity, password: str | None, peer: Peer) -> None:
        account = await self._auth.account(by)
        await self._prove(account, password, peer)
        if account.totp_required:
            raise Conflict("Your role asks for an authenticator")
        await self._store.drop(account.id)

    async def _prove(self, account: Account, password: str | None, peer: Peer) -> None:
        if account.password_hash is None:
            return
        if password is None:
            raise invalid("body.password", "Send your password")
        await self._auth.confirm_password(account, password, peer, "password")
