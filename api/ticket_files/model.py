"""Files as the API tells of them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.web.paging import Time

Verdict = Literal["unscanned", "clean", "infected"]
Upload = Annotated[str, Meta(extra_json_schema={"format": "binary"})]


class FileUpload(msgspec.Struct, kw_only=True):
    """A file to be sent with a request or a word on it, within a day. ``id``: yours; sent twice it is kept once."""

    id: UUID | None = None
    file: Upload


class FileQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``inline``: show it, where it is a picture of a safe kind; else it is saved."""

    inline: bool = False


class StoredFile(msgspec.Struct, kw_only=True):
    """A file that was taken in. ``name`` is made safe; ``verdict`` the scanner's."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    verdict: Verdict
    created_at: Time


class Kept(StoredFile, kw_only=True):
    """With what only the server needs: where it lies (below the folder of files), and its sum."""

    path: str
    sha256: str
