"""A letter from its bytes; whatever they are, reading ends soon and opens nothing. Pure."""

import email
import hashlib
import re
from collections.abc import Sequence
from email import policy
from email.message import Message
from email.utils import getaddresses
from typing import NamedTuple

from api.letters import quotes
from api.letters.bounces import Bounce, bounce_of
from api.letters.charsets import header_text, raw_text, text_of
from api.letters.html_text import to_text

_HEADERS_BYTES = 262_144
_DEPTH = 12
_IDS = 50
_RESULTS = "authentication-results"
_ID = re.compile(r"<[^<>\s\x00-\x20]{1,250}@?[^<>\s]{0,250}>")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,10}\Z")
_PART = re.compile(rb"(?i)\ncontent-type[ \t]*:")
# The parser of the standard library takes time without end over thousands of parameters, or semicolons in quotes.
_WITH_PARAMETERS = re.compile(
    rb"(?i)(?:\A|[\r\n])content-(?:type|disposition)[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*"
)
_PARAMETERS_BYTES = 8192
_SHOWN_HEADERS = (
    "auto-submitted",
    "precedence",
    "x-autoreply",
    "x-autorespond",
    "x-auto-response-suppress",
    "x-failed-recipients",
    "x-loop",
    "list-id",
    "list-unsubscribe",
    "return-path",
    "content-type",
)


class Unreadable(Exception):
    """The letter can't be read; the text says why."""


class Limits(NamedTuple):
    """Settings ``letter_parts_max``, ``letter_text_max``."""

    parts: int
    text: int


class Enclosed(NamedTuple):
    """A file in a letter, as it is called there."""

    name: str
    data: bytes


class Letter(NamedTuple):
    """``letter_id``: its Message-ID, or a sum of its bytes where it has none. ``sender``: small letters, empty where
    there is none that could be written to. ``answers``: Message-IDs that it answers, the nearest first. ``headers``:
    those that tell machines from people, by small names. ``text``: what is said anew. ``results``: what servers found
    of the sender (Authentication-Results), from the top down, each with its place among all headers. ``bounce``: that a
    letter could not be delivered."""

    letter_id: str
    sender: str
    sender_name: str
    recipients: list[str]
    subject: str
    answers: list[str]
    headers: dict[str, str]
    text: str
    files: list[Enclosed]
    results: Sequence[tuple[int, str]] = ()
    bounce: Bounce | None = None


def read(data: bytes, limits: Limits) -> Letter:
    """The letter.

    Raises:
        Unreadable.
    """
    end = re.search(rb"\r?\n\r?\n", data)
    if (end.start() if end else len(data)) > _HEADERS_BYTES:
        raise Unreadable("its headers are too long")
    if len(_PART.findall(data)) > limits.parts:
        raise Unreadable("it has too many parts")
    if any(len(found[0]) > _PARAMETERS_BYTES for found in _WITH_PARAMETERS.finditer(data)):
        raise Unreadable("its headers are too long")
    try:
        message = email.message_from_bytes(data, policy=policy.compat32)
        return _letter(message, data, limits)
    except Unreadable:
        raise
    except RecursionError as exc:
        raise Unreadable("its parts lie too deep in each other") from exc
    except Exception as exc:
        # The parser of the standard library was made for letters, not for what is made to break it.
        raise Unreadable(f"it is broken: {type(exc).__name__}") from exc


def subject_without_prefixes(subject: str) -> str:
    """``Re: Ответ: Касса`` -> ``Касса``."""
    return re.sub(r"(?i)^(?:\s*(?:re|fw|fwd|aw|отв|ответ|ha|на|пересл)(?:\[\d+\])?\s*:)+\s*", "", subject).strip()


def _letter(message: Message, data: bytes, limits: Limits) -> Letter:
    if not message.keys():
        raise Unreadable("it has no headers")
    sender_name, sender = _sender(message)
    plain, html, files = _parts(message, limits)
    text = (plain if plain.strip() else to_text(html))[: limits.text * 4]
    return Letter(
        letter_id=_letter_id(message, data),
        sender=sender,
        sender_name=sender_name,
        recipients=_recipients(message),
        subject=header_text(message.get("Subject", ""), 500),
        answers=_answers(message),
        headers={name: header_text(message[name], 300) for name in _SHOWN_HEADERS if name in message},
        text=_clean(quotes.said(text))[: limits.text],
        files=files,
        results=_results(message),
        bounce=bounce_of(message),
    )


def _results(message: Message) -> list[tuple[int, str]]:
    return [(place, raw_text(text)) for place, (name, text) in enumerate(message.items()) if name.lower() == _RESULTS]


def _letter_id(message: Message, data: bytes) -> str:
    found = _ID.search(_line(message.get("Message-ID")))
    return found[0] if found else f"<sha256-{hashlib.sha256(data).hexdigest()}>"


def _answers(message: Message) -> list[str]:
    nearest = _ID.findall(_line(message.get("In-Reply-To")))[:5]
    older = _ID.findall(_line(message.get("References")))[-_IDS:]
    return list(dict.fromkeys([*nearest, *reversed(older)]))


def _sender(message: Message) -> tuple[str, str]:
    """Name and address. A From of several, or none, has no address that could be trusted."""
    raw = message.get_all("From") or []
    if len(raw) != 1:
        return "", ""
    # Addresses are taken from what was sent, before names are decoded: a name may hold anything.
    found = [pair for pair in getaddresses([_line(raw[0])]) if pair[1]]
    if len(found) != 1 or not _ADDRESS.match(found[0][1]):
        return "", ""
    return header_text(found[0][0], 100), found[0][1].lower()


def _recipients(message: Message) -> list[str]:
    names = ("To", "Cc", "Delivered-To", "X-Original-To")
    lines = [_line(line) for name in names for line in message.get_all(name, [])]
    found = [address.lower() for _, address in getaddresses(lines[:20])]
    return [address for address in found if _ADDRESS.match(address)][:100]


def _line(value: object) -> str:
    return re.sub(r"\s+", " ", raw_text(value or ""))[:100_000]


def _parts(message: Message, limits: Limits) -> tuple[str, str, list[Enclosed]]:
    """Plain text, HTML, files. Of alternatives the plain one is read where it says anything."""
    plain: list[str] = []
    html: list[str] = []
    files: list[Enclosed] = []
    for part in _leaves(message, limits.parts):
        kind, name = part.get_content_type(), _name(part)
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind in ("text/plain", "text/html") and not attached:
            text = text_of(data, part.get_param("charset") and str(part.get_content_charset() or ""))
            (plain if kind == "text/plain" else html).append(text)
        elif data:
            files.append(Enclosed(name or _nameless(kind), data))
    return "\n".join(plain), "\n".join(html), files


def _leaves(message: Message, most: int) -> list[Message]:
    """Parts that hold no others, in their order; letters inside the letter are files."""
    found: list[Message] = []
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > _DEPTH:
            raise Unreadable("its parts lie too deep in each other")
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting += [(item, depth + 1) for item in reversed(inner) if isinstance(item, Message)]
        elif part.get_content_type() != "message/rfc822" or depth == 0:
            found.append(part)
        if len(found) + len(waiting) > most:
            raise Unreadable("it has too many parts")
    return found


def _name(part: Message) -> str:
    name = part.get_filename()
    return header_text(name, 250) if name else ""


def _nameless(kind: str) -> str:
    """A name for a part that has none, by the few types that occur so."""
    endings = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "application/pdf": "pdf"}
    return f"file.{endings.get(kind, kind.partition('/')[2][:10])}"


def _clean(text: str) -> str:
    """Without characters that a database or a screen does not take."""
    return "".join(char for char in text if char in "\n\t" or (char.isprintable() and not "\ud800" <= char <= "\udfff"))
