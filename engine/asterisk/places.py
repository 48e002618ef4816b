"""Where a node's Asterisk keeps its files, and how it is started."""

import platform
from pathlib import Path

from engine.core.config import Settings
from engine.core.errors import ConfigError

LANGUAGES = {"ru": "ru_RU_f_IvrvoiceRU", "en": "en_US_f_Allison"}


def folder(settings: Settings) -> Path:
    """Everything of ours: configuration, spool, logs."""
    return settings.var / "asterisk"


def etc(settings: Settings) -> Path:
    return folder(settings) / "etc"


def data(settings: Settings) -> Path:
    """Sounds, documentation and music as Asterisk sees them: links into the installation."""
    return folder(settings) / "data"


def installed(settings: Settings, path: str) -> Path:
    """``path`` (``usr/share/asterisk``) inside the installation: the private copy or the system."""
    return Path(settings.asterisk_prefix or "/") / path


def library(settings: Settings) -> Path:
    """The installation's folder of libraries: ``usr/lib/x86_64-linux-gnu``.

    Raises:
        ConfigError: there is no Asterisk.
    """
    for pattern in (f"{platform.machine()}-linux-gnu*", "*-linux-gnu*"):
        for found in sorted(installed(settings, "usr/lib").glob(pattern)):
            if (found / "asterisk" / "modules").is_dir():
                return found
    if (installed(settings, "usr/lib") / "asterisk" / "modules").is_dir():
        return installed(settings, "usr/lib")
    raise ConfigError(f"No Asterisk in {settings.asterisk_prefix or 'the system'}: run tools/up")


def modules(settings: Settings) -> Path:
    """Folder of the installation's modules."""
    return library(settings) / "asterisk" / "modules"


def program(settings: Settings) -> list[str]:
    """Command that runs Asterisk; a private copy runs by its own loader and libraries."""
    binary = installed(settings, "usr/sbin/asterisk")
    if not settings.asterisk_prefix:
        return [str(binary)]
    lib = library(settings)
    loaders = sorted([*lib.glob("ld-linux*.so.*"), *installed(settings, "usr/lib64").glob("ld-linux*.so.*")])
    if not loaders:
        raise ConfigError(f"{settings.asterisk_prefix} has no loader: delete it and run tools/up")
    return [str(loaders[0]), "--library-path", str(lib), str(binary)]


def command(settings: Settings) -> list[str]:
    """Command of the server itself, in the foreground."""
    return [*program(settings), "-C", str(etc(settings) / "asterisk.conf"), "-f", "-n"]


def console_command(settings: Settings, text: str) -> list[str]:
    """Command that runs one console command in the running Asterisk: ``pjsip show endpoints``."""
    return [*program(settings), "-C", str(etc(settings) / "asterisk.conf"), "-rx", text]
