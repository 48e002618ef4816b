"""Real parts for tests: PostgreSQL, Asterisk or the whole product, each in a temporary folder with ports of its own."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import asyncpg
import msgspec

from engine.asterisk import places
from engine.core import config
from engine.core.config import Settings
from tools.stack import ready, remote
from tools.stack.install import asterisk as asterisk_install

T = TypeVar("T")
LOGS = config.ROOT / "var" / "test-logs"
# Ports of one stand: services at base + 54..88, media from base + 100.
_BLOCK = 600
_LOWEST, _HIGHEST = 12_000, 32_400
_PORTS_WAIT_S = 60.0
MODEST = "PAYLATER_SPEECH_MODEST"
"""Tests say false: several of them keep the processor busy, and what gives way would never have its turn."""
_MEDIA_PORTS = 480
_LOGS_KEPT = 10


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a thread with a loop of its own: works inside and outside of async tests."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def free_base() -> int:
    """A port base whose service ports can all be bound now; waits for one while other stands hold them all."""
    deadline = time.monotonic() + _PORTS_WAIT_S
    while True:
        bases = list(range(_LOWEST, _HIGHEST - _BLOCK + 1, _BLOCK))
        random.shuffle(bases)
        for base in bases:
            if all(_can_bind(base + offset) for offset in (*config.PORTS.values(), 100, 300)):
                return base
        if time.monotonic() > deadline:
            raise RuntimeError(f"no free block of {_BLOCK} ports between {_LOWEST} and {_HIGHEST}")
        time.sleep(1)


def _can_bind(port: int) -> bool:
    """Whether a server could listen there: a closed connection that still lingers (TIME_WAIT) is no hindrance."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as sock:
            if kind == socket.SOCK_STREAM:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", port))
                if kind == socket.SOCK_STREAM:
                    sock.listen(1)
            except OSError:
                return False
    return True


def asterisk_prefix() -> str:
    """The Asterisk that all stands share: the checkout's own (fetched into its var/ if there is none)."""
    if "PAYLATER_ASTERISK_PREFIX" in os.environ:
        return os.environ["PAYLATER_ASTERISK_PREFIX"]
    shared = config.load({"PAYLATER_VAR": str(config.ROOT / "var"), "PAYLATER_ASTERISK_PREFIX": ""})
    return asterisk_install.obtain(shared, print)


class Stand:
    """A supervisor with some of the product's processes; ``only`` names them."""

    def __init__(self, only: str, words: tuple[str, ...] = (), env: Mapping[str, str] | None = None) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="plt-"))
        self.var.chmod(0o755)
        self._only = only
        self._words = words
        self._env = dict(env or {})
        self.settings: Settings = Settings()
        self.up: dict[str, Any] = {}

    def open(self) -> None:
        """Start it; takes another block of ports when somebody else got this one first."""
        for attempt in (1, 2, 3):
            base = free_base()
            env = self.environment(base)
            command = [sys.executable, "-m", "tools.stack.up", "--detach", f"--only={self._only}"]
            command += [f"--stop-with={os.getpid()}", *self._words]
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=config.ROOT)
            if done.returncode == 0:
                break
            taken = " can't be used" in done.stderr or "already in use" in done.stderr + self.logs()
            if attempt == 3 or not taken:
                raise RuntimeError(f"the stand did not start:\n{done.stdout}\n{done.stderr}\n{self.logs()}")
        own = {name: value for name, value in env.items() if name.startswith("PAYLATER_")}
        self.settings = config.load(own)
        self.up = msgspec.json.decode((self.settings.run / "up.json").read_bytes())

    def environment(self, base: int) -> dict[str, str]:
        """Environment of the stand's commands; but one, settings of the caller's own environment are kept out."""
        env = {name: value for name, value in os.environ.items() if name == MODEST or not name.startswith("PAYLATER_")}
        env |= {
            "PAYLATER_VAR": str(self.var),
            "PAYLATER_PORT_BASE": str(base),
            "PAYLATER_RTP_FIRST": str(base + 100),
            "PAYLATER_RTP_COUNT": str(_MEDIA_PORTS),
            "PAYLATER_DATABASE_FSYNC": "false",
            "PYTHONUNBUFFERED": "1",
        }
        if self._only != "postgres":
            env["PAYLATER_ASTERISK_PREFIX"] = asterisk_prefix()
        return env | self._env

    def close(self, keep_logs: bool = False) -> None:
        """Stop everything and delete the folder; the logs stay in var/test-logs when something failed."""
        env = {**os.environ, "PAYLATER_VAR": str(self.var)}
        subprocess.run([sys.executable, "-m", "tools.stack.down"], env=env, capture_output=True, cwd=config.ROOT)
        remote.end_leftovers(self.var, patience=2.0)
        if keep_logs:
            for old in sorted(LOGS.glob("plt-*"), key=lambda path: path.stat().st_mtime)[:-_LOGS_KEPT]:
                shutil.rmtree(old, ignore_errors=True)
            for path in [*(self.var / "log").glob("*.log"), *(self.var / "asterisk" / "log").glob("*.log")]:
                target = LOGS / self.var.name / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
        shutil.rmtree(self.var, ignore_errors=True)

    def logs(self) -> str:
        """The end of each log."""
        paths = [*(self.var / "log").glob("*.log"), *(self.var / "asterisk" / "log").glob("messages.log")]
        return "\n".join(f"== {p.name}\n{p.read_text(errors='replace')[-1500:]}" for p in sorted(paths))

    # Faults: a killed process comes back by itself, a stopped one stays down until it is started.

    def pid(self, name: str) -> int:
        """Process id of a service (postgres, asterisk, engine, api)."""
        status = remote.ask(self.settings, {"do": "status"})["services"][name]
        if status["pid"] is None:
            raise RuntimeError(f"{name} does not run")
        return int(status["pid"])

    def kill(self, name: str, sig: int = signal.SIGKILL) -> int:
        """Send a signal to a service; gives the process id that got it."""
        pid = self.pid(name)
        os.kill(pid, sig)
        return pid

    def stop(self, name: str) -> None:
        remote.ask(self.settings, {"do": "stop", "name": name})

    def start(self, name: str) -> None:
        remote.ask(self.settings, {"do": "start", "name": name})

    def restart(self, name: str) -> None:
        remote.ask(self.settings, {"do": "restart", "name": name})

    def wait_ready(self, name: str, timeout: float = 30.0) -> float:
        """Wait until a service passes its real readiness check; gives the seconds that it took."""
        checks: dict[str, Callable[[Settings], Coroutine[Any, Any, Any]]] = {
            "postgres": ready.database,
            "asterisk": ready.asterisk,
            "engine": ready.engine,
            "api": ready.api,
        }
        started = time.monotonic()
        while True:
            try:
                run(checks[name](self.settings))
                return time.monotonic() - started
            except ready.NotReady as exc:
                if time.monotonic() - started > timeout:
                    raise AssertionError(f"{name} not ready in {timeout} s: {exc}\n{self.logs()}") from exc
            time.sleep(0.05)

    def wait_restarted(self, name: str, old_pid: int, timeout: float = 30.0) -> float:
        """Wait until the service runs as another process and is ready; gives the seconds that it took."""
        started = time.monotonic()
        while time.monotonic() - started < timeout:
            with contextlib.suppress(RuntimeError):
                if self.pid(name) != old_pid:
                    break
            time.sleep(0.02)
        self.wait_ready(name, timeout)
        return time.monotonic() - started

    @contextlib.asynccontextmanager
    async def db(self) -> AsyncIterator[Any]:
        """A connection to the stand's database; JSON columns are Python values."""
        connection = await asyncpg.connect(self.settings.database_dsn)
        for kind in ("json", "jsonb"):
            await connection.set_type_codec(
                kind,
                schema="pg_catalog",
                encoder=lambda v: msgspec.json.encode(v).decode(),
                decoder=msgspec.json.decode,
            )
        try:
            yield connection
        finally:
            await connection.close()

    def console(self, text: str) -> str:
        """What Asterisk's console answers: ``pjsip show contacts``."""
        command = places.console_command(self.settings, text)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout


class ApiError(AssertionError):
    """An answer other than 2xx; ``status`` and ``problem`` (the decoded body)."""

    def __init__(self, status: int, problem: Any) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


class Api:
    """The product's HTTP API, signed in: JSON in, JSON out, ApiError for anything but 2xx."""

    def __init__(self, session: aiohttp.ClientSession, base: str, token: str) -> None:
        self.session = session
        self.base = base
        self.token = token

    async def request(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and decoded body; ``path`` under /api/v1 (``/calls``). Options are aiohttp's (json, params, data)."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = f"{self.base}/api/v1{path}"
        async with self.session.request(method, url, headers=headers, **options) as answer:
            body = await answer.read()
            return answer.status, msgspec.json.decode(body) if "json" in answer.content_type and body else body

    async def call(self, method: str, path: str, **options: Any) -> Any:
        status, body = await self.request(method, path, **options)
        if not 200 <= status < 300:
            raise ApiError(status, body)
        return body

    async def get(self, path: str, **options: Any) -> Any:
        return await self.call("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Any:
        return await self.call("POST", path, **options)

    async def put(self, path: str, **options: Any) -> Any:
        return await self.call("PUT", path, **options)

    async def patch(self, path: str, **options: Any) -> Any:
        return await self.call("PATCH", path, **options)

    async def delete(self, path: str, **options: Any) -> Any:
        return await self.call("DELETE", path, **options)


class Stack(Stand):
    """The whole product with the example filled in and no simulated callers."""

    _token = ("", 0.0)

    @contextlib.asynccontextmanager
    async def api(self, login: str | None = None, password: str | None = None) -> AsyncIterator[Api]:
        """The API signed in as the first administrator (or as who is named)."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            base = self.settings.http_url
            if login is not None:
                yield Api(session, base, await self._sign_in(session, login, password or ""))
                return
            token, until = self._token
            if time.monotonic() > until:
                admin = self.up["admin"]
                token = await self._sign_in(session, admin["login"], admin["password"])
                self._token = (token, time.monotonic() + self.settings.access_token_seconds / 2)
            yield Api(session, base, token)

    async def _sign_in(self, session: aiohttp.ClientSession, login: str, password: str) -> str:
        body = {"login": login, "password": password}
        async with session.post(f"{self.settings.http_url}/api/v1/auth/login", json=body) as answer:
            data = await answer.json(content_type=None)
            if answer.status != 200:
                raise ApiError(answer.status, data)
            return str(data["access_token"])


class AsteriskStand(Stand):
    """Asterisk under the product's configuration, without an engine.

    Phones 101..110 (password ``phone-<number>-pass``) and the trunk ``demo``, which takes calls from 127.0.0.1.
    ``settings`` has everything that a client of ARI needs.
    """

    boot_log = ""
    """What Asterisk logged while it started."""
    extensions = {str(number): f"phone-{number}-pass" for number in range(101, 111)}

    def write_dialplan(self, text: str) -> None:
        """Replace extensions.conf and load it."""
        (places.etc(self.settings) / "extensions.conf").write_text(text, encoding="utf-8")
        self.console("dialplan reload")
