"""The life of dialplan versions."""

from typing import Any

import msgspec

from api.dialplan.model import Checked, DialplanProblem, Version, VersionListed
from api.web import paging
from api.web.route import Page
from engine.core.config import Settings
from engine.dialplan import render
from engine.dialplan.check import check
from engine.dialplan.diff import preview
from engine.dialplan.store import DialplanStore


class DialplanService:
    """Joins the store of versions with the checker and the preview; rendering values come from the settings."""

    def __init__(self, store: DialplanStore, settings: Settings) -> None:
        self._store = store
        self._context = render.context_of(settings)

    async def page(self, limit: int, cursor: str | None) -> Page[VersionListed]:
        after = paging.decode(cursor, tuple[int])
        found = await self._store.list(limit=limit + 1, before=after[0] if after else None)
        return paging.page([_listed(version) for version in found], limit, lambda item: (item.id,))

    async def get(self, version_id: int) -> Version:
        return _whole(await self._store.get(version_id))

    async def active(self) -> VersionListed | None:
        version = await self._store.active()
        return _listed(version) if version else None

    async def new(self, templates: dict[str, str], author: str, comment: str) -> Version:
        """Raises InvalidInput with the checker's errors."""
        return _whole(await self._store.new(templates, author=author, comment=comment, context=self._context))

    def check(self, templates: dict[str, str]) -> Checked:
        found = check(render.complete(templates), self._context)
        return Checked(problems=[msgspec.convert(problem.as_dict(), DialplanProblem) for problem in found])

    async def diff(self, version_id: int) -> str:
        version = await self._store.get(version_id)
        return preview(await self._store.templates(), render.complete(version.templates), self._context)

    async def activate(self, version_id: int) -> VersionListed:
        return _listed(await self._store.activate(version_id, context=self._context))

    async def rollback(self) -> VersionListed | None:
        version = await self._store.rollback()
        return _listed(version) if version else None


def _listed(version: Any) -> VersionListed:
    return msgspec.convert(version, VersionListed, from_attributes=True)


def _whole(version: Any) -> Version:
    return msgspec.convert(version, Version, from_attributes=True)
