"""One letter over SMTP."""

from collections.abc import Sequence
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

import aiosmtplib

from api.mail.model import HEADERS, Due
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError

SECURITY = ("starttls", "tls", "none")
# Lines as long as RFC 5322 allows: ids of other letters (References) must not be broken.
_POLICY = policy.SMTP.clone(max_line_length=990, cte_type="7bit")
# Machines don't answer (RFC 3834; the other is Exchange's).
_QUIET = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


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

    async def send(
        self, letter: Due, text: str, html: str | None = None, files: Sequence[tuple[str, str, bytes]] = ()
    ) -> None:
        """Raises Refused. ``files``: name, type, content."""
        settings = self._settings
        try:
            message = self._message(letter, text, html, files)
            await aiosmtplib.send(
                message.as_bytes(policy=_POLICY),
                sender=parseaddr(settings.smtp_from)[1],
                recipients=[letter.recipient],
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user or None,
                password=settings.smtp_password or None,
                use_tls=settings.smtp_security == "tls",
                start_tls=settings.smtp_security == "starttls",
                timeout=settings.smtp_timeout,
            )
        except (ValueError, UnicodeError, LookupError) as exc:
            raise Refused(f"it can't be written as a letter: {exc}", final=True) from exc
        except aiosmtplib.SMTPRecipientsRefused as exc:
            codes = [refused.code for refused in exc.recipients]
            raise Refused(f"recipient refused: {codes}", final=all(code >= 500 for code in codes)) from exc
        except aiosmtplib.SMTPAuthenticationError as exc:
            raise Refused(f"the server refuses smtp_user: {exc.code}", final=False) from exc
        except aiosmtplib.SMTPResponseException as exc:
            raise Refused(f"{exc.code} {exc.message}", final=exc.code >= 500) from exc
        except (aiosmtplib.SMTPException, OSError) as exc:
            raise Refused(f"{type(exc).__name__}: {exc}", final=False) from exc

    def _message(
        self, letter: Due, text: str, html: str | None, files: Sequence[tuple[str, str, bytes]]
    ) -> EmailMessage:
        message = EmailMessage()
        name, address = parseaddr(self._settings.smtp_from)
        message["From"] = str(Address(display_name=name, addr_spec=address))
        message["To"] = letter.recipient
        message["Subject"] = _line(letter.subject)
        message["Date"] = format_datetime(self._clock.now())
        # The same for every try, so that a letter sent twice is seen to be one.
        own = {"Message-ID": f"<{letter.id}@{address.rpartition('@')[2] or make_msgid()}>", **_QUIET}
        for header, value in (own | {name: letter.headers[name] for name in HEADERS if name in letter.headers}).items():
            message[header] = _line(value)
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        if letter.attachment is not None:
            kind = letter.attachment_type or "application/octet-stream"
            files = [(letter.attachment_name or "file", kind, letter.attachment), *files]
        for file_name, kind, data in files:
            main, _, sub = kind.partition("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=file_name)
        return message


def _line(value: str) -> str:
    """A header's value can't bring headers of its own."""
    return " ".join("".join(char if char.isprintable() else " " for char in value).split())
