"""Mailboxes: configured with a sealed password, tried out."""

from typing import Any
from uuid import UUID

import msgspec

from api.mailboxes.imap import Box, BoxFailed
from api.mailboxes.model import MAILBOXES, SECRET_LONGEST, MailboxWrite, Trial
from api.mailboxes.store import MailboxStore
from api.telephony.resource import Resource
from api.telephony.service import TelephonyService
from api.web.problems import invalid
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError, NotFound
from engine.core.seal import Seal

_WHERE = ("host", "port", "security", "login")
"""Whom the password is told to; another needs it entered again."""


class MailboxesService(TelephonyService):
    """``TelephonyService`` of mailboxes: passwords are sealed, and never told."""

    def __init__(self, store: MailboxStore, seal: Seal, settings: Settings, clock: Clock) -> None:
        super().__init__(store, settings, clock)
        self._mailboxes = store
        self._seal = seal

    async def create(self, resource: Resource, value: MailboxWrite) -> Any:
        if value.secret is msgspec.UNSET:
            raise invalid("body.secret", "Enter the mailbox's password")
        return await super().create(resource, msgspec.structs.replace(value, secret=self._sealed(value.secret)))

    async def change(self, resource: Resource, id_: UUID, fields: dict[str, Any], version: int | None) -> Any:
        if isinstance(fields.get("secret"), str):
            fields["secret"] = self._sealed(fields["secret"])
        else:
            await self._refuse_elsewhere(id_, fields)
        return await super().change(resource, id_, fields, version)

    async def test(self, id_: UUID) -> Trial:
        """Look into the mailbox as configured."""
        access = await self._mailboxes.access(id_)
        if access is None:
            raise NotFound(f"There is no such {MAILBOXES.title}")
        try:
            password = self._seal.open(access.secret or "")
            async with Box(access, password, self._settings.mailbox_timeout_s) as box:
                selected = await box.select()
                idle = box.idles
        except BoxFailed as exc:
            return Trial(ok=False, detail=str(exc))
        except ConfigError as exc:
            return Trial(ok=False, detail=exc.detail)
        return Trial(ok=True, detail="The mailbox can be read", letters=selected.letters, idle=idle)

    def _sealed(self, secret: str) -> str:
        if len(secret) > SECRET_LONGEST:
            raise invalid("body.secret", f"At most {SECRET_LONGEST} characters")
        return self._seal.close(secret)

    async def _refuse_elsewhere(self, id_: UUID, fields: dict[str, Any]) -> None:
        now = await self._mailboxes.access(id_)
        if now is not None and any(name in fields and fields[name] != getattr(now, name) for name in _WHERE):
            message = "The server is another: enter the password again, so that it goes nowhere by mistake"
            raise invalid("body.secret", message)
