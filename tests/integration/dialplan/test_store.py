"""Versions of the dialplan: saved, activated, rolled back; one with errors never goes live."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from engine.core import db
from engine.core.config import Settings
from engine.core.errors import Conflict, InvalidInput, NotFound
from engine.dialplan.render import context_of, default_templates
from engine.dialplan.store import DialplanStore

pytestmark = pytest.mark.feature("F-PBX-25")
CONTEXT = context_of(Settings())
SHED = "shed.conf.j2"


@pytest.fixture
async def store(database: str) -> AsyncIterator[DialplanStore]:
    pool = await db.create_pool(Settings(database_dsn=database, database_pool_max=4))
    yield DialplanStore(pool)
    await pool.close()


def changed(text: str) -> dict[str, str]:
    return {SHED: default_templates()[SHED] + f"; {text}\n"}


async def test_without_a_version_the_shipped_templates_are_in_force(store: DialplanStore) -> None:
    assert await store.active() is None
    assert await store.templates() == default_templates()
    with pytest.raises(Conflict):
        await store.rollback()


async def test_a_version_is_whole_and_not_active_until_it_is_activated(store: DialplanStore) -> None:
    version = await store.new(changed("one"), author="anna", comment="why", context=CONTEXT)
    assert set(version.templates) == set(default_templates())
    assert (version.active, version.author, version.comment) == (False, "anna", "why")
    assert await store.active() is None
    await store.activate(version.id, context=CONTEXT)
    assert (await store.templates())[SHED].endswith("; one\n")


async def test_rollback_goes_back_version_by_version_to_the_shipped_templates(store: DialplanStore) -> None:
    ids = []
    for name in ("one", "two", "three"):
        version = await store.new(changed(name), author="anna", context=CONTEXT)
        ids.append((await store.activate(version.id, context=CONTEXT)).id)
    found = [await store.rollback(), await store.rollback(), await store.rollback()]
    assert [None if version is None else version.id for version in found] == [ids[1], ids[0], None]
    assert await store.active() is None
    assert [version.id for version in await store.list()] == ids[::-1]


async def test_a_version_with_errors_is_refused_with_all_of_them(store: DialplanStore) -> None:
    broken = {SHED: "[shed]\nexten => _X!,1,Goto(nowhere,s,1)\n same => n,Foo()\n"}
    with pytest.raises(InvalidInput) as refused:
        await store.new(broken, author="anna", context=CONTEXT)
    paths = [item["path"] for item in refused.value.fields["errors"]]
    assert paths == [f"{SHED}:2", f"{SHED}:3"]
    assert await store.list() == []


async def test_a_stored_version_that_is_no_longer_fit_is_not_activated(store: DialplanStore, database: str) -> None:
    version = await store.new(changed("one"), author="anna", context=CONTEXT)
    connection = await asyncpg.connect(database)
    await connection.execute('update dialplan_versions set templates = \'{"a.conf.j2": "[a"}\'')
    await connection.close()
    with pytest.raises(InvalidInput):
        await store.activate(version.id, context=CONTEXT)
    assert await store.active() is None


async def test_an_unknown_version_is_not_found(store: DialplanStore) -> None:
    with pytest.raises(NotFound):
        await store.activate(4711, context=CONTEXT)


async def test_activation_tells_the_engine(store: DialplanStore, database: str) -> None:
    version = await store.new(changed("one"), author="anna", context=CONTEXT)
    heard: asyncio.Queue[str] = asyncio.Queue()

    def hear(_connection: Any, _pid: int, _channel: str, payload: str) -> None:
        heard.put_nowait(payload)

    connection = await asyncpg.connect(database)
    await connection.add_listener("config", hear)
    await store.activate(version.id, context=CONTEXT)
    assert await asyncio.wait_for(heard.get(), 3) == "dialplan_versions"
    await connection.close()


async def test_activations_at_the_same_time_leave_one_active(store: DialplanStore) -> None:
    versions = [await store.new(changed(str(n)), author="anna", context=CONTEXT) for n in range(4)]
    await asyncio.gather(*(store.activate(version.id, context=CONTEXT) for version in versions))
    assert sum(version.active for version in await store.list()) == 1


async def test_the_list_is_paged(store: DialplanStore) -> None:
    ids = [(await store.new(changed(str(n)), author="anna", context=CONTEXT)).id for n in range(5)]
    page = await store.list(limit=2)
    assert [version.id for version in page] == ids[:2:-1]
    assert [version.id for version in await store.list(limit=2, before=page[-1].id)] == [ids[2], ids[1]]


async def test_a_version_of_an_older_release_gets_the_templates_that_came_since(
    store: DialplanStore, database: str
) -> None:
    version = await store.new(changed("one"), author="anna", context=CONTEXT)
    connection = await asyncpg.connect(database)
    await connection.execute("update dialplan_versions set templates = templates - 'tap.conf.j2'")
    await connection.close()
    await store.activate(version.id, context=CONTEXT)
    in_force = await store.templates()
    assert in_force["tap.conf.j2"] == default_templates()["tap.conf.j2"] and in_force[SHED].endswith("; one\n")
