"""Starts the product: everything it needs, its processes, its addresses (``tools/up``)."""

import argparse
import asyncio
import contextlib
import importlib
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from engine.core.config import Settings
from tools.stack import prepare, remote, services
from tools.stack import settings as stack_settings
from tools.stack.console import StepFailed, fail, say, step
from tools.stack.install import asterisk, postgres
from tools.stack.supervisor import Supervisor

ALL = ("postgres", "asterisk", "engine", "api")
# Through this descriptor a detached supervisor tells the command that waits for it how its start went.
_REPORT = "PAYLATER_REPORT_FD"


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/up",
        description="Start PayLater CRM. State lives in var/ (PAYLATER_VAR); ports follow PAYLATER_PORT_BASE.",
    )
    parser.add_argument("--detach", action="store_true", help="return when everything is ready; tools/down stops it")
    parser.add_argument("--demo", action="store_true", help="fill in a working example and let simulated callers ring")
    parser.add_argument("--quiet-demo", action="store_true", help="the example without the simulated callers")
    parser.add_argument("--only", default=",".join(ALL), help="services to run, of " + ",".join(ALL))
    parser.add_argument("--stop-with", type=int, metavar="PID", help="stop when that process has ended")
    found = parser.parse_args(words)
    if unknown := set(found.only.split(",")) - set(ALL):
        parser.error(f"--only: unknown {', '.join(sorted(unknown))}")
    return found


def main(words: Sequence[str]) -> int:
    options = arguments(words)
    try:
        settings = stack_settings.load()
        if remote.running(settings):
            return _already(settings)
        if options.detach:
            return _detach(words)
        asyncio.run(_run(options, settings))
    except StepFailed as exc:
        fail(exc)
        return 1
    return 0


def _already(settings: Settings) -> int:
    say("It runs already (tools/down stops it).")
    path = settings.run / "up.json"
    if path.is_file():
        show(msgspec.json.decode(path.read_bytes()))
    return 0


def _detach(words: Sequence[str]) -> int:
    """Start a supervisor in a session of its own and wait for its word."""
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "tools.stack.up", *(word for word in words if word != "--detach")]
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=[writer],
        env={**os.environ, _REPORT: str(writer)},
    )
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as file:
            if file.read() == b"ready":
                return 0
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
    return child.wait() or 1


async def _run(options: argparse.Namespace, settings: Settings) -> None:
    """Start everything, run until a signal comes, stop everything."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings.run.mkdir(parents=True, exist_ok=True)
    report = int(os.environ.pop(_REPORT, "-1"))
    supervisor = Supervisor(settings, say)
    tending = asyncio.create_task(supervisor.tend_logs())
    starting = asyncio.create_task(_start(options, settings, supervisor))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            raise StepFailed("the start was interrupted", "start again")
        starting.result()
        if report >= 0:
            _go_background(settings, report)
        orphaned = asyncio.create_task(_gone(options.stop_with))
        await asyncio.wait({stopped, orphaned}, return_when=asyncio.FIRST_COMPLETED)
        say("Stopping ...")
    finally:
        tending.cancel()
        starting.cancel()
        with contextlib.suppress(asyncio.CancelledError, StepFailed):
            await starting
        await supervisor.stop_all()
        await supervisor.close()
        await asyncio.to_thread(remote.end_leftovers, settings.var)
        (settings.run / "supervisor.pid").unlink(missing_ok=True)
        say("Stopped.")


async def _gone(pid: int | None) -> None:
    """Return when the process has ended; never, when there is none to wait for."""
    if pid is None:
        await asyncio.Event().wait()
        return
    descriptor = os.pidfd_open(pid)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _go_background(settings: Settings, report: int) -> None:
    """Let go of the terminal: from now on words go to var/log/supervisor.log."""
    log = settings.var / "log" / "supervisor.log"
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)
    os.write(report, b"ready")
    os.close(report)


async def _start(options: argparse.Namespace, settings: Settings, supervisor: Supervisor) -> None:
    """Each step of a start, in order.

    Raises:
        StepFailed: names the step, why it failed and what to do.
    """
    wanted = set(options.only.split(","))
    demo = options.demo or options.quiet_demo
    private = postgres.is_private(settings)
    with step("Ending what an earlier start left running"):
        await asyncio.to_thread(remote.end_leftovers, settings.var)
    with step("Checking that ports are free"):
        prepare.check_ports(settings, private)
    if "asterisk" in wanted:
        with step("Finding Asterisk"):
            prefix = await asyncio.to_thread(asterisk.obtain, settings, lambda text: say(f"    {text}"))
            settings = msgspec.structs.replace(settings, asterisk_prefix=prefix)
    stack_settings.save(settings)
    await supervisor.serve()
    (settings.run / "supervisor.pid").write_text(f"{os.getpid()}\n", encoding="ascii")
    if private and "postgres" in wanted:
        with step("Starting PostgreSQL"):
            await asyncio.to_thread(postgres.create, settings)
            await supervisor.start(services.database(settings))
            await prepare.create_database(settings)
    with step("Bringing the schema up to date"):
        await prepare.migrate_database(settings)
        admin = await prepare.ensure_admin(settings)
    example = await _seed(settings, demo)
    if "asterisk" in wanted:
        with step("Writing Asterisk's configuration"):
            await prepare.render_asterisk(settings)
        with step("Starting Asterisk"):
            await supervisor.start(services.asterisk(settings))
    if wanted & {"engine", "api"}:
        with step("Starting engine and api"):
            makers = {"engine": services.engine, "api": services.api}
            ours = [make(settings) for name, make in makers.items() if name in wanted]
            for outcome in await asyncio.gather(*map(supervisor.start, ours), return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome
    if options.demo and wanted == set(ALL):
        await supervisor.start(services.demo(settings))
    up = prepare.addresses(settings, admin, example)
    prepare.write_json(settings.run / "up.json", up)
    show(up)


async def _seed(settings: Settings, wanted: bool) -> dict[str, Any] | None:
    """The example's numbers and phones, filled in when ``wanted``; what an earlier start filled in stays."""
    path = settings.run / "demo.json"
    if not wanted:
        return msgspec.json.decode(path.read_bytes()) if path.is_file() else None
    with step("Filling in the example"):
        if importlib.util.find_spec("tools.stack.demo") is None:
            raise StepFailed("this installation has no example", "start without --demo")
        demo = importlib.import_module("tools.stack.demo")
        example: dict[str, Any] = await demo.seed(settings)
        prepare.write_json(path, example)
        return example


def show(up: dict[str, Any]) -> None:
    """Print where things are and how to sign in first."""
    say(f"\nPayLater CRM is ready\n  address   {up['http']}\n  phones    sip:{up['sip']}")
    admin = up["admin"]
    say(f"  sign-in   {admin['login']} / {admin['password'] or '(as set before)'}")
    if up["demo"]:
        numbers = {name: value for name, value in up["demo"].items() if isinstance(value, str)}
        say("  example   " + ", ".join(f"{name} {value}" for name, value in numbers.items()))
    say("  stop      tools/down\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
