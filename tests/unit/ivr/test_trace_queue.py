"""What a dry run tells of queues, and what menus may name."""

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from engine.ivr.trace import trace
from engine.ivr.validate import References, validate
from engine.queues.model import Queue
from engine.routing.model import Number, ToCallback, ToHangup, ToQueue
from engine.routing.table import RoutingTable
from tests.unit.ivr.support import menu_of

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUEUE = Queue(
    id=UUID(int=5),
    name="Support",
    exit_digit="0",
    exit_to=ToHangup(how="busy"),
    callback_digit="1",
    max_wait_s=60,
    timeout_to=ToHangup(how="reject"),
    vip_numbers=("79160000001",),
)


def table(to: Any, *queues: Queue) -> RoutingTable:
    number = Number(id=UUID(int=1), number="74950000000", name="main", language="ru", destination=to)
    return RoutingTable(
        numbers=MappingProxyType({number.number: number}), queues=MappingProxyType({q.id: q for q in queues})
    )


async def told(to: Any, *queues: Queue, caller: str = "79161234567", **more: Any) -> list[str]:
    found = await trace(table(to, *queues), caller, "74950000000", AT, **more)
    return [step.text for step in found.steps]


@pytest.mark.feature("F-PBX-11", "F-PBX-26")
async def test_a_dry_run_shows_the_queue_and_what_becomes_of_the_caller() -> None:
    to = ToQueue(id=QUEUE.id)
    lines = await told(to, QUEUE)
    assert 'Goes to queue "Support"' in lines
    assert 'Joins queue "Support" (longest idle, priority 0)' in lines
    assert 'Rings operators of "Support" for 20 s' in lines
    assert 'Leaves queue "Support" by digit 0' in await told(to, QUEUE, digits="0")
    assert "Callback to 79161234567 is requested" in await told(to, QUEUE, digits="1")
    assert (await told(to, QUEUE, answered=False))[-2:] == ['Leaves queue "Support": timeout', "Hangs up (rejected)"]
    assert 'Joins queue "Support" (longest idle, priority 1)' in await told(to, QUEUE, caller="79160000001")


@pytest.mark.feature("F-PBX-14")
async def test_a_dry_run_shows_a_callback_that_is_ordered() -> None:
    assert "Callback to 79161234567 is requested" in await told(ToCallback(queue_id=QUEUE.id), QUEUE)


async def test_a_queue_that_is_gone_is_said_to_be_missing() -> None:
    assert any("queue" in line and "00000005" in line.replace("-", "") for line in await told(ToQueue(id=QUEUE.id)))


def test_menus_may_name_queues_that_there_are() -> None:
    menu = menu_of(
        {
            "main": {"kind": "callback", "queue_id": str(QUEUE.id), "next": "go"},
            "go": {"kind": "transfer", "to": {"kind": "queue", "id": str(QUEUE.id)}},
        }
    )
    assert validate(menu, References(menus={}, queues=frozenset({QUEUE.id}))) == []
    paths = [problem["path"] for problem in validate(menu, References(menus={}))]
    assert paths == ["/steps/main/queue_id", "/steps/go/to/id"]
