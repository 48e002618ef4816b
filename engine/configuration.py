"""Configuration in force: routing table, Asterisk files and its fallback database follow the changes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from engine.ari.errors import AriError
from engine.ari.resources import Ari
from engine.asterisk import places
from engine.asterisk.render import render_wizard, write
from engine.asterisk.store import load_lines
from engine.calls.services import Link
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import PayLaterError
from engine.dialplan.fallback import database_changes, database_keys
from engine.dialplan.render import OUTPUT, context_of, render
from engine.dialplan.store import DialplanStore
from engine.ivr.model import parse_menu
from engine.queues.model import parse_queue
from engine.routing.store import load
from engine.routing.table import RoutingTable

_log = log.get("configuration")
SIP_TABLES = {"trunks", "extensions"}
UNROUTED = {"dialplan_versions", "callback_requests", "speech_rules", "masking_rules", "lead_sources"}
"""Changes that the routing table does not hang on."""
SETTLE_S = 0.05
"""Changes that come together are taken together."""


class Configuration:
    """Holds the newest routing table; ``table`` may be read from any thread."""

    def __init__(self, pool: Any, settings: Settings, clock: Clock) -> None:
        self.table = RoutingTable()
        self.loaded = False
        self.followers: list[Callable[[set[str]], Awaitable[None]]] = []
        """Told which tables have changed (``everything``: all of them), after the routing table is in force."""
        self._pool = pool
        self._settings = settings
        self._clock = clock
        self._ari: Ari | None = None
        self._link: Link | None = None
        self._dirty: set[str] = {"everything"}
        self._wake = asyncio.Event()
        self._reload: set[str] = set()
        self._held_file: Path = settings.spool / "fallback-keys.json"
        self._held: dict[str, str] | None = None

    def attach(self, ari: Ari, link: Link) -> None:
        """Tell where Asterisk can be reached."""
        self._ari, self._link = ari, link

    def on_notice(self, _channel: str, table: str) -> None:
        """A table of the configuration has changed."""
        self._dirty.add(table)
        self._wake.set()

    async def on_listening(self) -> None:
        """The listener is (again) connected: anything may have changed meanwhile."""
        self.on_notice("config", "everything")

    async def on_asterisk_up(self) -> None:
        """Asterisk may have lost what it was told: tell it again."""
        self._held = None
        self._wake.set()

    async def run(self) -> None:
        """Follow changes until cancelled; a fault is logged and tried again."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(SETTLE_S)
            dirty, self._dirty = self._dirty, set()
            try:
                await self.refresh(dirty)
            except Exception as exc:
                _log.warning("configuration_failed", error=f"{type(exc).__name__}: {exc}", tables=sorted(dirty))
                self._dirty |= dirty
                await asyncio.sleep(1.0)
                self._wake.set()

    async def refresh(self, dirty: set[str]) -> None:
        """Take the changed tables into force."""
        everything = "everything" in dirty
        if dirty - UNROUTED:
            self.table = await load(self._pool, parse_menu, parse_queue)
            self.loaded = True
        etc = places.etc(self._settings)
        if everything or dirty & SIP_TABLES:
            trunks, extensions = await load_lines(self._pool)
            if write(etc / "pjsip_wizard.conf", render_wizard(trunks, extensions, self._settings)):
                self._reload.add("res_pjsip.so")
        if everything or "dialplan_versions" in dirty:
            await self._write_dialplan(etc)
        for follow in self.followers:
            await follow(dirty)
        await self._tell_asterisk()

    async def _write_dialplan(self, etc: Path) -> None:
        """A version that can't be rendered leaves the one in force."""
        try:
            text = render(await DialplanStore(self._pool).templates(), context_of(self._settings))[OUTPUT]
        except PayLaterError as exc:
            _log.error("dialplan_not_rendered", error=exc.detail)
            return
        if write(etc / OUTPUT, text):
            self._reload.add("pbx_config.so")

    async def _tell_asterisk(self) -> None:
        if self._ari is None or self._link is None or not self._link.up:
            return
        for module in sorted(self._reload):
            await self._ari.asterisk.reload_module(module)
            self._reload.discard(module)
            _log.info("asterisk_reloaded", module=module)
        try:
            await self._push_fallback(self._ari)
        except AriError as exc:
            _log.warning("fallback_not_pushed", error=exc.detail)

    async def _push_fallback(self, ari: Ari) -> None:
        """Numbers' fallback extensions, languages and the blacklist go into Asterisk's own database."""
        wanted = database_keys(self.table.numbers.values(), self.table.blacklist.entries, self._clock.now())
        held = self._held
        if held is None:
            held = dict.fromkeys(self._read_held(), "?")
        for key, value in database_changes(wanted, held).items():
            if held.get(key) != value:
                await ari.asterisk.set_variable(f"DB({key})", value)
        self._held = wanted
        await asyncio.to_thread(write, self._held_file, msgspec.json.encode(sorted(wanted)).decode())

    def _read_held(self) -> list[str]:
        try:
            return msgspec.json.decode(self._held_file.read_bytes(), type=list[str])
        except (OSError, msgspec.DecodeError):
            return []
