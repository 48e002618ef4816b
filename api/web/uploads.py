"""Multipart uploads: small text fields and one file, streamed to disk within a limit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from api.web.problems import Malformed, TooLarge, UnsupportedMedia, invalid

_UNREADABLE = (HttpProcessingError, ValueError, AssertionError, RuntimeError, EOFError)
_FIELD_BYTES = 2000
_FIELDS = 10
_CHUNK = 65_536


@dataclass
class Form:
    """Text fields by name, and where the file lies until the request is over; ``name`` is what its sender calls it."""

    file: Path
    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    received: int = 0

    def discard(self) -> None:
        self.file.unlink(missing_ok=True)


@asynccontextmanager
async def receive(request: web.Request, target: Path, max_bytes: int) -> AsyncIterator[Form]:
    """Reads the form; its part ``file`` goes to ``target``, which is deleted at the end.

    Raises:
        UnsupportedMedia, Malformed, TooLarge (over ``max_bytes``), InvalidInput (no file, a field too long).
    """
    if request.content_type != "multipart/form-data":
        raise UnsupportedMedia("Send multipart/form-data")
    form = Form(target)
    try:
        try:
            await _read(request, form, max_bytes)
        except _UNREADABLE as exc:
            raise Malformed("The multipart form can't be read") from exc
        if not form.received:
            raise invalid("body.file", "Send a file")
        yield form
    finally:
        form.discard()


async def _read(request: web.Request, form: Form, max_bytes: int) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise invalid("body", "A part without a name")
        if part.name == "file":
            form.name = part.filename or ""
            await _save(part, form, max_bytes)
        else:
            await _keep(part, part.name, form)


async def _save(part: BodyPartReader, form: Form, max_bytes: int) -> None:
    with form.file.open("wb") as file:
        while chunk := await part.read_chunk(_CHUNK):
            form.received += len(chunk)
            if form.received > max_bytes:
                raise TooLarge(f"The file is over {max_bytes} bytes")
            file.write(chunk)


async def _keep(part: BodyPartReader, name: str, form: Form) -> None:
    data = b""
    while chunk := await part.read_chunk(_CHUNK):
        data += chunk
        if len(data) > _FIELD_BYTES:
            raise invalid(f"body.{name}", "Too long")
    if name in form.fields or len(form.fields) >= _FIELDS:
        raise invalid(f"body.{name}", "Given twice, or too many fields")
    form.fields[name] = data.decode()
