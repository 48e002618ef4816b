"""Starts the api: ``python -m api``. Stops in good order on SIGTERM or Ctrl-C."""

import asyncio
import signal
import sys

import uvloop

from api.app import serve
from engine.core import config, log
from engine.core.errors import PayLaterError


async def run() -> None:
    settings = config.load()
    log.setup("api", settings.log_level)
    serving = asyncio.create_task(_serve(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        log.get("api").info("stopped")


async def _serve(settings: config.Settings) -> None:
    async with serve(settings):
        await asyncio.Event().wait()


def main() -> int:
    try:
        uvloop.run(run())
    except PayLaterError as exc:
        print(f"api: {exc.detail}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
