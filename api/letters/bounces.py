"""Notices that a letter could not be delivered (RFC 3464). Pure."""

import re
from email import message_from_string, policy
from email.message import Message
from typing import Any, NamedTuple

from api.letters.charsets import header_text, text_of

_HEAD = 65_536
_GROUPS = 100
_ID = re.compile(r"<[^<>\s\x00-\x20]{1,250}>")


class Bounce(NamedTuple):
    """``letter_id``: the Message-ID of the letter that came back, empty where it can't be told. ``recipient``: whom it
    did not reach; ``status``: as 5.1.1; ``reason``: what the server over there said."""

    letter_id: str
    recipient: str
    status: str
    reason: str


def bounce_of(message: Message) -> Bounce | None:
    """None: it is no such notice, or one that tells of a delay, or that all is well."""
    parts = message.get_payload()
    kind = str(message.get_param("report-type") or "").lower()
    if message.get_content_type() != "multipart/report" or kind != "delivery-status" or not isinstance(parts, list):
        return None
    told = _part(parts, "message/delivery-status")
    groups = told.get_payload() if told is not None else None
    for group in groups[:_GROUPS] if isinstance(groups, list) else []:
        if isinstance(group, Message) and header_text(group["Action"] or "", 40).lower() == "failed":
            return Bounce(
                letter_id=_letter_id(parts),
                recipient=_typed(group["Original-Recipient"]) or _typed(group["Final-Recipient"]),
                status=header_text(group["Status"] or "", 20),
                reason=_typed(group["Diagnostic-Code"]) or header_text(group["Status"] or "", 20),
            )
    return None


def _typed(value: object) -> str:
    """``rfc822; ivan@x.example`` and ``smtp; 550 no such user`` without the word of their type."""
    said = header_text(value or "", 300)
    kind, found, rest = said.partition(";")
    return rest.strip() if found and re.fullmatch(r"[A-Za-z0-9.-]{1,40}", kind.strip()) else said


def _letter_id(parts: list[Any]) -> str:
    """Of the letter that is enclosed, whole or its headers alone."""
    headers = _part(parts, "text/rfc822-headers")
    if headers is not None:
        data = headers.get_payload(decode=True)
        text = text_of(data[:_HEAD], None) if isinstance(data, bytes) else ""
        enclosed = message_from_string(text.lstrip("\r\n"), policy=policy.compat32)
    else:
        whole = _part(parts, "message/rfc822")
        inner = whole.get_payload() if whole is not None else None
        if not isinstance(inner, list) or not isinstance(inner[0], Message):
            return ""
        enclosed = inner[0]
    found = _ID.search(header_text(enclosed["Message-ID"] or "", 600))
    return found[0] if found else ""


def _part(parts: list[Any], kind: str) -> Message | None:
    return next((part for part in parts if isinstance(part, Message) and part.get_content_type() == kind), None)
