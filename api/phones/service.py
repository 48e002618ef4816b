"""A user's own phone: what the browser needs to be one, and its password."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import msgspec

from api.phones.model import CallerId, IceServer, OwnForwards, OwnPhone
from api.phones.store import OwnExtension, PhonesStore
from api.telephony.catalog import EXTENSIONS
from api.telephony.service import TelephonyService
from api.web.route import PREFIX
from engine.asterisk.model import browser_codecs
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import Forbidden, NotFound
from engine.routing.model import Forward, ToExternal

WS_PATH = f"{PREFIX}/phone/ws"
NO_EXTENSION = "You have no extension: ask an administrator to give your user one"


class PhonesService:
    """Phones of signed-in users."""

    def __init__(self, store: PhonesStore, telephony: TelephonyService, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._telephony = telephony
        self._settings = settings
        self._clock = clock

    async def own(self, user_id: UUID) -> OwnExtension:
        """The user's extension. Raises NotFound without one."""
        extension = await self._store.own(user_id)
        if extension is None:
            raise NotFound(NO_EXTENSION)
        return extension

    async def phone(self, user_id: UUID) -> OwnPhone:
        """What the user's browser needs to be a phone."""
        own = await self.own(user_id)
        in_browser = own.kind == "webrtc"
        return OwnPhone(
            extension=own.number,
            name=own.name,
            kind=own.kind,
            uri=f"sip:{own.number}@{self._settings.public_host}",
            username=own.number,
            codecs=list(browser_codecs(own.codecs) if in_browser else own.codecs),
            password=own.password if in_browser else None,
            ws_path=WS_PATH if in_browser else None,
            ice_servers=ice_servers(self._settings, own.number, self._clock.now()) if in_browser else [],
        )

    async def forwards(self, user_id: UUID) -> OwnForwards:
        """The forwarding rules of the user's extension. One that an administrator made for a menu is told as it is."""
        own = await self.own(user_id)
        return OwnForwards(forwards=msgspec.to_builtins(own.forwards), version=own.version)

    async def set_forwards(self, user_id: UUID, wanted: OwnForwards) -> OwnForwards:
        """Other forwarding rules. Numbers outside are called in the name of the user's own extension.

        Raises:
            NotFound: no extension. InvalidInput: a rule names what is not there. Conflict: another version by now.
        """
        own = await self.own(user_id)
        forwards = [msgspec.convert(msgspec.to_builtins(rule), Forward) for rule in wanted.forwards]
        for rule in forwards:
            if isinstance(rule.to, ToExternal) and rule.to.extension not in (None, own.number):
                raise Forbidden("Numbers outside are called in the name of your own extension", right="telephony.write")
        await self._telephony.change(EXTENSIONS, own.id, {"forwards": forwards}, wanted.version)
        return await self.forwards(user_id)

    async def caller_ids(self, user_id: UUID) -> list[CallerId]:
        """Numbers that the user may choose to show; the engine checks the choice again."""
        return await self._store.caller_ids(user_id)

    async def renew_own_password(self, user_id: UUID) -> OwnPhone:
        """A new password for the user's own phone; registrations with the old one end when they are due."""
        await self.renew_password((await self.own(user_id)).id)
        return await self.phone(user_id)

    async def renew_password(self, extension_id: UUID) -> None:
        if not await self._store.set_password(extension_id, secrets.token_urlsafe(24)):
            raise NotFound("There is no such Extension")


def ice_servers(settings: Settings, name: str, now: datetime) -> list[IceServer]:
    """STUN and TURN servers of the settings, with a TURN password that holds for ``turn_seconds``. Pure.

    The password is that of draft-uberti-behave-turn-rest: user ``<expiry>:<name>``, HMAC-SHA1 of it under the secret.
    """
    stun, turn = _urls(settings.stun_urls), _urls(settings.turn_urls)
    servers = [IceServer(urls=stun)] if stun else []
    if turn:
        user = f"{int(now.timestamp()) + settings.turn_seconds}:{name}"
        digest = hmac.new(settings.turn_secret.encode(), user.encode(), hashlib.sha1).digest()
        servers.append(IceServer(urls=turn, username=user, credential=base64.b64encode(digest).decode()))
    return servers


def _urls(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]
