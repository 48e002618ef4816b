"""What a file is, by its content: a kind is allowed when its ending is, and the content is of that ending. Pure."""

import re
from typing import NamedTuple

from api.ticket_files.names import ending

HEAD, TAIL = 8192, 65_557
"""Bytes of the beginning and of the end that are looked at; a directory of a ZIP file stands within the latter."""


class Kind(NamedTuple):
    """``media_type`` as it is given out; ``family``: what the content must be."""

    media_type: str
    family: str


class Refused(Exception):
    """The file is not taken; the text says why, and what to do."""


_ZIP, _OLE = "zip", "ole"
KINDS: dict[str, Kind] = {
    "png": Kind("image/png", "png"),
    "jpg": Kind("image/jpeg", "jpeg"),
    "jpeg": Kind("image/jpeg", "jpeg"),
    "gif": Kind("image/gif", "gif"),
    "webp": Kind("image/webp", "webp"),
    "bmp": Kind("image/bmp", "bmp"),
    "tif": Kind("image/tiff", "tiff"),
    "tiff": Kind("image/tiff", "tiff"),
    "heic": Kind("image/heic", "heic"),
    "pdf": Kind("application/pdf", "pdf"),
    "doc": Kind("application/msword", _OLE),
    "xls": Kind("application/vnd.ms-excel", _OLE),
    "ppt": Kind("application/vnd.ms-powerpoint", _OLE),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    "pptx": Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", _ZIP),
    "odt": Kind("application/vnd.oasis.opendocument.text", _ZIP),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "odp": Kind("application/vnd.oasis.opendocument.presentation", _ZIP),
    "rtf": Kind("application/rtf", "rtf"),
    "zip": Kind("application/zip", _ZIP),
    "rar": Kind("application/vnd.rar", "rar"),
    "7z": Kind("application/x-7z-compressed", "7z"),
    "gz": Kind("application/gzip", "gzip"),
    "txt": Kind("text/plain", "text"),
    "log": Kind("text/plain", "text"),
    "csv": Kind("text/csv", "text"),
    "md": Kind("text/plain", "text"),
    "json": Kind("application/json", "text"),
    "mp3": Kind("audio/mpeg", "mp3"),
    "wav": Kind("audio/wav", "wav"),
    "ogg": Kind("audio/ogg", "ogg"),
    "m4a": Kind("audio/mp4", "mp4"),
    "mp4": Kind("video/mp4", "mp4"),
    "mov": Kind("video/quicktime", "mp4"),
    "webm": Kind("video/webm", "matroska"),
}
"""By ending. Nothing that a browser runs is among them: no HTML, no SVG, no XML."""

INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that may be shown instead of saved: pictures that hold no script."""

_BEGINNINGS: list[tuple[str, bytes]] = [
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpeg", b"\xff\xd8\xff"),
    ("gif", b"GIF87a"),
    ("gif", b"GIF89a"),
    ("bmp", b"BM"),
    ("tiff", b"II*\x00"),
    ("tiff", b"MM\x00*"),
    ("pdf", b"%PDF-"),
    (_OLE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (_ZIP, b"PK\x03\x04"),
    (_ZIP, b"PK\x05\x06"),
    ("rtf", b"{\\rtf"),
    ("rar", b"Rar!\x1a\x07"),
    ("7z", b"7z\xbc\xaf\x27\x1c"),
    ("gzip", b"\x1f\x8b"),
    ("mp3", b"ID3"),
    ("mp3", b"\xff\xfb"),
    ("mp3", b"\xff\xf3"),
    ("mp3", b"\xff\xf2"),
    ("ogg", b"OggS"),
    ("matroska", b"\x1aE\xdf\xa3"),
]
# What another reader would take for a page or a program, in a file that calls itself a picture or a text.
_ACTIVE = re.compile(
    rb"(?i)<(?:!doctype\s+html|html|script|svg|iframe|body|\?php)\b|^#!|^MZ|^\x7fELF|<\?xml-stylesheet"
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PICTURES = frozenset({"png", "jpeg", "gif", "webp", "bmp", "tiff", "heic"})


def known(endings: str) -> frozenset[str]:
    """The setting ``ticket_file_types``: endings, space between.

    Raises:
        ValueError: one of them is not known.
    """
    found = frozenset(word.strip(".,").lower() for word in endings.split())
    if missing := found - KINDS.keys():
        raise ValueError(f"no such kinds of files: {', '.join(sorted(missing))}; known: {', '.join(sorted(KINDS))}")
    return found


def kind_of(name: str, head: bytes, tail: bytes, allowed: frozenset[str]) -> Kind:
    """The kind of a file that is called ``name`` (safe) and begins and ends so.

    Raises:
        Refused.
    """
    last = ending(name)
    if last not in allowed or last not in KINDS:
        what = f"Files of the type .{last}" if last else "Files without an ending"
        raise Refused(f"{what} are not taken; send one of: {', '.join(sorted(allowed))}")
    kind = KINDS[last]
    if not head:
        raise Refused("The file is empty")
    found = family(head)
    if found != kind.family:
        raise Refused(f"The content is not that of a .{last} file; send it under its own ending")
    if kind.family in _PICTURES and (_ACTIVE.search(head) or _ACTIVE.search(tail) or b"PK\x05\x06" in tail):
        raise Refused("The picture holds something else besides; save it anew and send that")
    return kind


def family(head: bytes) -> str:
    """What content that begins so is; ``unknown`` for all that is not among the kinds."""
    for name, beginning in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in (b"heic", b"heix", b"mif1", b"msf1") else "mp4"
    return "text" if _is_text(head) else "unknown"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return not _ACTIVE.search(head.replace(b"\x00", b""))
    return not _CONTROL.search(head) and not _ACTIVE.search(head)
