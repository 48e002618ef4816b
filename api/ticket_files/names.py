"""Names of files that strangers give, made safe. Pure."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
"""Characters; every file system takes so many of any letter."""
_LONGEST_ENDING = 10
# Hidden and direction-changing characters (Trojan Source): "photo\u202egpj.exe" reads as photoexe.jpg.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_UNFIT = re.compile(r'[<>:"/\\|?*;%#&{}$`\'=+]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\Z")
_RUNNABLE = """ade adp apk app appx asp aspx bat bin cgi chm cmd com cpl dll dmg docm dotm exe gadget hta htm html
    htaccess inf ins iso jar js jse jsp lib lnk mde mht mhtml msc msi msix msp mst php phtml php3 php5 pif pl potm ppam
    ppsm pptm ps1 psm1 py rb reg scf scr sct sh shb shtml svg svgz swf sys url vb vbe vbs vxd wsc wsf wsh xhtml xht xlam
    xlsm xltm xml xsl xslt"""
RUNNABLE = frozenset(_RUNNABLE.split())
"""Endings that some system opens by running what is inside."""


def safe(name: str, fallback: str = "file") -> str:
    """A name that says the same and can do nothing: no path, no hidden characters, no device of Windows, one ending.

    ``photo.exe.jpg`` becomes ``photo_exe.jpg``, for some systems hide the last ending.
    """
    text = unicodedata.normalize("NFC", name)
    text = re.split(r"[/\\]", text)[-1]
    text = "".join(char for char in text if unicodedata.category(char) not in _INVISIBLE)
    text = " ".join(_UNFIT.sub("_", text).split()).strip(" .")
    stem, ending = _parted(text)
    stem = "_".join(_joined(stem.split("."))).strip(" .")
    if not stem or _RESERVED.match(stem.split(".")[0].strip()):
        stem = f"{fallback}_{stem}" if stem else fallback
    return _cut(stem, LONGEST - len(ending)) + ending


def ending(name: str) -> str:
    """``jpg`` of ``Photo.JPG``; empty without one."""
    return PurePosixPath(name).suffix[1:].lower()


def _parted(text: str) -> tuple[str, str]:
    stem, dot, last = text.rpartition(".")
    if not dot or not stem or not 1 <= len(last) <= _LONGEST_ENDING or not last.isalnum():
        return text, ""
    return stem, f".{last.lower()}"


def _joined(pieces: list[str]) -> list[str]:
    """Pieces between dots, put together again with dots but around those that name something runnable."""
    found = [pieces[0]]
    for piece in pieces[1:]:
        if piece.strip().lower() in RUNNABLE:
            found.append(piece)
        else:
            found[-1] += f".{piece}"
    return found


def _cut(text: str, length: int) -> str:
    """At most ``length`` characters, and 240 bytes, whole characters."""
    text = text[:length]
    while len(text.encode()) > 240:
        text = text[:-1]
    return text.rstrip(" .") or "file"
