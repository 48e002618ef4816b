"""The settings of a stack: what was given, plus the secrets that its first start makes."""

import secrets
import string
from typing import Any

import msgspec

from engine.asterisk.render import write
from engine.core import config
from engine.core.config import Settings
from engine.core.errors import ConfigError
from tools.stack.console import StepFailed
from tools.stack.install import postgres

SECRETS = ("ari_password", "control_token", "token_secret", "database_password")
# A socket's path must fit into 107 bytes; the longest of ours is run/supervisor.sock.
LONGEST_VAR = 85
_ALPHABET = string.ascii_letters + string.digits


def secret(length: int = 32) -> str:
    """A random word of letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def load() -> Settings:
    """The settings in force, with secrets made where there are none and the private cluster's address filled in.

    Raises:
        StepFailed: a setting can't be used.
    """
    try:
        settings = config.load()
    except ConfigError as exc:
        raise StepFailed(exc.detail, "mend it and start again") from exc
    if len(str(settings.var)) > LONGEST_VAR:
        raise StepFailed(f"the path {settings.var} is too long for sockets", "name a shorter folder in PAYLATER_VAR")
    made = {name: secret() for name in SECRETS if not getattr(settings, name)}
    private = postgres.is_private(settings)
    settings = msgspec.structs.replace(settings, **made)
    if private:
        settings = msgspec.structs.replace(settings, database_dsn=postgres.dsn(settings))
    return settings


def save(settings: Settings) -> None:
    """Write var/run/settings.json for the processes and the next start: what differs from the defaults."""
    path = settings.run / "settings.json"
    write(path, msgspec.json.format(msgspec.json.encode(stored(settings)), indent=2).decode() + "\n")


def stored(settings: Settings) -> dict[str, Any]:
    """What settings.json holds. Defaults, and ports that follow from the port base, are left out, so that they move."""
    derived = {name: settings.port_base + offset for name, offset in config.PORTS.items()}
    derived["rtp_first"] = settings.port_base + config.RTP_OFFSET
    plain = {**config.dump(Settings()), **derived}
    values = config.dump(settings)
    return {name: value for name, value in values.items() if name != "var" and value != plain[name]}
