"""Taking files in, giving them out, forgetting those that nobody sent."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from api.ticket_files import kinds, names, scanner
from api.ticket_files.model import Kept, Verdict
from api.ticket_files.scanner import Scanner, ScannerAway
from api.ticket_files.store import FileStore, Place
from api.tickets.model import SYSTEM, Actor, Happening
from api.web.files import within
from api.web.problems import TooLarge
from engine.core import ids, log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError, Conflict, InvalidInput, NotFound, Unavailable

_log = log.get("api.ticket_files")
_RESCAN = 50
_CHUNK = 1_048_576
NO_FILE = "There is no such file"


class Infected(InvalidInput):
    """The scanner found something in the file."""

    code = "infected"


class FilesService:
    """Files lie under ``settings.files`` by a random path; what people call them stands in the database alone."""

    def __init__(self, store: FileStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._scanner: Scanner | None = scanner.of(settings)
        try:
            self._allowed = kinds.known(settings.ticket_file_types)
        except ValueError as exc:
            raise ConfigError(f"ticket_file_types: {exc}") from None
        self._swept = 0

    @property
    def max_bytes(self) -> int:
        return self._settings.ticket_file_bytes

    def upload_path(self) -> Path:
        """Where to put an upload until it is looked at."""
        folder = self._settings.files / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / secrets.token_hex(16)

    async def keep(
        self,
        name: str,
        content: Path | bytes,
        by: Actor = SYSTEM,
        *,
        file_id: UUID | None = None,
    ) -> Kept:
        """Take a file in: a path is moved away. Sent twice under one id it is kept once. It may take a while: hold
        nothing meanwhile.

        Raises:
            TooLarge, InvalidInput (type, empty, too many), Infected, Conflict (the id is somebody else's),
            Unavailable: the scanner is away, and ``ticket_file_unscanned`` says to refuse.
        """
        now = self._clock.now()
        path = content if isinstance(content, Path) else await asyncio.to_thread(self._write, content)
        try:
            size, digest, head, tail = await asyncio.to_thread(_look, path)
            if size > self.max_bytes:
                raise TooLarge(f"The file is over {self.max_bytes} bytes")
            safe = names.safe(name)
            try:
                kind = kinds.kind_of(safe, head, tail, self._allowed)
            except kinds.Refused as exc:
                raise InvalidInput(str(exc), [{"path": "body.file", "message": str(exc)}]) from None
            verdict = await self._scan(path)
            kept = Kept(
                id=file_id or ids.new_id(now),
                name=safe,
                media_type=kind.media_type,
                size_bytes=size,
                verdict=verdict,
                created_at=now,
                path=_random_path(),
                sha256=digest,
            )
            return await self._add(kept, path, by.user_id)
        finally:
            path.unlink(missing_ok=True)

    async def to_send(self, ticket_id: UUID, file_id: UUID) -> tuple[Place, Path]:
        """A file of a ticket as who asks may see it, and where it lies.

        Raises:
            NotFound: there is none, it is not theirs to see, or the scanner has not let it through.
        """
        found = await self._store.one(ticket_id, file_id)
        if found is None or not self._passed(found.verdict):
            raise NotFound(NO_FILE)
        return found, within(self._settings.files, found.path)

    async def for_mail(self, file_ids: Sequence[UUID]) -> list[tuple[str, str, bytes]]:
        """Name, type and content of files that go with a letter: as many as ``mail_files_bytes`` holds."""
        left, found = self._settings.mail_files_bytes, []
        for file in await self._store.for_mail(file_ids):
            if self._passed(file.verdict) and file.size_bytes <= left:
                left -= file.size_bytes
                data = await asyncio.to_thread(within(self._settings.files, file.path).read_bytes)
                found.append((file.name, file.media_type, data))
        return found

    async def on_event(self, connection: Any, happening: Happening) -> None:
        """A ticket has so many files and bytes at most. Raises InvalidInput, which undoes what brought them."""
        if not happening.file_ids:
            return
        settings, used = self._settings, await self._store.of_ticket(connection, happening.after.id)
        if len(happening.file_ids) > settings.ticket_files_at_once:
            raise _full(f"At most {settings.ticket_files_at_once} files go with one message")
        if used.files > settings.ticket_files_max or used.bytes > settings.ticket_files_bytes:
            most = f"{settings.ticket_files_max} files and {settings.ticket_files_bytes} bytes"
            raise _full(f"A request holds at most {most}; send less, or open another")

    async def clean(self) -> None:
        """Forget uploads that nobody sent, ask the scanner again about those that it has not seen, and take a part of
        the folder where files may lie that no row knows any more."""
        before = self._clock.now() - timedelta(hours=self._settings.ticket_file_loose_hours)
        for path in await self._store.purge(before):
            (self._settings.files / path).unlink(missing_ok=True)
        await self._rescan()
        await self._sweep(f"{self._swept:02x}")
        self._swept = (self._swept + 1) % 256

    async def _add(self, kept: Kept, path: Path, user_id: UUID | None) -> Kept:
        """The row and the file; a file without a row is swept away later, a row without a file is never written."""
        async with self._store.plain() as connection, connection.transaction():
            if user_id is not None:
                await self._check_loose(connection, user_id, kept)
            target = self._settings.files / kept.path
            await asyncio.to_thread(_move, path, target)
            if await self._store.add(connection, kept, user_id):
                return kept
            target.unlink(missing_ok=True)
            there = await self._store.same(connection, kept.id, user_id)
            if there is None or there.sha256 != kept.sha256:
                raise Conflict("This id is taken; send the file with another")
            return there

    async def _check_loose(self, connection: Any, user_id: UUID, kept: Kept) -> None:
        settings = self._settings
        used = await self._store.loose(connection, user_id, self._clock.now() - timedelta(days=1))
        if used.files >= settings.ticket_files_loose:
            raise _full("Too many files wait to be sent; send them with a request, or wait a day")
        if used.recent_bytes + kept.size_bytes > settings.ticket_files_day_bytes:
            raise _full(f"At most {settings.ticket_files_day_bytes} bytes may be uploaded a day")

    async def _scan(self, path: Path) -> Verdict:
        if self._scanner is None:
            return "unscanned"
        try:
            verdict = await self._scanner.scan(path)
        except ScannerAway as exc:
            _log.warning("scanner_away", reason=str(exc), policy=self._settings.ticket_file_unscanned)
            if self._settings.ticket_file_unscanned == "refuse":
                raise Unavailable("The scanner of files does not answer now; try again later") from None
            return "unscanned"
        if verdict == "infected":
            raise Infected("The scanner found something harmful in the file; it was not taken")
        return verdict

    def _passed(self, verdict: Verdict) -> bool:
        """Whether a file may be given out: what no scanner has seen is held where the setting says so."""
        held = self._scanner is not None and self._settings.ticket_file_unscanned != "allow"
        return verdict == "clean" or (verdict == "unscanned" and not held)

    async def _rescan(self) -> None:
        if self._scanner is None:
            return
        for file_id, path in await self._store.unscanned(_RESCAN):
            try:
                verdict = await self._scanner.scan(self._settings.files / path)
            except ScannerAway as exc:
                _log.warning("scanner_away", reason=str(exc))
                return
            await self._store.judge(file_id, verdict)
            if verdict == "infected":
                _log.warning("file_infected", file=str(file_id))

    async def _sweep(self, part: str) -> None:
        """Files of one of the 256 folders that no row names: their ticket was deleted, or a process died."""
        oldest = self._clock.now().timestamp() - self._settings.ticket_file_loose_hours * 3600
        for folder in (self._settings.files / part, self._settings.files / "incoming"):
            found = await asyncio.to_thread(_older, folder, oldest)
            kept = await self._store.known([f"{folder.name}/{path.name}" for path in found])
            for path in found:
                if f"{folder.name}/{path.name}" not in kept:
                    path.unlink(missing_ok=True)

    def _write(self, content: bytes) -> Path:
        path = self.upload_path()
        path.write_bytes(content)
        return path


def _full(text: str) -> InvalidInput:
    return InvalidInput(text, [{"path": "body.file_ids", "message": text}])


def _random_path() -> str:
    name = secrets.token_hex(32)
    return f"{name[:2]}/{name}"


def _look(path: Path) -> tuple[int, str, bytes, bytes]:
    """Size, sum, beginning and end."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        head = file.read(kinds.HEAD)
        digest.update(head)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        size = file.tell()
        file.seek(max(0, size - kinds.TAIL))
        return size, digest.hexdigest(), head, file.read()


def _move(path: Path, target: Path) -> None:
    """On the disk before its row is: a crash between leaves a file that is swept away."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.rename(target)


def _older(folder: Path, before: float) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.stat().st_mtime < before][:5000]
