"""Stops the product and leaves nothing running (``tools/down``)."""

import contextlib
import os
import signal
import sys
import time

from engine.core import config
from engine.core.errors import ConfigError
from tools.stack import remote
from tools.stack.console import StepFailed, fail, say

_PATIENCE = 60.0


def main() -> int:
    try:
        settings = config.load()
    except ConfigError as exc:
        fail(StepFailed(exc.detail, "mend it and try again"))
        return 1
    stopped = _stop_supervisor(settings.run / "supervisor.pid")
    left = remote.end_leftovers(settings.var)
    say("Stopped." if stopped or left else "It was not running.")
    return 0


def _stop_supervisor(path: os.PathLike[str]) -> bool:
    """Ask the supervisor to stop everything and wait for it."""
    try:
        with open(path, encoding="ascii") as file:
            pid = int(file.read())
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if b"tools.stack.up" not in file.read():
                return False
    except (OSError, ValueError):
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while os.path.exists(f"/proc/{pid}") and _state(pid) != "Z":
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    return True


def _state(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(") ", 1)[-1][:1]
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
