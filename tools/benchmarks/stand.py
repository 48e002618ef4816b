"""The product under measurement: a stack of its own with our flows and the same flows in plain dialplan beside them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import msgspec

from engine.asterisk import places
from engine.ivr import model as ivr
from engine.routing import model as routing
from tools.benchmarks import sipp
from tools.soaks.check import eventually, rest

if TYPE_CHECKING:
    from tools.stack.stand import Stack

_SPACE = UUID("6c1f0e1e-3f0b-4d9b-8f55-52cf1d7d7f01")
OUR_MENU, OUR_BRIDGE, WAITING_ROOM = "74959990001", "74959990002", "74959990003"
PLAIN_MENU, PLAIN_BRIDGE = "74959990011", "74959990012"
PROMPT = "demo-instruct"
AGENT = "79990000001"
_PLAIN = f"""
; Flows of the benchmarks in plain dialplan.
[from-trunk]
exten => {PLAIN_MENU},1,Goto(bench-menu,s,1)
exten => {PLAIN_BRIDGE},1,Dial(PJSIP/{AGENT}@agents,30)
 same => n,Hangup()

[bench-menu]
exten => s,1,Answer()
 same => n,Background({PROMPT})
 same => n,WaitExten(5)
 same => n,Hangup()
exten => 1,1,Hangup(16)
exten => i,1,Hangup()
exten => t,1,Hangup()
"""
# Room for thousands of legs; below the range that the system gives out.
_ENV = {
    "PAYLATER_RTP_FIRST": "10000",
    "PAYLATER_RTP_COUNT": "9000",
    "PAYLATER_MAX_CALLS": "3000",
    "PAYLATER_MAX_NEW_CALLS_PER_SECOND": "2000",
    "PAYLATER_LOG_LEVEL": "warning",
}


@contextlib.asynccontextmanager
async def product(env: Mapping[str, str] | None = None) -> AsyncIterator["Stack"]:
    """A stack with the benchmarks' numbers, and an agent's phone that answers."""
    from tools.stack.stand import Stack  # the tests' own stack: a temporary folder and ports of its own

    sipp.require()
    stack = Stack("postgres,asterisk,engine,api", ("--quiet-demo",), env=_ENV | dict(env or {}))
    try:
        await asyncio.to_thread(stack.open)
        port = stack.settings.port_base + 62
        async with sipp.agent(port):
            await _lay(stack, port)
            yield stack
    finally:
        await asyncio.to_thread(stack.close)


def address(stack: "Stack") -> tuple[str, int]:
    """Where SIP goes."""
    return "127.0.0.1", stack.settings.sip_port


async def quiet(stack: "Stack", timeout: float = 45.0) -> None:
    """Wait until no channel is left of what went before."""

    async def empty() -> bool:
        return not await rest(stack, "channels")

    await eventually(empty, timeout, 0.5)


async def _lay(stack: "Stack", agent_port: int) -> None:
    async with stack.db() as db:
        for table, row in _rows(agent_port):
            names = ", ".join(row)
            marks = ", ".join(f"${i}" for i in range(1, len(row) + 1))
            await db.execute(f"insert into {table} ({names}) values ({marks})", *row.values())

    async def laid() -> bool:
        shown = await asyncio.to_thread(stack.console, "pjsip show endpoint agents")
        return "Unable to find" not in shown and "agents" in shown

    if not await eventually(laid, 20):
        raise RuntimeError("the engine did not take up the benchmark's trunk")
    await asyncio.sleep(1.0)
    path = places.etc(stack.settings) / "extensions.conf"
    path.write_text(path.read_text(encoding="utf-8") + _PLAIN, encoding="utf-8")
    shown = await asyncio.to_thread(stack.console, "dialplan reload")
    if PLAIN_MENU not in await asyncio.to_thread(stack.console, "dialplan show from-trunk"):
        raise RuntimeError(f"the plain dialplan was not loaded: {shown}")


def _rows(agent_port: int) -> list[tuple[str, dict[str, Any]]]:
    trunk, menu, room = (uuid5(_SPACE, name) for name in ("trunk", "menu", "room"))
    bye = ivr.Hangup()
    prompts = (ivr.SoundPrompt(PROMPT),)
    served = ivr.MenuDefinition(
        entry="ask",
        steps={
            "ask": ivr.Menu(prompts=prompts, options={"1": "bye"}, on_timeout="bye", on_invalid="bye"),
            "bye": bye,
        },
    )
    waiting = ivr.MenuDefinition(
        entry="wait",
        steps={
            "wait": ivr.Menu(
                prompts=prompts, options={"1": "bye"}, timeout_s=30.0, tries=10, on_timeout="bye", on_invalid="bye"
            ),
            "bye": bye,
        },
    )
    numbers: dict[str, routing.Destination] = {
        OUR_MENU: routing.ToMenu(id=menu),
        OUR_BRIDGE: routing.ToExternal(number=AGENT, trunk_id=trunk),
        WAITING_ROOM: routing.ToMenu(id=room),
    }
    return [
        (
            "trunks",
            {
                "id": trunk,
                "name": "agents",
                "kind": "ip",
                "host": "127.0.0.1",
                "port": agent_port,
                "match": ["127.0.0.77"],
                "codecs": ["alaw"],
            },
        ),
        ("menus", {"id": menu, "name": "bench", "definition": msgspec.to_builtins(served)}),
        ("menus", {"id": room, "name": "bench waiting room", "definition": msgspec.to_builtins(waiting)}),
        *(
            (
                "numbers",
                {
                    "id": uuid5(_SPACE, number),
                    "number": number,
                    "name": number,
                    "destination": msgspec.to_builtins(destination),
                },
            )
            for number, destination in numbers.items()
        ),
    ]
