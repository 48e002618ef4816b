"""One letter over SMTP."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

import aiosmtplib

from api.mail.model import Due
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError

SECURITY = ("starttls", "tls", "none")


class Refused(Exception):
    """The letter did not leave. ``final``: another try would end the same (no such mailbox)."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason = reason[:300]
        self.final = final


class Smtp:
    """Sends by the server that the settings name."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        if settings.smtp_security not in SECURITY:
            raise ConfigError(f"smtp_security must be one of {', '.join(SECURITY)}")
        self._settings = settings
        self._clock = clock

    @property
    def configured(self) -> bool:
        return bool(self._settings.smtp_host)

    async def send(self, letter: Due, text: str) -> None:
        """Raises Refused."""
        settings = self._settings
        try:
            await aiosmtplib.send(
                self._message(letter, text),
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user or None,
                password=settings.smtp_password or None,
                use_tls=settings.smtp_security == "tls",
                start_tls=settings.smtp_security == "starttls",
                timeout=settings.smtp_timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as exc:
            codes = [refused.code for refused in exc.recipients]
            raise Refused(f"recipient refused: {codes}", final=all(code >= 500 for code in codes)) from exc
        except aiosmtplib.SMTPAuthenticationError as exc:
            raise Refused(f"the server refuses smtp_user: {exc.code}", final=False) from exc
        except aiosmtplib.SMTPResponseException as exc:
            raise Refused(f"{exc.code} {exc.message}", final=exc.code >= 500) from exc
        except (aiosmtplib.SMTPException, OSError) as exc:
            raise Refused(f"{type(exc).__name__}: {exc}", final=False) from exc

    def _message(self, letter: Due, text: str) -> EmailMessage:
        message = EmailMessage()
        name, address = parseaddr(self._settings.smtp_from)
        message["From"] = str(Address(display_name=name, addr_spec=address))
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._clock.now())
        # The same for every try, so that a letter sent twice is seen to be one.
        message["Message-ID"] = f"<{letter.id}@{address.rpartition('@')[2] or make_msgid()}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        if letter.attachment is not None:
            main, _, sub = (letter.attachment_type or "application/octet-stream").partition("/")
            message.add_attachment(letter.attachment, maintype=main, subtype=sub, filename=letter.attachment_name)
        return message
