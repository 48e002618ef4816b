"""Where programs and voices lie: a private copy in the folder of models, or the system."""

import os
import shutil
from pathlib import Path


def folder(models: Path) -> Path:
    """Private copies and models of voices, each in a folder of its own."""
    return models / "voices"


def is_rhvoice(prefix: Path) -> bool:
    """Whether ``prefix`` holds the library and voices of RHVoice."""
    library = [*prefix.glob("usr/lib/*/libRHVoice.so.*"), *prefix.glob("usr/lib/libRHVoice.so.*")]
    return bool(library) and any(prefix.glob("usr/share/RHVoice/voices/*/voice.info"))


def rhvoice(models: Path) -> Path | None:
    """Prefix of an RHVoice: the private copy, else the system."""
    return next((prefix for prefix in (folder(models) / "rhvoice", Path("/")) if is_rhvoice(prefix)), None)


def silero(models: Path) -> list[Path]:
    """Files of Silero models."""
    return sorted((folder(models) / "silero").glob("*.pt"))


def program(name: str) -> str | None:
    """Path of a program of the system."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/bin:/usr/local/bin")


def stamp(path: Path) -> str:
    """Tells one version of a file from another: its size and time."""
    found = path.stat()
    return f"{found.st_size:x}-{int(found.st_mtime):x}"
