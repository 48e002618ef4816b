"""Checks each part and says what to do: one line a check (``tools/doctor``). Exit status 0 when all is well."""

import argparse
import asyncio
import shutil
import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

import aiohttp
import asyncpg
import msgspec

from engine.asterisk import places
from engine.core import config, db, migrate
from engine.core.config import Settings
from engine.core.errors import ConfigError, PayLaterError
from tools.stack import doctor_models, doctor_speech, doctor_voices, ready, remote
from tools.stack.install import asterisk as install

_CLOCK_TOLERANCE_S = 2.0
_DATABASE_FREE = 1_000_000_000


class Problem(Exception):
    """What is wrong, and ``remedy``: what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


class Line(NamedTuple):
    """Outcome of one check; ``remedy`` is empty when it is well."""

    name: str
    ok: bool
    found: str
    remedy: str

    def __str__(self) -> str:
        mark = "ok  " if self.ok else "FAIL"
        return f"{mark} {self.name:15} {self.found}" + (f". Do: {self.remedy}" if self.remedy else "")


Check = Callable[[Settings], Awaitable[str]]


async def database(settings: Settings) -> str:
    await _ready(ready.database(settings), _start_remedy(settings, "postgres"))
    connection = await db.connect(settings)
    try:
        version = await connection.fetchval("show server_version")
        if int(await connection.fetchval("show server_version_num")) < 150_000:
            raise Problem(f"PostgreSQL {version}", "use PostgreSQL 15 or newer")
        return f"PostgreSQL {version} answers"
    finally:
        await connection.close()


async def schema(settings: Settings) -> str:
    known = migrate.available()
    try:
        connection = await db.connect(settings)
        try:
            missing = await migrate.check(connection, known)
        finally:
            await connection.close()
    except ConfigError as exc:
        raise Problem(exc.detail, "put the code and the database back in step") from exc
    except (OSError, TimeoutError, asyncpg.PostgresError) as exc:
        raise Problem("can't be read: the database does not answer", _start_remedy(settings, "postgres")) from exc
    if missing:
        raise Problem(f"{len(missing)} migrations are not applied", "run tools/up, or python -m engine.core.migrate")
    return f"version {known[-1].version}, as the code"


async def asterisk(settings: Settings) -> str:
    command = [*places.program(settings), "-V"]
    process = await asyncio.create_subprocess_exec(*command, stdout=-1, stderr=-2)
    text = (await process.communicate())[0].decode(errors="replace").strip()
    if install.version_of(text) < install.LEAST:
        raise Problem(
            f"{text or 'no Asterisk'}", "install Asterisk 22.6 or newer, or delete var/asterisk/root; run tools/up"
        )
    try:
        info = await ready.ari(settings)
    except ready.NotReady:
        raise Problem(f"{text} does not run", _start_remedy(settings, "asterisk")) from None
    return f"{text}, up since {info['status']['startup_time']}"


async def ari(settings: Settings) -> str:
    await _ready(ready.ari(settings), _start_remedy(settings, "asterisk"))
    return f"port {settings.ari_port} lets us in"


async def sip(settings: Settings) -> str:
    await _ready(ready.sip(settings), f"is UDP port {settings.sip_port} taken or closed? tools/down, then tools/up")
    return f"port {settings.sip_port} answers OPTIONS"


async def rtp(settings: Settings) -> str:
    first, last = settings.rtp_first, settings.rtp_first + settings.rtp_count - 1
    even = range(first + first % 2, last, 2)
    taken = sum(not _can_bind(settings, port) for port in even[:: max(1, len(even) // 50)])
    share = taken / max(1, len(even[:: max(1, len(even) // 50)]))
    if share > 0.8:
        raise Problem(
            f"{share:.0%} of ports {first}-{last} are taken", "widen PAYLATER_RTP_COUNT or move PAYLATER_RTP_FIRST"
        )
    return f"ports {first}-{last}, {share:.0%} in use"


def _can_bind(settings: Settings, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind((settings.bind_host, port))
        except OSError:
            return False
    return True


async def prompts(settings: Settings) -> str:
    for language in places.LANGUAGES:
        sound = places.data(settings) / "sounds" / language / "vm-goodbye.wav"
        if not sound.is_file():
            raise Problem(f"core sounds for {language} are missing ({sound})", "delete var/asterisk/root; run tools/up")
    connection = await db.connect(settings)
    try:
        files = [row["file"] for row in await connection.fetch("select file from prompts")]
    finally:
        await connection.close()
    lost = [file for file in files if not list(settings.prompts.glob(f"{file}*"))]
    if lost:
        raise Problem(f"{len(lost)} uploaded prompts have no file: {', '.join(lost[:3])}", "upload them again")
    return f"core sounds ru and en, {len(files)} of our own"


async def disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.var).free
    least = max(settings.recording_min_free_bytes, _DATABASE_FREE)
    if free < least:
        raise Problem(f"{free / 1e9:.1f} GB free in {settings.var}", "free space: recording stops, then the database")
    return f"{free / 1e9:.1f} GB free in {settings.var}"


async def clock(settings: Settings) -> str:
    connection = await db.connect(settings)
    try:
        before = datetime.now(UTC)
        theirs = await connection.fetchval("select clock_timestamp()")
        after = datetime.now(UTC)
    finally:
        await connection.close()
    apart = abs((theirs - (before + (after - before) / 2)).total_seconds())
    if apart > _CLOCK_TOLERANCE_S:
        raise Problem(f"{apart:.1f} s apart from the database", "let NTP keep the clocks of both machines")
    if after.year < 2025:
        raise Problem(f"this machine thinks it is {after:%Y-%m-%d}", "set the clock")
    return f"{after:%Y-%m-%d %H:%M:%S} UTC, {apart * 1000:.0f} ms from the database"


async def engine(settings: Settings) -> str:
    await _ready(ready.engine(settings), _start_remedy(settings, "engine"))
    return f"ready at {settings.control_url}"


async def speech_models(settings: Settings) -> str:
    try:
        return await doctor_models.models(settings)
    except doctor_models.Damaged as exc:
        raise Problem(str(exc), exc.remedy) from exc


async def voices(settings: Settings) -> str:
    try:
        return await doctor_voices.voices(settings)
    except doctor_voices.Mute as exc:
        raise Problem(str(exc), exc.remedy) from exc


async def speech_workers(settings: Settings) -> str:
    await _ready(ready.engine(settings), _start_remedy(settings, "engine"))
    try:
        return await doctor_speech.workers(settings)
    except doctor_speech.NotHearing as exc:
        raise Problem(str(exc), exc.remedy) from exc
    except aiohttp.ClientError as exc:
        raise Problem(f"the engine does not tell: {exc}", _start_remedy(settings, "engine")) from exc


async def api(settings: Settings) -> str:
    await _ready(ready.api(settings), _start_remedy(settings, "api"))
    return f"ready at {settings.http_url}"


CHECKS: dict[str, Check] = {
    "database": database,
    "schema version": schema,
    "Asterisk": asterisk,
    "ARI": ari,
    "SIP port": sip,
    "RTP ports": rtp,
    "prompts": prompts,
    "disk": disk,
    "clock": clock,
    "engine": engine,
    "speech models": speech_models,
    "speech workers": speech_workers,
    "voices": voices,
    "api": api,
}


async def _ready(work: Awaitable[object], remedy: str) -> None:
    try:
        await work
    except ready.NotReady as exc:
        raise Problem(str(exc), remedy) from exc


def _start_remedy(settings: Settings, name: str) -> str:
    log = settings.var / "log" / f"{name}.log"
    if not remote.running(settings):
        return "run tools/up"
    return f"see {log}" if log.is_file() else "run tools/down, then tools/up"


async def examine(settings: Settings, name: str, check: Check) -> Line:
    """One check; whatever goes wrong in it is its outcome."""
    try:
        return Line(name, True, await asyncio.wait_for(check(settings), 15.0), "")
    except Problem as exc:
        return Line(name, False, str(exc), exc.remedy)
    except (OSError, TimeoutError, PayLaterError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        return Line(name, False, f"{exc or type(exc).__name__}", "run tools/up; see the checks above")


async def run(settings: Settings) -> list[Line]:
    return [await examine(settings, name, check) for name, check in CHECKS.items()]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="tools/doctor", description="Check every part; exit status 0 when all is well."
    )
    parser.add_argument("--json", action="store_true", help="one JSON list instead of lines")
    options = parser.parse_args(words)
    try:
        settings = config.load()
    except ConfigError as exc:
        print(Line("settings", False, exc.detail, "mend it"))
        return 1
    if not settings.database_dsn:
        print(Line("settings", False, f"nothing was started yet in {settings.var}", "run tools/up"))
        return 1
    lines = asyncio.run(run(settings))
    if options.json:
        print(msgspec.json.encode([line._asdict() for line in lines]).decode())
    else:
        print("\n".join(map(str, lines)))
    return 0 if all(line.ok for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
