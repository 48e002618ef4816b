"""Asterisk's configuration as text, from the templates in asterisk-conf/, and how it is written."""

import os
import re
import resource
from collections.abc import Sequence
from pathlib import Path

import jinja2

from engine.asterisk import addresses, places
from engine.asterisk.model import ExtensionLine, TrunkLine
from engine.core import config
from engine.core.config import Settings
from engine.core.errors import InvalidInput

TEMPLATES = config.ROOT / "asterisk-conf"
FROM_DATABASE = ("pjsip_wizard.conf",)
MAX_FILES = 65_536


def render_static(settings: Settings) -> dict[str, str]:
    """Text of every file that hangs on settings alone, by name."""
    modules = places.modules(settings)
    values = {
        "s": settings,
        "folder": places.folder(settings),
        "etc": places.etc(settings),
        "data": places.data(settings),
        "run": settings.run,
        "modules": modules,
        "max_files": min(MAX_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
        "candidates": addresses.candidates(settings),
        "has_module": lambda name: (modules / f"{name}.so").is_file(),
    }
    names = sorted(path.name for path in TEMPLATES.glob("*.conf") if path.name not in FROM_DATABASE)
    return {name: _environment().get_template(name).render(values) for name in names}


def render_wizard(trunks: Sequence[TrunkLine], extensions: Sequence[ExtensionLine], settings: Settings) -> str:
    """Text of pjsip_wizard.conf.

    Raises:
        InvalidInput: a value can't stand in a configuration file.
    """
    template = _environment().get_template("pjsip_wizard.conf")
    return template.render(trunks=trunks, extensions=extensions, s=settings)


def write(path: Path, text: str) -> bool:
    """Put ``text`` in ``path`` in one move, readable by its owner alone; false when it was there already."""
    data = text.encode()
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    aside.replace(path)
    return True


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["value"] = config_value
    environment.filters["display_name"] = display_name
    return environment


def config_value(text: str) -> str:
    """``text`` as the value of a line: ``;`` starts a comment there, so it is escaped.

    Raises:
        InvalidInput: it holds a line break or another control character.
    """
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise InvalidInput("A value of a trunk or an extension holds control characters")
    return text.replace(";", "\\;")


def display_name(text: str) -> str:
    """``text`` as a caller's name between quotes, at most 80 characters."""
    return re.sub(r'[\x00-\x1f\x7f"\\;<>]', " ", text)[:80].strip()
