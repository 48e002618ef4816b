"""Fixtures of real parts; everything that they start is stopped at the end, whatever happened."""

import contextlib
import os
import uuid
from collections.abc import Iterator

import asyncpg
import pytest
from playwright.async_api import expect

from engine.asterisk import places, render
from engine.asterisk.model import ExtensionLine, TrunkLine
from tools.stack.stand import MODEST, AsteriskStand, Stack, Stand, run

pytest_plugins = ["tests.reruns", "tests.results", "tests.workers"]
os.environ[MODEST] = "false"
expect.set_options(timeout=20_000)
"""A page may be slow while other tests keep the machine busy."""


def _failed(request: pytest.FixtureRequest) -> bool:
    return request.session.testsfailed > 0


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Stand]:
    """A PostgreSQL cluster with a migrated database, for `database`."""
    stand = Stand("postgres")
    try:
        stand.open()
        yield stand
    finally:
        stand.close(keep_logs=_failed(request))


@pytest.fixture
def database(postgres: Stand) -> Iterator[str]:
    """Address of a fresh migrated database."""
    with fresh_database(postgres) as dsn:
        yield dsn


@contextlib.contextmanager
def fresh_database(postgres: Stand) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    dsn = postgres.settings.database_dsn
    run(_execute(dsn, f"create database {name} template paylater"))
    try:
        yield dsn.rsplit("/", 1)[0] + f"/{name}"
    finally:
        run(_execute(dsn, f"drop database if exists {name} with (force)"))


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn, database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def asterisk(request: pytest.FixtureRequest) -> Iterator[AsteriskStand]:
    """Asterisk alone: phones 101..110, trunk ``demo`` from 127.0.0.1, no engine."""
    stand = AsteriskStand("postgres,asterisk")
    try:
        stand.open()
        _lay_phones(stand)
        stand.boot_log = (stand.var / "asterisk" / "log" / "messages.log").read_text(encoding="utf-8")
        yield stand
    finally:
        stand.close(keep_logs=_failed(request))


def _lay_phones(stand: AsteriskStand) -> None:
    phones = [ExtensionLine(number=n, name=f"Phone {n}", password=p) for n, p in stand.extensions.items()]
    trunk = TrunkLine(name="demo", kind="ip", host="127.0.0.1", port=5999, match=("127.0.0.1",))
    path = places.etc(stand.settings) / "pjsip_wizard.conf"
    render.write(path, render.render_wizard([trunk], phones, stand.settings))
    stand.console("module reload res_pjsip.so")


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """The whole product with the example filled in, and no simulated callers; recordings of tests stay sound."""
    quiet = {"PAYLATER_SPEECH_BATCH": "off"}
    stand = Stack("postgres,asterisk,engine,api", ("--quiet-demo",), quiet)
    try:
        stand.open()
        yield stand
    finally:
        stand.close(keep_logs=_failed(request))


@pytest.fixture
def ready_stack(stack: Stack) -> Stack:
    """`stack` with every part up, also after a test that broke one."""
    for name in ("postgres", "asterisk", "engine", "api"):
        stack.start(name)
        stack.wait_ready(name)
    return stack
