"""Runs the product's processes: starts them in order, waits until each is truly ready, restarts those that die.

One process a service, each in a session of its own, so that Ctrl-C reaches the supervisor alone. A control socket
(``var/run/supervisor.sock``, one JSON object a line) takes ``status``, ``stop``, ``start`` and ``restart``.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from engine.core.config import Settings
from tools.stack.console import StepFailed
from tools.stack.ready import NotReady

MARK = "PAYLATER_SERVICE"
_LOG_LIMIT = 50_000_000
_LOG_INTERVAL = 60.0
_BACKOFF_FIRST = 0.1
_BACKOFF_LAST = 5.0
# A process that lived this long failed anew, not again.
_STEADY = 10.0


@dataclass
class Service:
    """What runs: its command, how readiness is asked (raises NotReady), how it is stopped (seconds until SIGKILL)."""

    name: str
    command: list[str]
    ready: Callable[[], Awaitable[Any]]
    stop_signal: int = signal.SIGTERM
    stop_timeout: float = 15.0
    start_timeout: float = 60.0
    process: asyncio.subprocess.Process | None = None
    watcher: asyncio.Task[None] | None = None
    wanted: bool = False
    restarts: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Supervisor:
    """Keeps services alive; every one that was started is stopped by `stop_all`, in reverse order."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._services: dict[str, Service] = {}
        self._server: asyncio.Server | None = None

    def log_of(self, name: str) -> Path:
        return self._settings.var / "log" / f"{name}.log"

    async def start(self, service: Service) -> None:
        """Start a service and return when it is ready; from then on it is restarted whenever it dies.

        Raises:
            StepFailed: it died, or was not ready in time.
        """
        self._services[service.name] = service
        async with service.changing:
            service.wanted = True
            service.stopping.clear()
            await self._spawn(service)
            await self._wait_ready(service)
            service.watcher = asyncio.create_task(self._watch(service), name=f"watch {service.name}")

    async def stop(self, service: Service) -> None:
        """Stop a service and keep it down."""
        service.wanted = False
        service.stopping.set()
        async with service.changing:
            await self._end(service)
            while service.watcher is not None and not service.watcher.done():
                # It may have been about to start another process.
                await asyncio.wait({service.watcher}, timeout=0.05)
                await self._end(service)
            service.watcher = None

    async def stop_all(self) -> None:
        for service in reversed(list(self._services.values())):
            await self.stop(service)

    async def _spawn(self, service: Service) -> None:
        log = self.log_of(service.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "PAYLATER_VAR": str(self._settings.var), MARK: f"{service.name}:{self._settings.var}"}
        with log.open("ab") as output:
            service.process = await asyncio.create_subprocess_exec(
                *service.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=env,
                cwd="/" if service.name == "postgres" else None,
                start_new_session=True,
            )
        self._pid_file(service).write_text(f"{service.process.pid}\n", encoding="ascii")

    def _pid_file(self, service: Service) -> Path:
        return self._settings.run / f"{service.name}.pid"

    async def _wait_ready(self, service: Service) -> None:
        deadline = time.monotonic() + service.start_timeout
        problem = "it did not answer"
        while time.monotonic() < deadline:
            process = service.process
            if process is None or process.returncode is not None:
                code = process.returncode if process else None
                raise StepFailed(
                    f"{service.name} ended at once (status {code}): {self._tail(service)}",
                    f"see {self.log_of(service.name)}",
                )
            try:
                await service.ready()
            except NotReady as exc:
                problem = str(exc)
                await asyncio.sleep(0.05)
            else:
                return
        await self._end(service)
        raise StepFailed(
            f"{service.name} was not ready in {service.start_timeout:.0f} s: {problem}",
            f"see {self.log_of(service.name)}",
        )

    def _tail(self, service: Service) -> str:
        try:
            text = self.log_of(service.name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return " / ".join(text.strip().splitlines()[-4:])[-800:]

    async def _watch(self, service: Service) -> None:
        """Wait for the process to die and start another, with back-off while it keeps dying."""
        delay = _BACKOFF_FIRST
        while service.wanted and (process := service.process) is not None:
            started = time.monotonic()
            code = await process.wait()
            _kill_group(process.pid)
            if not service.wanted:
                return
            if time.monotonic() - started > _STEADY:
                delay = _BACKOFF_FIRST
            self._say(f"{service.name} ended by surprise (status {code}); starting it again in {delay:.1f} s")
            delay = await self._start_again(service, delay)

    async def _start_again(self, service: Service, delay: float) -> float:
        """Start another process after ``delay`` seconds, trying until it works; gives the next delay."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(service.stopping.wait(), delay)
            delay = min(delay * 2, _BACKOFF_LAST)
            if not service.wanted:
                return delay
            try:
                await self._spawn(service)
            except OSError as exc:
                self._say(f"{service.name} can't be started: {exc}; trying again in {delay:.1f} s")
                continue
            service.restarts += 1
            return delay

    async def _end(self, service: Service) -> None:
        process = service.process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(service.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), service.stop_timeout)
            except TimeoutError:
                self._say(f"{service.name} did not stop in {service.stop_timeout:.0f} s; killing it")
                _kill_group(process.pid)
                await process.wait()
        _kill_group(process.pid)
        if service.process is process:
            service.process = None
        self._pid_file(service).unlink(missing_ok=True)

    # Control socket

    async def tend_logs(self) -> None:
        """Keep every log within bounds: a long one is set aside as ``.1`` and begun anew, until cancelled.

        The writers append, so that a file cut to nothing goes on at its start.
        """
        while True:
            await asyncio.sleep(_LOG_INTERVAL)
            await asyncio.to_thread(cut_logs, self._settings.var)

    async def serve(self) -> None:
        """Listen for commands of tools/down, tools/doctor and tests."""
        path = socket_path(self._settings)
        path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve_client, str(path))
        path.chmod(0o600)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        socket_path(self._settings).unlink(missing_ok=True)

    async def _serve_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async for line in reader:
                try:
                    answer = await self._obey(msgspec.json.decode(line))
                except (StepFailed, msgspec.DecodeError, KeyError, AttributeError) as exc:
                    answer = {"error": str(exc)}
                writer.write(msgspec.json.encode(answer) + b"\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _obey(self, request: dict[str, Any]) -> dict[str, Any]:
        do = request["do"]
        if do == "status":
            return {"services": {name: self._status(service) for name, service in self._services.items()}}
        service = self._services[request["name"]]
        if do in ("stop", "restart"):
            await self.stop(service)
        if do in ("start", "restart") and not service.wanted:
            await self.start(service)
        return {"service": self._status(service)}

    def _status(self, service: Service) -> dict[str, Any]:
        alive = service.process is not None and service.process.returncode is None
        pid = service.process.pid if service.process is not None and alive else None
        return {"pid": pid, "wanted": service.wanted, "restarts": service.restarts}


def cut_logs(var: Path, limit: int = _LOG_LIMIT) -> list[Path]:
    """Set aside the logs of ``var`` that are longer than ``limit`` bytes; gives them."""
    long = [
        path
        for path in (*(var / "log").glob("*.log"), *(var / "asterisk" / "log").glob("*.log"))
        if path.stat().st_size > limit
    ]
    for path in long:
        with contextlib.suppress(OSError):
            shutil.copyfile(path, path.with_name(f"{path.name}.1"))
            os.truncate(path, 0)
    return long


def socket_path(settings: Settings) -> Path:
    return settings.run / "supervisor.sock"


def _kill_group(pid: int) -> None:
    """End what a process left behind in its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
