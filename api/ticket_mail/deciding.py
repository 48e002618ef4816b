"""What becomes of a letter: who wrote it, a person or a machine, and to which request it belongs. Pure."""

import hmac
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, NamedTuple
from uuid import UUID

from api.letters import authenticity
from api.letters.authenticity import Found
from api.letters.reading import Letter

TOKEN_LENGTH = 8
_TOKEN = re.compile(r"\[#(\d{1,18})-([0-9a-fA-F]{8})\]")
_LOCAL = re.compile(r"(?i)\A(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?(?:[+-].*)?|autoreply)\Z")
_AUTO_SUBJECT = re.compile(
    r"(?i)^\s*(?:auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|автоответ|автоматический ответ|"
    r"undeliver(?:ed|able)|delivery status notification|mail delivery (?:failed|subsystem)|returned mail|"
    r"недоставленное сообщение|не удалось доставить)"
)


class Verdict(StrEnum):
    """What became of a letter, as ``mails_received`` keeps it."""

    OPENED = "opened"
    JOINED = "joined"
    AUTOMATIC = "automatic"
    LOOP = "loop"
    REFUSED = "refused"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"


class Token(NamedTuple):
    """The words ``[#100123-1a2b3c4d]`` of a subject."""

    number: int
    code: str


def token_in(subject: str) -> Token | None:
    found = _TOKEN.search(subject)
    return Token(int(found[1]), found[2].lower()) if found else None


def token_text(number: int, mail_token: str) -> str:
    """As it stands in the subjects of letters about a request."""
    return f"[#{number}-{mail_token[:TOKEN_LENGTH]}]"


def fits(token: Token, mail_token: str) -> bool:
    """In constant time, so that a token can't be guessed piece by piece."""
    return hmac.compare_digest(token.code.encode(), mail_token[:TOKEN_LENGTH].encode())


def without_token(subject: str) -> str:
    return " ".join(_TOKEN.sub("", subject).split())


def automatic(letter: Letter) -> str | None:
    """Why the letter was written by a machine; None: a person wrote it.

    Source: RFC 3834 (Auto-Submitted, null sender); the others are older customs.
    """
    headers = letter.headers
    if (said := headers.get("auto-submitted", "no").partition(";")[0].strip().lower()) not in ("no", ""):
        return f"Auto-Submitted: {said}"
    if (said := headers.get("precedence", "").lower()) in ("bulk", "junk", "list", "auto_reply"):
        return f"Precedence: {said}"
    for name in ("x-autoreply", "x-autorespond", "x-failed-recipients", "list-id"):
        if name in headers:
            return name
    if headers.get("return-path", "").replace(" ", "") == "<>":
        return "empty envelope sender"
    if "report-type=delivery-status" in headers.get("content-type", "").replace('"', "").lower():
        return "delivery status"
    if _LOCAL.match(letter.sender.partition("@")[0]):
        return "sent by a machine's address"
    if _AUTO_SUBJECT.match(letter.subject):
        return "subject of an automatic answer"
    return None


def loop(letter: Letter, own_addresses: Iterable[str], own_domain_ids: str) -> str | None:
    """Why the letter is one of our own coming back. ``own_domain_ids``: how our Message-IDs end."""
    if letter.sender in set(own_addresses):
        return "sent by this mailbox, or by us"
    return "a letter of ours" if is_ours(letter.letter_id, own_domain_ids) else None


def is_ours(letter_id: str, own_domain_ids: str) -> bool:
    """Whether it is the Message-ID of a letter about a request that we sent."""
    its_id = letter_id.lower()
    return its_id.startswith("<ticket-") and its_id.rstrip(">").endswith(own_domain_ids.lower())


def doubt(letter: Letter, server: str) -> Found | None:
    """What ``server`` (a mailbox's ``authserv_id``) found of a sender that it does not show to be true; None: it does,
    or nothing is checked."""
    if not server:
        return None
    found = authenticity.check(letter.results, server, letter.sender.rpartition("@")[2])
    return None if found.verified else found


class Author(NamedTuple):
    """Whom an address belongs to (api/clients): the account, its company, its outlet, the person's name."""

    account_id: UUID
    parent_id: UUID
    outlet_id: UUID | None
    name: str


class Standing(NamedTuple):
    """Who may speak in a request by letter: addresses of its author and watchers (small letters); accounts: its
    company's, its author's, its watchers', and those that were granted its outlet."""

    emails: frozenset[str]
    accounts: frozenset[UUID]


class Speech(StrEnum):
    """How a word by letter is taken. CLIENT: public, as the author's; NOTE: an internal note, for whoever knows the
    thread may have got it forwarded, and is nobody of the request; STRANGER: it opens a request of its own."""

    CLIENT = "client"
    NOTE = "note"
    STRANGER = "stranger"


def speech(
    letter: Letter, author: Author | None, standing: Standing, *, by_token: bool, doubted: bool = False
) -> Speech:
    """Rule: the sender must be the request's author, one of its watchers, or an account that may see it. Anybody else
    who knows the token (a colleague whom the letter was forwarded to) leaves a note for staff alone, and one who only
    names an old letter (its id stands in every forwarded copy) is a stranger, whose letter opens a new request. Who
    would be heard as one of the request but may have been forged (``doubted``) leaves a note too."""
    if letter.sender in standing.emails or (author is not None and author.account_id in standing.accounts):
        return Speech.NOTE if doubted else Speech.CLIENT
    return Speech.NOTE if by_token else Speech.STRANGER


def language_of(text: str) -> Literal["ru", "en"]:
    """ru where there is a Cyrillic letter for every four Latin ones, else en; nothing said is ru."""
    cyrillic = sum(1 for char in text if "а" <= char.lower() <= "я" or char in "ёЁ")
    latin = sum(1 for char in text if char.isascii() and char.isalpha())
    return "en" if latin > 4 * cyrillic and latin else "ru"
