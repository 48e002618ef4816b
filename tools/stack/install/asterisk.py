"""Getting Asterisk: the system's own, the distribution's package, or a private copy of Debian packages in var/.

A copy is a folder into which packages were unpacked; it runs by its own loader and libraries, so that it needs neither
root nor the machine's own C library.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.core.config import ROOT, Settings
from tools.stack.console import StepFailed
from tools.stack.install import mirror

LEAST = (22, 6)
SUITE = "forky"
PACKAGES = ("asterisk", "asterisk-core-sounds-ru-wav", "asterisk-core-sounds-en-wav")
KEYRINGS = (Path("/usr/share/keyrings/debian-archive-keyring.gpg"), Path("/etc/apt/trusted.gpg.d"))
LANGUAGES = {"ru": "ru_RU_f_IvrvoiceRU", "en": "en_US_f_Allison"}
_VERSION = re.compile(r"Asterisk (?:GIT-)?(\d+)\.(\d+)")


def obtain(settings: Settings, tell: Callable[[str], None]) -> str:
    """The prefix of an Asterisk that is fit (22.6 or newer, with ru and en sounds); empty for the system's own.

    Raises:
        StepFailed: none can be had.
    """
    if settings.asterisk_prefix:
        if not is_copy(Path(settings.asterisk_prefix)):
            raise StepFailed(
                f"{settings.asterisk_prefix} holds no Asterisk", "mend or remove PAYLATER_ASTERISK_PREFIX and try again"
            )
        return settings.asterisk_prefix
    if system_is_fit():
        return ""
    root = settings.var / "asterisk" / "root"
    for copy in (root, ROOT / "var" / "asterisk" / "root"):
        if is_copy(copy):
            return str(copy)
    if package_is_fit() and install_package(tell):
        return ""
    fetch_copy(settings, root, tell)
    return str(root)


def is_copy(prefix: Path) -> bool:
    """Whether ``prefix`` is a whole copy with its sounds."""
    sounds = prefix / "usr/share/asterisk/sounds"
    return (prefix / "usr/sbin/asterisk").is_file() and all((sounds / name).is_dir() for name in LANGUAGES.values())


def version_of(text: str) -> tuple[int, int]:
    """``(22, 10)`` from what ``asterisk -V`` prints; ``(0, 0)`` when it says nothing of the kind."""
    match = _VERSION.search(text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def system_is_fit() -> bool:
    """Whether the machine has its own Asterisk, new enough, with both languages."""
    program = shutil.which("asterisk", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None or not all((Path("/usr/share/asterisk/sounds") / n).is_dir() for n in LANGUAGES.values()):
        return False
    done = subprocess.run([program, "-V"], capture_output=True, text=True, check=False)
    return version_of(done.stdout) >= LEAST


def package_is_fit() -> bool:
    """Whether the distribution offers a package that is new enough."""
    if shutil.which("apt-cache") is None:
        return False
    done = subprocess.run(["apt-cache", "policy", "asterisk"], capture_output=True, text=True, check=False)
    match = re.search(r"Candidate:\s*(?:\d+:)?(\d+)\.(\d+)", done.stdout)
    return bool(match) and (int(match[1]), int(match[2])) >= LEAST  # type: ignore[index]


def install_package(tell: Callable[[str], None]) -> bool:
    """Install the distribution's package; false when this user may not."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and shutil.which("sudo") is None:
        return False
    tell("installing the distribution's Asterisk")
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    command += ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    done = subprocess.run(command, capture_output=True, check=False)
    if shutil.which("systemctl") is not None:
        # The package starts a service of its own, with another configuration: ours is started by the supervisor.
        subprocess.run([*prefix, "systemctl", "disable", "--now", "asterisk"], capture_output=True, check=False)
    return done.returncode == 0 and system_is_fit()


def fetch_copy(settings: Settings, root: Path, tell: Callable[[str], None]) -> None:
    """Download the packages with apt's own means, beside the system, and unpack them into ``root``.

    Raises:
        StepFailed: no mirror is known, or a download or an unpacking failed.
    """
    for program in ("apt-get", "dpkg"):
        if shutil.which(program) is None:
            raise StepFailed(f"{program} is not on this machine", "install Asterisk 22.6 or newer and start again")
    found = mirror.debian_mirror()
    if settings.asterisk_mirror:
        found = (settings.asterisk_mirror, found[1] if found else "")
    if found is None:
        raise StepFailed(
            "the machine's apt settings name no Debian mirror",
            "install Asterisk 22.6 or newer, or name a Debian mirror in PAYLATER_ASTERISK_MIRROR",
        )
    work = root.parent / "apt"
    archives = download(work, *found, tell=tell)
    tell(f"unpacking {len(archives)} packages")
    fresh = root.with_name("root.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for archive in archives:
        run(["dpkg", "-x", str(archive), str(fresh)], "unpack a package", work / "apt.log")
    shutil.rmtree(root, ignore_errors=True)
    fresh.rename(root)
    shutil.rmtree(work, ignore_errors=True)


def download(work: Path, address: str, keyring: str, tell: Callable[[str], None]) -> list[Path]:
    """Packages of ``PACKAGES`` and all they need, fetched into ``work``; the system's own apt state is not touched."""
    base = apt_beside(work, address, keyring, {SUITE: "main"}, tell)
    tell("downloading Asterisk and what it needs (about 110 MB)")
    run([*base, "install", "-y", "--download-only", *PACKAGES], "download Asterisk", work / "apt.log")
    return sorted((work / "cache/archives").glob("*.deb"))


def apt_beside(
    work: Path, address: str, keyring: str, suites: Mapping[str, str], tell: Callable[[str], None]
) -> list[str]:
    """An apt-get with lists, state and cache in ``work``; it has read ``suites`` (name -> components) of a mirror."""
    for name in ("lists/partial", "state", "cache/archives/partial"):
        (work / name).mkdir(parents=True, exist_ok=True)
    (work / "status").touch()
    keyring = keyring or str(next((path for path in KEYRINGS if path.exists()), ""))
    signed = f"[signed-by={keyring}] " if keyring and Path(keyring).is_file() else ""
    sources = [f"deb {signed}{address} {suite} {components}\n" for suite, components in suites.items()]
    (work / "sources.list").write_text("".join(sources), encoding="utf-8")
    (work / "apt.conf").write_text(apt_settings(work), encoding="utf-8")
    base = ["apt-get", "-c", str(work / "apt.conf"), "-q"]
    tell(f"reading the package lists of suite {list(suites)[-1]}")
    run([*base, "update"], "read the package lists", work / "apt.log")
    return base


def apt_settings(work: Path) -> str:
    """apt's configuration with every list, state and cache under ``work``."""
    lines = {
        "Dir::Etc::SourceList": work / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::Etc::Preferences": "-",
        "Dir::Etc::PreferencesParts": "-",
        "Dir::State": work / "state",
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
        "Debug::NoLocking": "true",
        "Acquire::Retries": "3",
        "Acquire::Languages": "none",
    }
    return "".join(f'{name} "{value}";\n' for name, value in lines.items())


def run(command: list[str], what: str, log: Path, folder: Path | None = None) -> None:
    """Run a command (in ``folder``) with its words in ``log``.

    Raises:
        StepFailed: with the end of what it said.
    """
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C"},
    )
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.startswith(("E:", "Err", "dpkg"))]
        raise StepFailed(
            f"could not {what}: {'; '.join(lines[-3:]) or done.stdout[-300:]}",
            f"see {log}; check the network, try again",
        )
