"""Which Debian mirror this machine uses, read from its own apt settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

APT = Path("/etc/apt")
_ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)")


def debian_mirror(apt: Path = APT) -> tuple[str, str] | None:
    """Address and keyring of the first Debian mirror that apt is set to use; none on other distributions.

    The keyring is a path, or empty where the settings name none. Security and backports archives hold other suites
    and are passed over.
    """
    for uri, suite, keyring in _entries(apt):
        path = urlsplit(uri).path.rstrip("/")
        if path.endswith("/debian") and not re.search(r"-(security|backports)$", suite) and "security" not in path:
            return uri.rstrip("/"), keyring
    return None


def _entries(apt: Path) -> Iterator[tuple[str, str, str]]:
    """Every (address, suite, keyring) of binary packages."""
    folder = apt / "sources.list.d"
    for path in sorted(folder.glob("*.sources")):
        yield from deb822_entries(path.read_text(encoding="utf-8", errors="replace"))
    for path in [apt / "sources.list", *sorted(folder.glob("*.list"))]:
        if path.is_file():
            yield from one_line_entries(path.read_text(encoding="utf-8", errors="replace"))


def deb822_entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Entries of a ``.sources`` file: stanzas of ``Field: values`` parted by empty lines."""
    for stanza in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace() and name:
                fields[name] += " " + line.strip()
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() == "no":
            continue
        keyring = fields.get("signed-by", "")
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield uri, suite, keyring if keyring.startswith("/") else ""


def one_line_entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Entries of a ``.list`` file: ``deb [options] address suite components``."""
    for line in text.splitlines():
        if match := _ONE_LINE.match(line.strip()):
            keyring = re.search(r"signed-by=(/\S+)", match["options"] or "")
            yield match["uri"], match["suite"], keyring[1] if keyring else ""
