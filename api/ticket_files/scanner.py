"""The scanner of files: a clamd server (its INSTREAM command), a command of one's own, or none."""

import asyncio
import contextlib
import shlex
import struct
from pathlib import Path
from typing import Protocol

from api.ticket_files.model import Verdict
from engine.core.config import Settings
from engine.core.errors import ConfigError

_CHUNK = 65_536
_ANSWER = 4096
UNSCANNED = ("hold", "allow", "refuse")


class ScannerAway(Exception):
    """The scanner gave no verdict."""


class Scanner(Protocol):
    """Gives a verdict on a file.

    Raises:
        ScannerAway.
    """

    async def scan(self, path: Path) -> Verdict: ...


def of(settings: Settings) -> Scanner | None:
    """The scanner that the settings name; None: files are not scanned.

    Raises:
        ConfigError: they name something else.
    """
    if settings.ticket_file_unscanned not in UNSCANNED:
        raise ConfigError(f"ticket_file_unscanned must be one of {', '.join(UNSCANNED)}")
    text, limit = settings.ticket_file_scanner.strip(), settings.ticket_file_scan_s
    if not text:
        return None
    kind, _, rest = text.partition(":")
    if kind == "clamd":
        host, _, port = rest.rpartition(":")
        if not host or not port.isdigit():
            raise ConfigError("ticket_file_scanner: write clamd:host:port, such as clamd:127.0.0.1:3310")
        return Clamd(host, int(port), limit)
    if kind == "command" and rest.strip():
        return Command(shlex.split(rest), limit)
    raise ConfigError("ticket_file_scanner: write clamd:host:port, or command:program and its words")


class Clamd:
    """ClamAV's server. Source of the protocol: clamd(8), INSTREAM."""

    def __init__(self, host: str, port: int, limit_s: float) -> None:
        self._host, self._port, self._limit_s = host, port, limit_s

    async def scan(self, path: Path) -> Verdict:
        try:
            async with asyncio.timeout(self._limit_s):
                answer = await self._ask(path)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as exc:
            raise ScannerAway(f"clamd does not answer: {type(exc).__name__}") from exc
        if answer.endswith("FOUND"):
            return "infected"
        if answer.endswith("OK"):
            return "clean"
        raise ScannerAway(f"clamd: {answer[:100]}")

    async def _ask(self, path: Path) -> str:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    writer.write(struct.pack("!I", len(chunk)) + chunk)
                    await writer.drain()
            writer.write(struct.pack("!I", 0))
            await writer.drain()
            return (await reader.read(_ANSWER)).rstrip(b"\0\n").decode(errors="replace").strip()
        finally:
            writer.close()


class Command:
    """A program that gets the file's path as its last word and ends with 0 (clean), 1 (infected) or another number
    (no verdict), as clamscan does."""

    def __init__(self, words: list[str], limit_s: float) -> None:
        self._words, self._limit_s = words, limit_s

    async def scan(self, path: Path) -> Verdict:
        null = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self._words, str(path), stdin=null, stdout=null, stderr=null
            )
        except OSError as exc:
            raise ScannerAway(f"the scanner did not start: {exc}") from exc
        try:
            async with asyncio.timeout(self._limit_s):
                status = await process.wait()
        except TimeoutError as exc:
            raise ScannerAway(f"no verdict within {self._limit_s:g} s") from exc
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if status in (0, 1):
            return "infected" if status else "clean"
        raise ScannerAway(f"the scanner ended with {status}")
