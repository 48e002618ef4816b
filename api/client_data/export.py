"""One's own data as a ZIP file, sent while it is made: JSON, and the files of requests."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from typing import IO, Any, cast
from uuid import UUID

import msgspec
from aiohttp import web

from api.client_data.places import Places
from api.client_data.store import DataStore
from api.ticket_files import names
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import NotFound

_log = log.get("api.client_data")
_BATCH = 50
_PIECE = 262_144
MEDIA = "application/zip"


class ExportService:
    """Reads with the eyes of who asks, a few requests at a time, so that a slow reader holds nothing up. A person gets
    what it wrote itself, a company everything."""

    def __init__(self, store: DataStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._places = Places(store, settings)

    async def send(self, request: web.Request, account_id: UUID) -> web.StreamResponse:
        """Raises NotFound; TooMany: others are being made. A fault on the way cuts the connection, so that half a file
        is not taken for a whole."""
        account = await self._store.account(account_id)
        if account is None:
            raise NotFound("There is no such account")
        async with self._places.one(account_id):
            name = f"support-data-{self._clock.now():%Y-%m-%d}.zip"
            headers = {"Content-Type": MEDIA, "Content-Disposition": f'attachment; filename="{name}"'}
            response = web.StreamResponse(headers=headers)
            await response.prepare(request)
            try:
                async for piece in self.pieces(account):
                    await response.write(piece)
                await response.write_eof()
            except ConnectionResetError:
                raise
            except Exception as exc:
                _log.exception("export_cut", account=str(account_id))
                if request.transport is not None:
                    request.transport.abort()
                raise ConnectionResetError("the export was cut") from exc
            return response

    async def pieces(self, account: dict[str, Any]) -> AsyncIterator[bytes]:
        """The bytes of the file, in order."""
        company_id = account["parent_id"] or account["id"]
        person_id = account["id"] if account["parent_id"] else None
        whole = {"account": account, "outlets": await self._store.outlets(company_id, person_id)}
        if person_id is None:
            whole["people"] = await self._store.people(company_id)
        sink = _Sink()
        with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("account.json", _json(whole))
            files: list[tuple[str, str]] = []
            with archive.open("tickets.json", "w", force_zip64=True) as out:
                out.write(b"[")
                async for text in self._tickets(company_id, person_id, files):
                    out.write(text)
                    if piece := sink.take():
                        yield piece
                out.write(b"\n]\n")
            for path, name in files:
                async for piece in self._file(archive, sink, path, name):
                    yield piece
        yield sink.take()

    async def _tickets(
        self, company_id: UUID, person_id: UUID | None, files: list[tuple[str, str]]
    ) -> AsyncIterator[bytes]:
        """Requests as JSON; where their files lie is put into ``files``, with their names in the archive."""
        after, first = 0, True
        while batch := await self._store.tickets(company_id, person_id, after, _BATCH):
            for ticket in batch:
                for file in ticket["files"]:
                    file["file"] = f"files/{ticket['number']}/{file['id'][:8]}-{names.safe(file['name'])}"
                    files.append((file.pop("path"), file["file"]))
                yield (b"\n" if first else b",\n") + _json(ticket)
                first = False
            after = batch[-1]["number"]

    async def _file(self, archive: zipfile.ZipFile, sink: "_Sink", path: str, name: str) -> AsyncIterator[bytes]:
        root = self._settings.files.resolve()
        place = (root / path).resolve()
        if not place.is_relative_to(root) or not place.is_file():
            return
        info = zipfile.ZipInfo(name, self._clock.now().timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED
        with place.open("rb") as source, archive.open(info, "w", force_zip64=True) as out:
            while data := await asyncio.to_thread(source.read, _PIECE):
                out.write(data)
                yield sink.take()


class _Sink:
    """Where the archive is written to, and taken away from at once; it can't be turned back."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        data, self._data = bytes(self._data), bytearray()
        return data


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
