"""The body of an event: JSON, or a form with the event and a file. Nothing is kept before it is proven whose it is."""

import hashlib
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import BodyPartReader, MultipartReader
from aiohttp.http_exceptions import HttpProcessingError

from api.desk_link.incoming import events
from api.desk_link.incoming.applying import Files
from api.desk_link.incoming.events import Event
from api.desk_link.incoming.inbox import Inbox, Taken
from api.desk_link.model import Door
from api.web.problems import Malformed, TooLarge, UnsupportedMedia, invalid
from api.web.route import Request

EVENT_BYTES = 262_144
"""The part ``event`` of a form."""
_CHUNK = 65_536
_UNREADABLE = (HttpProcessingError, ValueError, AssertionError, RuntimeError, EOFError)


async def receive(request: Request, inbox: Inbox, files: Files) -> Taken:
    """One event.

    Raises:
        NotFound, Unauthorized, InvalidInput, Conflict, Malformed, TooLarge, UnsupportedMedia.
    """
    door = await inbox.door(request.params["id"])
    proof = request.raw.headers.getall("PayLater-Signature", [])
    if request.raw.content_type == "application/json":
        data = await request.raw.read()
        inbox.prove(door, proof, data)
        return await inbox.take(door, events.read(data, inbox.settings_of(door).inbound))
    if request.raw.content_type != "multipart/form-data":
        raise UnsupportedMedia("Send JSON, or multipart/form-data with the parts event and file")
    async with AsyncExitStack() as stack:
        try:
            event, path = await _form(await request.raw.multipart(), door, proof, inbox, files, stack)
        except _UNREADABLE as exc:
            raise Malformed("The multipart form can't be read") from exc
        return await inbox.take(door, event, path)


async def _form(
    form: MultipartReader, door: Door, proof: list[str], inbox: Inbox, files: Files, stack: AsyncExitStack
) -> tuple[Event, Path | None]:
    part = await form.next()
    if not isinstance(part, BodyPartReader) or part.name != "event":
        raise invalid("body.event", "The first part is the event")
    data = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        data += chunk
        if len(data) > EVENT_BYTES:
            raise TooLarge(f"The event is over {EVENT_BYTES} bytes")
    inbox.prove(door, proof, bytes(data))
    event = events.read(bytes(data), inbox.settings_of(door).inbound)
    part = await form.next()
    if part is None:
        return event, None
    if not isinstance(part, BodyPartReader) or part.name != "file" or event.file is None:
        raise invalid("body.file", "After the event stands the file that it tells of, and nothing else")
    path = files.upload_path()
    stack.callback(path.unlink, missing_ok=True)
    if await _save(part, path, files.max_bytes) != event.file.sha256:
        raise invalid("body.file.sha256", "The file is not the one that the event names")
    return event, path


async def _save(part: BodyPartReader, path: Path, most: int) -> str:
    """The file's sum."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        while chunk := await part.read_chunk(_CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge(f"The file is over {most} bytes")
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
