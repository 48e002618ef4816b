"""Workers of the api run as long as it does, whatever comes out of them."""

import asyncio

import pytest
from aiohttp import web

from api import workers
from api.workers import beside, keep

pytestmark = pytest.mark.feature("F-ADM-02")


class Worker:
    """Ends by a fault, then by itself, then runs until it is cancelled."""

    def __init__(self) -> None:
        self.calls, self.cancelled = 0, False
        self.runs = asyncio.Event()

    async def work(self) -> None:
        self.calls += 1
        if self.calls == 1:
            raise KeyError("a mistake")
        if self.calls == 2:
            return
        self.runs.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


def ended(name: str) -> float:
    found: float = workers.ENDED.labels(f"{__name__}.{name}")._value.get()
    return found


async def test_a_worker_that_ends_is_counted_told_of_and_begins_again(capsys: pytest.CaptureFixture[str]) -> None:
    worker, before = Worker(), ended("Worker.work")
    task = asyncio.create_task(keep(worker.work, pause_s=0.01))
    await asyncio.wait_for(worker.runs.wait(), 15)
    assert worker.calls == 3 and ended("Worker.work") == before + 2
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert worker.cancelled and task.cancelled(), "the end of the api is its end"
    told = "".join(capsys.readouterr())
    assert "worker_failed" in told and "a mistake" in told and "worker_ended" in told and "Worker.work" in told


async def test_the_others_run_on() -> None:
    failing, other = Worker(), Worker()
    failing.calls, other.calls = 1, 2
    async with asyncio.timeout(15):
        context = beside(failing.work, other.work)(web.Application())
        await anext(context)
        await other.runs.wait()
        assert not failing.runs.is_set()
        await failing.runs.wait()
        await anext(context, None)
    assert failing.cancelled and other.cancelled
