"""Answers that are files: only from within a folder, with ranges so that players can seek."""

from pathlib import Path

from aiohttp import web

from engine.core.errors import NotFound

AUDIO_ERRORS = (206, 304, 412, 416)


def within(folder: Path, name: str | None) -> Path:
    """The audio file ``name`` (with or without ``.wav``) in ``folder``.

    Raises:
        NotFound: there is none, or it lies outside.
    """
    if name:
        root = folder.resolve()
        for candidate in (name, name + ".wav"):
            path = (root / candidate).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path
    raise NotFound("There is no such audio")


def audio(path: Path, download_as: str) -> web.FileResponse:
    """The file as a response that honours Range."""
    return web.FileResponse(
        path,
        headers={
            "Content-Type": "audio/wav",
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'inline; filename="{download_as}"',
        },
    )
