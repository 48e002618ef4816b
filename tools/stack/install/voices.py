"""Getting RHVoice: the system's own, or a private copy of Debian packages in the folder of models.

The library and the voices alone are taken (not the programs, which want sound servers), so the copy needs the
machine's own C library: glibc 2.34, libstdc++ of GCC 12. Voices whose licences forbid derived works or commerce are
left out of the copy.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.core import config
from tools.stack.console import StepFailed
from tools.stack.install import mirror
from tools.stack.install.asterisk import apt_beside, run

SUITES = ("bookworm", "bookworm-backports")
PACKAGES = (
    *("libsonic0/bookworm", "librhvoice-core10/bookworm-backports", "librhvoice5/bookworm-backports"),
    *("rhvoice-russian/bookworm-backports", "rhvoice-english/bookworm-backports"),
)
FREE = ("aleksandr", "anna", "irina", "elena", "alan", "bdl", "clb", "slt")
"""Voices under GPL, LGPL or the CMU licence (debian/copyright of rhvoice 1.14)."""
MEGABYTES = 178


def rhvoice_folder(models: Path) -> Path:
    """Where the private copy lies."""
    return models / "voices" / "rhvoice"


def is_rhvoice(prefix: Path) -> bool:
    """Whether ``prefix`` holds the library and voices of RHVoice."""
    library = [*prefix.glob("usr/lib/*/libRHVoice.so.*"), *prefix.glob("usr/lib/libRHVoice.so.*")]
    return bool(library) and any(prefix.glob("usr/share/RHVoice/voices/*/voice.info"))


def obtain_rhvoice(models: Path, tell: Callable[[str], None]) -> Path:
    """The prefix of an RHVoice: ``models``' own copy, else the system's, else a copy fetched now.

    Raises:
        StepFailed: none can be had.
    """
    folder = rhvoice_folder(models)
    for prefix in (folder, Path("/")):
        if is_rhvoice(prefix):
            return prefix
    with _alone(models):
        if not is_rhvoice(folder):
            fetch_rhvoice(models, tell)
    return folder


@contextmanager
def _alone(models: Path) -> Iterator[None]:
    (models / "voices").mkdir(parents=True, exist_ok=True)
    with (models / "voices" / ".lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch_rhvoice(models: Path, tell: Callable[[str], None]) -> None:
    """Download the packages with apt's own means, beside the system, and unpack what is needed of them.

    Raises:
        StepFailed: no mirror is known, or a download or an unpacking failed.
    """
    for program in ("apt-get", "dpkg"):
        if shutil.which(program) is None:
            raise StepFailed(f"{program} is not on this machine", "install RHVoice with voices and start again")
    found = mirror.debian_mirror()
    if address := config.load().asterisk_mirror:
        found = (address, found[1] if found else "")
    if found is None:
        raise StepFailed(
            "the machine's apt settings name no Debian mirror",
            "install RHVoice with voices, or name a Debian mirror in PAYLATER_ASTERISK_MIRROR",
        )
    folder = rhvoice_folder(models)
    work, fresh = folder.with_name("rhvoice.apt"), folder.with_name("rhvoice.new")
    for path in (work, fresh):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    for archive in _download(work, *found, tell=tell):
        run(["dpkg", "-x", str(archive), str(fresh)], "unpack a package", work / "apt.log")
    for voice in (fresh / "usr/share/RHVoice/voices").iterdir():
        if voice.name not in FREE:
            shutil.rmtree(voice)
    if not is_rhvoice(fresh):
        raise StepFailed("the packages hold no voices", f"see {work / 'apt.log'}")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    shutil.rmtree(work, ignore_errors=True)


def _download(work: Path, address: str, keyring: str, tell: Callable[[str], None]) -> list[Path]:
    """`PACKAGES` as files; the system's own apt state is not touched."""
    base = apt_beside(work, address, keyring, dict.fromkeys(SUITES, "main non-free"), tell)
    tell(f"downloading RHVoice and its voices (about {MEGABYTES} MB)")
    run([*base, "download", *PACKAGES], "download RHVoice", work / "apt.log", work)
    return sorted(work.glob("*.deb"))
