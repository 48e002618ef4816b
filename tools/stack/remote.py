"""Talking to the supervisor of a running stack, and finding what an unclean end left behind."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

import msgspec

from engine.core.config import Settings
from tools.stack.supervisor import MARK, socket_path

PROC = Path("/proc")


class NotRunning(Exception):
    """No supervisor answers in this var folder."""


def ask(settings: Settings, request: dict[str, Any], timeout: float = 120.0) -> dict[str, Any]:
    """Send one command to the supervisor and give its answer.

    Raises:
        NotRunning: there is none.
        RuntimeError: it could not do it; the text says why.
    """
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(timeout)
            sock.connect(str(socket_path(settings)))
            sock.sendall(msgspec.json.encode(request) + b"\n")
            with sock.makefile("rb") as file:
                line = file.readline()
    except (FileNotFoundError, ConnectionError) as exc:
        raise NotRunning from exc
    if not line:
        raise NotRunning
    answer: dict[str, Any] = msgspec.json.decode(line)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer


def running(settings: Settings) -> bool:
    """Whether a supervisor answers."""
    try:
        ask(settings, {"do": "status"}, timeout=10.0)
    except (NotRunning, TimeoutError):
        return False
    return True


def leftovers(var: Path) -> dict[int, str]:
    """Processes that a stack in ``var`` started: process id -> service."""
    ending = f":{var}".encode()
    found = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            pairs = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        for pair in pairs:
            if pair.startswith(MARK.encode() + b"=") and pair.endswith(ending) and int(folder.name) != os.getpid():
                found[int(folder.name)] = pair.split(b"=", 1)[1].removesuffix(ending).decode()
    return found


def end_leftovers(var: Path, patience: float = 15.0) -> int:
    """Stop everything that a stack in ``var`` left running: asked first, killed after ``patience`` seconds.

    The database goes last: the others still write to it. Gives how many processes there were.
    """
    count = len(leftovers(var))
    for last in (False, True):
        asked = False
        deadline = time.monotonic() + patience
        while left := {pid: name for pid, name in leftovers(var).items() if last or name != "postgres"}:
            late = time.monotonic() > deadline
            if late or not asked:
                _signal(left, late)
                asked = True
            if time.monotonic() > deadline + patience:
                break
            time.sleep(0.05)
    return count


def _signal(processes: dict[int, str], late: bool) -> None:
    for pid, name in processes.items():
        gentle = signal.SIGINT if name == "postgres" else signal.SIGTERM
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL if late else gentle)
