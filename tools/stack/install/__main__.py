"""Gets Asterisk into the checkout's var/, for stacks of tests to share: ``python -m tools.stack.install``."""

import sys

from engine.core import config
from tools.stack.console import StepFailed, fail, say
from tools.stack.install import asterisk


def main() -> int:
    try:
        asterisk.obtain(config.load(), lambda text: say(f"    {text}"))
    except StepFailed as exc:
        fail(exc)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
