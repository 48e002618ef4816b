"""From Swagger 1.1 declarations to Python source: msgspec structs, one a declared model.

Objects, ids and times that are declared as required are required; every other field has a default, so that an event of
a somewhat older or newer Asterisk is never lost for want of a field that nobody reads.
"""

import json
import keyword
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

HEADER = '"""{title}\n\nMade by ``python -m tools.ari_types`` from Asterisk\'s rest-api; do not edit.\n"""\n'
# Models by declaration file: what the engine reads, no more.
MODELS = {
    "channels": ("DialplanCEP", "CallerID", "Channel"),
    "bridges": ("Bridge",),
    "playbacks": ("Playback",),
    "recordings": ("StoredRecording", "LiveRecording"),
    "deviceStates": ("DeviceState",),
    "endpoints": ("Endpoint", "TextMessage"),
    "applications": ("Application",),
    "asterisk": ("SystemInfo", "StatusInfo", "AsteriskInfo", "Variable"),
    "events": ("ContactInfo", "Peer", "AdditionalParam", "RequiredDestination", "ReferTo", "ReferredBy"),
}
# Fields that name models left out above.
SKIP = {("AsteriskInfo", "build"), ("AsteriskInfo", "config")}
SCALARS = {
    "string": ("str", '""'),
    "int": ("int", "0"),
    "long": ("int", "0"),
    "double": ("float", "0.0"),
    "boolean": ("bool", "False"),
    "Date": ("datetime", ""),
    "object": ("dict[str, Any]", "{}"),
}
LINE = 120


class Field(NamedTuple):
    """One line of a struct; ``default`` is empty for a required field, ``wire`` is the name in JSON."""

    name: str
    kind: str
    default: str
    wire: str


def generate(folder: Path) -> dict[str, str]:
    """File name to Python source, from the declarations in ``folder``.

    Raises:
        OSError: a declaration file is missing.
        KeyError: a model or type is not declared.
    """
    declared = {path.stem: json.loads(path.read_text(encoding="utf-8")).get("models") for path in folder.glob("*.json")}
    return {"models.py": _models(declared), "events.py": _events(declared["events"])}


def _models(declared: dict[str, Any]) -> str:
    wanted = [(name, declared[file][name]) for file, names in MODELS.items() for name in names]
    classes = [_class(name, model, base="Model") for name, model in wanted]
    base = '''class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What Asterisk tells of one of its things at one moment."""
'''
    head = HEADER.format(title="Typed models of the Asterisk REST interface.")
    imports = "from datetime import datetime\nfrom typing import Any\n\nimport msgspec\n"
    return "\n".join([head, imports, "\n" + base, *classes]).rstrip("\n") + "\n"


def _events(declared: dict[str, Any]) -> str:
    names = sorted(declared["Event"]["subTypes"])
    classes = [_class(name, declared[name], base="Event") for name in names]
    models = [name for names in MODELS.values() for name in names]
    used = sorted((m for m in models if any(re.search(rf": {m}\b", text) for text in classes)), key=str.lower)
    base = '''class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """An event; JSON's ``type`` is the name of the class. ``timestamp`` is Asterisk's clock (aware)."""

    application: str = ""
    timestamp: datetime
    asterisk_id: str = ""
'''
    head = HEADER.format(title="Typed events of the Asterisk REST interface.")
    imports = "from datetime import datetime\nfrom typing import Any\n\nimport msgspec\n\n"
    imports += _wrap("from engine.ari.models import (", used, ")", "from engine.ari.models import " + ", ".join(used))
    every = "\nEVENTS: tuple[type[Event], ...] = tuple(Event.__subclasses__())\n"
    return "\n".join([head, imports, "\n" + base, *classes, every]).rstrip("\n") + "\n"


def _wrap(opening: str, items: Iterable[str], closing: str, short: str) -> str:
    if len(short) <= LINE:
        return short + "\n"
    return opening + "\n" + "".join(f"    {item},\n" for item in items) + closing + "\n"


def _class(name: str, model: dict[str, Any], *, base: str) -> str:
    fields = [_field(n, p) for n, p in model["properties"].items() if (name, n) not in SKIP]
    renamed = {f.name: f.wire for f in fields if f.name != f.wire}
    options = f", rename={json.dumps(renamed)}" if renamed else ""
    lines = ["", f"class {name}({base}, frozen=True, kw_only=True{options}):", f'    """{_sentence(name, model)}"""']
    if fields:
        lines.append("")
    lines += [f"    {f.name}: {f.kind}" + (f" = {f.default}" if f.default else "") for f in fields]
    return "\n".join(lines) + "\n"


def _field(name: str, declared: dict[str, Any]) -> Field:
    python = f"{name}_" if keyword.iskeyword(name) else name
    kind, required = declared["type"], bool(declared.get("required"))
    if match := re.fullmatch(r"List\[(\w+)\]", kind):
        inner = SCALARS[match[1]][0] if match[1] in SCALARS else match[1]
        return Field(python, f"list[{inner}]", "[]", name)
    if kind not in SCALARS:
        return Field(python, kind if required else f"{kind} | None", "" if required else "None", name)
    scalar, default = SCALARS[kind]
    if name == "id" and required:
        return Field(python, scalar, "", name)
    if not required and kind != "object":
        return Field(python, f"{scalar} | None", "None", name)
    return Field(python, scalar, default, name)


def _sentence(name: str, model: dict[str, Any]) -> str:
    """The first sentence of the description, on one line."""
    text = " ".join(str(model.get("description") or name).split())
    text = re.split(r"(?<=\.)\s", text)[0].rstrip(".") + "."
    return text if len(text) <= LINE - 10 else text[: LINE - 13].rstrip() + "..."
