"""Mailboxes: configured with a sealed password, tried out."""

from email import message_from_bytes
from typing import Any
from uuid import UUID

import msgspec

from api.letters import authenticity
from api.letters.charsets import raw_text
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
                servers = sorted({name for data in await box.results(selected.uid_next) if (name := _server(data))})
        except BoxFailed as exc:
            return Trial(ok=False, detail=str(exc))
        except ConfigError as exc:
            return Trial(ok=False, detail=exc.detail)
        detail = "The mailbox can be read"
        if access.authserv_id and servers and access.authserv_id.lower() not in servers:
            detail += f", but no sender is ever verified: its server is not {access.authserv_id}; see servers"
        return Trial(ok=True, detail=detail, letters=selected.letters, idle=idle, servers=servers)

    def _sealed(self, secret: str) -> str:
        if len(secret) > SECRET_LONGEST:
            raise invalid("body.secret", f"At most {SECRET_LONGEST} characters")
        return self._seal.close(secret)

    async def _refuse_elsewhere(self, id_: UUID, fields: dict[str, Any]) -> None:
        now = await self._mailboxes.access(id_)
        if now is not None and any(name in fields and fields[name] != getattr(now, name) for name in _WHERE):
            message = "The server is another: enter the password again, so that it goes nowhere by mistake"
            raise invalid("body.secret", message)


def _server(headers: bytes) -> str:
    """Who wrote the topmost Authentication-Results; empty where that can't be read."""
    parsed = authenticity.parse(raw_text(message_from_bytes(headers)["Authentication-Results"] or ""))
    return parsed[0][:253] if parsed else ""
