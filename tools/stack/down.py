"""Stops the product and leaves nothing running (``tools/down``)."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from engine.core import config
from engine.core.errors import ConfigError
from tools.stack import remote
from tools.stack.console import StepFailed, fail, say

_PATIENCE = 60.0


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools/down", description="Stop what tools/up started in this var folder.")
    parser.parse_args(words)
    try:
        settings = config.load()
    except ConfigError as exc:
        fail(StepFailed(exc.detail, "mend it and try again"))
        return 1
    stopped = _stop_supervisor(settings.run / "supervisor.pid")
    left = remote.end_leftovers(settings.var)
    say("Stopped." if stopped or left else "It was not running.")
    return 0


def _stop_supervisor(path: Path) -> bool:
    """Ask the supervisor to stop everything and wait for it; false when there is none."""
    try:
        pid = int(path.read_text(encoding="ascii"))
        if b"tools.stack.up" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return False
        os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError):
        return False
    deadline = time.monotonic() + _PATIENCE
    while _lives(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    return True


def _lives(pid: int) -> bool:
    """Whether the process runs; one that ended and waits for its parent to notice does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(") ", 1)[-1][:1]
    except OSError:
        return False
    return state != "Z"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
