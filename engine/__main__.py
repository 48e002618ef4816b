"""``python -m engine``: the engine of one Asterisk node."""

import asyncio
import gc
import sys

import uvloop

from engine.app import run
from engine.core import config, log
from engine.core.errors import PayLaterError


def main() -> int:
    try:
        settings = config.load()
        log.setup("engine", settings.log_level)
        gc.set_threshold(50_000, 50, 50)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings))
    except PayLaterError as exc:
        print(f"engine: {exc.detail}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
