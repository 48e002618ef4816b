"""What the proxy reads of SIP: enough to know whose name a message bears. Pure."""

import re

_FROM = re.compile(rb"^(?:from|f)[ \t]*:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_TO_TAG = re.compile(rb"^(?:to|t)[ \t]*:.*;[ \t]*tag[ \t]*=", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(rb'"(?:\\.|[^"\\])*"')
_USER = re.compile(rb"\s*sips?:([^@:;<>\s]+)(?::[^@<>]*)?@", re.IGNORECASE)


def is_foreign(message: bytes, extension: str) -> bool:
    """Whether ``message`` begins something (INVITE, REGISTER...) in another name than ``extension``.

    Asterisk knows a phone by the name in From, and trunks by their address: no browser may speak for them. Answers,
    and requests within a dialog (To has a tag), bear names that the dialog was begun with and pass.
    """
    head = message.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n")
    if head.startswith(b"SIP/2.0") or not head.strip():
        return False
    if _TO_TAG.search(head):
        return False
    senders = _FROM.findall(head)
    user = _USER.match(_address(senders[0])) if len(senders) == 1 else None
    return user is None or user.group(1) != extension.encode()


def _address(sender: bytes) -> bytes:
    """The URI of a From header, without the display name, whatever that pretends to be."""
    bare = _QUOTED.sub(b"", sender)
    return bare.partition(b"<")[2] if b"<" in bare else bare
