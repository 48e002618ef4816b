"""Folders of models: what lies in them, in which languages, and whether it is whole. Reads no large file.

A folder may hold ``model.json``: ``{"licence": "MIT", "languages": ["ru"], "files": {"am/final.mdl": [size,
sha256]}}``; tools/models writes one beside what it fetches. A model without it is told by
its files and by the folder's name.
"""

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

CARD = "model.json"


class Card(msgspec.Struct):
    """What is written about a model: size and SHA-256 of each file of it, by path in the folder."""

    licence: str = ""
    languages: tuple[str, ...] = ()
    files: dict[str, tuple[int, str]] = {}


def folders(models: Path) -> list[Path]:
    """Folders in ``models`` in the order of their names; none when it can't be read."""
    try:
        return sorted(path for path in models.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def card(folder: Path) -> Card | None:
    """The folder's card; None where there is none.

    Raises:
        ValueError: it can't be read.
    """
    path = folder / CARD
    try:
        return msgspec.json.decode(path.read_bytes(), type=Card) if path.is_file() else None
    except (OSError, msgspec.DecodeError) as exc:
        raise ValueError(f"{path} can't be read: {exc}") from exc


def fault(folder: Path, needed: Iterable[str]) -> str:
    """What is wrong with the folder, and what to do; empty when every file is there in its size."""
    remedy = f"put the whole model into {folder}, or delete it and fetch it again (tools/models)"
    try:
        sizes = {name: size for name, (size, _) in found.files.items()} if (found := card(folder)) else {}
        for name in (*needed, *sizes):
            size = (folder / name).stat().st_size if (folder / name).is_file() else 0
            if not size:
                return f"{name} is missing or empty: {remedy}"
            if size != sizes.get(name, size):
                return f"{name} has {size} bytes and should have {sizes[name]}: {remedy}"
    except (OSError, ValueError) as exc:
        return f"{exc}: {remedy}"
    return ""


def languages(folder: Path, found: Card | None) -> tuple[str, ...]:
    """Languages by the card, else by a part of the folder's name (``vosk-model-small-ru-0.22``)."""
    if found and found.languages:
        return found.languages
    parts = [part for part in re.split(r"[^a-z]+", folder.name.lower()) if part in KNOWN]
    return tuple(dict.fromkeys(KNOWN[part] for part in parts))


def installed(package: str) -> bool:
    """Whether a Python package can be imported; it is not imported."""
    return importlib.util.find_spec(package) is not None


KNOWN = {code: code for code in (
    "ru", "en", "uk", "de", "fr", "es", "it", "pt", "pl", "cs", "nl", "tr", "kk", "uz", "tg", "ky", "fa", "hi", "ko",
    "ja", "vi", "ca", "sv", "gu", "te", "ar", "el", "ka",
)} | {"cn": "zh", "zh": "zh", "ua": "uk", "kz": "kk", "br": "pt"}  # fmt: skip
"""Parts of names that tell a language."""
